package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	entreport "huying/ent/db/report"
	"huying/internal/flow"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Numbered is a report by its id and number.
type Numbered struct {
	ID     uuid.UUID
	Number string
}

// ReadableNumbers gives those of the numbers that the caller of ctx may read in the tenant. The city's read leaves its trace.
func (s *Service) ReadableNumbers(ctx context.Context, tenant string, numbers []string) ([]Numbered, error) {
	return s.readable(ctx, tenant, entreport.NumberIn(numbers...))
}

// ReadableOf gives those of the reports that the caller of ctx may read in the tenant. The city's read leaves its trace.
func (s *Service) ReadableOf(ctx context.Context, tenant string, ids []uuid.UUID) ([]Numbered, error) {
	return s.readable(ctx, tenant, entreport.IDIn(ids...))
}

func (s *Service) readable(ctx context.Context, tenant string, which predicate) (out []Numbered, err error) {
	who, scope := askerOf(ctx, tenant), tenancy.Tenant(tenant)
	if auth.From(ctx) != nil && s.Index.Access(who.grants, tenant, readPermission).Widest() == authz.ScopeAll {
		if err := s.CityAudit.CrossTenantRead(ctx, []string{tenant}, readPermission); err != nil {
			return nil, err
		}
		scope = tenancy.City([]string{tenant})
	}
	err = s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		q := tx.Report.Query().Where(which)
		for _, p := range s.visible(ctx, who, readPermission) {
			q.Where(p)
		}
		rows, err := q.Select(entreport.FieldID, entreport.FieldNumber).All(ctx)
		for _, r := range rows {
			out = append(out, Numbered{r.ID, r.Number})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("readable: %w", err)
	}
	return out, nil
}

// NumbersOf gives the numbers of reports of the transaction's tenant.
func (s *Service) NumbersOf(ctx context.Context, tx *database.Tx, ids []uuid.UUID) ([]Numbered, error) {
	rows, err := tx.Report.Query().Where(entreport.IDIn(ids...)).Select(entreport.FieldID, entreport.FieldNumber).Order(entreport.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("numbers: %w", err)
	}
	out := make([]Numbered, len(rows))
	for i, r := range rows {
		out[i] = Numbered{r.ID, r.Number}
	}
	return out, nil
}

// TogetherArgs is the job that notes one thing in many reports: that they are supervised together, or what came of it.
type TogetherArgs struct {
	Tenant  string      `json:"tenant"`
	Notice  uuid.UUID   `json:"notice"`
	Action  flow.Action `json:"action"`
	Reports []uuid.UUID `json:"reports"`
	From    string      `json:"from,omitempty"`
	DueAt   *time.Time  `json:"due_at,omitempty"`
	Result  string      `json:"result,omitempty"`
}

// Kind of the job.
func (TogetherArgs) Kind() string { return "report_together" }

// SuperviseTogether notes in reports of the transaction's tenant that a notice about them all was signed.
func (s *Service) SuperviseTogether(ctx context.Context, tx *database.Tx, notice uuid.UUID, ids []uuid.UUID, from string, due time.Time) error {
	return s.together(ctx, tx, TogetherArgs{Notice: notice, Action: "supervise-class", Reports: ids, From: from, DueAt: &due})
}

// ConcludeTogether tells the reporters of reports of the transaction's tenant what came of them all.
func (s *Service) ConcludeTogether(ctx context.Context, tx *database.Tx, notice uuid.UUID, ids []uuid.UUID, result string) error {
	return s.together(ctx, tx, TogetherArgs{Notice: notice, Action: "class-result", Reports: ids, Result: result})
}

func (s *Service) together(ctx context.Context, tx *database.Tx, a TogetherArgs) error {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	a.Tenant = scope.TenantCode()
	if err := s.Jobs.Insert(ctx, tx, a, nil); err != nil {
		return fmt.Errorf("job for reports together: %w", err)
	}
	return nil
}

// TogetherWorker works TogetherArgs, report by report, each once.
type TogetherWorker struct {
	river.WorkerDefaults[TogetherArgs]
	s *Service
}

// TogetherWorker gives the worker to register with the queue.
func (s *Service) TogetherWorker() *TogetherWorker { return &TogetherWorker{s: s} }

// Timeout gives a job of two hundred reports the time they take.
func (w *TogetherWorker) Timeout(*river.Job[TogetherArgs]) time.Duration { return 5 * time.Minute }

// Work takes the step in every report that still hears of it. Those that failed are tried again with the job.
func (w *TogetherWorker) Work(ctx context.Context, job *river.Job[TogetherArgs]) error {
	var failed []error
	for _, id := range job.Args.Reports {
		if err := w.s.oneTogether(ctx, job.Args, id); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (s *Service) oneTogether(ctx context.Context, a TogetherArgs, id uuid.UUID) error {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, tenancy.As(ctx, a.Tenant, "reports together"), func(ctx context.Context, tx *database.Tx) error {
		if err := s.lock(ctx, tx, id); err != nil {
			return err
		}
		row, err := tx.Report.Query().Where(entreport.ID(id)).Only(ctx)
		if err != nil {
			return fmt.Errorf("one of many reports: %w", err)
		}
		rel, err := s.relate(ctx, tx, row)
		if err != nil {
			return err
		}
		if rel.heard(a) || !Table.Reaches(rel.state(), a.Action) {
			return nil
		}
		return s.perform(ctx, tx, rel, asker{tenant: a.Tenant, system: true}, dir, s.togetherStep(a))
	})
}

// heard says whether the step was taken in this report before.
func (r *relation) heard(a TogetherArgs) bool {
	for _, e := range slices.Backward(r.events) {
		if e.Action == string(a.Action) && e.Data["notice"] == a.Notice.String() {
			return true
		}
	}
	return false
}

func (s *Service) togetherStep(a TogetherArgs) step {
	return step{action: a.Action, apply: func(_ context.Context, m *moment) error {
		m.data["notice"] = a.Notice
		m.params["from"], m.params["result"] = a.From, a.Result
		if a.DueAt != nil {
			m.params["due"] = spoken(a.DueAt, m.now)
		}
		if a.Action == "class-result" {
			m.citizen("report_class_result", true, map[string]string{"result": a.Result})
		}
		return nil
	}}
}
