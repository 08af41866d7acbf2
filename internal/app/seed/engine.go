package seed

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/google/uuid"

	"huying/internal/platform/config"
)

// engine reads the base and writes copies of it, each kind of database in the way it is fastest. It has one connection,
// as the owner of the tables, and is for one goroutine, except for the conversions.
type engine interface {
	// rows reads a table's rows as this engine's driver gives them, times and the ids of lives apart.
	rows(ctx context.Context, t *schema.Table, only string, each func([]any) error) error
	// value gives a cell as it is written.
	uuid(id uuid.UUID) any
	time(t time.Time) any
	// begin makes the tables ready; write adds one block, table by table; finish makes them whole again.
	begin(ctx context.Context, tables []*schema.Table) error
	write(ctx context.Context, b *block) error
	finish(ctx context.Context) error
	// heads and setHead are the ends of the audit chains.
	heads(ctx context.Context) (map[string]head, error)
	setHead(ctx context.Context, tenant string, h head) error
	count(ctx context.Context) (reports, copied int, err error)
	close(ctx context.Context) error
}

// block is a stretch of copied lives: rows by the index of their table.
type block struct {
	reports int
	rows    [][][]any
	// lines are the audit lines in it that have yet to be sealed, in their order.
	lines []line
}

func (b *block) count() (n int64) {
	for _, rows := range b.rows {
		n += int64(len(rows))
	}
	return n
}

func connect(ctx context.Context, cfg config.Config) (engine, error) {
	if cfg.Database.Engine == config.SQLite {
		return openLite(ctx, cfg)
	}
	return openPostgres(ctx, cfg)
}
