package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// keptPage is how many photos are held at once.
const keptPage = 500

// EachPhoto visits every photo row of a tenant whose original the store must still have.
func EachPhoto(ctx context.Context, d *database.DB, tenant string, visit func(*db.Photo) error) error {
	last := uuid.Nil
	for {
		var page []*db.Photo
		err := d.View(ctx, tenancy.As(ctx, tenant, "photos verify"), func(ctx context.Context, tx *database.Tx) (err error) {
			page, err = tx.Photo.Query().Where(photo.IDGT(last), photo.OriginalRemovedAtIsNil(), photo.OriginalKeyNEQ("")).
				Order(photo.ByID()).Limit(keptPage).All(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("evidence: photos of %s: %w", tenant, err)
		}
		for _, p := range page {
			if err := visit(p); err != nil {
				return err
			}
			last = p.ID
		}
		if len(page) < keptPage {
			return nil
		}
	}
}

// VersionsOf names the versions in the store that a photo's row points at.
func VersionsOf(p *db.Photo) []string {
	versions := []string{p.OriginalVersion}
	if p.CopiesRemovedAt == nil {
		for _, v := range []string{p.MediumVersion, p.ThumbVersion} {
			if v != "" {
				versions = append(versions, v)
			}
		}
	}
	return versions
}

// Unkept is a photo whose bytes in the store are not those that were taken in.
type Unkept struct {
	Photo  uuid.UUID
	Report uuid.UUID
	// What is "original", "medium" or "thumb"; Why is "missing" or "other bytes".
	What, Why string
}

// String is one line for the people who run the installation.
func (u Unkept) String() string {
	return fmt.Sprintf("photo %s of %s: %s %s", u.Photo, u.Report, u.What, u.Why)
}

// VerifyPhotos reads every original of a tenant from the store and compares its bytes with the sum that was taken when it
// came, and asks for the public copies. It answers how many photos were looked at and tells each that does not hold.
func (s *Service) VerifyPhotos(ctx context.Context, tenant string, tell func(Unkept)) (int, error) {
	n := 0
	err := EachPhoto(ctx, s.DB, tenant, func(p *db.Photo) error {
		n++
		bad := func(what, why string) { tell(Unkept{Photo: p.ID, Report: p.SubjectID, What: what, Why: why}) }
		sum, err := s.sumOf(ctx, objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: p.OriginalKey, Version: p.OriginalVersion})
		switch {
		case errors.Is(err, objects.ErrNotFound):
			bad("original", "missing")
		case err != nil:
			return err
		case sum != p.Sha256:
			bad("original", "other bytes")
		}
		if p.CopiesRemovedAt != nil {
			return nil
		}
		for what, ref := range map[string]objects.Ref{
			"medium": {Area: objects.Evidence, Tenant: tenant, Key: p.MediumKey, Version: p.MediumVersion},
			"thumb":  {Area: objects.Evidence, Tenant: tenant, Key: p.ThumbKey, Version: p.ThumbVersion},
		} {
			if ref.Key == "" {
				continue
			}
			if _, err := s.Store.Stat(ctx, ref); errors.Is(err, objects.ErrNotFound) {
				bad(what, "missing")
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func (s *Service) sumOf(ctx context.Context, ref objects.Ref) (string, error) {
	body, err := s.Store.Get(ctx, ref)
	if err != nil {
		return "", err
	}
	defer body.Close() //nolint:errcheck // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, body); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
