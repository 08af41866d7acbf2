package rights

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
)

// KeepArgs is the hourly job: erasures whose week is over, copies whose days are over.
type KeepArgs struct{}

// Kind names the job.
func (KeepArgs) Kind() string { return "rights_keep" }

// keeper works KeepArgs.
type keeper struct {
	river.WorkerDefaults[KeepArgs]
	s *Service
}

// Timeout is below the pause between two looks.
func (*keeper) Timeout(*river.Job[KeepArgs]) time.Duration { return 50 * time.Minute }

// Work looks once.
func (w *keeper) Work(ctx context.Context, _ *river.Job[KeepArgs]) error {
	_, err := w.s.EraseDue(ctx)
	return errors.Join(err, w.s.RemoveOldCopies(ctx))
}

// NightArgs is the hourly job that lets each tenant's retention run once a night.
type NightArgs struct{}

// Kind names the job.
func (NightArgs) Kind() string { return "rights_retention" }

// retainer works NightArgs.
type retainer struct {
	river.WorkerDefaults[NightArgs]
	s *Service
}

// Timeout is below the pause between two looks; what is left goes on at the next.
func (*retainer) Timeout(*river.Job[NightArgs]) time.Duration { return 50 * time.Minute }

// Work runs what is due.
func (w *retainer) Work(ctx context.Context, _ *river.Job[NightArgs]) error { return w.s.Night(ctx) }
