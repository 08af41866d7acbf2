package evidence_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db/photo"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

func TestVerifyPhotos(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		id := h.send(t, person, snapshot(t, 90, 60))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.attach(person, report, evidence.Before, id))
		found := func() (lines []string) {
			n, err := h.VerifyPhotos(h.ctx, tenant, func(u evidence.Unkept) { lines = append(lines, u.String()) })
			must(t, err)
			if n != 1 {
				t.Fatalf("%d photos looked at", n)
			}
			slices.Sort(lines)
			return lines
		}
		if lines := found(); len(lines) > 0 {
			t.Fatalf("a whole photo: %v", lines)
		}
		p := h.photoOf(t, report)
		// The sum in the row is made to differ: no store lets the bytes of a version be changed.
		must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
			return tx.Photo.Update().Where(photo.ID(p.ID)).AddVersion(1).SetSha256(strings.Repeat("0", 64)).Exec(ctx)
		}))
		if lines := found(); len(lines) != 1 || !strings.Contains(lines[0], "original other bytes") {
			t.Errorf("other bytes: %v", lines)
		}
		must(t, h.store.Remove(h.ctx, objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: p.ThumbKey, Version: p.ThumbVersion}))
		if lines := found(); len(lines) != 2 || !strings.Contains(lines[1], "thumb missing") {
			t.Errorf("a copy that is gone: %v", lines)
		}
		must(t, h.store.Remove(h.ctx, objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: p.OriginalKey, Version: p.OriginalVersion}))
		if lines := found(); len(lines) != 2 || !strings.Contains(lines[0], "original missing") {
			t.Errorf("an original that is gone: %v", lines)
		}
	})
}
