package deputy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/deputyseat"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
)

// Held is one report that a deputy holds or is asked to take.
type Held struct {
	ReportID, DeputyID uuid.UUID
	Number, State      string
	Part               string
}

// Reports is what this room needs of the reports' room to hand open ones over.
type Reports interface {
	// HeldBy lists what these deputies would leave behind.
	HeldBy(ctx context.Context, tx *database.Tx, deputies ...uuid.UUID) ([]Held, error)
	// DeputyAway takes a deputy off a report in a transaction of its own; twice is once.
	DeputyAway(ctx context.Context, tenant string, report, deputy uuid.UUID, mandateEnded bool, substitute *uuid.UUID) error
}

// Queue takes jobs within the transaction.
type Queue interface {
	Insert(ctx context.Context, tx *database.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// HandOverArgs is the job that hands over what deputies on leave or without a
// mandate hold; no tenant means every tenant. It may run any number of times.
type HandOverArgs struct {
	Tenant string `json:"tenant"`
}

// Kind of the job.
func (HandOverArgs) Kind() string { return "deputy_hand_over" }

// HandOverWorker works HandOverArgs.
type HandOverWorker struct {
	river.WorkerDefaults[HandOverArgs]
	s       *Service
	tenants func(context.Context) ([]string, error)
}

// RegisterHandOver puts the worker on the queue, and once an hour its job, so
// that a leave written down ahead begins by itself; before the queue starts.
func (s *Service) RegisterHandOver(q *jobs.Queue, tenants func(context.Context) ([]string, error)) {
	jobs.Register(q, &HandOverWorker{s: s, tenants: tenants})
	q.Every(time.Hour, func() river.JobArgs { return HandOverArgs{} })
}

// Work hands over; one tenant's failure does not keep the others.
func (w *HandOverWorker) Work(ctx context.Context, job *river.Job[HandOverArgs]) error {
	tenants := []string{job.Args.Tenant}
	if job.Args.Tenant == "" {
		var err error
		if tenants, err = w.tenants(ctx); err != nil {
			return fmt.Errorf("tenants: %w", err)
		}
	}
	var failed []error
	for _, tenant := range tenants {
		_, err := w.s.HandOver(ctx, tenant)
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// absent is a deputy who cannot answer for reports now, and why.
type absent struct {
	mandateEnded bool
	substitute   *uuid.UUID
}

// HandOver hands over every report that absent deputies of the tenant hold,
// each in a transaction of its own, and says how many there were. A report that
// fails does not keep the others.
func (s *Service) HandOver(ctx context.Context, tenant string) (int, error) {
	var held []Held
	var gone map[uuid.UUID]absent
	err := s.d.DB.View(ctx, tenancy.As(ctx, tenant, "who is absent"), func(ctx context.Context, tx *database.Tx) (err error) {
		if gone, err = s.absent(ctx, tx); err != nil || len(gone) == 0 {
			return err
		}
		ids := make([]uuid.UUID, 0, len(gone))
		for id := range gone {
			ids = append(ids, id)
		}
		held, err = s.heldBy(ctx, tx, ids...)
		return err
	})
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, h := range held {
		a := gone[h.DeputyID]
		if err := s.d.Reports.DeputyAway(ctx, tenant, h.ReportID, h.DeputyID, a.mandateEnded, a.substitute); err != nil {
			failed = append(failed, fmt.Errorf("hand over %s: %w", h.Number, err))
		}
	}
	return len(held) - len(failed), errors.Join(failed...)
}

func (s *Service) heldBy(ctx context.Context, tx *database.Tx, ids ...uuid.UUID) ([]Held, error) {
	if s.d.Reports == nil {
		return nil, nil
	}
	return s.d.Reports.HeldBy(ctx, tx, ids...)
}

func (s *Service) handOverSoon(ctx context.Context, tx *database.Tx, tenant string) error {
	if s.d.Jobs == nil {
		return nil
	}
	if err := s.d.Jobs.Insert(ctx, tx, HandOverArgs{Tenant: tenant}, nil); err != nil {
		return fmt.Errorf("job to hand over: %w", err)
	}
	return nil
}

// absent are the tenant's deputies without a mandate, struck off, or on leave.
// A substitute stands in for a leave only.
func (s *Service) absent(ctx context.Context, tx *database.Tx) (map[uuid.UUID]absent, error) {
	rows, err := tx.Deputy.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("deputies: %w", err)
	}
	seated, err := seatedNow(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]absent{}
	for _, row := range rows {
		switch {
		case row.DeletedAt != nil || !seated[row.ID]:
			out[row.ID] = absent{mandateEnded: true}
		case onLeave(row, s.d.Clock.Now()) && !keepsCases(row):
			out[row.ID] = absent{substitute: row.LeaveSubstituteID}
		}
	}
	return out, nil
}

// seatedNow are the deputies who hold a mandate.
func seatedNow(ctx context.Context, tx *database.Tx) (map[uuid.UUID]bool, error) {
	seats, err := tx.DeputySeat.Query().Where(deputyseat.EndedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("seats: %w", err)
	}
	return holders(seats), nil
}

func holders(seats []*db.DeputySeat) map[uuid.UUID]bool {
	out := make(map[uuid.UUID]bool, len(seats))
	for _, seat := range seats {
		out[seat.DeputyID] = true
	}
	return out
}
