package seed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL

	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
)

// shiftStep is by how much each copy is earlier than the one before it.
const shiftStep = 37 * time.Second

// Result says what was made.
type Result struct {
	Before, After int
	Rows          int64
	Took          time.Duration
}

// ErrNoBase says that there is nothing to copy.
var ErrNoBase = errors.New("seed: no reports to copy; fill a demo first")

// ErrCopied says that the base can no longer be told from its copies.
var ErrCopied = errors.New("seed: this database was multiplied before; begin with a fresh one")

// Multiply copies the reports that are there until there are at least n. note
// hears of every copy.
func Multiply(ctx context.Context, cfg config.Config, n int, note func(done, total int)) (*Result, error) {
	conn, e, err := open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var base, copied int
	if err := conn.QueryRowContext(ctx, "SELECT count(*), count(CASE WHEN length(number) > 18 THEN 1 END) FROM reports").Scan(&base, &copied); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	switch {
	case base == 0:
		return nil, ErrNoBase
	case copied > 0:
		return nil, ErrCopied
	}
	start := clock.System().Now()
	out := &Result{Before: base, After: base}
	for _, o := range order {
		if _, err := conn.ExecContext(ctx, snapshot(o.table, o.only)); err != nil {
			return nil, fmt.Errorf("seed: keep %s: %w", o.table, err)
		}
	}
	for k := 1; out.After < n; k++ {
		rows, err := copyOnce(ctx, conn, e, k)
		if err != nil {
			return nil, err
		}
		out.Rows += rows
		out.After += base
		note(out.After, n)
	}
	if _, err := conn.ExecContext(ctx, "ANALYZE"); err != nil {
		return nil, fmt.Errorf("seed: analyze: %w", err)
	}
	out.Took = clock.System().Now().Sub(start)
	return out, nil
}

// copyOnce makes one copy of every table in one transaction.
func copyOnce(ctx context.Context, conn *sql.DB, e engine, k int) (rows int64, err error) {
	all, err := tables()
	if err != nil {
		return 0, err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("seed: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // without effect after the commit
	for _, t := range all {
		res, err := tx.ExecContext(ctx, statement(t, e), int64(k), int64(k)*shiftStep.Milliseconds())
		if err != nil {
			return 0, fmt.Errorf("seed: copy %d of %s: %w", k, t.Name, err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("seed: %w", err)
		}
		rows += n
	}
	return rows, tx.Commit()
}

// open connects as the owner of the tables, one connection that keeps the base.
func open(ctx context.Context, cfg config.Config) (*sql.DB, engine, error) {
	if cfg.Database.Engine == config.SQLite {
		conn, err := database.OpenSQLite(ctx, cfg.Database.Path)
		if err != nil {
			return nil, nil, err
		}
		for _, pragma := range []string{"synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY", "foreign_keys = 0"} {
			if _, err := conn.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
				return nil, nil, errors.Join(fmt.Errorf("seed: %w", err), conn.Close())
			}
		}
		return conn, lite{}, nil
	}
	if cfg.Database.OwnerURL == "" {
		return nil, nil, errors.New("database.owner_url: needed to multiply reports on PostgreSQL")
	}
	conn, err := sql.Open("pgx", cfg.Database.OwnerURL.Reveal())
	if err != nil {
		return nil, nil, errors.New("seed: database.owner_url does not parse")
	}
	conn.SetMaxOpenConns(1)
	for _, q := range []string{postgresFunctions, "SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'"} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("seed: %w", err), conn.Close())
		}
	}
	return conn, postgres{}, nil
}
