package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
)

// ForgetArgs is the hourly job that removes keys whose day is over.
type ForgetArgs struct{}

// Kind of the job.
func (ForgetArgs) Kind() string { return "idempotency_forget" }

// Forgetter works ForgetArgs in every tenant.
type Forgetter struct {
	river.WorkerDefaults[ForgetArgs]
	DB      *database.DB
	Clock   clock.Clock
	Tenants func(context.Context) ([]string, error)
}

// Register puts the forgetter on the queue, once an hour; before the queue starts.
func (f *Forgetter) Register(q *jobs.Queue) {
	jobs.Register(q, f)
	q.Every(time.Hour, func() river.JobArgs { return ForgetArgs{} })
}

// Work forgets; one tenant's failure does not keep the others.
func (f *Forgetter) Work(ctx context.Context, _ *river.Job[ForgetArgs]) error {
	tenants, err := f.Tenants(ctx)
	if err != nil {
		return fmt.Errorf("tenants: %w", err)
	}
	var failed []error
	for _, tenant := range tenants {
		failed = append(failed, f.DB.Do(ctx, tenancy.As(ctx, tenant, "forget idempotency keys"), func(ctx context.Context, tx *database.Tx) error {
			_, err := Expire(ctx, tx, f.Clock.Now())
			return err
		}))
	}
	return errors.Join(failed...)
}
