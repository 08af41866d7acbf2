package database_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

// More callers than connections, tenants alternating on every call, plain SQL
// without a predicate so that only row-level security stands between them, and
// callers that give up, fail and panic half-way: not one row of another tenant
// may be seen, in either mode and through a pooler that hands out server
// connections transaction by transaction.
func TestAlternating_tenants_never_meet(t *testing.T) {
	const conns, callers, rounds = 4, 48, 40
	ways := []string{"pgbouncer"}
	for _, mode := range testkit.Modes() {
		ways = append(ways, string(mode))
	}
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			kit := testkit.New(t, database.EnginePostgres)
			tenants := []string{"370202", "370203", "370211", "370212", "370213", "370214"}
			for i, tenant := range tenants {
				for n := range i + 1 {
					mustReport(t, kit.DB, tenant, fmt.Sprint("n", n))
				}
			}
			cfg := kit.Config()
			cfg.Mode = database.RLSMode(way)
			if way == "pgbouncer" {
				cfg = kit.Pooled(t, conns)
			}
			cfg.MaxConns, cfg.AcquireTimeout = conns, time.Minute
			if way == "pgbouncer" {
				cfg.MaxConns = conns * 4 // the pooler's turn to be short of connections
			}
			d := kit.Open(t, func(c *database.Config) { *c = cfg })
			a := &alternation{db: d, tenants: tenants}
			var all sync.WaitGroup
			for caller := range callers {
				all.Go(func() {
					for round := range rounds {
						a.call(t, rand.New(rand.NewPCG(uint64(caller), uint64(round))))
					}
				})
			}
			all.Wait()
			if a.wrong.Load() != 0 || a.reads.Load() < callers*rounds/2 {
				t.Fatalf("%d wrong answers in %d reads", a.wrong.Load(), a.reads.Load())
			}
		})
	}
}

type alternation struct {
	db           *database.DB
	tenants      []string
	reads, wrong atomic.Int64
}

var errGiveUp = errors.New("give up")

// call does one unit of work as a random tenant and misbehaves now and then.
func (a *alternation) call(t *testing.T, r *rand.Rand) {
	i := r.IntN(len(a.tenants))
	scope := tenancy.Tenant(a.tenants[i])
	look := func(ctx context.Context, tx *database.Tx) error { return a.look(ctx, t, tx, i) }
	var err error
	switch r.IntN(8) {
	case 0: // a caller who goes away in the middle
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(2000))*time.Microsecond)
		defer cancel()
		_ = a.db.View(ctx, scope, look)
		return
	case 1: // work that fails after it wrote
		err = a.db.Do(t.Context(), scope, func(ctx context.Context, tx *database.Tx) error {
			if _, err := newReport(ctx, tx, fmt.Sprint("x", r.Uint64())); err != nil {
				return err
			}
			return errGiveUp
		})
		if errors.Is(err, errGiveUp) {
			return
		}
	case 2: // work that panics
		func() {
			defer func() { _ = recover() }()
			_ = a.db.Do(t.Context(), scope, func(context.Context, *database.Tx) error { panic("half-way") })
		}()
		return
	case 3:
		err = a.db.Do(t.Context(), scope, look)
	default:
		err = a.db.View(t.Context(), scope, look)
	}
	if err != nil {
		t.Error(err)
	}
}

// look reads without any predicate and counts what is not the tenant's.
func (a *alternation) look(ctx context.Context, t *testing.T, tx *database.Tx, i int) error {
	rows, err := tx.Query(ctx, "SELECT tenant_id FROM reports")
	if err != nil {
		return err
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var tenant string
		if err := rows.Scan(&tenant); err != nil {
			return err
		}
		seen++
		if tenant != a.tenants[i] {
			a.wrong.Add(1)
			t.Errorf("tenant %s saw a row of %s", a.tenants[i], tenant)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if seen != i+1 {
		a.wrong.Add(1)
		t.Errorf("tenant %s saw %d rows, has %d", a.tenants[i], seen, i+1)
	}
	a.reads.Add(1)
	return nil
}
