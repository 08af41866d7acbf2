package seed

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
)

// lite writes to SQLite: one connection that nobody shares, no journal, prepared statements of many rows. The lives come
// in the order of their time, so that nearly every index grows at its ends, which are in memory.
type lite struct {
	pool   *sql.DB
	conn   *sql.Conn
	tables []*schema.Table
	many   []driver.Stmt
	one    []driver.Stmt
	per    []int
	since  int
}

const (
	// liteParameters is about how many values one statement carries.
	liteParameters = 1200
	// liteCommit is how many reports one transaction holds.
	liteCommit = 20_000
)

// liteTime is how times lie in SQLite, fixed in width.
const liteTime = "2006-01-02 15:04:05.000000+00:00"

func openLite(ctx context.Context, cfg config.Config) (engine, error) {
	pool, err := database.OpenSQLite(ctx, cfg.Database.Path)
	if err != nil {
		return nil, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("seed: %w", err), pool.Close())
	}
	return &lite{pool: pool, conn: conn}, nil
}

func (*lite) uuid(id uuid.UUID) any { return id.String() }
func (*lite) time(t time.Time) any  { return t.UTC().Format(liteTime) }

func (l *lite) count(ctx context.Context) (reports, copied int, err error) {
	err = l.conn.QueryRowContext(ctx, countCopies).Scan(&reports, &copied)
	return reports, copied, err
}

func (l *lite) rows(ctx context.Context, t *schema.Table, only string, each func([]any) error) error {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = c.Name
		if c.Type == field.TypeTime || c.Type == field.TypeUUID {
			columns[i] = "CAST(" + c.Name + " AS TEXT)"
		}
	}
	rows, err := l.conn.QueryContext(ctx, query(t, columns, only))
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	does := plan(t)
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range row {
			text, ok := v.(string)
			if !ok {
				continue
			}
			switch does[i] {
			case renew:
				row[i], err = uuid.Parse(text)
			case earlier:
				row[i], err = time.Parse(liteTime, text)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", t.Columns[i].Name, err)
			}
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l *lite) begin(ctx context.Context, list []*schema.Table) error {
	l.tables = list
	for _, p := range []string{
		"PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE",
		"PRAGMA cache_size = -600000", "PRAGMA temp_store = MEMORY", "PRAGMA foreign_keys = 0",
	} {
		if _, err := l.conn.ExecContext(ctx, p); err != nil {
			return fmt.Errorf("seed: %s: %w", p, err)
		}
	}
	for _, t := range list {
		per := max(1, liteParameters/len(t.Columns))
		many, err := l.prepare(ctx, t, per)
		if err != nil {
			return err
		}
		one, err := l.prepare(ctx, t, 1)
		if err != nil {
			return err
		}
		l.many, l.one, l.per = append(l.many, many), append(l.one, one), append(l.per, per)
	}
	return l.exec(ctx, "BEGIN IMMEDIATE")
}

func (l *lite) prepare(ctx context.Context, t *schema.Table, rows int) (stmt driver.Stmt, err error) {
	marks := "(" + strings.Repeat("?,", len(t.Columns)-1) + "?)"
	text := "INSERT INTO " + t.Name + " (" + strings.Join(names(t), ", ") + ") VALUES " + marks + strings.Repeat(","+marks, rows-1)
	err = l.raw(func(c driver.Conn) error {
		p, ok := c.(driver.ConnPrepareContext)
		if !ok {
			return errors.New("seed: the driver prepares nothing")
		}
		stmt, err = p.PrepareContext(ctx, text)
		return err
	})
	return stmt, err
}

func (l *lite) raw(use func(driver.Conn) error) error {
	return l.conn.Raw(func(c any) error {
		conn, ok := c.(driver.Conn)
		if !ok {
			return errors.New("seed: no driver's connection")
		}
		return use(conn)
	})
}

func (l *lite) exec(ctx context.Context, text string) error {
	_, err := l.conn.ExecContext(ctx, text)
	if err != nil {
		return fmt.Errorf("seed: %s: %w", text, err)
	}
	return nil
}

func (l *lite) write(ctx context.Context, b *block) error {
	err := l.raw(func(driver.Conn) error {
		for _, i := range written {
			rows := b.rows[i]
			for len(rows) > 0 {
				stmt, n := l.one[i], 1
				if len(rows) >= l.per[i] {
					stmt, n = l.many[i], l.per[i]
				}
				if err := insert(ctx, stmt, rows[:n]); err != nil {
					return fmt.Errorf("seed: write %s: %w", l.tables[i].Name, err)
				}
				rows = rows[n:]
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if l.since += b.reports; l.since < liteCommit {
		return nil
	}
	l.since = 0
	if err := l.exec(ctx, "COMMIT"); err != nil {
		return err
	}
	return l.exec(ctx, "BEGIN IMMEDIATE")
}

func insert(ctx context.Context, stmt driver.Stmt, rows [][]any) error {
	args := make([]driver.NamedValue, 0, len(rows)*len(rows[0]))
	for _, row := range rows {
		for _, v := range row {
			args = append(args, driver.NamedValue{Ordinal: len(args) + 1, Value: v})
		}
	}
	x, ok := stmt.(driver.StmtExecContext)
	if !ok {
		return errors.New("seed: the driver runs nothing")
	}
	_, err := x.ExecContext(ctx, args)
	return err
}

func (l *lite) finish(ctx context.Context) error {
	for _, s := range append(l.many, l.one...) {
		if err := l.raw(func(driver.Conn) error { return s.Close() }); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	for _, p := range []string{"COMMIT", "PRAGMA analysis_limit = 2000", "ANALYZE", "PRAGMA locking_mode = NORMAL", "PRAGMA journal_mode = WAL"} {
		if err := l.exec(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (l *lite) heads(ctx context.Context) (map[string]head, error) {
	rows, err := l.conn.QueryContext(ctx, "SELECT tenant_id, seq, hash FROM audit_heads")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	out := map[string]head{}
	for rows.Next() {
		var tenant string
		var h head
		if err := rows.Scan(&tenant, &h.Seq, &h.Hash); err != nil {
			return nil, err
		}
		out[tenant] = h
	}
	return out, rows.Err()
}

func (l *lite) setHead(ctx context.Context, tenant string, h head) error {
	now := l.time(clock.System().Now())
	_, err := l.conn.ExecContext(ctx, strings.NewReplacer("$1", "?1", "$2", "?2", "$3", "?3", "$4", "?4", "$5", "?5").Replace(raiseHead),
		tenant, uuid.Must(uuid.NewV7()).String(), now, h.Seq, h.Hash)
	return err
}

func (l *lite) close(context.Context) error { return errors.Join(l.conn.Close(), l.pool.Close()) }
