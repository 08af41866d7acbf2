package oversight

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"huying/ent/db/rollupfold"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// ErrDiffers says that the counters of a tenant are not what a recount gives.
var ErrDiffers = errors.New("oversight: the counters differ from a recount; run rollup-rebuild")

// rebuildTries bounds how often a rebuild gives way to somebody who folds.
const rebuildTries = 5

// Recounted says what a recount found.
type Recounted struct {
	Tenant string `json:"tenant"`
	Steps  int    `json:"steps"`
	Cells  int    `json:"cells"`
	Tail   int    `json:"tail"`
}

// Rebuild counts a tenant's history anew and puts the result in place of its cells, in one transaction. Steps that are
// taken meanwhile stay in the tail.
func (s *Service) Rebuild(ctx context.Context, tenant string) (out Recounted, err error) {
	err = s.still(ctx, tenant, func(ctx context.Context, tx *database.Tx) error {
		fold, err := s.lockFold(ctx, tx)
		if err != nil {
			return err
		}
		cells, steps, err := recount(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if out.Tail, err = tx.RollupDelta.Delete().Exec(ctx); err != nil {
			return fmt.Errorf("take the tail away: %w", err)
		}
		if _, err := tx.RollupCell.Delete().Exec(ctx); err != nil {
			return fmt.Errorf("take the cells away: %w", err)
		}
		for part := range slices.Chunk(slices.SortedFunc(maps.Keys(cells), compareKeys), cellBatch) {
			if err := putCells(ctx, tx, tenant, part, cells, s.d.Clock.Now()); err != nil {
				return err
			}
		}
		out.Tenant, out.Steps, out.Cells = tenant, steps, len(cells)
		return tx.RollupFold.Update().Where(rollupfold.ID(fold.ID)).SetFolded(0).SetRebuiltAt(s.d.Clock.Now()).Exec(ctx)
	})
	if err != nil {
		return out, fmt.Errorf("oversight: rebuild %s: %w", tenant, err)
	}
	return out, nil
}

// Verify holds a tenant's cells and tail against a recount of its history, and the stock of states against the reports
// themselves. ErrDiffers names the first difference.
func (s *Service) Verify(ctx context.Context, tenant string) (out Recounted, err error) {
	err = s.still(ctx, tenant, func(ctx context.Context, tx *database.Tx) error {
		want, steps, err := recount(ctx, tx, tenant)
		if err != nil {
			return err
		}
		have := Cells{}
		rows, err := tx.RollupCell.Query().All(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			counts, err := parseCounts(r.Counts)
			if err != nil {
				return err
			}
			if len(counts) > 0 {
				have[Key{Grain(r.Grain), r.Category, r.DivisionCode, r.Day}] = counts
			}
		}
		deltas, err := tx.RollupDelta.Query().All(ctx)
		if err != nil {
			return err
		}
		for _, d := range deltas {
			counts, err := parseCounts(d.Counts)
			if err != nil {
				return err
			}
			have.Add(d.DivisionCode, d.Category, d.Day, counts)
		}
		out = Recounted{Tenant: tenant, Steps: steps, Cells: len(rows), Tail: len(deltas)}
		if k, same := nonZero(have).Same(nonZero(want)); !same {
			return fmt.Errorf("%w: %+v has %v, the history gives %v", ErrDiffers, k, have[k], want[k])
		}
		return standing(ctx, tx, tenant, want)
	})
	return out, err
}

// still runs fn on one unmoving state of the database, again when somebody who folds was in the way.
func (s *Service) still(ctx context.Context, tenant string, fn func(context.Context, *database.Tx) error) error {
	for try := 1; ; try++ {
		err := s.d.DB.Do(ctx, tenancy.As(ctx, tenant, "recount"), func(ctx context.Context, tx *database.Tx) error {
			if err := tx.Still(ctx); err != nil {
				return err
			}
			return fn(ctx, tx)
		})
		if err == nil || try == rebuildTries || !database.IsUnavailable(err) || ctx.Err() != nil {
			return err
		}
	}
}

func nonZero(c Cells) Cells {
	maps.DeleteFunc(c, func(_ Key, counts Counts) bool { return len(counts) == 0 })
	return c
}

// recount makes the cells anew out of every report's history and rung.
func recount(ctx context.Context, tx *database.Tx, tenant string) (Cells, int, error) {
	cells, steps := Cells{}, 0
	rows, err := tx.Query(ctx, `SELECT r.division_code, r.category, r.created_at, e.action, e.from_state, e.to_state, e.at,
			CASE WHEN e.action IN ('rung', 'overdue', 'rate') THEN CAST(e.data AS TEXT) END
		FROM report_events e JOIN reports r ON r.tenant_id = e.tenant_id AND r.id = e.report_id
		WHERE e.tenant_id = ?`, tenant)
	if err != nil {
		return nil, 0, fmt.Errorf("history: %w", err)
	}
	for rows.Next() {
		var st Step
		var data sql.NullString
		if err := rows.Scan(&st.Division, &st.Category, &st.Submitted, &st.Action, &st.From, &st.To, &st.At, &data); err != nil {
			return nil, 0, errors.Join(fmt.Errorf("history: %w", err), rows.Close())
		}
		if data.Valid {
			var particulars map[string]any
			if err := json.Unmarshal([]byte(data.String), &particulars); err != nil {
				return nil, 0, errors.Join(fmt.Errorf("particulars of a step: %w", err), rows.Close())
			}
			st.Rung, st.Result = Particulars(particulars)
		}
		cells.Add(community(st.Division), st.Category, dayOf(st.At), st.Counts())
		steps++
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, 0, fmt.Errorf("history: %w", err)
	}
	return cells, steps, climbedNow(ctx, tx, tenant, cells)
}

// Particulars reads from a step's data what is counted: the rung told and the result rated.
func Particulars(data map[string]any) (rung, result int) {
	number := func(v any) int {
		switch n := v.(type) {
		case int:
			return n
		case float64:
			return int(n)
		}
		return 0
	}
	return number(data["rung"]), number(data["result"])
}

// climbedNow counts the reports whose unit's clock stands on a rung.
func climbedNow(ctx context.Context, tx *database.Tx, tenant string, cells Cells) error {
	rows, err := tx.Query(ctx, "SELECT division_code, category, rung, count(*) FROM reports WHERE tenant_id = ? AND rung > 0 GROUP BY division_code, category, rung", tenant)
	if err != nil {
		return fmt.Errorf("rungs: %w", err)
	}
	for rows.Next() {
		var division, category string
		var rung, n int
		if err := rows.Scan(&division, &category, &rung, &n); err != nil {
			return errors.Join(fmt.Errorf("rungs: %w", err), rows.Close())
		}
		cells.Add(community(division), category, 0, Counts{rungStock + strconv.Itoa(rung): n})
	}
	return errors.Join(rows.Err(), rows.Close())
}

// standing holds the stock of states against the reports' own states.
func standing(ctx context.Context, tx *database.Tx, tenant string, cells Cells) error {
	rows, err := tx.Query(ctx, "SELECT state, count(*) FROM reports WHERE tenant_id = ? GROUP BY state", tenant)
	if err != nil {
		return fmt.Errorf("states: %w", err)
	}
	stands := Counts{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return errors.Join(fmt.Errorf("states: %w", err), rows.Close())
		}
		stands[stock+state] = n
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("states: %w", err)
	}
	counted := Counts{}
	for measure, n := range cells[Key{Ever, "", tenant, 0}] {
		if len(measure) > len(stock) && measure[:len(stock)] == stock {
			counted[measure] = n
		}
	}
	if !maps.Equal(stands, counted) {
		return fmt.Errorf("%w: the history leaves %v, the reports stand at %v", ErrDiffers, counted, stands)
	}
	return nil
}
