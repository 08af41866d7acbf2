package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"

	"huying/ent/db"
)

// Tx is what work inside Do and View gets: ent's client behind the wall, and a
// narrow door for the few reviewed statements ent cannot say well.
type Tx struct {
	*db.Client
	raw      dialect.ExecQuerier
	handle   txHandle
	engine   string
	readOnly bool
	after    []func()
}

// errNoTenant is returned for a raw statement that does not name tenant_id.
var errNoTenant = errors.New("database: a raw statement must name tenant_id")

// Engine is "sqlite" or "postgres".
func (t *Tx) Engine() string { return t.engine }

// ReadOnly says whether this came from View.
func (t *Tx) ReadOnly() bool { return t.readOnly }

// AfterCommit runs f once the transaction is durable; never after a rollback.
// In View f never runs.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// Native is the engine's own transaction, for the job queue; both are nil outside Do.
func (t *Tx) Native() (pgx.Tx, *sql.Tx) {
	if t.handle == nil {
		return nil, nil
	}
	return t.handle.native()
}

// Query runs a reviewed SELECT with ? placeholders. It must name tenant_id:
// ent's wall does not see it, row-level security does.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*entsql.Rows, error) {
	if !strings.Contains(query, "tenant_id") {
		return nil, errNoTenant
	}
	rows := &entsql.Rows{}
	if err := t.raw.Query(ctx, t.rebind(query), args, rows); err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	return rows, nil
}

// Exec runs a reviewed statement with ? placeholders that must name tenant_id,
// and returns the number of rows it touched.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if !strings.Contains(query, "tenant_id") {
		return 0, errNoTenant
	}
	var res sql.Result
	if err := t.raw.Exec(ctx, t.rebind(query), args, &res); err != nil {
		return 0, fmt.Errorf("exec: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("rows affected: %w", err)
	}
	return n, nil
}

// Still makes the transaction see one unmoving state of the database from its first statement on, which this must be.
// Somebody else's change of a row that it changes too then fails it as IsUnavailable. SQLite's one writer is still anyway.
func (t *Tx) Still(ctx context.Context) error {
	if t.engine != EnginePostgres {
		return nil
	}
	if err := t.raw.Exec(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", []any{}, nil); err != nil {
		return fmt.Errorf("still: %w", err)
	}
	return nil
}

// rebind turns ? into $1, $2, … for PostgreSQL. Reviewed statements hold no
// question mark inside a literal.
func (t *Tx) rebind(query string) string {
	if t.engine != EnginePostgres {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 8)
	n := 0
	for i := range len(query) {
		if query[i] != '?' {
			b.WriteByte(query[i])
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}
