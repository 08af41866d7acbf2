package report

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/internal/deadline"
	"huying/internal/platform/database"
)

// nextNumber hands out the tenant's next number of the local year. The counter
// is raised inside the transaction, so numbers have no gaps; the row is held
// until commit, so it is taken as late as possible.
func nextNumber(ctx context.Context, tx *database.Tx, tenant string, now time.Time) (string, error) {
	year := deadline.DateOf(now).Year
	rows, err := tx.Query(ctx, `INSERT INTO number_sequences (tenant_id, id, created_at, updated_at, kind, year, last)
		VALUES (?, ?, ?, ?, 'report', ?, 1)
		ON CONFLICT (tenant_id, kind, year) DO UPDATE SET last = number_sequences.last + 1, updated_at = excluded.updated_at
		RETURNING last`, tenant, uuid.Must(uuid.NewV7()), now, now, year)
	if err != nil {
		return "", fmt.Errorf("next number: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var n int64
	if !rows.Next() {
		return "", fmt.Errorf("next number: no row: %w", rows.Err())
	}
	if err := rows.Scan(&n); err != nil {
		return "", fmt.Errorf("next number: %w", err)
	}
	return FormatNumber(tenant, year, n), rows.Close()
}
