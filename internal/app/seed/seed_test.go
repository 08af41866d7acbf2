package seed_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"huying/ent/db/deadline"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportterm"
	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/app/demo"
	"huying/internal/app/seed"
	"huying/internal/division"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

// store is the one embedded gateway a process may run.
var store *objects.Embedded

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "huying-seed-test-")
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

// TestMultiply copies sixty lives twice on both engines: every report keeps all
// of its own, and nothing of another's.
func TestMultiply(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			kit := testkit.New(t, engine, testkit.Filled("division_reference", division.EnsureReference))
			cfg := apptest.Configure(t, kit, apptest.Setup{Engine: engine, Store: config.EmbeddedStore})
			a, err := app.Build(t.Context(), cfg, app.Options{Log: apptest.Quiet(t), Embedded: store})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := a.Close(context.Background()); err != nil {
					t.Error(err)
				}
			})
			if _, err := seed.Multiply(t.Context(), cfg, 10, nil); !errors.Is(err, seed.ErrNoBase) {
				t.Fatalf("an empty database: %v", err)
			}
			deps := demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence}
			if _, err := demo.Seed(t.Context(), deps, demo.Options{Now: a.Clock.Now(), Tenants: []string{"370202"}, Reports: 60, Pictured: 6}); err != nil {
				t.Fatal(err)
			}
			before := count(t, a)
			out, err := seed.Multiply(t.Context(), cfg, 180, func(int, int) {})
			if err != nil {
				t.Fatal(err)
			}
			if out.Before != 60 || out.After != 180 {
				t.Fatalf("%+v", out)
			}
			after := count(t, a)
			for table, n := range before {
				if n == 0 || after[table] != 3*n {
					t.Errorf("%s: %d rows became %d", table, n, after[table])
				}
			}
			whole(t, a)
			if _, err := seed.Multiply(t.Context(), cfg, 1000, func(int, int) {}); !errors.Is(err, seed.ErrCopied) {
				t.Errorf("copying copies: %v", err)
			}
		})
	}
}

func count(t *testing.T, a *app.App) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := a.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
		for name, of := range map[string]func(context.Context) (int, error){
			"reports": tx.Report.Query().Count, "events": tx.ReportEvent.Query().Count, "terms": tx.ReportTerm.Query().Count,
			"deadlines": tx.Deadline.Query().Count, "offers": tx.ReportOffer.Query().Count, "photos": tx.Photo.Query().Count,
			"uploads": tx.Upload.Query().Count, "assignments": tx.Assignment.Query().Count,
		} {
			n, err := of(ctx)
			if err != nil {
				return err
			}
			out[name] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// whole checks that every report, copied or not, has its own beginning, clocks and terms.
func whole(t *testing.T, a *app.App) {
	t.Helper()
	err := a.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Report.Query().Order(entreport.ByID()).All(ctx)
		if err != nil {
			return err
		}
		numbers := map[string]bool{}
		for _, r := range rows {
			if numbers[r.Number] {
				t.Errorf("number %s twice", r.Number)
			}
			numbers[r.Number] = true
			events, err := tx.ReportEvent.Query().Where(reportevent.ReportID(r.ID)).Order(reportevent.ByID()).All(ctx)
			if err != nil {
				return err
			}
			clocks, err := tx.Deadline.Query().Where(deadline.SubjectID(r.ID)).Count(ctx)
			if err != nil {
				return err
			}
			terms, err := tx.ReportTerm.Query().Where(reportterm.ReportID(r.ID)).Count(ctx)
			if err != nil {
				return err
			}
			if len(events) == 0 || events[0].Action != "submit" || clocks == 0 || terms == 0 {
				t.Errorf("%s: %d events, %d clocks, %d terms", r.Number, len(events), clocks, terms)
				continue
			}
			if last := events[len(events)-1]; last.ToState != string(r.State) || !events[0].At.Equal(r.CreatedAt) {
				t.Errorf("%s stands at %s, its last step says %s; made %s, told %s", r.Number, r.State, last.ToState, r.CreatedAt, events[0].At)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
