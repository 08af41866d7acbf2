package demo_test

import (
	"context"
	"testing"
	"time"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/internal/app/demo"
	"huying/internal/deadline"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// TestYear tells a sample of one seed and holds its shares against what a year looks like.
func TestYear(t *testing.T) {
	a := buildQuiet(t)
	now := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	o := demo.Options{Now: now, Tenants: []string{"370214", "370285"}, Reports: 500}
	if _, err := demo.Seed(t.Context(), demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report}, o); err != nil {
		t.Fatal(err)
	}
	rows, led := lived(t, a.DB, "370214")
	var n, again, evening, night, heated, warm, weekend float64
	for _, r := range rows {
		at := r.CreatedAt.In(deadline.Zone)
		if now.Sub(r.CreatedAt) < 48*time.Hour {
			continue // those that stand in a state now are told apart from the year
		}
		n++
		count := func(into *float64, when bool) {
			if when {
				*into++
			}
		}
		count(&again, r.Round > 1 || r.State == entreport.StateReopened)
		count(&evening, at.Hour() >= 17 && at.Hour() < 22)
		count(&night, at.Hour() < 5)
		count(&weekend, at.Weekday() == time.Saturday || at.Weekday() == time.Sunday)
		heating := at.Month() <= 3 || at.Month() == 12
		count(&heated, heating && r.Category == "utilities")
		count(&warm, !heating && r.Category == "utilities")
	}
	for name, c := range map[string]struct{ share, low, high float64 }{
		"reopened": {again / n, 0.01, 0.08}, "in the evening": {evening / n, 0.25, 0.45}, "at night": {night / n, 0, 0.06},
		"at weekends": {weekend / n, 0.15, 0.29}, "heat and water in the cold third of the year": {heated / max(heated+warm, 1), 0.4, 0.85},
	} {
		if c.share < c.low || c.share > c.high {
			t.Errorf("%s: %.3f of %.0f, expected %.2f to %.2f", name, c.share, n, c.low, c.high)
		}
	}
	if idle := len(led) - working(led); idle == 0 {
		t.Error("every deputy accepted something")
	}
	late, _ := lived(t, a.DB, "370285")
	for _, r := range late {
		if now.Sub(r.CreatedAt) > 21*24*time.Hour {
			t.Errorf("the district that joined three weeks ago has a report of %s", r.CreatedAt)
		}
	}
	if len(late) == 0 || len(late) > 60 {
		t.Errorf("%d reports in the district that joined late", len(late))
	}
}

// lived gives a tenant's reports, and how many each deputy led.
func lived(t *testing.T, d *database.DB, tenant string) (rows []*db.Report, led map[string]int) {
	t.Helper()
	led = map[string]int{}
	err := d.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		if rows, err = tx.Report.Query().Order(entreport.ByID()).All(ctx); err != nil {
			return err
		}
		deputies, err := tx.Deputy.Query().All(ctx)
		if err != nil {
			return err
		}
		for _, m := range deputies {
			if led[m.ID.String()], err = tx.ReportDeputy.Query().Where(reportdeputy.DeputyID(m.ID)).Count(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, led
}

func working(led map[string]int) (n int) {
	for _, count := range led {
		if count > 0 {
			n++
		}
	}
	return n
}
