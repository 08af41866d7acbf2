package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"huying/ent/migrations"
)

// ErrBehind is returned by CheckSchema for a database that lacks migrations of this program.
var ErrBehind = errors.New("the database's schema is older than this program; run huying migrate")

const appliedVersion = "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied"

// SchemaWanted is the newest migration this program knows of an engine.
func SchemaWanted(engine string) (int64, error) {
	files, err := fs.ReadDir(migrations.Files, engine)
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest, nil
}

// Schema answers the newest migration the database has.
func (d *DB) Schema(ctx context.Context) (have int64, err error) {
	if d.pool != nil {
		err = d.pool.QueryRow(ctx, appliedVersion).Scan(&have)
	} else {
		err = d.reader.QueryRowContext(ctx, appliedVersion).Scan(&have)
	}
	if err != nil {
		return 0, fmt.Errorf("schema version: %w", err)
	}
	return have, nil
}

// CheckSchema fails with ErrBehind where the database lacks a migration. A newer schema is fine: a release works on the
// schema of the next one.
func (d *DB) CheckSchema(ctx context.Context) error {
	want, err := SchemaWanted(d.cfg.Engine)
	if err != nil {
		return err
	}
	have, err := d.Schema(ctx)
	if err != nil {
		return err
	}
	if have < want {
		return fmt.Errorf("%w (it has %d, wanted is %d)", ErrBehind, have, want)
	}
	return nil
}

// PoolStat is how one pool of connections is doing. Waits and Waited count since the process began.
type PoolStat struct {
	Pool             string
	InUse, Open, Max int
	Waits, GaveUp    int64
	Waited           time.Duration
}

// Pools says how every pool is doing.
func (d *DB) Pools() (stats []PoolStat) {
	for name, p := range map[string]*pgxpool.Pool{"app": d.pool, "door": d.doorPool, "city": d.cityPool} {
		if p == nil {
			continue
		}
		s := p.Stat()
		stats = append(stats, PoolStat{
			Pool: name, InUse: int(s.AcquiredConns()), Open: int(s.TotalConns()), Max: int(s.MaxConns()),
			Waits: s.EmptyAcquireCount(), GaveUp: s.CanceledAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
		})
	}
	for name, p := range map[string]*sql.DB{"writer": d.writer, "reader": d.reader} {
		if p == nil {
			continue
		}
		s := p.Stats()
		stats = append(stats, PoolStat{
			Pool: name, InUse: s.InUse, Open: s.OpenConnections, Max: s.MaxOpenConnections, Waits: s.WaitCount, Waited: s.WaitDuration,
		})
	}
	return stats
}

// Facts are what a PostgreSQL role sees of its server, for huying doctor.
type Facts struct {
	Role                        string
	Superuser, Bypasses, Owns   bool
	Version                     int
	Now                         time.Time
	Unwalled, Writable, Missing []string
}

// tenantTables are those that carry a tenant, with what guards them.
const tenantTables = `SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity
		AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
	pg_get_userbyid(c.relowner) = current_user,
	has_table_privilege(c.oid, 'INSERT') OR has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE'),
	has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT')
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
	WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname`

// InspectPostgres asks the server, as the role of the address, what it may and how the walls stand.
func InspectPostgres(ctx context.Context, url string) (f Facts, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return f, fmt.Errorf("connect: %w", redactURL(err, url))
	}
	defer conn.Close(ctx) //nolint:errcheck // only read
	err = conn.QueryRow(ctx, `SELECT current_user::text, r.rolsuper, r.rolbypassrls, current_setting('server_version_num')::int, now()
		FROM pg_roles r WHERE r.rolname = current_user`).Scan(&f.Role, &f.Superuser, &f.Bypasses, &f.Version, &f.Now)
	if err != nil {
		return f, fmt.Errorf("role: %w", err)
	}
	rows, err := conn.Query(ctx, tenantTables)
	if err != nil {
		return f, fmt.Errorf("tables: %w", err)
	}
	var table string
	var walled, owns, writes, reads bool
	_, err = pgx.ForEachRow(rows, []any{&table, &walled, &owns, &writes, &reads}, func() error {
		f.Owns = f.Owns || owns
		if !walled {
			f.Unwalled = append(f.Unwalled, table)
		}
		if writes {
			f.Writable = append(f.Writable, table)
		}
		if !reads {
			f.Missing = append(f.Missing, table)
		}
		return nil
	})
	return f, err
}

// Grouped runs a reviewed count over a table without tenants (the queue's) and visits its groups.
func (d *DB) Grouped(ctx context.Context, query string, visit func(group string, n int)) error {
	var group string
	var n int
	if d.pool != nil {
		rows, err := d.pool.Query(ctx, query)
		if err != nil {
			return err
		}
		_, err = pgx.ForEachRow(rows, []any{&group, &n}, func() error { visit(group, n); return nil })
		return err
	}
	rows, err := d.reader.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		if err := rows.Scan(&group, &n); err != nil {
			return err
		}
		visit(group, n)
	}
	return rows.Err()
}
