package supervision

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/supervisionmatter"
	"huying/ent/db/supervisionnotice"
	"huying/ent/db/supervisionstep"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// CarryArgs is the job that carries a step to the other side's tenant. The first carries the notice too.
type CarryArgs struct {
	Tenant string    `json:"tenant"`
	Notice uuid.UUID `json:"notice"`
	Head   *head     `json:"head,omitempty"`
	Step   step      `json:"step"`
}

// Kind of the job.
func (CarryArgs) Kind() string { return "supervision_carry" }

// carry leaves a job for the other side.
func (s *Service) carry(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice, st step) error {
	a := CarryArgs{Tenant: n.ToTenant, Notice: n.ID, Step: st}
	if n.TenantID == n.ToTenant {
		a.Tenant = n.FromTenant
	}
	if st.Action == Sign {
		h, err := headOf(ctx, tx, n)
		if err != nil {
			return err
		}
		a.Head = &h
	}
	if err := s.d.Jobs.Insert(ctx, tx, a, nil); err != nil {
		return fmt.Errorf("carry a notice's step: %w", err)
	}
	return nil
}

func headOf(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice) (head, error) {
	h := head{
		ID: n.ID, From: n.FromTenant, To: n.ToTenant, UnitID: n.UnitID, UnitName: n.UnitName, Kind: string(n.Kind), ClassID: n.ClassID,
		TopicMonth: n.TopicMonth, Reference: n.Reference, Title: n.Title, Letter: n.Letter, Asks: n.Asks, Days: n.Days, DraftedBy: n.DraftedBy,
	}
	rows, err := tx.SupervisionMatter.Query().Where(supervisionmatter.NoticeID(n.ID)).Order(supervisionmatter.ByNumber()).All(ctx)
	if err != nil {
		return h, fmt.Errorf("matters of a notice: %w", err)
	}
	for _, r := range rows {
		h.Matters = append(h.Matters, Matter{r.ReportID, r.Number})
	}
	return h, nil
}

type carryWorker struct {
	river.WorkerDefaults[CarryArgs]
	s *Service
}

// Work carries out the step once. One that overtook the step before it fails and is tried again.
func (w *carryWorker) Work(ctx context.Context, job *river.Job[CarryArgs]) error {
	a, s := job.Args, w.s
	return s.d.DB.Do(ctx, tenancy.As(ctx, a.Tenant, "carry a supervision notice"), func(ctx context.Context, tx *database.Tx) error {
		if err := s.lock(ctx, tx, a.Notice); err != nil {
			return err
		}
		done, err := tx.SupervisionStep.Query().Where(supervisionstep.ID(a.Step.ID)).Exist(ctx)
		if err != nil || done {
			return err
		}
		n, err := tx.SupervisionNotice.Query().Where(supervisionnotice.ID(a.Notice)).Only(ctx)
		if db.IsNotFound(err) && a.Head != nil {
			n, err = s.keep(ctx, tx, *a.Head)
		}
		if err != nil {
			return fmt.Errorf("notice of a carried step: %w", err)
		}
		return s.apply(ctx, tx, n, a.Step)
	})
}
