package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

type ringArgs struct {
	Bell string `json:"bell"`
}

func (ringArgs) Kind() string { return "ring" }

type ringer struct {
	river.WorkerDefaults[ringArgs]
	heard chan string
}

func (r *ringer) Work(_ context.Context, job *river.Job[ringArgs]) error {
	r.heard <- job.Args.Bell
	return nil
}

func TestInsert(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		heard := make(chan string, 4)
		q := jobs.New(kit.DB, jobs.Options{Work: true, PollInterval: 50 * time.Millisecond})
		jobs.Register(q, &ringer{heard: heard})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if err := q.Stop(ctx); err != nil {
				t.Error(err)
			}
		})
		ring := func(bell string, fail error) error {
			return kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				if err := q.Insert(ctx, tx, ringArgs{bell}, nil); err != nil {
					return err
				}
				return fail
			})
		}
		rolledBack := errors.New("rolled back")
		if err := ring("never", rolledBack); !errors.Is(err, rolledBack) {
			t.Fatal(err)
		}
		if err := ring("once", nil); err != nil {
			t.Fatal(err)
		}
		select {
		case bell := <-heard:
			if bell != "once" {
				t.Fatalf("a job of a rolled-back transaction ran: %q", bell)
			}
		case <-time.After(time.Minute):
			t.Fatal("the job did not run")
		}
		err := kit.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			return q.Insert(ctx, tx, ringArgs{"view"}, nil)
		})
		if !errors.Is(err, jobs.ErrOutsideTx) {
			t.Fatalf("insert outside a transaction: %v", err)
		}
	})
}
