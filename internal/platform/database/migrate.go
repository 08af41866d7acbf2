package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver, for migrations only
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"huying/ent/migrations"
)

// Roles on PostgreSQL. They belong to the cluster: Bootstrap makes them, migrations only grant to them.
const (
	RoleOwner = "huying_owner" // owns the tables; migrations, dumps, rebuilds
	RoleApp   = "huying_app"   // what serve and worker log in as
	RoleCity  = "huying_city"  // SELECT only, reads all tenants
)

// MigrateSQLite brings a SQLite file to the newest schema, the queue's tables included.
func MigrateSQLite(ctx context.Context, path string) error {
	conn, err := OpenSQLite(ctx, path)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := goUpSQLite(ctx, conn); err != nil {
		return err
	}
	m, err := rivermigrate.New(riversqlite.New(conn), nil)
	if err != nil {
		return fmt.Errorf("queue migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("queue migrations: %w", err)
	}
	return nil
}

// MigratePostgres brings a PostgreSQL database to the newest schema. The URL is the owner's.
func MigratePostgres(ctx context.Context, ownerURL string) error {
	conn, err := sql.Open("pgx", ownerURL)
	if err != nil {
		return fmt.Errorf("owner URL: %w", redactURL(err, ownerURL))
	}
	defer conn.Close()
	if _, err := goUp(ctx, goose.DialectPostgres, conn, "postgres"); err != nil {
		return err
	}
	return migrateQueue(ctx, ownerURL)
}

// goUpSQLite migrates the one open connection. SQLite changes most columns by
// building a table anew, which foreign keys would forbid; the switch is without
// effect inside a migration's transaction, so it is thrown around all of them.
func goUpSQLite(ctx context.Context, conn *sql.DB) error {
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = 0"); err != nil {
		return fmt.Errorf("foreign keys off: %w", err)
	}
	applied, err := goUp(ctx, goose.DialectSQLite3, conn, "sqlite")
	if err != nil {
		return err
	}
	if applied > 0 {
		var table string
		err := conn.QueryRowContext(ctx, `SELECT "table" FROM pragma_foreign_key_check LIMIT 1`).Scan(&table)
		if !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("migrate: rows of %q point nowhere: %w", table, err)
		}
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = 1"); err != nil {
		return fmt.Errorf("foreign keys on: %w", err)
	}
	return nil
}

// goUp applies what is missing and answers how many migrations that were.
func goUp(ctx context.Context, dialect goose.Dialect, conn *sql.DB, dir string) (int, error) {
	files, err := fs.Sub(migrations.Files, dir)
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider(dialect, conn, files)
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("migrate: %w", err)
	}
	return len(done), nil
}

// migrateQueue makes River's tables. They hold ids only, no personal data, and
// have no tenant: the worker enters the tenant a job names.
func migrateQueue(ctx context.Context, ownerURL string) error {
	pool, err := pgxpool.New(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("owner URL: %w", redactURL(err, ownerURL))
	}
	defer pool.Close()
	m, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return fmt.Errorf("queue migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("queue migrations: %w", err)
	}
	rows, err := pool.Query(ctx, `SELECT table_name FROM information_schema.tables
		WHERE table_schema = current_schema() AND table_name LIKE 'river%'`)
	if err != nil {
		return fmt.Errorf("queue tables: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("queue tables: %w", err)
	}
	grant := fmt.Sprintf("GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %s; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %s;"+
		" GRANT SELECT ON goose_db_version TO %s", strings.Join(names, ", "), RoleApp, RoleApp, RoleApp)
	if _, err := pool.Exec(ctx, grant); err != nil {
		return fmt.Errorf("queue grants: %w", err)
	}
	return nil
}

// Bootstrap settings: the passwords the three roles get.
type Bootstrap struct {
	Database                                 string
	OwnerPassword, AppPassword, CityPassword string
}

// BootstrapPostgres makes the roles and the database, as a superuser. It may be run again.
func BootstrapPostgres(ctx context.Context, superURL string, b Bootstrap) error {
	conn, err := pgx.Connect(ctx, superURL)
	if err != nil {
		return fmt.Errorf("connect as superuser: %w", redactURL(err, superURL))
	}
	defer conn.Close(ctx)
	for role, password := range map[string]string{
		RoleOwner: b.OwnerPassword, RoleApp: b.AppPassword, RoleCity: b.CityPassword,
	} {
		if err := ensureRole(ctx, conn, role, password); err != nil {
			return err
		}
	}
	return ensureDatabase(ctx, conn, b.Database)
}

func ensureRole(ctx context.Context, conn *pgx.Conn, role, password string) error {
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT exists(SELECT 1 FROM pg_roles WHERE rolname = $1)", role).Scan(&exists); err != nil {
		return fmt.Errorf("role %s: %w", role, err)
	}
	verb := "CREATE"
	if exists {
		verb = "ALTER"
	}
	stmt := fmt.Sprintf("%s ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS", verb, pgx.Identifier{role}.Sanitize())
	if password != "" {
		stmt += " PASSWORD " + quoteLiteral(password)
	}
	for name, value := range limitsOf(role) {
		stmt += fmt.Sprintf("; ALTER ROLE %s SET %s = %s", pgx.Identifier{role}.Sanitize(), name, quoteLiteral(value))
	}
	if _, err := conn.Exec(ctx, stmt); err != nil {
		return fmt.Errorf("role %s: %w", role, err)
	}
	return nil
}

// limitsOf are what the server itself does not let a role exceed, whatever a process forgets: longer than any request or
// job may take. They belong to the role, because a pooler passes no settings on. The owner has a limit on waiting for
// locks only: a migration that cannot have its lock must fail and not stand in everybody's way.
func limitsOf(role string) map[string]string {
	if role == RoleOwner {
		return map[string]string{"lock_timeout": "15s"}
	}
	return map[string]string{
		"statement_timeout": "75s", "lock_timeout": "30s", "idle_in_transaction_session_timeout": "120s",
	}
}

func ensureDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT exists(SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil {
		return fmt.Errorf("database %s: %w", name, err)
	}
	ident := pgx.Identifier{name}.Sanitize()
	if !exists {
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+ident+" OWNER "+RoleOwner+" ENCODING 'UTF8' TEMPLATE template0"); err != nil {
			return fmt.Errorf("database %s: %w", name, err)
		}
	}
	grants := "REVOKE ALL ON DATABASE " + ident + " FROM PUBLIC; GRANT CONNECT ON DATABASE " + ident + " TO " + RoleOwner + ", " + RoleApp + ", " + RoleCity +
		"; GRANT ALL ON DATABASE " + ident + " TO " + RoleOwner
	if _, err := conn.Exec(ctx, grants); err != nil {
		return fmt.Errorf("database %s: %w", name, err)
	}
	return nil
}

func quoteLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
