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

	"huying/ent/db"
	"huying/ent/db/upload"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// Moved is a photo of another tenant's report whose objects stand in this tenant's bucket already.
type Moved struct {
	source                  *db.Photo
	id                      uuid.UUID
	original, medium, thumb objects.Ref
	keep                    objects.Retention
}

// movedSpace names the uploads of moved photos: the same photo of the same transfer has the same id every time.
var movedSpace = uuid.MustParse("6b0f9a52-6f0e-4f0e-9a53-5d3ed2c1a7b4")

// errOtherBytes says that what was read is not what was once hashed.
var errOtherBytes = errors.New("evidence: the stored bytes do not have their hash")

// Move copies the photos of a report into another tenant's bucket, each read anew and held against its hash, the
// original under retention. It may be killed and run again; what stands there already is not copied twice. The rows
// are written by WriteMoved, so that none points at nothing.
func (s *Service) Move(ctx context.Context, from, to string, report, newReport uuid.UUID) ([]Moved, error) {
	photos, err := s.photosOf(ctx, tenancy.As(ctx, from, "move photos"), report)
	if err != nil {
		return nil, err
	}
	var out []Moved
	for _, p := range photos {
		if p.DeletedAt != nil || p.OriginalRemovedAt != nil {
			continue
		}
		if len(out) == 0 {
			if err := s.Store.EnsureTenant(ctx, to); err != nil {
				return nil, fmt.Errorf("evidence: move: %w", err)
			}
		}
		m, err := s.moveOne(ctx, from, to, p, newReport)
		if err != nil {
			return nil, fmt.Errorf("evidence: move %s: %w", p.ID, err)
		}
		out = append(out, m)
	}
	return out, nil
}

func (s *Service) moveOne(ctx context.Context, from, to string, p *db.Photo, newReport uuid.UUID) (Moved, error) {
	m := Moved{source: p, id: uuid.NewSHA1(movedSpace, append(newReport[:], p.ID[:]...)), keep: s.keepUntil(to)}
	at := &db.Upload{ID: m.id, TenantID: to}
	var err error
	source := func(key, version string) objects.Ref {
		return objects.Ref{Area: objects.Evidence, Tenant: from, Key: key, Version: version}
	}
	if m.original, err = s.carry(ctx, source(p.OriginalKey, p.OriginalVersion), originalOf(at), p.Sha256, &m.keep); err != nil {
		return m, err
	}
	if p.CopiesRemovedAt != nil {
		return m, nil
	}
	if p.MediumKey != "" {
		if m.medium, err = s.carry(ctx, source(p.MediumKey, p.MediumVersion), copyOf(at, Medium), "", nil); err != nil {
			return m, err
		}
	}
	if p.ThumbKey != "" {
		m.thumb, err = s.carry(ctx, source(p.ThumbKey, p.ThumbVersion), copyOf(at, Thumb), "", nil)
	}
	return m, err
}

// carry copies one object by way of a file, so that its hash is known before anything is written. An empty want
// takes the hash it has.
func (s *Service) carry(ctx context.Context, from, to objects.Ref, want string, keep *objects.Retention) (objects.Ref, error) {
	if known, err := s.Store.Stat(ctx, to); err == nil {
		return to.At(known.Version), nil
	} else if !errors.Is(err, objects.ErrNotFound) {
		return to, err
	}
	object, err := s.Store.Get(ctx, from)
	if err != nil {
		return to, err
	}
	defer func() { _ = object.Close() }()
	file, err := os.CreateTemp(s.TempDir, "huying-move-*")
	if err != nil {
		return to, err
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(file, hash), object)
	if err != nil {
		return to, err
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	if want != "" && sum != want {
		return to, errOtherBytes
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return to, err
	}
	version, err := s.Store.Put(ctx, to, file, objects.Upload{Size: size, SHA256: sum, ContentType: object.ContentType, Keep: keep})
	return to.At(version), err
}

// WriteMoved writes the rows of moved photos as photos of the new report, unpublished, in the order they had.
func (s *Service) WriteMoved(ctx context.Context, tx *database.Tx, report uuid.UUID, moved []Moved) error {
	now := s.Clock.Now()
	for _, m := range moved {
		p := m.source
		err := tx.Upload.Create().SetID(m.id).SetCreatedAt(now).SetUpdatedAt(now).SetPersonID(p.PersonID).SetContentType(p.ContentType).
			SetSize(p.Size).SetSha256(p.Sha256).SetState(upload.StateAttached).SetStagingKey(m.id.String()).SetExpiresAt(now).
			SetOriginalKey(m.original.Key).SetOriginalVersion(m.original.Version).SetMediumKey(m.medium.Key).SetMediumVersion(m.medium.Version).
			SetThumbKey(m.thumb.Key).SetThumbVersion(m.thumb.Version).SetWidth(p.Width).SetHeight(p.Height).
			SetKind(upload.Kind(p.Kind)).SetDurationMs(p.DurationMs).SetDecodable(p.Decodable).SetPhash(p.Phash).Exec(ctx)
		if err != nil {
			return fmt.Errorf("evidence: moved upload: %w", err)
		}
		create := tx.Photo.Create().SetCreatedAt(p.CreatedAt).SetUpdatedAt(now).SetSubjectKind(subjectReport).SetSubjectID(report).
			SetUploadID(m.id).SetPersonID(p.PersonID).SetRole(p.Role).SetPosition(p.Position).SetContentType(p.ContentType).
			SetSize(p.Size).SetSha256(p.Sha256).SetWidth(p.Width).SetHeight(p.Height).
			SetOriginalKey(m.original.Key).SetOriginalVersion(m.original.Version).SetMediumKey(m.medium.Key).SetMediumVersion(m.medium.Version).
			SetThumbKey(m.thumb.Key).SetThumbVersion(m.thumb.Version).SetNillableCapturedAt(p.CapturedAt).
			SetNillableClaimedLat(p.ClaimedLat).SetNillableClaimedLng(p.ClaimedLng).SetNillableCopiesRemovedAt(p.CopiesRemovedAt).
			SetKind(p.Kind).SetDurationMs(p.DurationMs).SetDecodable(p.Decodable).SetPhash(p.Phash).
			SetNillableRedactedAt(p.RedactedAt).SetLockMode("GOVERNANCE").SetRetainUntil(m.keep.Until)
		if len(p.Redactions) > 0 {
			create.SetRedactions(p.Redactions)
		}
		if err := create.Exec(ctx); err != nil {
			return fmt.Errorf("evidence: moved photo: %w", err)
		}
	}
	return nil
}
