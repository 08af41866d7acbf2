package supervision

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/internal/deadline"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// whom are the people who hold a role in the transaction's tenant, in a unit where one is named.
type whom struct {
	role string
	unit *uuid.UUID
}

// congressOf are the people of whoever wrote a notice who have to know.
func congressOf(tenant string) []whom {
	if tenant == tenancy.CityTenant {
		return []whom{{role: "city_supervisor"}}
	}
	return []whom{{role: "district_head"}, {role: "district_staff"}}
}

// answerers are who has to answer a notice.
func answerers(n *db.SupervisionNotice) []whom {
	if n.UnitID == nil {
		return congressOf(n.ToTenant)
	}
	return []whom{{"unit_head", n.UnitID}, {"city_unit", n.UnitID}}
}

// announce tells a step to the people of this tenant whom it concerns.
func (s *Service) announce(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice, st step) error {
	from, to := n.TenantID == n.FromTenant, n.TenantID == n.ToTenant
	params := map[string]string{"title": n.Title}
	due := n.DueAt
	if st.DueAt != nil {
		due = st.DueAt
	}
	with := func(name, value string) map[string]string { return map[string]string{"title": n.Title, name: value} }
	send := func(here bool, people []whom, template string, params map[string]string, sms bool) error {
		if !here {
			return nil
		}
		for _, w := range people {
			if err := s.tell(ctx, tx, w, template, params, sms); err != nil {
				return err
			}
		}
		return nil
	}
	switch st.Action {
	case Sign:
		return send(to, answerers(n), "supervision_received", with("due", words(due, st.At)), true)
	case Refuse:
		return send(from, []whom{{role: "district_staff"}}, "supervision_refused", with("reason", st.Text), false)
	case Answer:
		return send(from, congressOf(n.FromTenant), "supervision_answered", with("unit", whoAnswers(n)), false)
	case SendBack:
		return send(to, answerers(n), "supervision_sent_back", with("due", words(due, st.At)), true)
	case Accept:
		return send(to, answerers(n), "supervision_accepted", params, false)
	case Hearing, Inspection:
		if st.Data["stage"] != "called" {
			return nil
		}
		return send(to, answerers(n), "supervision_session", map[string]string{
			"title": n.Title, "what": wordOf(st.Action), "time": fmt.Sprint(st.Data["when"]), "place": fmt.Sprint(st.Data["place"]),
		}, true)
	case Rung:
		if st.Rung < 100 {
			return send(to, answerers(n), "supervision_due_soon", with("due", words(due, st.At)), false)
		}
		if err := send(to, answerers(n), "supervision_overdue", with("due", words(due, st.At)), st.Rung == 100); err != nil {
			return err
		}
		return send(from, congressOf(n.FromTenant), "supervision_late", map[string]string{
			"title": n.Title, "unit": whoAnswers(n), "due": words(due, st.At),
		}, false)
	}
	return nil
}

func words(due *time.Time, now time.Time) string {
	if due == nil {
		return "近期"
	}
	return deadline.Words(*due, now)
}

func wordOf(action string) string { a, _ := actOf(action); return a.word }

// whoAnswers names who has to answer.
func whoAnswers(n *db.SupervisionNotice) string {
	if n.UnitName != "" {
		return n.UnitName
	}
	return "区市人大"
}

// tell leaves a job that tells everybody who holds a role when it runs.
func (s *Service) tell(ctx context.Context, tx *database.Tx, w whom, template string, params map[string]string, sms bool) error {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	a := TellArgs{Tenant: scope.TenantCode(), Role: w.role, Template: template, Params: params, SMS: sms}
	if w.unit != nil {
		a.Unit = *w.unit
	}
	if err := s.d.Jobs.Insert(ctx, tx, a, nil); err != nil {
		return fmt.Errorf("job to tell %s: %w", w.role, err)
	}
	return nil
}

// TellArgs is the job that tells everybody who holds a role.
type TellArgs struct {
	Tenant   string            `json:"tenant"`
	Role     string            `json:"role"`
	Unit     uuid.UUID         `json:"unit"`
	Template string            `json:"template"`
	Params   map[string]string `json:"params"`
	SMS      bool              `json:"sms"`
}

// Kind of the job.
func (TellArgs) Kind() string { return "supervision_tell" }

type tellWorker struct {
	river.WorkerDefaults[TellArgs]
	s *Service
}

// Work writes one notice per person, all or none.
func (w *tellWorker) Work(ctx context.Context, job *river.Job[TellArgs]) error {
	a := job.Args
	people, err := w.s.d.People.PeopleWith(ctx, a.Tenant, a.Role, "", a.Unit)
	if err != nil {
		return fmt.Errorf("whom to tell: %w", err)
	}
	err = w.s.d.DB.Do(ctx, tenancy.As(ctx, a.Tenant, "tell "+a.Role), func(ctx context.Context, tx *database.Tx) error {
		for _, p := range people {
			err := w.s.d.Notices.Notify(ctx, tx, Notice{
				PersonID: p, Template: a.Template, Params: a.Params, SMS: a.SMS, Once: "supervision:" + strconv.FormatInt(job.ID, 10), OnceAt: job.CreatedAt,
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
