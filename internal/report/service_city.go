package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/supervision"
	"huying/internal/audit"
	"huying/internal/flow"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// CityLetterBody is a letter of the city about one report of a district. It
// goes to the district's congress, or to a city-level unit that works on the
// report; the city orders no unit of a district.
type CityLetterBody struct {
	Number string     `json:"number" minLength:"10" maxLength:"24" doc:"受理编号"`
	Letter string     `json:"letter" minLength:"4" maxLength:"1000" doc:"督办函内容"`
	UnitID *uuid.UUID `json:"unit_id,omitempty" doc:"正在办理此件的市级单位；不填则致区市人大"`
	DueAt  *time.Time `json:"due_at,omitempty" doc:"何时前说明；不填为5个工作日"`
}

// CityLetter is a letter the city wrote.
type CityLetter struct {
	ID       uuid.UUID `json:"id"`
	Number   string    `json:"number"`
	Tenant   string    `json:"tenant"`
	Letter   string    `json:"letter"`
	DueAt    time.Time `json:"due_at"`
	SignedAt time.Time `json:"signed_at"`
}

// WriteCityLetter keeps the letter in the city's tenant, which is all the city
// writes to, and leaves its delivery to a job of the district.
func (s *Service) WriteCityLetter(ctx context.Context, b CityLetterBody) (CityLetter, error) {
	tenant, _, _, ok := ParseNumber(b.Number)
	if !ok {
		return CityLetter{}, notFound()
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return CityLetter{}, err
	}
	if _, known := dir.Tenant(tenant); !known || tenant == tenancy.CityTenant {
		return CityLetter{}, notFound()
	}
	v, err := s.Get(ctx, tenant, b.Number)
	if err != nil {
		return CityLetter{}, err
	}
	if !supervisable(v.State) {
		return CityLetter{}, flow.TransitionNotAllowed.New("此件目前“"+v.StateName+"”，不能督办").Fact("state", v.State).Fact("action", "supervise")
	}
	if err := s.checkCityUnit(ctx, tenant, v, b.UnitID); err != nil {
		return CityLetter{}, err
	}
	now, caller := s.Clock.Now(), auth.From(ctx)
	if problem := checkLetterDue(b.DueAt, now); problem != "" {
		return CityLetter{}, invalid("due_at", problem)
	}
	out := CityLetter{ID: uuid.Must(uuid.NewV7()), Number: v.Number, Tenant: tenant, Letter: b.Letter, SignedAt: now}
	cal, err := s.Calendar(ctx, tenant)
	if err != nil {
		return CityLetter{}, err
	}
	out.DueAt, _ = cal.Add(now, spanFor(s.clockSettings(dir, tenant), clockSupervise, "", false))
	if b.DueAt != nil {
		out.DueAt = micro(*b.DueAt)
	}
	err = s.DB.Do(ctx, tenancy.Tenant(tenancy.CityTenant), func(ctx context.Context, tx *database.Tx) error {
		err := tx.Supervision.Create().SetID(out.ID).SetReportID(v.ID).SetNillableUnitID(b.UnitID).SetLetter(b.Letter).
			SetDraftedBy(caller.PersonID).SetSignedBy(caller.PersonID).SetSignedAt(now).SetDueAt(out.DueAt).Exec(ctx)
		if err != nil {
			return fmt.Errorf("city letter: %w", err)
		}
		err = audit.Write(ctx, tx, audit.Line{
			Action: "supervision.create", SubjectKind: subjectKind, SubjectID: v.ID.String(), Facts: map[string]any{"number": v.Number, "tenant": tenant},
		})
		if err != nil {
			return err
		}
		return s.Jobs.Insert(ctx, tx, CityLetterArgs{
			Tenant: tenant, ReportID: v.ID, Letter: out.ID, Text: b.Letter, UnitID: b.UnitID, DueAt: out.DueAt, By: caller.PersonID, At: now,
		}, nil)
	})
	return out, err
}

