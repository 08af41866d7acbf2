package oversight

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/rollupdelta"
	"huying/ent/db/rollupfold"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

const (
	// foldBatch bounds one transaction; on SQLite nobody else writes meanwhile.
	foldBatch = 500
	// foldEvery is the pause between two looks, so that the tail stays short.
	foldEvery = time.Second
	// cellBatch is how many cells one statement reads or writes: below SQLite's bound on parameters.
	cellBatch = 400
)

// Run folds every tenant's deltas until ctx ends. Any number of processes may run it: a tenant is folded by one at a
// time. Errors are logged and tried again.
func (s *Service) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := s.Fold(ctx); err != nil && ctx.Err() == nil {
			s.d.Log.ErrorContext(ctx, "folding the counters failed; the boards read the tail meanwhile", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(foldEvery):
		}
	}
}

// Fold makes one pass over all tenants and says how many deltas it folded. One tenant's failure does not stop the others.
func (s *Service) Fold(ctx context.Context) (int, error) {
	tenants, err := s.d.Tenants(ctx)
	if err != nil {
		return 0, fmt.Errorf("oversight: tenants to fold: %w", err)
	}
	total, failed := 0, []error(nil)
	for _, t := range tenants {
		n, err := s.FoldTenant(ctx, t)
		total += n
		if err != nil {
			failed = append(failed, fmt.Errorf("oversight: fold %s: %w", t, err))
		}
	}
	return total, errors.Join(failed...)
}

// FoldTenant folds one tenant's deltas until none waits.
func (s *Service) FoldTenant(ctx context.Context, tenant string) (int, error) {
	total := 0
	for {
		waits := false
		err := s.d.DB.View(ctx, tenancy.As(ctx, tenant, "fold counters"), func(ctx context.Context, tx *database.Tx) (err error) {
			waits, err = tx.RollupDelta.Query().Exist(ctx)
			return err
		})
		if err != nil || !waits {
			return total, err
		}
		n, err := s.foldSome(ctx, tenant)
		total += n
		if err != nil {
			return total, err
		}
	}
}

// foldSome adds one batch to its cells and takes it away, in one transaction.
func (s *Service) foldSome(ctx context.Context, tenant string) (folded int, err error) {
	err = s.d.DB.Do(ctx, tenancy.As(ctx, tenant, "fold counters"), func(ctx context.Context, tx *database.Tx) error {
		fold, err := s.lockFold(ctx, tx)
		if err != nil {
			return err
		}
		deltas, err := tx.RollupDelta.Query().Order(rollupdelta.ByID()).Limit(foldBatch).All(ctx)
		if err != nil || len(deltas) == 0 {
			return err
		}
		cells, ids := Cells{}, make([]uuid.UUID, len(deltas))
		for i, d := range deltas {
			ids[i] = d.ID
			counts, err := parseCounts(d.Counts)
			if err != nil {
				return fmt.Errorf("delta %s: %w", d.ID, err)
			}
			cells.Add(d.DivisionCode, d.Category, d.Day, counts)
		}
		if err := addTo(ctx, tx, tenant, cells, s.d.Clock.Now()); err != nil {
			return err
		}
		n, err := tx.RollupDelta.Delete().Where(rollupdelta.IDIn(ids...)).Exec(ctx)
		if err == nil && n != len(ids) {
			err = fmt.Errorf("%d of %d", n, len(ids))
		}
		if err != nil {
			return fmt.Errorf("take folded deltas away: %w", err)
		}
		err = tx.RollupFold.Update().Where(rollupfold.ID(fold.ID)).AddFolded(int64(len(ids))).SetFoldedAt(s.d.Clock.Now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note the fold: %w", err)
		}
		folded = len(ids)
		return nil
	})
	return folded, err
}

// lockFold reads the tenant's fold row and keeps others who fold or rebuild from it until the transaction ends. On SQLite
// the transaction itself does.
func (s *Service) lockFold(ctx context.Context, tx *database.Tx) (*db.RollupFold, error) {
	locked := func() (*db.RollupFold, error) {
		q := tx.RollupFold.Query()
		if tx.Engine() == database.EnginePostgres {
			q = q.ForUpdate()
		}
		return q.Only(ctx)
	}
	row, err := locked()
	if !db.IsNotFound(err) {
		return row, err
	}
	err = tx.RollupFold.Create().OnConflictColumns(rollupfold.FieldTenantID).DoNothing().Exec(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) { // another process began it
		return nil, fmt.Errorf("begin folding: %w", err)
	}
	return locked()
}

func parseCounts(raw string) (Counts, error) {
	c := Counts{}
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		return nil, fmt.Errorf("oversight: counts %q: %w", raw, err)
	}
	return c, nil
}

// addTo adds numbers to cells that the caller holds.
func addTo(ctx context.Context, tx *database.Tx, tenant string, more Cells, now time.Time) error {
	for part := range slices.Chunk(slices.SortedFunc(maps.Keys(more), compareKeys), cellBatch) {
		sums, err := cellsAt(ctx, tx, tenant, part)
		if err != nil {
			return err
		}
		for _, k := range part {
			if sums[k] == nil {
				sums[k] = Counts{}
			}
			sums[k].Add(more[k])
		}
		if err := putCells(ctx, tx, tenant, part, sums, now); err != nil {
			return err
		}
	}
	return nil
}

func compareKeys(a, b Key) int {
	return slices.Compare([]string{string(a.Grain), a.Category, a.Division, fmt.Sprintf("%08d", a.Day)},
		[]string{string(b.Grain), b.Category, b.Division, fmt.Sprintf("%08d", b.Day)})
}

// cellsAt reads the named cells, those that exist.
func cellsAt(ctx context.Context, tx *database.Tx, tenant string, at []Key) (Cells, error) {
	args := []any{tenant}
	for _, k := range at {
		args = append(args, string(k.Grain), k.Category, k.Division, k.Day)
	}
	rows, err := tx.Query(ctx, `SELECT grain, category, division_code, day, counts FROM rollup_cells
		WHERE tenant_id = ? AND (grain, category, division_code, day) IN (VALUES `+
		strings.Repeat("(CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT)), ", len(at)-1)+
		"(CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT)))", args...)
	if err != nil {
		return nil, fmt.Errorf("cells: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it below
	out := Cells{}
	for rows.Next() {
		var k Key
		var raw string
		if err := rows.Scan(&k.Grain, &k.Category, &k.Division, &k.Day, &raw); err != nil {
			return nil, fmt.Errorf("cells: %w", err)
		}
		if out[k], err = parseCounts(raw); err != nil {
			return nil, err
		}
	}
	return out, rows.Err()
}

// putCells writes cells, new ones and old.
func putCells(ctx context.Context, tx *database.Tx, tenant string, at []Key, sums Cells, now time.Time) error {
	var args []any
	for _, k := range at {
		raw, err := json.Marshal(sums[k])
		if err != nil {
			return fmt.Errorf("oversight: counts: %w", err)
		}
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("id of a cell: %w", err)
		}
		args = append(args, tenant, id, now, now, string(k.Grain), k.Category, k.Division, k.Day, string(raw))
	}
	_, err := tx.Exec(ctx, `INSERT INTO rollup_cells (tenant_id, id, created_at, updated_at, grain, category, division_code, day, counts)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`+strings.Repeat(", (?, ?, ?, ?, ?, ?, ?, ?, ?)", len(at)-1)+`
		ON CONFLICT (tenant_id, grain, category, division_code, day) DO UPDATE SET counts = excluded.counts, updated_at = excluded.updated_at`, args...)
	if err != nil {
		return fmt.Errorf("write cells: %w", err)
	}
	return nil
}
