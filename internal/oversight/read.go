package oversight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// ask says which cells are read.
type ask struct {
	tenants    []string
	grain      Grain
	divisions  []string
	categories []string // "" is all of them together
	from, to   int      // both included; of the grain's form
}

// holds says whether a cell is asked for.
func (a ask) holds(k Key) bool {
	return k.Grain == a.grain && k.Day >= a.from && k.Day <= a.to &&
		slices.Contains(a.divisions, k.Division) && slices.Contains(a.categories, k.Category)
}

// read gives the cells with everything that waits to be folded added, in one statement, so that a fold between two looks
// can neither hide a step nor show it twice.
func read(ctx context.Context, tx *database.Tx, a ask) (Cells, error) {
	if len(a.tenants) == 0 || len(a.divisions) == 0 || len(a.categories) == 0 {
		return Cells{}, nil
	}
	var args []any
	in := func(list []string) string {
		for _, v := range list {
			args = append(args, v)
		}
		return "(?" + strings.Repeat(", ?", len(list)-1) + ")"
	}
	query := `SELECT category, division_code, day, counts, 0 AS tail FROM rollup_cells WHERE tenant_id IN ` + in(a.tenants) + ` AND grain = ?`
	args = append(args, string(a.grain))
	query += ` AND category IN ` + in(a.categories) + ` AND division_code IN ` + in(a.divisions) + ` AND day >= ? AND day <= ?`
	args = append(args, a.from, a.to)
	query += ` UNION ALL SELECT category, division_code, day, counts, 1 FROM rollup_delta WHERE tenant_id IN ` + in(a.tenants)
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("counters: %w", err)
	}
	out := Cells{}
	add := func(k Key, c Counts) {
		if out[k] == nil {
			out[k] = Counts{}
		}
		out[k].Add(c)
	}
	for rows.Next() {
		k := Key{Grain: a.grain}
		var raw string
		var tail int
		if err := rows.Scan(&k.Category, &k.Division, &k.Day, &raw, &tail); err != nil {
			return nil, errors.Join(fmt.Errorf("counters: %w", err), rows.Close())
		}
		counts, err := parseCounts(raw)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		if tail == 0 {
			add(k, counts)
			continue
		}
		for _, at := range keys(k.Division, k.Category, k.Day) {
			if a.holds(at) {
				add(at, counts)
			}
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("counters: %w", err)
	}
	return out, nil
}

// sums reads cells in the caller's reach.
func (s *Service) sums(ctx context.Context, r reach, a ask) (out Cells, err error) {
	a.tenants = r.tenants
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		out, err = read(ctx, tx, a)
		return err
	})
	return out, err
}

func (r reach) scope() tenancy.Scope {
	if r.city {
		return tenancy.City(r.tenants)
	}
	return tenancy.Tenant(r.tenants[0])
}
