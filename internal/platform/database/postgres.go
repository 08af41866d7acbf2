package database

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"huying/internal/platform/tenancy"
)

func (d *DB) openPostgres(ctx context.Context) error {
	var err error
	if d.pool, err = d.newPool(ctx, d.cfg.URL); err != nil {
		return err
	}
	// Every request passes the identity door before its tenant's rows. Connections
	// of its own spare the switch there and back.
	if d.doorPool, err = d.newPool(ctx, d.cfg.URL); err != nil {
		return err
	}
	d.write = d.client(&pgDriver{pool: d.pool, cfg: d.cfg})
	d.door = d.client(&pgDriver{pool: d.doorPool, cfg: d.cfg})
	d.read, d.city = d.write, d.write
	if d.cfg.CityURL == "" {
		return nil
	}
	if d.cityPool, err = d.newPool(ctx, d.cfg.CityURL); err != nil {
		return err
	}
	d.city = d.client(&pgDriver{pool: d.cityPool, cfg: d.cfg})
	return nil
}

func (d *DB) newPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database.url: %w", redactURL(err, url))
	}
	if d.cfg.MaxConns > 0 {
		cfg.MaxConns = int32(min(d.cfg.MaxConns, 1000))
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = d.cfg.AcquireTimeout
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.HealthCheckPeriod = 5 * time.Second
	if d.cfg.Mode == RLSSession {
		cfg.PrepareConn = prepareConn
	} else {
		// A pooler in transaction mode hands each transaction another server
		// connection, which knows none of our prepared statements; and it
		// refuses unknown start-up parameters.
		cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
		delete(cfg.ConnConfig.RuntimeParams, "timezone")
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open pool: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	return pool, nil
}

func redactURL(err error, url string) error {
	return fmt.Errorf("%s", strings.ReplaceAll(err.Error(), url, "[redacted]"))
}

// settings are the session variables the policies compare with.
type settings struct{ tenant, person, door string }

// doorValue is what the identity tables' policies expect in app.door.
const doorValue = "identity"

func settingsOf(ctx context.Context) settings {
	s, err := tenancy.From(ctx)
	if err != nil {
		return settings{}
	}
	out := settings{tenant: s.TenantCode()}
	if s.PersonID() != uuid.Nil {
		out.person = s.PersonID().String()
	}
	if s.Kind() == tenancy.KindDoor {
		out.door = doorValue
	}
	return out
}

const connSettings = "huying.settings"

// prepareConn gives a connection the scope of who borrows it, and takes away
// the last borrower's. It talks to the server only when they differ.
func prepareConn(ctx context.Context, conn *pgx.Conn) (bool, error) {
	want := settingsOf(ctx)
	data := conn.PgConn().CustomData()
	have, known := data[connSettings].(settings)
	if known && have == want {
		return true, nil
	}
	delete(data, connSettings)
	_, err := conn.Exec(ctx,
		"SELECT set_config('app.tenant',$1,false), set_config('app.person',$2,false), set_config('app.door',$3,false)",
		want.tenant, want.person, want.door)
	if err != nil {
		return false, fmt.Errorf("set scope: %w", err)
	}
	data[connSettings] = want
	return true, nil
}

// pgDriver is ent's driver straight over pgx: no database/sql between, whose
// pool would reuse a connection without prepareConn.
type pgDriver struct {
	pool *pgxpool.Pool
	cfg  Config
}

var _ driver = (*pgDriver)(nil)

func (p *pgDriver) Dialect() string { return dialect.Postgres }
func (p *pgDriver) Close() error    { return nil }

func (p *pgDriver) Exec(ctx context.Context, query string, args, v any) error {
	ctx, cancel := p.bounded(ctx)
	defer cancel()
	return pgExec(ctx, p.cfg, p.pool, query, args, v)
}

func (p *pgDriver) Query(ctx context.Context, query string, args, v any) error {
	return pgQuery(ctx, p.cfg, p.pool, query, args, v)
}

func (p *pgDriver) Tx(ctx context.Context) (dialect.Tx, error) { return beginInto(ctx, p) }

func (p *pgDriver) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, 60*time.Second)
}

