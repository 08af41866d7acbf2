package bench

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"huying/internal/platform/config"
	"huying/internal/platform/database"
)

// bare sends statements by what the engine's own driver offers, as the same
// role under the same policies: pgx, or database/sql on SQLite.
type bare struct {
	pools map[string]*pgxpool.Pool
	cfg   config.Config
	reads *sql.DB
	write *sql.DB
}

func openBare(ctx context.Context, cfg config.Config) (*bare, error) {
	b := &bare{cfg: cfg, pools: map[string]*pgxpool.Pool{}}
	if cfg.Database.Engine == config.Postgres {
		return b, nil
	}
	var err error
	if b.write, err = database.OpenSQLite(ctx, cfg.Database.Path); err != nil {
		return nil, err
	}
	if b.reads, err = database.OpenSQLite(ctx, cfg.Database.Path); err != nil {
		b.close()
		return nil, err
	}
	b.reads.SetMaxOpenConns(readers)
	b.reads.SetMaxIdleConns(readers)
	return b, nil
}

// readers is how many connections the product reads SQLite with by default.
const readers = 8

func (b *bare) close() {
	for _, p := range b.pools {
		p.Close()
	}
	for _, d := range []*sql.DB{b.reads, b.write} {
		if d != nil {
			_ = d.Close()
		}
	}
}

// pool is connections that stand in one scope: as everything the statements
// were sent for at once, which no policy tells from one after the other.
func (b *bare) pool(ctx context.Context, list []statement) (*pgxpool.Pool, error) {
	var of statement
	for _, s := range list {
		of.city = of.city || s.city
		of.door = of.door || s.door
		if s.tenant != "" {
			of.tenant = s.tenant
		}
		if s.person != "" {
			of.person = s.person
		}
	}
	key := fmt.Sprint(of.tenant, of.person, of.door, of.city)
	if p := b.pools[key]; p != nil {
		return p, nil
	}
	url := b.cfg.Database.URL.Reveal()
	if of.city {
		url = b.cfg.Database.CityURL.Reveal()
	}
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("bare: database.url does not parse")
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SELECT set_config('app.tenant',$1,false), set_config('app.person',$2,false), set_config('app.door',$3,false)",
			of.tenant, of.person, map[bool]string{true: "identity"}[of.door])
		return err
	}
	p, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("bare: %w", err)
	}
	b.pools[key] = p
	return p, nil
}

// reader gives what runs a list of reads and decodes every value of every row.
func (b *bare) reader(ctx context.Context, list []statement) (func(context.Context, []statement) error, error) {
	if b.cfg.Database.Engine == config.Postgres {
		pool, err := b.pool(ctx, list)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, list []statement) error {
			for _, s := range list {
				rows, err := pool.Query(ctx, s.query, s.args...)
				if err != nil {
					return err
				}
				if err := drainPG(rows); err != nil {
					return err
				}
			}
			return nil
		}, nil
	}
	return func(ctx context.Context, list []statement) error {
		for _, s := range list {
			rows, err := b.reads.QueryContext(ctx, s.query, s.args...)
			if err != nil {
				return err
			}
			if err := drainSQL(rows); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// writer gives what runs one list of statements in one transaction.
func (b *bare) writer(ctx context.Context, list []statement) (func(context.Context, []statement) error, error) {
	if b.cfg.Database.Engine == config.Postgres {
		pool, err := b.pool(ctx, list)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, list []statement) error {
			return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
				for _, s := range list {
					rows, err := tx.Query(ctx, s.query, s.args...)
					if err == nil {
						err = drainPG(rows)
					}
					if err != nil {
						return fmt.Errorf("%.200s: %w", s.query, err)
					}
				}
				return nil
			})
		}, nil
	}
	return func(ctx context.Context, list []statement) error {
		tx, err := b.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // without effect after the commit
		for _, s := range list {
			rows, err := tx.QueryContext(ctx, s.query, s.args...)
			if err == nil {
				err = drainSQL(rows)
			}
			if err != nil {
				return fmt.Errorf("%.200s: %w", s.query, err)
			}
		}
		return tx.Commit()
	}, nil
}

func drainPG(rows pgx.Rows) error {
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			rows.Close()
			return err
		}
	}
	return rows.Err()
}

func drainSQL(rows *sql.Rows) error {
	defer rows.Close() //nolint:errcheck // its error is that of rows.Err
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// onlyReads drops what a request writes beside its answer.
func onlyReads(list []statement) []statement {
	return slices.DeleteFunc(slices.Clone(list), func(s statement) bool { return !isRead(s.query) })
}
