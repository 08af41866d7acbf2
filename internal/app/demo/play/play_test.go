package play_test

import (
	"context"
	"os"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/app/demo"
	"huying/internal/app/demo/play"
	"huying/internal/division"
	"huying/internal/platform/config"
	"huying/internal/platform/objects"
	"huying/internal/platform/testkit"
)

// store is the one embedded gateway a process may run.
var store *objects.Embedded

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "huying-play-test-")
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

// house is a product with two districts' invented people and no reports.
func house(t *testing.T, s apptest.Setup) *app.App {
	t.Helper()
	kit := testkit.New(t, s.Engine, testkit.Filled("division_reference", division.EnsureReference))
	a, err := app.Build(t.Context(), apptest.Configure(t, kit, s), app.Options{Log: apptest.Quiet(t), Embedded: store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	deps := demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence, Recount: a.RecountPast}
	if _, err := demo.Seed(t.Context(), deps, demo.Options{Now: a.Clock.Now(), Tenants: []string{"370202", "370203"}}); err != nil {
		t.Fatal(err)
	}
	return a
}

// night is a Friday before a weekend of plain working days, 23:40 in Qingdao.
var night = time.Date(2026, 6, 12, 15, 40, 0, 0, time.UTC)

// TestPlays acts every script on both engines; the wrong people try every act first.
func TestPlays(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := house(t, apptest.Setup{Engine: engine, Store: config.EmbeddedStore})
			stage, err := play.Open(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := stage.Close(context.Background()); err != nil {
					t.Error(err)
				}
			})
			for _, p := range play.All() {
				t.Run(p.Key, func(t *testing.T) {
					if _, err := stage.Act(t.Context(), p, play.Setting{Tenant: "370202", Other: "370203", Begin: night, Strict: true}); err != nil {
						t.Fatal(err)
					}
				})
			}
			// Every act was counted for the boards as it happened, transfers and all.
			if err := a.VerifyRollups(t.Context(), nil, func(app.Recounted) {}); err != nil {
				t.Error(err)
			}
		})
	}
}
