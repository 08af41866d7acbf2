package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"time"
)

// Names inside the archive.
const (
	databaseName = "huying.db"
	objectsName  = "objects"
	manifestName = "manifest.json"
)

// format is raised when an older program could misread an archive.
const format = 1

// Manifest says what an archive holds.
type Manifest struct {
	Format int `json:"format"`
	// Product is the version that wrote it.
	Product string    `json:"product"`
	MadeAt  time.Time `json:"made_at"`
	// Keys are the ids of the field and blind-index keys without which its personal data cannot be read.
	Keys []string `json:"keys"`
	// Heads are the ends of the audit chains, in the form that audit-verify takes as anchors.
	Heads []string `json:"heads"`
	// Counts are rows of the snapshot by what they are, to be found again after restoring.
	Counts map[string]int `json:"counts"`
	// Attributes says where the store keeps its attributes: "extended" (of the files) or "beside" (in files).
	Attributes string `json:"attributes"`
	Files      int    `json:"files"`
	Bytes      int64  `json:"bytes"`
	// Digest is the SHA-256 over one line "sum  name" for every file, in the order of the archive.
	Digest string `json:"digest"`
}

// digest adds up what an archive holds, file by file.
type digest struct {
	sum   hash.Hash
	files int
	bytes int64
}

func newDigest() *digest { return &digest{sum: sha256.New()} }

func (d *digest) add(name string, size int64, sum []byte) {
	fmt.Fprintf(d.sum, "%x  %s\n", sum, name) //nolint:errcheck // a hash takes everything
	d.files++
	d.bytes += size
}

func (d *digest) String() string { return hex.EncodeToString(d.sum.Sum(nil)) }
