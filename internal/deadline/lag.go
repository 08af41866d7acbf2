package deadline

import (
	"context"
	"time"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Lag is how far the clocks are behind.
type Lag struct {
	// Overdue counts running clocks whose time is up: what people promised and have not done.
	Overdue int
	// Unswept is how long the row that waits longest for the sweeper has been due; zero when none waits.
	Unswept time.Duration
}

// Lag looks at every tenant's clocks.
func (s *Sweeper) Lag(ctx context.Context) (Lag, error) {
	var lag Lag
	tenants, err := s.tenants(ctx)
	if err != nil {
		return lag, err
	}
	now := s.clock.Now()
	for _, tenant := range tenants {
		err := s.db.View(ctx, tenancy.As(ctx, tenant, "count overdue clocks"), func(ctx context.Context, tx *database.Tx) error {
			n, err := tx.Deadline.Query().Where(entdeadline.StoppedAtIsNil(), entdeadline.PausedAtIsNil(), entdeadline.DueAtLT(now)).Count(ctx)
			if err != nil {
				return err
			}
			lag.Overdue += n
			first, err := tx.Deadline.Query().Where(entdeadline.NextCheckAtLT(now)).Order(entdeadline.ByNextCheckAt()).First(ctx)
			if db.IsNotFound(err) {
				return nil
			}
			if err == nil {
				lag.Unswept = max(lag.Unswept, now.Sub(*first.NextCheckAt))
			}
			return err
		})
		if err != nil {
			return lag, err
		}
	}
	return lag, nil
}
