package division

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/sql"

	"huying/internal/platform/database"
)

// stamp tells two states of the reference rows apart without reading them: it differs when a row was added, removed or
// changed.
func stamp(ctx context.Context, tx *database.Tx) (string, error) {
	// SQLite has one writer, so the newest change is the last one. On PostgreSQL an earlier change may be committed later.
	changes := "max(updated_at)"
	if tx.Engine() == database.EnginePostgres {
		changes = "sum(extract(epoch from updated_at))"
	}
	of := func(*sql.Selector) string {
		return "count(*) || '/' || coalesce(CAST(" + changes + " AS text), '') AS stamp"
	}
	var all []string
	for _, table := range []interface {
		Scan(ctx context.Context, into any) error
	}{
		tx.Division.Query().Aggregate(of), tx.DivisionBoundary.Query().Aggregate(of), tx.Tenant.Query().Aggregate(of),
		tx.Category.Query().Aggregate(of), tx.CategoryCode.Query().Aggregate(of),
		tx.CalendarYear.Query().Aggregate(of), tx.CalendarDay.Query().Aggregate(of),
	} {
		var got []struct {
			Stamp string `json:"stamp"`
		}
		if err := table.Scan(ctx, &got); err != nil {
			return "", fmt.Errorf("look for changed reference rows: %w", err)
		}
		for _, g := range got {
			all = append(all, g.Stamp)
		}
	}
	return strings.Join(all, " "), nil
}
