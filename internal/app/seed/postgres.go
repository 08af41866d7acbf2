package seed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"huying/internal/platform/clock"
	"huying/internal/platform/config"
)

// postgres copies blocks into PostgreSQL in one transaction: either all of the lives are there in the end or none, and
// nobody ever sees a table without its wall, its keys or its indexes.
type postgres struct {
	conn   *pgx.Conn
	tx     pgx.Tx
	tables []*schema.Table
	// later are the statements that make the tables whole again.
	later []string
}

func openPostgres(ctx context.Context, cfg config.Config) (engine, error) {
	if cfg.Database.OwnerURL == "" {
		return nil, errors.New("database.owner_url: needed to multiply reports on PostgreSQL")
	}
	c, err := pgx.ParseConfig(cfg.Database.OwnerURL.Reveal())
	if err != nil {
		return nil, errors.New("seed: database.owner_url does not parse")
	}
	c.RuntimeParams["timezone"] = "UTC"
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return &postgres{conn: conn}, nil
}

func (*postgres) uuid(id uuid.UUID) any { return [16]byte(id) }
func (*postgres) time(t time.Time) any  { return t }

func (p *postgres) count(ctx context.Context) (reports, copied int, err error) {
	err = p.conn.QueryRow(ctx, countCopies).Scan(&reports, &copied)
	return reports, copied, err
}

func (p *postgres) rows(ctx context.Context, t *schema.Table, only string, each func([]any) error) error {
	columns := names(t)
	for i, c := range t.Columns {
		if c.Type == field.TypeJSON {
			columns[i] += "::text"
		}
	}
	rows, err := p.conn.Query(ctx, query(t, columns, only))
	if err != nil {
		return err
	}
	defer rows.Close()
	does := plan(t)
	for rows.Next() {
		row, err := rows.Values()
		if err != nil {
			return err
		}
		for i, v := range row {
			if id, ok := v.([16]byte); ok && does[i] == renew {
				row[i] = uuid.UUID(id)
			}
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// begin takes away what costs more row by row than at once: the wall, which COPY does not pass, the foreign keys and the
// indexes. Each comes back in finish as it was.
func (p *postgres) begin(ctx context.Context, list []*schema.Table) (err error) {
	p.tables = list
	if p.tx, err = p.conn.Begin(ctx); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	first := []string{"SET LOCAL maintenance_work_mem = '512MB'", "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = '10s'"}
	for _, t := range list {
		first = append(first, "ALTER TABLE "+t.Name+" NO FORCE ROW LEVEL SECURITY")
	}
	for _, t := range list {
		drop, restore, err := p.aside(ctx, t.Name)
		if err != nil {
			return fmt.Errorf("seed: indexes of %s: %w", t.Name, err)
		}
		first, p.later = append(first, drop...), append(p.later, restore...)
	}
	for _, t := range list {
		p.later = append(p.later, "ALTER TABLE "+t.Name+" FORCE ROW LEVEL SECURITY")
	}
	return p.all(ctx, first)
}

// aside gives the statements that drop a table's foreign keys and plain indexes, and those that make them again.
func (p *postgres) aside(ctx context.Context, table string) (drop, restore []string, err error) {
	rows, err := p.tx.Query(ctx, `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
			format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)), 1
		FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'f'
		UNION ALL SELECT format('DROP INDEX %s', x.indexrelid::regclass), pg_get_indexdef(x.indexrelid), 0
		FROM pg_index x WHERE x.indrelid = $1::text::regclass AND NOT x.indisprimary
			AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid)
		ORDER BY 3`, table)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d, r string
		var kind int
		if err := rows.Scan(&d, &r, &kind); err != nil {
			return nil, nil, err
		}
		drop, restore = append(drop, d), append(restore, r)
	}
	return drop, restore, rows.Err()
}

func (p *postgres) all(ctx context.Context, list []string) error {
	for _, text := range list {
		if _, err := p.tx.Exec(ctx, text); err != nil {
			return fmt.Errorf("seed: %s: %w", text, err)
		}
	}
	return nil
}

func (p *postgres) write(ctx context.Context, b *block) error {
	for _, i := range written {
		if len(b.rows[i]) == 0 {
			continue
		}
		if _, err := p.tx.CopyFrom(ctx, pgx.Identifier{p.tables[i].Name}, names(p.tables[i]), pgx.CopyFromRows(b.rows[i])); err != nil {
			return fmt.Errorf("seed: write %s: %w", p.tables[i].Name, err)
		}
	}
	return nil
}

func (p *postgres) finish(ctx context.Context) error {
	if err := p.all(ctx, p.later); err != nil {
		return err
	}
	if err := p.tx.Commit(ctx); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	// The tail is read by index only where the visibility of rows is known.
	if _, err := p.conn.Exec(ctx, "VACUUM (ANALYZE)"); err != nil {
		return fmt.Errorf("seed: vacuum: %w", err)
	}
	return nil
}

func (p *postgres) heads(ctx context.Context) (map[string]head, error) {
	rows, err := p.conn.Query(ctx, "SELECT tenant_id, seq, hash FROM audit_heads")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
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

func (p *postgres) setHead(ctx context.Context, tenant string, h head) error {
	_, err := p.tx.Exec(ctx, raiseHead, tenant, [16]byte(uuid.Must(uuid.NewV7())), clock.System().Now(), h.Seq, h.Hash)
	return err
}

func (p *postgres) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	if p.tx != nil {
		if err := p.tx.Rollback(ctx); err != nil && !errors.Is(err, pgx.ErrTxClosed) {
			return errors.Join(err, p.conn.Close(ctx))
		}
	}
	return p.conn.Close(ctx)
}
