package app_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/photo"
	entreport "huying/ent/db/report"
	"huying/internal/app/apptest"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/rights"
)

// tenantDo works on a district's rows.
func tenantDo(t *testing.T, h *apptest.House, work func(ctx context.Context, tx *database.Tx) error) {
	t.Helper()
	must(t, h.App.DB.Do(t.Context(), tenancy.Tenant(h.Shinan.Tenant), work))
}

// Retention by age: a dry run counts exactly what the run then does, a thread waits for its youngest report, an original
// for its lock, and no statistic changes.
func TestRetention(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *apptest.House) {
		ctx, tenant := t.Context(), h.Shinan.Tenant
		p := h.People(h.Shinan, 61)
		old, locked, young, thread := h.Walk(h.Shinan, p, 100), h.Walk(h.Shinan, p, 120), h.Walk(h.Shinan, p, 140), h.Walk(h.Shinan, p, 160)
		live := p.Citizen.Submit(h.Shinan, 180)
		withdrawn := p.Citizen.Submit(h.Shinan, 190)
		p.Citizen.Must(http.MethodPost, "/reports/"+withdrawn.ID+"/withdraw", map[string]any{}, nil)
		age(t, h, old, 4*365)
		age(t, h, locked, 4*365)
		age(t, h, thread, 4*365)
		age(t, h, young, 2*365)
		age(t, h, withdrawn, 400)
		tenantDo(t, h, func(ctx context.Context, tx *database.Tx) error {
			// The live report takes up the matter of an old one: the thread is not over.
			err := tx.Report.Update().Where(entreport.ID(uuid.MustParse(live.ID))).SetThreadID(uuid.MustParse(thread.ID)).Exec(ctx)
			if err != nil {
				return err
			}
			return tx.Photo.Update().Where(photo.SubjectIDIn(uuid.MustParse(old.ID), uuid.MustParse(withdrawn.ID))).
				SetRetainUntil(time.Now().Add(-time.Hour)).Exec(ctx)
		})
		before, err := h.App.Report.Tallies(ctx, tenant)
		must(t, err)

		admin := apptest.Staff(t, h.URL, tenant, h.Shinan.Username("admin"))
		var plan struct {
			Days   rights.Days    `json:"days"`
			Counts map[string]int `json:"counts"`
		}
		admin.Must(http.MethodGet, "/retention/plan", nil, &plan)
		dry, err := h.App.Rights.Retain(ctx, tenant, true, uuid.Nil)
		must(t, err)
		if !maps.Equal(plan.Counts, dry) || plan.Days.Closed != 1095 {
			t.Errorf("the plan says %v, a dry run %v", plan, dry)
		}
		if dry["reports"] != 3 || dry["photos"] != 7 || dry["originals"] != 4 || dry["kept_by_lock"] != 3 || dry["notices"] == 0 {
			t.Errorf("dry: %v", dry)
		}
		real, err := h.App.Rights.Retain(ctx, tenant, false, uuid.Nil)
		must(t, err)
		if !maps.Equal(dry, real) {
			t.Errorf("dry %v, real %v", dry, real)
		}
		after, err := h.App.Report.Tallies(ctx, tenant)
		must(t, err)
		if fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("statistics changed:\n%v\n%v", before, after)
		}
		content(t, p, old, false)
		content(t, p, locked, false)
		content(t, p, withdrawn, false)
		content(t, p, young, true)
		content(t, p, thread, true)
		content(t, p, live, true)
		again, err := h.App.Rights.RetainProven(ctx, tenant)
		must(t, err)
		if again["reports"] != 0 || again["originals"] != 0 || again["kept_by_lock"] != 3 {
			t.Errorf("a second run: %v", again)
		}
		tenantDo(t, h, func(ctx context.Context, tx *database.Tx) error {
			return tx.Photo.Update().Where(photo.SubjectID(uuid.MustParse(locked.ID))).SetRetainUntil(time.Now().Add(-time.Hour)).Exec(ctx)
		})
		last, err := h.App.Rights.Retain(ctx, tenant, false, uuid.Nil)
		must(t, err)
		if last["originals"] != 3 || last["kept_by_lock"] != 0 {
			t.Errorf("after the lock ended: %v", last)
		}
		runs(t, h, admin, p)
	})
}

// age moves an ended report into the past.
func age(t *testing.T, h *apptest.House, r apptest.Report, days int) {
	t.Helper()
	tenantDo(t, h, func(ctx context.Context, tx *database.Tx) error {
		return tx.Report.Update().Where(entreport.ID(uuid.MustParse(r.ID))).SetClosedAt(time.Now().AddDate(0, 0, -days)).AddVersion(1).Exec(ctx)
	})
}

// content checks what an office sees of a report.
func content(t *testing.T, p apptest.People, r apptest.Report, kept bool) {
	t.Helper()
	var v struct {
		State       string `json:"state"`
		Description string `json:"description"`
		Photos      []any  `json:"photos"`
		Timeline    []any  `json:"timeline"`
	}
	p.Office.Must(http.MethodGet, "/reports/"+r.ID, nil, &v)
	if (v.Description != "") != kept || (len(v.Photos) > 0) != kept || len(v.Timeline) == 0 {
		t.Errorf("%s (%s): %q with %d photos and %d steps, want content %v", r.Number, v.State, v.Description, len(v.Photos), len(v.Timeline), kept)
	}
	if a := p.Citizen.Do(http.MethodGet, "/reports/"+r.ID, nil); (a.Status == 200) != kept {
		t.Errorf("%s: its reporter gets %d", r.Number, a.Status)
	}
}

func runs(t *testing.T, h *apptest.House, admin *apptest.Client, p apptest.People) {
	t.Helper()
	var list struct {
		Items []struct {
			Dry    bool           `json:"dry"`
			Counts map[string]int `json:"counts"`
		} `json:"items"`
		Next string `json:"next_cursor"`
	}
	admin.Must(http.MethodGet, "/retention/runs?limit=3", nil, &list)
	if len(list.Items) != 3 || list.Next == "" || list.Items[0].Counts["originals"] != 3 {
		t.Errorf("runs: %+v", list)
	}
	for _, c := range []*apptest.Client{p.Citizen, p.Office, p.Deputy, apptest.Staff(t, h.URL, h.Shibei.Tenant, h.Shibei.Username("admin")).As(h.Shinan.Tenant)} {
		if a := c.Do(http.MethodGet, "/retention/plan", nil); a.Status != 403 && a.Status != 404 {
			t.Errorf("%s sees the plan: %d", c.Name, a.Status)
		}
	}
}
