package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"entgo.io/ent/dialect"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"huying/ent/db"
	"huying/internal/platform/tenancy"
)

// DB is an open database of either engine.
type DB struct {
	cfg Config

	write, read, city, door *db.Client
	drivers                 map[*db.Client]driver

	pool, cityPool, doorPool *pgxpool.Pool
	writer, reader           *sql.DB
}

// driver is what this package adds to ent's: the two ways to open a transaction.
type driver interface {
	dialect.Driver
	begin(ctx context.Context, readOnly bool) (txHandle, error)
}

// txHandle is an open transaction with its native form for the job queue.
type txHandle interface {
	dialect.Tx
	native() (pgx.Tx, *sql.Tx)
}

// Open connects and checks the connection. It does not migrate.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	d := &DB{cfg: cfg, drivers: map[*db.Client]driver{}}
	var err error
	if cfg.Engine == EngineSQLite {
		err = d.openSQLite(ctx)
	} else {
		err = d.openPostgres(ctx)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *DB) client(drv driver) *db.Client {
	c := db.NewClient(db.Driver(drv))
	tenancy.Guard(c)
	d.drivers[c] = drv
	return c
}

// Engine is "sqlite" or "postgres".
func (d *DB) Engine() string { return d.cfg.Engine }

// Pool is the app role's pool on PostgreSQL, nil on SQLite. For the job queue.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Writer is SQLite's one writing connection, nil on PostgreSQL. For the job queue.
func (d *DB) Writer() *sql.DB { return d.writer }

// Mode of row-level security.
func (d *DB) Mode() RLSMode { return d.cfg.Mode }

// Close closes every connection.
func (d *DB) Close() {
	for _, pool := range []*pgxpool.Pool{d.pool, d.cityPool, d.doorPool} {
		if pool != nil {
			pool.Close()
		}
	}
	if d.reader != nil {
		_ = d.reader.Close()
	}
	if d.writer != nil {
		_ = d.writer.Close()
	}
}

// Ping says whether the engine answers.
func (d *DB) Ping(ctx context.Context) error {
	if d.pool != nil {
		return d.pool.Ping(ctx)
	}
	var one int
	return d.reader.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// Do runs fn in one read-write transaction: committed when fn returns nil,
// rolled back on an error or a panic. Functions given to tx.AfterCommit run
// after a successful commit.
func (d *DB) Do(ctx context.Context, scope tenancy.Scope, fn func(context.Context, *Tx) error) error {
	if err := scope.Validate(); err != nil {
		return err
	}
	if scope.Kind() == tenancy.KindCity || scope.Kind() == tenancy.KindPerson {
		return fmt.Errorf("%w: this scope only reads", tenancy.ErrForbidden)
	}
	client := d.write
	if scope.Kind() == tenancy.KindDoor && d.door != nil {
		client = d.door
	}
	ctx, span := traceUnit(ctx, "do", scope)
	err := d.inTx(tenancy.With(ctx, scope), client, false, fn)
	span.End(err)
	return err
}

// View runs fn for reads only. On PostgreSQL in local mode it is one read-only
// transaction; otherwise each statement stands alone.
func (d *DB) View(ctx context.Context, scope tenancy.Scope, fn func(context.Context, *Tx) error) error {
	if err := scope.Validate(); err != nil {
		return err
	}
	ctx, span := traceUnit(tenancy.With(ctx, scope), "view", scope)
	err := d.view(ctx, scope, fn)
	span.End(err)
	return err
}

func (d *DB) view(ctx context.Context, scope tenancy.Scope, fn func(context.Context, *Tx) error) error {
	client := d.read
	switch {
	case scope.Kind() == tenancy.KindCity:
		client = d.city
	case scope.Kind() == tenancy.KindDoor && d.door != nil:
		client = d.door
	}
	if d.cfg.Engine == EnginePostgres && d.cfg.Mode == RLSLocal {
		return d.inTx(ctx, client, true, fn)
	}
	return fn(ctx, &Tx{Client: client, raw: d.drivers[client], engine: d.cfg.Engine, readOnly: true})
}

func (d *DB) inTx(ctx context.Context, client *db.Client, readOnly bool, fn func(context.Context, *Tx) error) (err error) {
	holder := &txHolder{readOnly: readOnly}
	ctx = context.WithValue(ctx, holderKey{}, holder)
	etx, err := client.Tx(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		if rerr := etx.Rollback(); rerr != nil && !isDone(rerr) {
			err = errors.Join(err, fmt.Errorf("rollback: %w", rerr))
		}
	}()
	tx := &Tx{Client: etx.Client(), raw: holder.tx, engine: d.cfg.Engine, handle: holder.tx, readOnly: readOnly}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := etx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	for _, f := range tx.after {
		f()
	}
	return nil
}

func isDone(err error) bool {
	return errors.Is(err, sql.ErrTxDone) || errors.Is(err, pgx.ErrTxClosed)
}

type holderKey struct{}

// txHolder carries the native transaction out of ent's client, so that the job
// queue writes into the same one. A second client on the raw transaction would
// have no wall.
type txHolder struct {
	readOnly bool
	tx       txHandle
}

func beginInto(ctx context.Context, drv driver) (dialect.Tx, error) {
	holder, _ := ctx.Value(holderKey{}).(*txHolder)
	readOnly := holder != nil && holder.readOnly
	tx, err := drv.begin(ctx, readOnly)
	if err != nil {
		return nil, err
	}
	if holder != nil {
		holder.tx = tx
	}
	return tx, nil
}
