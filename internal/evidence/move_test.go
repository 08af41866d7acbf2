package evidence_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// TestMovedPhotos holds that a transferred photo is the same bytes in the other
// tenant's bucket, unpublished, and that moving twice copies nothing twice.
func TestMovedPhotos(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		const there = "370203"
		person, report, moved := uuid.New(), uuid.New(), uuid.New()
		body := snapshot(t, 640, 480)
		id := h.send(t, person, body)
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.attach(person, report, evidence.Before, id))
		first, err := h.Move(h.ctx, tenant, there, report, moved)
		must(t, err)
		second, err := h.Move(h.ctx, tenant, there, report, moved)
		must(t, err)
		if len(first) != 1 || len(second) != 1 {
			t.Fatalf("moved %d, then %d", len(first), len(second))
		}
		var photos []*db.Photo
		must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(there), func(ctx context.Context, tx *database.Tx) error {
			if err := h.WriteMoved(ctx, tx, moved, second); err != nil {
				return err
			}
			photos, err = h.List(ctx, tx, moved)
			return err
		}))
		if len(photos) != 1 || photos[0].Sha256 != sum(body) || photos[0].Published {
			t.Fatalf("photos there: %+v", photos)
		}
		must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(there), func(ctx context.Context, tx *database.Tx) error {
			original, err := h.Locate(ctx, tx, photos[0], evidence.Original, "核对移交的照片")
			if err != nil {
				return err
			}
			if got := fetch(t, h, original); sum(got) != sum(body) {
				t.Error("other bytes arrived")
			}
			return nil
		}))
		if again, err := h.Move(h.ctx, tenant, there, uuid.New(), uuid.New()); err != nil || len(again) != 0 {
			t.Errorf("a report without photos: %v %v", again, err)
		}
	})
}
