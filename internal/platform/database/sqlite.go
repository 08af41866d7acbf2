package database

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the engine
)

// sqliteTime is fixed-width, so that comparing text compares times.
const sqliteTime = "2006-01-02 15:04:05.000000+00:00"

// sqliteDSN: WAL so that readers never wait; synchronous FULL because an
// acknowledged report must survive a power cut.
func sqliteDSN(path string, writer bool) string {
	q := url.Values{}
	for _, p := range []string{
		"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "foreign_keys(1)",
		"temp_store(MEMORY)", "cache_size(-16000)", "mmap_size(268435456)",
	} {
		q.Add("_pragma", p)
	}
	if writer {
		q.Set("_txlock", "immediate")
	} else {
		q.Add("_pragma", "query_only(1)")
	}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: q.Encode()}).String()
}

func (d *DB) openSQLite(ctx context.Context) error {
	var err error
	if d.writer, err = openSQLitePool(ctx, d.cfg.Path, true, 1); err != nil {
		return err
	}
	readers := d.cfg.MaxConns
	if readers <= 0 {
		readers = 8
	}
	if d.reader, err = openSQLitePool(ctx, d.cfg.Path, false, readers); err != nil {
		return err
	}
	if _, err := d.writer.ExecContext(ctx, "PRAGMA optimize=0x10002"); err != nil {
		return fmt.Errorf("optimize: %w", err)
	}
	d.write = d.client(&liteDriver{db: d.writer, cfg: d.cfg})
	d.read = d.client(&liteDriver{db: d.reader, cfg: d.cfg})
	d.city = d.read
	return nil
}

// OpenSQLite opens one writing connection without the wall, for migrations.
func OpenSQLite(ctx context.Context, path string) (*sql.DB, error) {
	return openSQLitePool(ctx, path, true, 1)
}

// SnapshotSQLite writes the rows as they are at one moment into a new file, beside a process that goes on writing.
func SnapshotSQLite(ctx context.Context, path, to string) error {
	conn, err := OpenSQLite(ctx, path)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // only read
	if _, err := conn.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// CheckSQLite reads the whole file and says the first thing that is wrong with it.
func CheckSQLite(ctx context.Context, path string) error {
	conn, err := OpenSQLite(ctx, path)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // only read
	var verdict string
	if err := conn.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("integrity: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("integrity: %s", verdict)
	}
	return nil
}

func openSQLitePool(ctx context.Context, path string, writer bool, conns int) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", sqliteDSN(path, writer))
	if err != nil {
		return nil, fmt.Errorf("database.path: %w", err)
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("open SQLite file: %w", err)
	}
	return pool, nil
}

// liteDriver is ent's driver over database/sql with times written fixed-width.
type liteDriver struct {
	db  *sql.DB
	cfg Config
}

var _ driver = (*liteDriver)(nil)

func (l *liteDriver) Dialect() string { return dialect.SQLite }
func (l *liteDriver) Close() error    { return nil }

func (l *liteDriver) Exec(ctx context.Context, query string, args, v any) error {
	return liteExec(ctx, l.cfg, l.db, query, args, v)
}

func (l *liteDriver) Query(ctx context.Context, query string, args, v any) error {
	return liteQuery(ctx, l.cfg, l.db, query, args, v)
}

func (l *liteDriver) Tx(ctx context.Context) (dialect.Tx, error) { return beginInto(ctx, l) }

func (l *liteDriver) begin(ctx context.Context, readOnly bool) (txHandle, error) {
	tx, err := l.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: readOnly})
	if err != nil {
		return nil, err
	}
	return &liteTx{tx: tx, cfg: l.cfg}, nil
}

type liteTx struct {
	tx  *sql.Tx
	cfg Config
}

func (t *liteTx) Exec(ctx context.Context, query string, args, v any) error {
	return liteExec(ctx, t.cfg, t.tx, query, args, v)
}

func (t *liteTx) Query(ctx context.Context, query string, args, v any) error {
	return liteQuery(ctx, t.cfg, t.tx, query, args, v)
}

func (t *liteTx) Commit() error             { return t.tx.Commit() }
func (t *liteTx) Rollback() error           { return t.tx.Rollback() }
func (t *liteTx) native() (pgx.Tx, *sql.Tx) { return nil, t.tx }

func liteExec(ctx context.Context, cfg Config, r entsql.ExecQuerier, query string, args, v any) error {
	argv := liteArgs(args)
	cfg.OnSQL(ctx, query, argv)
	ctx, span := traceStatement(ctx, "sqlite", query)
	err := entsql.Conn{ExecQuerier: r}.Exec(ctx, query, argv, v)
	span.End(err)
	return err
}

func liteQuery(ctx context.Context, cfg Config, r entsql.ExecQuerier, query string, args, v any) error {
	argv := liteArgs(args)
	cfg.OnSQL(ctx, query, argv)
	ctx, span := traceStatement(ctx, "sqlite", query)
	err := entsql.Conn{ExecQuerier: r}.Query(ctx, query, argv, v)
	span.End(err)
	return err
}

func liteArgs(args any) []any {
	in, _ := args.([]any)
	out := make([]any, len(in))
	for i, a := range in {
		switch t := a.(type) {
		case time.Time:
			out[i] = t.UTC().Format(sqliteTime)
		case *time.Time:
			if t != nil {
				out[i] = t.UTC().Format(sqliteTime)
			}
		default:
			out[i] = a
		}
	}
	return out
}
