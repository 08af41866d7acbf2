package testkit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"huying/ent/migrations"
	"huying/internal/platform/database"
)

// password of the roles on the test server.
const password = "huying-test"

// migrationsKey changes with every migration, so that a template never holds an
// older schema.
var migrationsKey = sync.OnceValues(func() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := migrations.Files.ReadFile(path)
		sum.Write([]byte(path))
		sum.Write(content)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("testkit: read migrations: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
})

// templateLock lets one process build a template while the others wait.
func templateLock(name string) (*os.File, error) {
	if err := os.MkdirAll(workDir(), 0o755); err != nil {
		return nil, fmt.Errorf("testkit: %w", err)
	}
	return lock(filepath.Join(workDir(), name+".lock"), syscall.LOCK_EX)
}

func (k *Kit) usePostgres(t testing.TB, f fill) error {
	t.Helper()
	workers, err := citusWorkers()
	if err != nil {
		return err
	}
	if len(workers) > 0 {
		return k.useCitus(t, workers, f)
	}
	template, err := postgresTemplate(t.Context(), f)
	if err != nil {
		return err
	}
	name := databaseName()
	if err := onServer(t.Context(), "CREATE DATABASE "+name+" OWNER "+database.RoleOwner+" TEMPLATE "+template+" STRATEGY file_copy"); err != nil {
		return err
	}
	t.Cleanup(func() {
		if err := dropDatabase(context.WithoutCancel(t.Context()), name); err != nil {
			t.Errorf("testkit: %v", err)
		}
	})
	return k.pointAt(name)
}

// pointAt sets the kit's addresses to a database of the cluster.
func (k *Kit) pointAt(name string) error {
	server, err := cluster()
	if err != nil {
		return err
	}
	as := func(role string) *url.URL {
		u := *server
		u.Path = "/" + name
		if role != "" {
			u.User = url.UserPassword(role, password)
		}
		return &u
	}
	k.super, k.owner, k.app, k.city = as(""), as(database.RoleOwner), as(database.RoleApp), as(database.RoleCity)
	k.config = database.Config{Engine: database.EnginePostgres, URL: k.app.String(), CityURL: k.city.String()}
	return nil
}

// postgresTemplate returns the database to copy, building it when nobody has.
func postgresTemplate(ctx context.Context, f fill) (string, error) {
	key, err := migrationsKey()
	if err != nil {
		return "", err
	}
	template := "template_" + key
	if f.name != "" {
		template += "_" + f.name
	}
	building, err := templateLock("templates")
	if err != nil {
		return "", err
	}
	defer building.Close() //nolint:errcheck // closing is what gives the lock back
	ready, err := databaseExists(ctx, template)
	if err != nil || ready {
		return template, err
	}
	draft := template + "_draft"
	if err := dropDatabase(ctx, draft); err != nil {
		return "", err
	}
	if err := buildPostgres(ctx, draft, f); err != nil {
		return "", fmt.Errorf("testkit: build %s: %w", template, err)
	}
	return template, onServer(ctx, "ALTER DATABASE "+draft+" RENAME TO "+template)
}

func buildPostgres(ctx context.Context, name string, f fill) error {
	if err := bootstrap(ctx, name); err != nil {
		return err
	}
	var k Kit
	if err := k.pointAt(name); err != nil {
		return err
	}
	if err := database.MigratePostgres(ctx, k.owner.String()); err != nil {
		return err
	}
	return f.into(ctx, database.Config{Engine: database.EnginePostgres, URL: k.owner.String()})
}

// bootstrap makes the roles and an empty database, as the product does.
// PostgreSQL refuses two processes that alter one role at once.
func bootstrap(ctx context.Context, name string) error {
	alone, err := templateLock("roles")
	if err != nil {
		return err
	}
	defer alone.Close() //nolint:errcheck // closing is what gives the lock back
	server, err := cluster()
	if err != nil {
		return err
	}
	return database.BootstrapPostgres(ctx, server.String(), database.Bootstrap{
		Database: name, OwnerPassword: password, AppPassword: password, CityPassword: password,
	})
}

func (f fill) into(ctx context.Context, cfg database.Config) error {
	if f.put == nil {
		return nil
	}
	d, err := database.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer d.Close()
	return f.put(ctx, d)
}

func databaseExists(ctx context.Context, name string) (found bool, err error) {
	server, err := cluster()
	if err != nil {
		return false, err
	}
	err = superuser(ctx, server.String(), func(c *pgx.Conn) error {
		return c.QueryRow(ctx, "SELECT exists(SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&found)
	})
	return found, err
}

func (k *Kit) useSQLite(t testing.TB, f fill) error {
	t.Helper()
	template, err := sqliteTemplate(t.Context(), f)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(template)
	if err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	dir, err := os.MkdirTemp(memory(), "huying-sqlite-")
	if err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "huying.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	k.config = database.Config{Engine: database.EngineSQLite, Path: path}
	return nil
}

// memory is a folder in memory when there is one: SQLite waits for the disk at
// every commit, and these files are thrown away.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// templates is the folder of SQLite templates. It is guarded like a server, so
// that it lives exactly as long as PostgreSQL's templates and none grows stale.
var templates = sync.OnceValues(func() (string, error) {
	return service{"sqlite", prepareTemplates, templatesReady}.acquire(context.Background())
})

func prepareTemplates(_ context.Context, dir string) (launch, error) {
	data := filepath.Join(dir, "data")
	return launch{argv: demoted(nil, "KILL", "sleep", "infinity"), signal: "KILL", address: data}, ownedDir(data, nil)
}

func templatesReady(_ context.Context, dir string) error {
	_, err := os.Stat(dir)
	return err
}

// sqliteTemplate returns the file to copy, building it when nobody has.
func sqliteTemplate(ctx context.Context, f fill) (string, error) {
	key, err := migrationsKey()
	if err != nil {
		return "", err
	}
	dir, err := templates()
	if err != nil {
		return "", err
	}
	building, err := templateLock("sqlite")
	if err != nil {
		return "", err
	}
	defer building.Close() //nolint:errcheck // closing is what gives the lock back
	template := filepath.Join(dir, "template-"+key+f.name+".db")
	if _, err := os.Stat(template); err == nil {
		return template, nil
	}
	draft := template + ".draft"
	for _, old := range []string{draft, draft + "-wal", draft + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("testkit: %w", err)
		}
	}
	if err := database.MigrateSQLite(ctx, draft); err != nil {
		return "", fmt.Errorf("testkit: build the SQLite template: %w", err)
	}
	if err := f.into(ctx, database.Config{Engine: database.EngineSQLite, Path: draft}); err != nil {
		return "", fmt.Errorf("testkit: fill the SQLite template: %w", err)
	}
	return template, os.Rename(draft, template)
}
