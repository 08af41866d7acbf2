package apptest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"huying/ent/db/photo"
	"huying/ent/db/upload"
	"huying/internal/app"
	"huying/internal/division"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

// Prepare makes the data of a house with one district at work and starts
// nothing, for tests that run the real program on it.
func Prepare(t testing.TB, s Setup) (config.Config, *Cast) {
	t.Helper()
	kit := testkit.New(t, s.Engine, testkit.Filled("reference_with_questions", division.EnsureReference))
	cfg := Configure(t, kit, s)
	a, err := app.Build(t.Context(), app.WithoutStore(cfg), app.Options{Log: Quiet(t)})
	if err != nil {
		t.Fatalf("apptest: prepare: %v", err)
	}
	cast := shinan
	cast.hire(t.Context(), t, a)
	if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	kit.DB.Close()
	return cfg, &cast
}

// Environ says a configuration in environment variables.
func Environ(cfg config.Config) []string {
	values := map[string]any{
		"DATA_DIR": cfg.Data.Dir, "HTTP_LISTEN": cfg.HTTP.Listen,
		"DATABASE_ENGINE": cfg.Database.Engine, "DATABASE_PATH": cfg.Database.Path,
		"DATABASE_URL": cfg.Database.URL.Reveal(), "DATABASE_CITY_URL": cfg.Database.CityURL.Reveal(),
		"DATABASE_RLS_MODE": cfg.Database.RLSMode, "DATABASE_ACQUIRE_TIMEOUT": cfg.Database.AcquireTimeout.String(),
		"OBJECTS_STORE": cfg.Objects.Store, "OBJECTS_DIR": cfg.Objects.Dir, "OBJECTS_ENDPOINT": cfg.Objects.Endpoint,
		"OBJECTS_REGION":     cfg.Objects.Region,
		"OBJECTS_ACCESS_KEY": cfg.Objects.AccessKey, "OBJECTS_SECRET_KEY": cfg.Objects.SecretKey.Reveal(),
		"KEYS_FILE": cfg.Keys.File, "JOBS_POLL_INTERVAL": cfg.Jobs.PollInterval.String(),
		"LOG_LEVEL": cfg.Log.Level, "DEMO_ON": cfg.Demo.On,
	}
	env := make([]string, 0, len(values))
	for name, value := range values {
		if fmt.Sprint(value) != "" {
			env = append(env, fmt.Sprintf("HUYING_%s=%v", name, value))
		}
	}
	return env
}

// CountReports counts a tenant's reports past every list and filter.
func CountReports(t testing.TB, a *app.App, tenant string) (n int) {
	t.Helper()
	err := a.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.Report.Query().Count(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Orphans counts what no report needs: objects in staging, uploads that were
// never attached, and evidence that no photo row names.
func Orphans(t testing.TB, a *app.App, tenant string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	orphans, named := 0, map[string]bool{}
	err := a.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Upload.Query().Where(upload.StateNEQ(upload.StateAttached)).Count(ctx)
		if err != nil {
			return err
		}
		orphans = n
		photos, err := tx.Photo.Query().Order(photo.ByID()).All(ctx)
		for _, p := range photos {
			named[p.OriginalKey], named[p.MediumKey], named[p.ThumbKey] = true, true, true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	count := func(area objects.Area, needed map[string]bool) {
		err := a.Store.Versions(ctx, area, tenant, "", func(s objects.Stored) error {
			if !needed[s.Key] {
				t.Logf("orphan %s", s.Key)
				orphans++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	count(objects.Staging, nil)
	count(objects.Evidence, named)
	return orphans
}
