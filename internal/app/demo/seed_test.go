package demo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/deadline"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/internal/app"
	"huying/internal/app/demo"
	"huying/internal/app/demo/walk"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
	"huying/internal/report"
)

// small is a demo of two districts that is filled in about a second.
func small(now time.Time) demo.Options {
	return demo.Options{Now: now, Tenants: []string{"370202", "370203"}, Reports: 120, Pictured: 12}
}

// store is the one embedded gateway a process may run; every house of these tests stands on it.
var store *objects.Embedded

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "huying-demo-test-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir) //nolint:errcheck // thrown away with the machine's temporary files
		if store, err = objects.StartEmbedded(context.Background(), dir); err != nil {
			panic(err)
		}
		defer store.Close() //nolint:errcheck // the process ends
		return m.Run()
	}())
}

// build builds the product in demo mode on SQLite and the embedded store.
func build(t *testing.T) *app.App {
	t.Helper()
	cfg := config.Default()
	cfg.Data.Dir, cfg.Demo.On, cfg.HTTP.Listen = t.TempDir(), true, "127.0.0.1:0"
	cfg, err := cfg.Settle()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Build(t.Context(), cfg, app.Options{Log: slog.New(slog.DiscardHandler), Embedded: store})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// buildQuiet is a house that serves nobody and is closed with the test.
func buildQuiet(t *testing.T) *app.App {
	t.Helper()
	a := build(t)
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return a
}

func deps(a *app.App) demo.Deps {
	return demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence}
}

