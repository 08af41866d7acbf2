package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	entreport "huying/ent/db/report"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"

	"github.com/riverqueue/river"
)

// notice is a notice an action gives, before its addressee is known by id.
type notice struct {
	// person, when set, is told in this transaction; else everybody who holds
	// role there is told by a job.
	person   uuid.UUID
	role     string
	division string
	unit     uuid.UUID
	template string
	params   map[string]string
	sms      bool
}

// citizen tells the reporter, unless detached or unknown; no message goes to who left no phone.
func (m *moment) citizen(template string, sms bool, params map[string]string) {
	sms = sms && m.report.IdentityLevel != entreport.IdentityLevelNoPhone
	if m.report.DetachedAt == nil && !nobodys(m.report) {
		m.tell = append(m.tell, notice{person: m.report.ReporterID, template: template, sms: sms, params: params})
	}
}

// staff tells whoever holds the role at the report's place, or in the unit.
func (m *moment) staff(role, template string, sms bool, unit uuid.UUID, params map[string]string) {
	division := m.report.DivisionCode
	if unit != uuid.Nil {
		division = ""
	}
	m.tell = append(m.tell, notice{role: role, division: division, unit: unit, template: template, sms: sms, params: params})
}

// due says the due time of a clock this action started.
func (m *moment) due(clock string) string {
	if t, ok := m.dues[clock]; ok {
		return spoken(&t, m.now)
	}
	return spoken(m.report.DueAt, m.now)
}

// dueParam as a parameter's value is replaced by the due time of the clock
// named after it, once the clocks have moved.
const dueParam = "due:"

func (m *moment) fill(params map[string]string) map[string]string {
	out := map[string]string{"number": m.report.Number}
	for k, v := range params {
		if len(v) > len(dueParam) && v[:len(dueParam)] == dueParam {
			v = m.due(v[len(dueParam):])
		}
		out[k] = v
	}
	return out
}

// until is when a notice has nothing to tell any more: an offer lapses with the time to accept.
func (m *moment) until(n notice) time.Time {
	if n.template != "report_offered" {
		return time.Time{}
	}
	return m.dues[clockAccept]
}

// send writes the notices of the action, or the jobs that will.
func (s *Service) send(ctx context.Context, m *moment) error {
	for _, n := range m.tell {
		params := m.fill(n.params)
		if n.person != uuid.Nil {
			err := s.Notices.Notify(ctx, m.tx, Notice{
				PersonID: n.person, Template: n.template, Params: params,
				ReportID: m.report.ID, Number: m.report.Number, SMS: n.sms, Until: m.until(n),
			})
			if err != nil {
				return fmt.Errorf("notice %s: %w", n.template, err)
			}
			continue
		}
		for _, text := range textParams {
			if _, used := params[text]; used {
				params[text] = ""
			}
		}
		args := TellArgs{
			Tenant: m.asker.tenant, ReportID: m.report.ID, Number: m.report.Number, Role: n.role, Division: n.division,
			Unit: n.unit, Template: n.template, Params: params, SMS: n.sms,
		}
		if err := s.Jobs.Insert(ctx, m.tx, args, nil); err != nil {
			return fmt.Errorf("job to tell %s: %w", n.role, err)
		}
	}
	return s.tellFollowers(ctx, m)
}

// textParams are what a reporter wrote. They are read from the report when it is told, not carried by the job: finished
// jobs are kept for a day, and an erasure could not reach them there.
var textParams = []string{"title", "place"}

// freshTexts fills in what the job left out.
func (s *Service) freshTexts(ctx context.Context, tx *database.Tx, a TellArgs) error {
	if !slices.ContainsFunc(textParams, func(p string) bool { _, used := a.Params[p]; return used }) {
		return nil
	}
	row, err := tx.Report.Query().Where(entreport.ID(a.ReportID)).Only(ctx)
	if err != nil {
		return fmt.Errorf("report to tell of: %w", err)
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	for param, text := range map[string]string{"title": row.Title, "place": dir.FullName(row.DivisionCode) + row.Address} {
		if _, used := a.Params[param]; used {
			a.Params[param] = text
		}
	}
	return nil
}

// TellArgs is the job that tells everybody who holds a role; who that is lies
// behind the identity door and is looked up when the job runs.
type TellArgs struct {
	Tenant   string            `json:"tenant"`
	ReportID uuid.UUID         `json:"report_id"`
	Number   string            `json:"number"`
	Role     string            `json:"role"`
	Division string            `json:"division"`
	Unit     uuid.UUID         `json:"unit"`
	Template string            `json:"template"`
	Params   map[string]string `json:"params"`
	SMS      bool              `json:"sms"`
}

// Kind of the job.
func (TellArgs) Kind() string { return "report_tell" }

// TellWorker works TellArgs. A person recused from the report is not told of it.
type TellWorker struct {
	river.WorkerDefaults[TellArgs]
	s *Service
}

// Worker gives the worker to register with the queue.
func (s *Service) Worker() *TellWorker { return &TellWorker{s: s} }

// Work writes one notice per person, all or none.
func (w *TellWorker) Work(ctx context.Context, job *river.Job[TellArgs]) error {
	a := job.Args
	people, err := w.s.People.PeopleWith(ctx, a.Tenant, a.Role, a.Division, a.Unit)
	if err != nil {
		return fmt.Errorf("whom to tell: %w", err)
	}
	err = w.s.DB.Do(ctx, tenancy.As(ctx, a.Tenant, "tell "+a.Role), func(ctx context.Context, tx *database.Tx) error {
		barred, err := w.s.barred(ctx, tx, a.ReportID)
		if err != nil {
			return err
		}
		if err := w.s.freshTexts(ctx, tx, a); err != nil {
			return err
		}
		for _, p := range people {
			if barred[p] {
				continue
			}
			err := w.s.Notices.Notify(ctx, tx, Notice{
				PersonID: p, Template: a.Template, Params: a.Params, ReportID: a.ReportID, Number: a.Number, SMS: a.SMS,
				Once: "tell:" + strconv.FormatInt(job.ID, 10), OnceAt: job.CreatedAt,
			})
			if err != nil {
				return fmt.Errorf("notice: %w", err)
			}
		}
		return nil
	})
	// All were told in one transaction, so one that was told before says that all were.
	if database.IsUnique(err) {
		return nil
	}
	return err
}
