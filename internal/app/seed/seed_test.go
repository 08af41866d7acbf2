package seed_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"huying/ent/db/deadline"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportterm"
	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/app/demo"
	"huying/internal/app/seed"
	"huying/internal/audit"
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

// TestMultiply copies the ended ones among ninety lives on both engines: every report keeps all of its own and nothing of
// another's, the audit trail holds, the walls stand and the boards' counters are those of the history.
func TestMultiply(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			cfg := configure(t, engine)
			a := open(t, cfg)
			if _, err := seed.Multiply(t.Context(), cfg, 10, nil); !errors.Is(err, seed.ErrNoBase) {
				t.Fatalf("an empty database: %v", err)
			}
			deps := demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence}
			o := demo.Options{Now: a.Clock.Now(), Tenants: []string{tenant}, Reports: 90, Pictured: 80, Scenes: 1, Shared: true}
			if _, err := demo.Seed(t.Context(), deps, o); err != nil {
				t.Fatal(err)
			}
			indexes := indexesOf(t, a)
			before := count(t, a)
			shut(t, a)
			out, err := seed.Multiply(t.Context(), cfg, 271, func(int, int) {})
			if err != nil {
				t.Fatal(err)
			}
			a = open(t, cfg)
			defer shut(t, a)
			if out.Before != 90 || out.After != 271 {
				t.Fatalf("%+v", out)
			}
			after := count(t, a)
			for table, n := range before {
				if n == 0 || after[table] <= n {
					t.Errorf("%s: %d rows became %d", table, n, after[table])
				}
			}
			if each := float64(after["photos"]) / float64(after["reports"]); each < 1.2 || each > 1.9 || after["photos"] != after["uploads"] {
				t.Errorf("%.2f photos a report, %d uploads", each, after["uploads"])
			}
			if now := indexesOf(t, a); !slices.Equal(indexes, now) {
				t.Errorf("indexes, keys and walls were\n%v\nand are\n%v", indexes, now)
			}
			whole(t, a)
			if err := a.RebuildRollups(t.Context(), []string{tenant}, func(app.Recounted) {}); err != nil {
				t.Fatal(err)
			}
			if err := a.VerifyRollups(t.Context(), []string{tenant}, func(app.Recounted) {}); err != nil {
				t.Error(err)
			}
			trail, err := audit.Verify(t.Context(), a.DB, tenant)
			if err != nil || trail.Lines == 0 || trail.Break != nil {
				t.Errorf("audit trail: %+v, %v", trail, err)
			}
			if _, err := seed.Multiply(t.Context(), cfg, 1000, nil); !errors.Is(err, seed.ErrCopied) {
				t.Errorf("copying copies: %v", err)
			}
		})
	}
}

const tenant = "370202"

// configure gives an empty installation. A file of SQLite is filled by whoever has it alone, so it is nobody's template.
func configure(t *testing.T, engine string) config.Config {
	t.Helper()
	if engine == config.Postgres {
		kit := testkit.New(t, engine, testkit.Filled("division_reference", division.EnsureReference))
		return apptest.Configure(t, kit, apptest.Setup{Engine: engine, Store: config.EmbeddedStore})
	}
	cfg := config.Default()
	cfg.Data.Dir, cfg.Demo.On, cfg.HTTP.Listen = t.TempDir(), true, "127.0.0.1:0"
	cfg, err := cfg.Settle()
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func open(t *testing.T, cfg config.Config) *app.App {
	t.Helper()
	a, err := app.Build(t.Context(), cfg, app.Options{Log: apptest.Quiet(t), Embedded: store})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func shut(t *testing.T, a *app.App) {
	t.Helper()
	if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// indexesOf are the indexes, keys and walls of the tables that are filled, as the database describes them.
func indexesOf(t *testing.T, a *app.App) (out []string) {
	t.Helper()
	const wall = " -- tenant_id, which every raw statement has to name"
	query := "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY 1"
	if a.Config.Database.Engine == config.Postgres {
		query = `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
			UNION ALL SELECT conrelid::regclass || conname || convalidated FROM pg_constraint
			UNION ALL SELECT relname || relrowsecurity || relforcerowsecurity FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE 'pg_%' ORDER BY 1`
	}
	err := a.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Query(ctx, query+wall)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // Err below tells
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			out = append(out, text)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func count(t *testing.T, a *app.App) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := a.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		for name, of := range map[string]func(context.Context) (int, error){
			"reports": tx.Report.Query().Count, "events": tx.ReportEvent.Query().Count, "terms": tx.ReportTerm.Query().Count,
			"deadlines": tx.Deadline.Query().Count, "offers": tx.ReportOffer.Query().Count, "photos": tx.Photo.Query().Count,
			"uploads": tx.Upload.Query().Count, "assignments": tx.Assignment.Query().Count, "audit lines": tx.AuditLine.Query().Count,
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
	err := a.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
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
			terms, err := tx.ReportTerm.Query().Where(reportterm.ID(r.ID)).Count(ctx)
			if err != nil {
				return err
			}
			if text := events[0].PublicText; !strings.Contains(text, r.Number) {
				t.Errorf("%s was submitted as %q", r.Number, text)
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
