package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"huying/ent/db"
	"huying/ent/db/upload"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// keepUntil is the retention of an original before it belongs to a report: always liftable, so that an upload nobody
// attaches can be swept. A tenant's compliance mode is set when it is attached.
func (s *Service) keepUntil(tenant string) objects.Retention {
	return objects.Retention{Until: s.lockEnd(tenant, s.Clock.Now())}
}

// lockEnd is in whole seconds, as stores keep it.
func (s *Service) lockEnd(tenant string, from time.Time) time.Time {
	return from.Add(s.Retention(tenant).Period).UTC().Truncate(time.Second)
}

// stored are the objects of a verified upload.
type stored struct{ original, medium, thumb objects.Ref }

// finish stores the public copies and marks the row verified.
func (s *Service) finish(ctx context.Context, row *db.Upload, p *judged, original, stagingVersion string) error {
	at := stored{original: originalOf(row).At(original)}
	if !p.Sealed {
		if err := s.storeCopies(ctx, row, p.Picture, &at); err != nil {
			return err
		}
	}
	if err := s.markVerified(ctx, row, p, stagingVersion, at); err != nil {
		return err
	}
	s.tidy(ctx, &db.Upload{
		ID: row.ID, TenantID: row.TenantID,
		OriginalVersion: at.original.Version, MediumVersion: at.medium.Version, ThumbVersion: at.thumb.Version,
	})
	return nil
}

func (s *Service) storeCopies(ctx context.Context, row *db.Upload, p *picture.Picture, at *stored) (err error) {
	if at.medium, err = s.storeCopy(ctx, copyOf(row, Medium), p.Medium); err != nil {
		return err
	}
	at.thumb, err = s.storeCopy(ctx, copyOf(row, Thumb), p.Thumb)
	return err
}

// tidy removes the versions that earlier attempts or a slower process left beside the three that the row names: an
// answer that was lost on the way does not mean that nothing was written.
func (s *Service) tidy(ctx context.Context, row *db.Upload) {
	named := map[string]string{
		originalOf(row).Key: row.OriginalVersion, copyOf(row, Medium).Key: row.MediumVersion, copyOf(row, Thumb).Key: row.ThumbVersion,
	}
	var doubled []objects.Ref
	err := s.Store.Versions(ctx, objects.Evidence, row.TenantID, folder(row.ID), func(v objects.Stored) error {
		if named[v.Key] != v.Version {
			doubled = append(doubled, v.Ref)
		}
		return nil
	})
	for _, ref := range doubled {
		err = errors.Join(err, s.Store.Remove(ctx, ref))
	}
	if err != nil {
		s.Log.WarnContext(ctx, "doubled objects may be left", "upload", row.ID, "tenant", row.TenantID, "error", err)
	}
}

func (s *Service) storeCopy(ctx context.Context, ref objects.Ref, copied []byte) (objects.Ref, error) {
	sum := sha256.Sum256(copied)
	version, err := s.Store.Put(ctx, ref, bytes.NewReader(copied),
		objects.Upload{Size: int64(len(copied)), SHA256: hex.EncodeToString(sum[:]), ContentType: string(picture.JPEG)})
	if err != nil {
		return ref, fmt.Errorf("evidence: keep copy: %w", err)
	}
	return ref.At(version), nil
}

func (s *Service) markVerified(ctx context.Context, row *db.Upload, p *judged, stagingVersion string, at stored) error {
	err := s.DB.Do(ctx, tenancy.Tenant(row.TenantID), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Upload.Update().
			Where(upload.ID(row.ID), upload.Version(row.Version), upload.StateEQ(upload.StateTicketed)).AddVersion(1).
			SetState(upload.StateVerified).SetContentType(p.contentType).SetWidth(p.Width).SetHeight(p.Height).SetPhash(p.PHash).SetDecodable(!p.Sealed).
			SetKind(p.kind).SetDurationMs(int(p.duration.Milliseconds())).
			SetStagingVersion(stagingVersion).
			SetOriginalKey(at.original.Key).SetOriginalVersion(at.original.Version).
			SetMediumKey(at.medium.Key).SetMediumVersion(at.medium.Version).SetThumbKey(at.thumb.Key).SetThumbVersion(at.thumb.Version).
			SetNillableCapturedAt(p.Claims.CapturedAt).SetNillableClaimedLat(p.Claims.Lat).SetNillableClaimedLng(p.Claims.Lng).
			SetUpdatedAt(s.Clock.Now()).Save(ctx)
		if err == nil && n == 0 {
			return errRaced
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("evidence: mark verified: %w", err)
	}
	return nil
}