// TestDemo fills one small demo and asks it everything, because the embedded store runs once per process.
func TestDemo(t *testing.T) {
	a := build(t)
	start := time.Now()
	sum, err := demo.Seed(t.Context(), deps(a), small(a.Clock.Now()))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("filled in %s: %+v", time.Since(start), *sum)

	t.Run("every_state_of_the_straight_path_occurs", func(t *testing.T) {
		for _, s := range []string{"submitted", "open", "accepted", "verified", "dispatched", "handling", "replied", "resolved", "closed", "reopened", "withdrawn"} {
			if sum.States[s] == 0 {
				t.Errorf("no report is %s", s)
			}
		}
	})
	t.Run("a_filled_demo_is_left_alone", func(t *testing.T) {
		if _, err := demo.Seed(t.Context(), deps(a), small(a.Clock.Now())); !errors.Is(err, demo.ErrFilled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("rows_keep_the_report_rooms_invariants", func(t *testing.T) { checkRows(t, a, "370202") })
	t.Run("photographs_are_in_the_store_and_shown_before_and_after", func(t *testing.T) { checkPhotos(t, a, sum) })
	t.Run("documented_accounts_exist", func(t *testing.T) { checkAccounts(t, a) })
	t.Run("the_walk_succeeds_twice_on_the_same_data", func(t *testing.T) { checkWalk(t, a) })
}

func checkRows(t *testing.T, a *app.App, tenant string) {
	err := a.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		reports, err := tx.Report.Query().Order(entreport.ByID()).All(ctx)
		if err != nil {
			return err
		}
		live := map[uuid.UUID]int{}
		last := map[int]int64{}
		for _, r := range reports {
			_, year, n, ok := report.ParseNumber(r.Number)
			if !ok || n != last[year]+1 {
				t.Errorf("number %s follows %d: by id they are in order and without gaps", r.Number, last[year])
			}
			last[year] = n
			events, err := tx.ReportEvent.Query().Where(reportevent.ReportID(r.ID)).Order(reportevent.ByID()).All(ctx)
			if err != nil {
				return err
			}
			state := ""
			for _, e := range events {
				if e.FromState != state || e.At.After(a.Clock.Now()) {
					t.Errorf("%s: %s leads from %q, but the report was %q", r.Number, e.Action, e.FromState, state)
				}
				state = e.ToState
				if strings.Contains(e.PublicText, "{") || strings.Contains(e.PublicText, "000000-") {
					t.Errorf("%s tells %q", r.Number, e.PublicText)
				}
			}
			if state != string(r.State) {
				t.Errorf("%s is %s, its events end in %s", r.Number, r.State, state)
			}
			if r.LeadDeputyID != nil && strings.Contains("accepted verified dispatched handling replied reopened", string(r.State)) {
				live[*r.LeadDeputyID]++
			}
			running, err := tx.Deadline.Query().Where(deadline.SubjectID(r.ID), deadline.StoppedAtIsNil()).Count(ctx)
			if err != nil {
				return err
			}
			if over := r.State == entreport.StateClosed || r.State == entreport.StateWithdrawn; over != (running == 0) {
				t.Errorf("%s is %s and %d clocks run", r.Number, r.State, running)
			}
		}
		deputies, err := tx.Deputy.Query().All(ctx)
		if err != nil {
			return err
		}
		for _, d := range deputies {
			if d.LiveReports != live[d.ID] || d.LiveReports >= report.MaxLive {
				t.Errorf("%s: %d live reports stored, %d counted", d.Name, d.LiveReports, live[d.ID])
			}
		}
		late, err := tx.Deadline.Query().Where(deadline.NextCheckAtLTE(a.Clock.Now().Add(-time.Minute))).Count(ctx)
		if err == nil && late > 0 {
			t.Errorf("%d deadlines ran out and the timer has not looked", late)
		}
		lines, err := tx.AuditLine.Query().Count(ctx)
		if err == nil && lines < len(reports) {
			t.Errorf("%d audit lines for %d reports", lines, len(reports))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkPhotos(t *testing.T, a *app.App, sum *demo.Summary) {
	found, after := 0, 0
	for _, tenant := range []string{"370202", "370203"} {
		err := a.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
			reports, err := tx.Report.Query().IDs(ctx)
			if err != nil {
				return err
			}
			for _, id := range reports {
				photos, err := a.Evidence.List(ctx, tx, id)
				if err != nil {
					return err
				}
				for _, p := range photos {
					found++
					if p.Role == "after" {
						after++
					}
					for _, variant := range []evidence.Variant{evidence.Thumb, evidence.Medium} {
						if n, err := size(ctx, a, tx, p, variant); err != nil || n < 1000 {
							t.Errorf("photo %s %s: %d bytes, %v", p.ID, variant, n, err)
						}
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found != sum.Photos || found == 0 || after == 0 {
		t.Errorf("%d photos, %d of them after the work; the summary says %d", found, after, sum.Photos)
	}
}

// size reads a stored copy to its end.
func size(ctx context.Context, a *app.App, tx *database.Tx, p *db.Photo, variant evidence.Variant) (int64, error) {
	object, err := a.Evidence.Locate(ctx, tx, p, variant, "")
	if err != nil {
		return 0, err
	}
	content, err := a.Evidence.Fetch(ctx, object)
	if err != nil {
		return 0, err
	}
	return io.Copy(io.Discard, content.Body)
}

func checkAccounts(t *testing.T, a *app.App) {
	for _, name := range []string{
		"city", "city.leader", "city.unit1", "auditor", "operator", "370202.staff", "370202.admin", "370202.head", "370202.coordinator",
		"370202.caller", "370202.duty", "370202.dept1", "370202.dept1.head", "370202.deputy1", "370202.station1", "370202001.office", "370202001.gov",
	} {
		if _, err := a.Identity.ByUsername(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func checkWalk(t *testing.T, a *app.App) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, ln) }()
	for range 2 {
		var out bytes.Buffer
		if err := walk.Run(t.Context(), walk.Options{URL: "http://" + ln.Addr().String(), Password: demo.Password, Out: &out}); err != nil {
			t.Errorf("%v\n%s", err, out.String())
		}
		if strings.Contains(out.String(), "\x1b[") {
			t.Error("colours were written where there is no terminal")
		}
	}
	wrong := walk.Options{URL: "http://" + ln.Addr().String(), Password: "wrong", Out: &bytes.Buffer{}}
	if err := walk.Run(t.Context(), wrong); err == nil {
		t.Error("a walk whose first step fails succeeded")
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestSameSeedSameCity tells the same year twice without a store.
func TestSameSeedSameCity(t *testing.T) {
	now := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	first, second, other := chronicle(t, now, 0), chronicle(t, now, 0), chronicle(t, now, 1)
	if first != second {
		t.Error("one seed told two years")
	}
	if first == other {
		t.Error("two seeds told the same year")
	}
}

// chronicle fills a database of its own and writes down what is in it.
func chronicle(t *testing.T, now time.Time, seed uint64) string {
	t.Helper()
	a := buildQuiet(t)
	if _, err := demo.Seed(t.Context(), demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report},
		demo.Options{Seed: seed, Now: now, Tenants: []string{"370202"}, Reports: 60}); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	err := a.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
		reports, err := tx.Report.Query().Order(entreport.ByID()).All(ctx)
		for _, r := range reports {
			fmt.Fprintln(&b, r.ID, r.Number, r.State, r.Description, r.OwnerLabel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPeopleOfAllFiveLevels(t *testing.T) {
	a := buildQuiet(t)
	if _, err := demo.Seed(t.Context(), deps(a), demo.Options{Now: a.Clock.Now(), Tenants: []string{"370211"}, Reports: 20}); err != nil {
		t.Fatal(err)
	}
	levels := map[string]int{}
	err := a.DB.View(t.Context(), tenancy.Tenant("370211"), func(ctx context.Context, tx *database.Tx) error {
		seats, err := tx.DeputySeat.Query().All(ctx)
		for _, s := range seats {
			levels[string(s.Level)]++
			if s.Level == "town" {
				if kind, _ := division.StreetKindOf(s.Constituency[0]); kind != division.Town {
					t.Errorf("a town deputy in %s, which is no town", s.Constituency[0])
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(levels) != 5 {
		t.Errorf("levels: %v", levels)
	}
}
