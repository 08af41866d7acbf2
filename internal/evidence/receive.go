package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"

	"huying/ent/db/upload"
	"huying/internal/evidence/picture"
	"huying/internal/platform/objects"
)

// StoreStream takes a photo, or a recording no larger than one, from a stream that is read once and never held in
// memory, for clients that send all in one request. It is verified when it returns. Faults name the field photo.
func (s *Service) StoreStream(ctx context.Context, tenant string, personID uuid.UUID, r io.Reader, fileName string) (uuid.UUID, error) {
	file, err := s.spool(r, MaxPhotoBytes)
	if err != nil {
		return uuid.Nil, atField(err, "photo")
	}
	defer file.discard()
	p, err := s.examine(ctx, file)
	if err != nil {
		return uuid.Nil, atField(err, "photo")
	}
	if p.Sealed && p.kind == upload.KindPhoto {
		return uuid.Nil, needsCopy("photo", 0)
	}
	if err := s.Store.EnsureTenant(ctx, tenant); err != nil {
		return uuid.Nil, fmt.Errorf("evidence: store photo: %w", err)
	}
	row, err := s.begin(ctx, tenant, personID,
		Wanted{FileName: fileName, ContentType: p.contentType, Size: file.size, SHA256: file.sum})
	if err != nil {
		return uuid.Nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return uuid.Nil, fmt.Errorf("evidence: store photo: %w", err)
	}
	keep := s.keepUntil(tenant)
	version, err := s.Store.Put(ctx, originalOf(row), file,
		objects.Upload{Size: file.size, SHA256: file.sum, ContentType: p.contentType, Keep: &keep})
	if err != nil {
		return uuid.Nil, fmt.Errorf("evidence: keep original: %w", err)
	}
	return row.ID, s.finish(ctx, row, p, version, "")
}

func atField(err error, field string) error {
	var refusal *picture.Refusal
	if errors.As(err, &refusal) {
		return refusal.Fault(field, 0)
	}
	return err
}

// spooled is a received file on disk with its size and SHA-256.
type spooled struct {
	*os.File
	size int64
	sum  string
}

// spool writes the stream to a temporary file without a name, so that a crash leaves nothing behind.
func (s *Service) spool(r io.Reader, limit int64) (*spooled, error) {
	f, err := os.CreateTemp(s.TempDir, "huying-photo-")
	if err != nil {
		return nil, fmt.Errorf("evidence: receive photo: %w", err)
	}
	out := &spooled{File: f}
	if err := os.Remove(f.Name()); err != nil {
		out.discard()
		return nil, fmt.Errorf("evidence: receive photo: %w", err)
	}
	hash := sha256.New()
	out.size, err = io.Copy(io.MultiWriter(f, hash), io.LimitReader(r, limit+1))
	if err != nil {
		out.discard()
		return nil, fmt.Errorf("evidence: receive photo: %w", err)
	}
	if out.size > limit {
		out.discard()
		return nil, picture.Refuse(picture.TooHeavy, "文件不超过 %d MB", limit>>20)
	}
	out.sum = hex.EncodeToString(hash.Sum(nil))
	return out, nil
}

func (f *spooled) discard() { _ = f.Close() }
