package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"huying/internal/platform/database"
)

// Stats is how the queue stands.
type Stats struct {
	// Jobs counts by state: available, retryable, running, scheduled, discarded and others the queue knows.
	Jobs map[string]int
	// Oldest is when the job that waits longest became due; zero when none waits.
	Oldest time.Time
}

// Stats counts the queue.
func (q *Queue) Stats(ctx context.Context) (Stats, error) {
	s, err := Count(ctx, q.db)
	if err != nil {
		return s, err
	}
	oldest, err := q.list(ctx, river.NewJobListParams().States(rivertype.JobStateAvailable).
		OrderBy(river.JobListOrderByScheduledAt, river.SortOrderAsc).First(1))
	if len(oldest) > 0 {
		s.Oldest = oldest[0].ScheduledAt
	}
	return s, err
}

// Count counts the jobs of a database by state; it needs no queue.
func Count(ctx context.Context, d *database.DB) (Stats, error) {
	s := Stats{Jobs: map[string]int{}}
	err := d.Grouped(ctx, "SELECT CAST(state AS text), count(*) FROM river_job GROUP BY state", func(state string, n int) { s.Jobs[state] = n })
	return s, wrap(err)
}
