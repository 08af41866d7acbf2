package seed

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"golang.org/x/sync/errgroup"

	"huying/internal/audit"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
)

// Copies stand a little earlier than what they are copies of, each by another step, all of them within shiftMost.
const (
	shiftStep = 37 * time.Second
	shiftMost = 2 * time.Hour
)

// blockReports is how many reports are made and written at once; blocksAhead how many blocks wait for the writer.
const (
	blockReports = 500
	blocksAhead  = 3
)

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

const (
	countCopies = "SELECT count(*), count(CASE WHEN length(number) > 18 THEN 1 END) FROM reports"
	raiseHead   = `INSERT INTO audit_heads (tenant_id, id, created_at, updated_at, seq, hash, sealed_at) VALUES ($1, $2, $3, $3, $4, $5, $3)
		ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, sealed_at = excluded.sealed_at, updated_at = excluded.updated_at`
)

// Multiply copies the lives that are over until there are n reports. note hears of every block.
func Multiply(ctx context.Context, cfg config.Config, n int, note func(done, total int)) (out *Result, err error) {
	start := clock.System().Now()
	e, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.close(ctx)) }()
	have, copied, err := e.count(ctx)
	switch {
	case err != nil:
		return nil, fmt.Errorf("seed: %w", err)
	case have == 0:
		return nil, ErrNoBase
	case copied > 0:
		return nil, ErrCopied
	case have >= n:
		return &Result{Before: have, After: have}, nil
	}
	b, err := load(ctx, e)
	if err != nil {
		return nil, err
	}
	if len(b.lives) == 0 {
		return nil, ErrNoBase
	}
	out = &Result{Before: have}
	if out.Rows, err = fill(ctx, e, b, n-have, audit.Algorithm(cfg.Audit.Algorithm), func(done int) { note(have+done, n) }); err != nil {
		return nil, err
	}
	out.After, _, err = e.count(ctx)
	out.Took = clock.System().Now().Sub(start)
	return out, err
}

// fill makes and writes so many copies: life after life in the order of their time, all copies of one together, so that
// what is written lies at the ends of the indexes.
func fill(ctx context.Context, e engine, b *base, copies int, a audit.Algorithm, note func(int)) (written int64, err error) {
	heads, err := e.heads(ctx)
	if err != nil {
		return 0, fmt.Errorf("seed: heads of the audit trail: %w", err)
	}
	if err := e.begin(ctx, b.tables); err != nil {
		return 0, err
	}
	seals, done := newSealer(b.tables[auditAt], a, heads), 0
	err = b.blocks(ctx, e, copies, func(made *block) error {
		seals.seal(made)
		written += made.count()
		if err := e.write(ctx, made); err != nil {
			return err
		}
		done += made.reports
		note(done)
		return nil
	})
	if err != nil {
		return written, err
	}
	for tenant, chain := range seals.chains {
		if err := e.setHead(ctx, tenant, chain.Head()); err != nil {
			return written, fmt.Errorf("seed: head of %s: %w", tenant, err)
		}
	}
	return written, e.finish(ctx)
}

// blocks makes the copies on all processors and hands them on in their order.
func (b *base) blocks(ctx context.Context, e engine, copies int, each func(*block) error) error {
	every, more := copies/len(b.lives), copies%len(b.lives)
	step := shiftStep
	if times := time.Duration(every + 1); times*step > shiftMost {
		step = (shiftMost / times).Truncate(time.Millisecond)
	}
	group, ctx := errgroup.WithContext(ctx)
	promised := make(chan chan *block, blocksAhead)
	group.Go(func() error {
		defer close(promised)
		makers := make(chan struct{}, runtime.GOMAXPROCS(0))
		for at := 0; at < copies; at += blockReports {
			promise := make(chan *block, 1)
			select {
			case promised <- promise:
			case <-ctx.Done():
				return ctx.Err()
			}
			makers <- struct{}{}
			go func() {
				defer func() { <-makers }()
				out := &block{rows: make([][][]any, len(order))}
				for i := at; i < min(at+blockReports, copies); i++ {
					l, n := b.nth(i, every, more)
					b.copyTo(out, e, l, n, time.Duration(n)*step)
				}
				promise <- out
			}()
		}
		return nil
	})
	group.Go(func() error {
		for promise := range promised {
			if err := each(<-promise); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	return group.Wait()
}

// nth says which life the i-th copy is of, and its number among that life's: the first lives have one copy more.
func (b *base) nth(i, every, more int) (*life, int) {
	if i < more*(every+1) {
		return b.lives[i/(every+1)], i%(every+1) + 1
	}
	i -= more * (every + 1)
	return b.lives[more+i/every], i%every + 1
}

func names(t *schema.Table) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}

func query(t *schema.Table, columns []string, only string) string {
	text := "SELECT " + strings.Join(columns, ", ") + " FROM " + t.Name
	if only != "" {
		text += " WHERE " + only
	}
	return text
}