// checkCityUnit lets a letter go only to a unit that works on the report and
// whose people work for the city.
func (s *Service) checkCityUnit(ctx context.Context, tenant string, v *View, unit *uuid.UUID) error {
	if unit == nil {
		return nil
	}
	if slices.ContainsFunc(v.Units, func(u UnitView) bool { return u.ID == *unit }) {
		people, err := s.People.PeopleWith(ctx, tenant, "city_unit", "", *unit)
		if err != nil {
			return fmt.Errorf("city unit: %w", err)
		}
		if len(people) > 0 {
			return nil
		}
	}
	return invalid("unit_id", "只能致正在办理此件的市级单位；区市单位请致区市人大")
}

// CityLetterArgs is the job that delivers a city's letter in its district.
type CityLetterArgs struct {
	Tenant   string     `json:"tenant"`
	ReportID uuid.UUID  `json:"report_id"`
	Letter   uuid.UUID  `json:"letter"`
	Text     string     `json:"text"`
	UnitID   *uuid.UUID `json:"unit_id,omitempty"`
	DueAt    time.Time  `json:"due_at"`
	By       uuid.UUID  `json:"by"`
	At       time.Time  `json:"at"`
}

// Kind of the job.
func (CityLetterArgs) Kind() string { return "report_city_letter" }

// CityLetterWorker works CityLetterArgs.
type CityLetterWorker struct {
	river.WorkerDefaults[CityLetterArgs]
	s *Service
}

// CityLetters gives the worker to register with the queue.
func (s *Service) CityLetters() *CityLetterWorker { return &CityLetterWorker{s: s} }

// Work delivers the letter once. One whose report has ended meanwhile stays in
// the city's files and is not delivered.
func (w *CityLetterWorker) Work(ctx context.Context, job *river.Job[CityLetterArgs]) error {
	a, s := job.Args, w.s
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, tenancy.As(ctx, a.Tenant, "deliver a city letter"), func(ctx context.Context, tx *database.Tx) error {
		if err := s.lock(ctx, tx, a.ReportID); err != nil {
			return err
		}
		row, err := tx.Report.Query().Where(entreport.ID(a.ReportID)).Only(ctx)
		if err != nil {
			return fmt.Errorf("report of the letter: %w", err)
		}
		rel, err := s.relate(ctx, tx, row)
		if err != nil {
			return err
		}
		if rel.fromCity(a.Letter) || !supervisable(string(row.State)) {
			return nil
		}
		l := &db.Supervision{ID: a.Letter, UnitID: a.UnitID, Letter: a.Text, DraftedBy: &a.By, SignedBy: &a.By, SignedAt: a.At, DueAt: a.DueAt}
		return s.perform(ctx, tx, rel, asker{tenant: a.Tenant, system: true}, dir, s.cityLetterStep(l))
	})
}

// CityAnswerArgs is the job that files an answer with the city.
type CityAnswerArgs struct {
	Letter uuid.UUID `json:"letter"`
	Answer string    `json:"answer"`
	By     uuid.UUID `json:"by"`
	At     time.Time `json:"at"`
}

// Kind of the job.
func (CityAnswerArgs) Kind() string { return "report_city_answer" }

// CityAnswerWorker works CityAnswerArgs.
type CityAnswerWorker struct {
	river.WorkerDefaults[CityAnswerArgs]
	s *Service
}

// CityAnswers gives the worker to register with the queue.
func (s *Service) CityAnswers() *CityAnswerWorker { return &CityAnswerWorker{s: s} }

// Work closes the city's own copy of the letter.
func (w *CityAnswerWorker) Work(ctx context.Context, job *river.Job[CityAnswerArgs]) error {
	a := job.Args
	return w.s.DB.Do(ctx, tenancy.As(ctx, tenancy.CityTenant, "file an answer"), func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Supervision.Update().Where(supervision.ID(a.Letter), supervision.StateEQ(supervision.StateOpen)).
			SetState(supervision.StateAnswered).SetAnswer(a.Answer).SetAnsweredBy(a.By).SetAnsweredAt(a.At).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("file the answer: %w", err)
		}
		return nil
	})
}
