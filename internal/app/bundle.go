package app

import (
	"io"

	"huying/internal/evidence"
)

// VerifyBundle checks an exported evidence bundle against its own manifest,
// without a server.
func VerifyBundle(r io.ReaderAt, size int64) (*evidence.Manifest, error) {
	return evidence.VerifyBundle(r, size)
}
