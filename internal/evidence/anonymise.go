package evidence

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/ent/db/upload"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// Anonymise takes a report's photos out of every view for good, in the report's transaction: copies go by a job that
// is written here, what a file claimed and who sent it go at once, the original goes when its lock has ended
// (RemoveOriginals). Aliases say which nobody stands for which person. It returns how many photos there were.
func (s *Service) Anonymise(ctx context.Context, tx *database.Tx, reportID uuid.UUID, aliases map[uuid.UUID]uuid.UUID) (int, error) {
	photos, err := s.List(ctx, tx, reportID)
	if err != nil {
		return 0, err
	}
	if err := s.RemovePublic(ctx, tx, reportID); err != nil {
		return 0, err
	}
	now := s.Clock.Now()
	_, err = tx.Photo.Update().Where(photo.SubjectKind(subjectReport), photo.SubjectID(reportID), photo.DeletedAtIsNil()).
		AddVersion(1).SetDeletedAt(now).SetUpdatedAt(now).SetPublished(false).SetPhash(0).
		ClearCapturedAt().ClearClaimedLat().ClearClaimedLng().Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("evidence: anonymise: %w", err)
	}
	if err := s.Rename(ctx, tx, photos, aliases); err != nil {
		return 0, err
	}
	return len(photos), nil
}

// Rename puts an alias for the people who sent photos, in the photos and in the uploads they were made from, and
// forgets the names of the files.
func (s *Service) Rename(ctx context.Context, tx *database.Tx, photos []*db.Photo, aliases map[uuid.UUID]uuid.UUID) error {
	for _, p := range photos {
		up := tx.Upload.Update().Where(upload.Or(upload.ID(p.UploadID), upload.CompanionOf(p.UploadID))).AddVersion(1).SetFileName("").SetPhash(0).
			ClearCapturedAt().ClearClaimedLat().ClearClaimedLng()
		if alias, known := aliases[p.PersonID]; known {
			_, err := tx.Photo.Update().Where(photo.ID(p.ID)).AddVersion(1).SetPersonID(alias).Save(ctx)
			if err != nil {
				return fmt.Errorf("evidence: rename: %w", err)
			}
			up.SetPersonID(alias)
		}
		if _, err := up.Save(ctx); err != nil {
			return fmt.Errorf("evidence: rename: %w", err)
		}
	}
	return nil
}

// EraseUploads ends the unattached uploads of a person; the next sweep removes their objects and rows. It returns how
// many there were.
func (s *Service) EraseUploads(ctx context.Context, tenant string, person uuid.UUID) (int, error) {
	n := 0
	err := s.DB.Do(ctx, tenancy.As(ctx, tenant, "erase uploads"), func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.Upload.Update().Where(upload.PersonID(person),
			upload.StateIn(upload.StateTicketed, upload.StateVerified, upload.StateRejected)).
			AddVersion(1).SetState(upload.StateExpired).SetFileName("").SetPersonID(uuid.New()).
			ClearCapturedAt().ClearClaimedLat().ClearClaimedLng().Save(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("evidence: erase uploads: %w", err)
	}
	return n, nil
}

// Uploads counts the uploads of a person that no report has.
func (s *Service) Uploads(ctx context.Context, tenant string, person uuid.UUID) (n int, err error) {
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		n, err = tx.Upload.Query().Where(upload.PersonID(person),
			upload.StateIn(upload.StateTicketed, upload.StateVerified, upload.StateRejected)).Count(ctx)
		return err
	})
	return n, err
}

// LockedUntil is until when the store keeps a photo's original, or zero when it never locked it.
func (s *Service) LockedUntil(p *db.Photo) time.Time {
	if p.RetainUntil != nil {
		return *p.RetainUntil
	}
	return p.CreatedAt.Add(s.Retention(p.TenantID).Period)
}

// Originals says what RemoveOriginals did, or would do.
type Originals struct {
	// Removed had no lock any more; Kept are still under it.
	Removed, Kept int
}

// RemoveOriginals removes the originals of a tenant's photos that were taken out of every view and whose lock has
// ended by now. A dry run counts the same and removes nothing. It may be killed anywhere and run again.
func (s *Service) RemoveOriginals(ctx context.Context, tenant string, dry bool) (done Originals, err error) {
	scope := tenancy.As(ctx, tenant, "remove originals")
	after := uuid.Nil
	for {
		var rows []*db.Photo
		err := s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) (err error) {
			rows, err = tx.Photo.Query().Where(photo.DeletedAtNotNil(), photo.OriginalRemovedAtIsNil(), photo.IDGT(after)).
				Order(photo.ByID()).Limit(sweepBatch).All(ctx)
			return err
		})
		if err != nil {
			return done, fmt.Errorf("evidence: originals: %w", err)
		}
		for _, p := range rows {
			after = p.ID
			if s.LockedUntil(p).After(s.Clock.Now()) {
				done.Kept++
				continue
			}
			if !dry {
				if err := s.removeOriginal(ctx, scope, p); err != nil {
					return done, err
				}
			}
			done.Removed++
		}
		if len(rows) < sweepBatch {
			return done, nil
		}
	}
}

// removeOriginal removes the object first, so that a row never says removed of what is still there.
func (s *Service) removeOriginal(ctx context.Context, scope tenancy.Scope, p *db.Photo) error {
	if _, err := s.Store.RemoveAll(ctx, objects.Evidence, p.TenantID, folder(p.UploadID)); err != nil {
		return fmt.Errorf("evidence: remove original of %s: %w", p.ID, err)
	}
	if !p.Decodable && p.MediumKey != "" { // the companion's folder holds its own original beside the copies
		if _, err := s.Store.RemoveAll(ctx, objects.Evidence, p.TenantID, path.Dir(path.Dir(p.MediumKey))+"/"); err != nil {
			return fmt.Errorf("evidence: remove companion of %s: %w", p.ID, err)
		}
	}
	err := s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		return tx.Photo.Update().Where(photo.ID(p.ID), photo.OriginalRemovedAtIsNil()).AddVersion(1).
			SetOriginalRemovedAt(s.Clock.Now()).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("evidence: remove original of %s: %w", p.ID, err)
	}
	return nil
}

// Due counts, of a report's photos in view, how many originals would go at once and how many their lock keeps.
func (s *Service) Due(photos []*db.Photo) (o Originals) {
	for _, p := range photos {
		if s.LockedUntil(p).After(s.Clock.Now()) {
			o.Kept++
		} else {
			o.Removed++
		}
	}
	return o
}