func (p *pgDriver) begin(ctx context.Context, readOnly bool) (txHandle, error) {
	begin := "begin"
	if readOnly {
		begin = "begin read only"
	}
	if p.cfg.Mode == RLSLocal {
		begin += setLocal(settingsOf(ctx))
	}
	tx, err := p.pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return nil, err
	}
	return &pgTx{tx: tx, ctx: ctx, cfg: p.cfg}, nil
}

// setLocal builds statements, not set_config calls: Citus passes only these on
// to its workers. The values were validated: digits, a UUID, a constant.
func setLocal(s settings) string {
	return fmt.Sprintf("; set local app.tenant = '%s'; set local app.person = '%s'; set local app.door = '%s'",
		s.tenant, s.person, s.door)
}

type pgTx struct {
	tx  pgx.Tx
	ctx context.Context //nolint:containedctx // driver.Tx has Commit() without one
	cfg Config
}

func (t *pgTx) Exec(ctx context.Context, query string, args, v any) error {
	return pgExec(ctx, t.cfg, t.tx, query, args, v)
}

func (t *pgTx) Query(ctx context.Context, query string, args, v any) error {
	return pgQuery(ctx, t.cfg, t.tx, query, args, v)
}

func (t *pgTx) Commit() error { return t.tx.Commit(t.ctx) }

// Rollback must reach the server even when the request is already gone.
func (t *pgTx) Rollback() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), 5*time.Second)
	defer cancel()
	return t.tx.Rollback(ctx)
}

func (t *pgTx) native() (pgx.Tx, *sql.Tx) { return t.tx, nil }

type pgRunner interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

func pgExec(ctx context.Context, cfg Config, r pgRunner, query string, args, v any) error {
	argv, ok := args.([]any)
	if !ok {
		return fmt.Errorf("database: args are %T, not []any", args)
	}
	cfg.OnSQL(ctx, query, argv)
	ctx, span := traceStatement(ctx, "postgresql", query)
	tag, err := r.Exec(ctx, query, argv...)
	span.End(err)
	if err != nil {
		return err
	}
	if res, ok := v.(*sql.Result); ok && res != nil {
		*res = pgResult(tag.RowsAffected())
	}
	return nil
}

func pgQuery(ctx context.Context, cfg Config, r pgRunner, query string, args, v any) error {
	argv, ok := args.([]any)
	if !ok {
		return fmt.Errorf("database: args are %T, not []any", args)
	}
	out, ok := v.(*entsql.Rows)
	if !ok {
		return fmt.Errorf("database: rows go into %T, not *sql.Rows", v)
	}
	cfg.OnSQL(ctx, query, argv)
	ctx, span := traceStatement(ctx, "postgresql", query)
	rows, err := r.Query(ctx, query, argv...)
	span.End(err)
	if err != nil {
		return err
	}
	*out = entsql.Rows{ColumnScanner: pgRows{rows}}
	return nil
}

type pgResult int64

func (r pgResult) LastInsertId() (int64, error) { return 0, fmt.Errorf("not on PostgreSQL") }
func (r pgResult) RowsAffected() (int64, error) { return int64(r), nil }

// pgRows shows pgx.Rows the way ent reads rows.
type pgRows struct{ pgx.Rows }

func (r pgRows) Close() error { r.Rows.Close(); return r.Err() }

func (r pgRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	if len(fields) == 0 {
		// A connection that broke after the statement was sent shows only when
		// the rows are read to their end.
		r.Rows.Close()
		if err := r.Err(); err != nil {
			return nil, err
		}
	}
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return names, nil
}

func (r pgRows) ColumnTypes() ([]*sql.ColumnType, error) { return nil, nil }
func (r pgRows) NextResultSet() bool                     { return false }
