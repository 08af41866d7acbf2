package evidence_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

func (h *house) objectsOf(t *testing.T, id uuid.UUID) (n int) {
	t.Helper()
	for area, prefixes := range map[objects.Area][]string{objects.Staging: {"uploads/"}, objects.Evidence: {"photos/"}} {
		for _, prefix := range prefixes {
			must(t, h.store.Versions(h.ctx, area, tenant, prefix+id.String()+"/", func(objects.Stored) error {
				n++
				return nil
			}))
		}
	}
	return n
}

func TestSweep(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		body := snapshot(t, 200, 150)
		used, unused, unlooked, hostile := h.send(t, person, body), h.send(t, person, body), h.send(t, person, body), h.send(t, person, []byte("MZ not a photo"))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{used, unused}))
		must(t, h.attach(person, report, evidence.Before, used))
		if err := h.Verify(h.ctx, tenant, person, []uuid.UUID{hostile}); !fault.Is(err, picture.Unsupported) {
			t.Fatal(err)
		}

		_, err := h.Sweep(h.ctx, tenant)
		must(t, err)
		for _, id := range []uuid.UUID{used, unused, unlooked, hostile} {
			if h.objectsOf(t, id) == 0 {
				t.Fatalf("%s swept before its time", id)
			}
		}
		h.kit.Clock.Advance(25 * time.Hour)
		done, err := h.Sweep(h.ctx, tenant)
		must(t, err)
		if done.Uploads != 3 || done.Objects < 5 { // original, two copies; two staged
			t.Fatalf("%+v", done)
		}
		for _, id := range []uuid.UUID{unused, unlooked, hostile} {
			if n := h.objectsOf(t, id); n != 0 {
				t.Errorf("%d objects of %s are left", n, id)
			}
			if _, err := h.Upload(h.ctx, tenant, person, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("row of %s is left: %v", id, err)
			}
		}
		if n := h.objectsOf(t, used); n != 3 {
			t.Errorf("the attached photo has %d objects, want 3", n)
		}
		again, err := h.Sweep(h.ctx, tenant)
		must(t, err)
		if again != (evidence.SweepResult{}) {
			t.Errorf("second sweep: %+v", again)
		}
	})
}

// Reports are made while the sweep runs at the very moment their photos expire: whoever wins, no report has a photo
// whose objects are gone.
func TestSweepAgainstAttach(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person := uuid.New()
		body := snapshot(t, 40, 30)
		ids := make([]uuid.UUID, 8)
		for i := range ids {
			ids[i] = h.send(t, person, body)
		}
		must(t, h.Verify(h.ctx, tenant, person, ids))
		reports := make([]uuid.UUID, len(ids))
		attached := make([]bool, len(ids))
		h.kit.Clock.Advance(24*time.Hour - time.Second)
		var wg sync.WaitGroup
		for i, id := range ids {
			reports[i] = uuid.New()
			wg.Go(func() { attached[i] = h.attach(person, reports[i], evidence.Before, id) == nil })
		}
		wg.Go(func() {
			for range 4 {
				h.kit.Clock.Advance(5 * time.Minute)
				if _, err := h.Sweep(h.ctx, tenant); err != nil && !database.IsUnavailable(err) {
					t.Error(err)
				}
			}
		})
		wg.Wait()
		for i, id := range ids {
			if n := h.objectsOf(t, id); attached[i] && n != 3 || !attached[i] && n != 0 && n != 3 {
				t.Errorf("attached %v, %d objects", attached[i], n)
			}
		}
	})
}

func TestWithdraw(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		id := h.send(t, person, snapshot(t, 400, 300))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.attach(person, report, evidence.Before, id))
		must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
			return h.RemovePublic(ctx, tx, report)
		}))
		h.view(t, func(ctx context.Context, tx *database.Tx) error {
			photos, err := h.List(ctx, tx, report)
			must(t, err)
			if _, err := h.Locate(ctx, tx, photos[0], evidence.Thumb, ""); !fault.Is(err, evidence.Withdrawn) {
				t.Errorf("got %v", err)
			}
			if v := h.Views(ctx, photos)[0]; !v.Withdrawn || v.ThumbURL != "" || v.MediumURL != "" {
				t.Errorf("%+v", v)
			}
			return nil
		})
		deadline := time.Now().Add(time.Minute)
		for h.objectsOf(t, id) != 1 {
			if time.Now().After(deadline) {
				t.Fatalf("%d objects, want only the original", h.objectsOf(t, id))
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
}

// Where a tenant keeps originals under compliance, nobody can remove one once it belongs to a report; before that the
// sweep still can.
func TestCompliance(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.keep.Store(&evidence.Retention{Compliance: true, Period: time.Hour})
		person, report := uuid.New(), uuid.New()
		used, unused := h.send(t, person, snapshot(t, 90, 60)), h.send(t, person, snapshot(t, 91, 60))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{used, unused}))
		must(t, h.attach(person, report, evidence.Before, used))
		original := func(id uuid.UUID) (found objects.Ref) {
			must(t, h.store.Versions(h.ctx, objects.Evidence, tenant, "photos/"+id.String()+"/original", func(v objects.Stored) error {
				found = v.Ref
				return nil
			}))
			return found
		}
		soon(t, "the originals are sealed", func() bool { return h.photoOf(t, report).LockMode == evidence.Compliant })
		p := h.photoOf(t, report)
		if p.LockMode != evidence.Compliant || p.RetainUntil == nil || p.RetainUntil.Sub(p.CreatedAt).Round(time.Minute) != time.Hour {
			t.Errorf("the row says %q until %v", p.LockMode, p.RetainUntil)
		}
		shorter := objects.Retention{Compliance: true, Until: time.Now().Add(time.Minute)}
		if err := h.store.Retain(h.ctx, original(used), shorter); err == nil {
			t.Error("compliance was shortened")
		}
		if err := h.store.Retain(h.ctx, original(used), objects.Retention{Until: *p.RetainUntil}); err == nil {
			t.Error("compliance was turned into governance")
		}
		if err := h.store.Remove(h.ctx, original(used)); err == nil {
			t.Error("an original under compliance was removed")
		}
		must(t, h.store.Remove(h.ctx, original(unused)))
	})
}

// By default the lock can be lifted by the store's owner, and the row says so.
func TestGovernance(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		id := h.send(t, person, snapshot(t, 90, 60))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		h.kit.Clock.Advance(time.Hour) // the lock is from when the bytes were kept, not from when they were used
		must(t, h.attach(person, report, evidence.Before, id))
		p := h.photoOf(t, report)
		want := h.kit.Clock.Now().Add(evidence.DefaultRetention.Period - time.Hour)
		if p.LockMode != evidence.Governance || p.RetainUntil == nil || p.RetainUntil.Sub(want).Abs() > time.Minute {
			t.Errorf("the row says %q until %v", p.LockMode, p.RetainUntil)
		}
		must(t, h.store.Remove(h.ctx, objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: p.OriginalKey, Version: p.OriginalVersion}))
	})
}
