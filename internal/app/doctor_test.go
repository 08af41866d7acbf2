package app_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
)

func TestDoctor(t *testing.T) {
	examine := func(t *testing.T, cfg config.Config) (sick []string, all string) {
		t.Helper()
		err := app.Examine(t.Context(), cfg, clock.System(), func(f app.Finding) {
			all += f.String() + "\n"
			if f.State == app.Sick {
				sick = append(sick, f.Part+": "+f.Says)
				if f.Do == "" {
					t.Errorf("%s: nothing is said about what to do", f)
				}
			}
		})
		if errors.Is(err, app.ErrSick) != (len(sick) > 0) {
			t.Errorf("%v with %v", err, sick)
		}
		return sick, all
	}
	finds := func(t *testing.T, cfg config.Config, want string) {
		t.Helper()
		if sick, all := examine(t, cfg); len(sick) != 1 || !strings.Contains(sick[0], want) {
			t.Errorf("want one finding about %q:\n%s", want, all)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		cfg, _ := apptest.Prepare(t, apptest.Setup{Engine: config.SQLite})
		cfg.HTTP.Listen = "127.0.0.1:1"
		if sick, all := examine(t, cfg); len(sick) > 0 || !strings.Contains(all, "chains hold") {
			t.Fatalf("a sound installation:\n%s", all)
		}
		if err := os.Chmod(cfg.Keys.File, 0o644); err != nil { //nolint:gosec // what the doctor must find
			t.Fatal(err)
		}
		finds(t, cfg, "too open")
	})
	t.Run("postgres", func(t *testing.T) {
		cfg, _ := apptest.Prepare(t, apptest.Setup{Engine: config.Postgres, Store: config.S3Store})
		cfg.HTTP.Listen = "127.0.0.1:1"
		if sick, all := examine(t, cfg); len(sick) > 0 || !strings.Contains(all, "stands behind row-level security") {
			t.Fatalf("a sound installation:\n%s", all)
		}
		var made int
		for range 2 { // it may be run again
			made = 0
			if err := app.BootstrapStore(t.Context(), cfg, func(b fmt.Stringer) {
				made++
				if !strings.Contains(b.String(), "versioning true") || strings.Contains(b.String(), "staging") == strings.Contains(b.String(), "object lock true") {
					t.Error(b)
				}
			}); err != nil || made < 2 {
				t.Fatalf("%d buckets: %v", made, err)
			}
		}
		if sick, all := examine(t, cfg); len(sick) > 0 || !strings.Contains(all, fmt.Sprintf("%d buckets looked at", made)) {
			t.Fatalf("with its buckets:\n%s", all)
		}
		asOwner := cfg
		asOwner.Database.URL = cfg.Database.OwnerURL
		finds(t, asOwner, "passes row-level security")
		away := cfg
		away.Objects.Endpoint = "127.0.0.1:1"
		finds(t, away, "objects")

		owner, err := pgx.Connect(t.Context(), cfg.Database.OwnerURL.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		defer owner.Close(t.Context()) //nolint:errcheck // the test ends
		for role, want := range map[string]string{"huying_app": "75s", "huying_city": "75s", "huying_owner": ""} {
			var got string
			err := owner.QueryRow(t.Context(), `SELECT coalesce((SELECT split_part(s, '=', 2) FROM pg_db_role_setting d JOIN pg_roles r ON r.oid = d.setrole,
				unnest(d.setconfig) s WHERE r.rolname = $1 AND s LIKE 'statement_timeout=%'), '')`, role).Scan(&got)
			if err != nil || got != want {
				t.Errorf("%s has a statement_timeout of %q, want %q: %v", role, got, want, err)
			}
		}
		say := func(sql string) {
			if _, err := owner.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		say("DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)")
		finds(t, cfg, "older than this program")
		say("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99990101000000, true)")
		say("ALTER TABLE reports NO FORCE ROW LEVEL SECURITY")
		sick, all := examine(t, cfg)
		if len(sick) != 2 || !strings.Contains(sick[0], "on reports") {
			t.Errorf("a wall that was switched off, seen by both roles:\n%s", all)
		}
	})
}
