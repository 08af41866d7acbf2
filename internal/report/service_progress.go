package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reportproposal"
	"huying/internal/deadline"
	"huying/internal/evidence"
	"huying/internal/flow"
	"huying/internal/handling"
)

// calendar is the working calendar with the tenant's own office hours.
func (m *moment) calendar() *deadline.Calendar {
	return deadline.NewCalendar(m.dir.CalendarOf(m.asker.tenant), officeHours(m.dir, m.asker.tenant))
}

// addUnitStep is row 19: the lead unit asks for help, the coordinator or the
// street's office agrees.
func (s *Service) addUnitStep(b AddUnitBody) step {
	return step{
		action: "add-unit", version: b.Version,
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			if err := s.mayHelp(ctx, m, b.UnitID); err != nil {
				return nil, err
			}
			if err := s.nameUnit(ctx, m, handling.ByUnits(m.assignments, m.asker.clerkOf())); err != nil {
				return nil, err
			}
			m.staff("coordinator", "report_signature", false, uuid.Nil, map[string]string{"step": "增加协办"})
			m.staff("street_office", "report_signature", false, uuid.Nil, map[string]string{"step": "增加协办"})
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error {
			if err := s.mayHelp(ctx, m, b.UnitID); err != nil {
				return err
			}
			handled := m.clock(clockHandling)
			if handled == nil {
				return fmt.Errorf("report %s: handled without a clock", m.report.Number)
			}
			due := handling.HelpDue(m.calendar(), handled, m.now)
			lead := handling.Owing(m.assignments)[0]
			if err := handling.Help(ctx, m.tx, lead, b.UnitID, &m.asker.person, m.now, due, b.Reason); err != nil {
				return err
			}
			names, err := s.namesOf(ctx, m.tx, []uuid.UUID{b.UnitID})
			if err != nil {
				return err
			}
			m.params["unit"], m.data["unit"], m.data["reason"], m.data["due_at"] = names, b.UnitID, b.Reason, due
			m.spans[clockOpinion] = deadline.Span{N: max(1, int(due.Sub(m.now)/time.Minute)), Unit: deadline.Minutes}
			m.staff("unit_clerk", "report_assisting", true, b.UnitID, map[string]string{"due": spoken(&due, m.now)})
			barred, err := s.Deputies.Recused(ctx, m.tx, matter(m.report, []uuid.UUID{b.UnitID}))
			if err != nil {
				return fmt.Errorf("recusals: %w", err)
			}
			return s.bar(ctx, m.tx, m.report, barred, "与承办单位或被反映对象有关联")
		},
	}
}

// maxHelp bounds how many units assist.
const maxHelp = 8

func (s *Service) mayHelp(ctx context.Context, m *moment, unit uuid.UUID) error {
	if len(handling.ByUnits(m.assignments, []uuid.UUID{unit})) > 0 {
		return invalid("unit_id", "该单位已在办理此件")
	}
	if len(handling.Helping(m.assignments)) >= maxHelp {
		return invalid("unit_id", fmt.Sprintf("协办单位最多%d个", maxHelp))
	}
	return s.knownUnit(ctx, m, "unit_id", unit)
}

// opinionStep is row 19: an assisting unit tells the lead unit, and nobody else.
func (s *Service) opinionStep(b OpinionBody) step {
	return step{
		action: "opinion", version: b.Version, note: b.Content,
		apply: func(ctx context.Context, m *moment) error {
			mine := handling.Helping(handling.ByUnits(m.assignments, m.asker.units()))
			if err := handling.Opine(ctx, m.tx, mine, b.Content, m.now); err != nil {
				return err
			}
			names, err := s.namesOf(ctx, m.tx, []uuid.UUID{mine[0].UnitID})
			if err != nil {
				return err
			}
			m.label, m.data["unit"] = names, mine[0].UnitID
			for _, a := range handling.Owing(m.assignments) {
				m.staff("unit_clerk", "report_opinion", false, a.UnitID, map[string]string{"unit": names})
			}
			return nil
		},
	}
}

// interimStep is row 28: made safe, or seen; only the clock of being on site stops.
func (s *Service) interimStep(b InterimBody) step {
	return step{
		action: "interim", version: b.Version, note: b.Note,
		facts: func(_ context.Context, _ *moment, f flow.Facts) error {
			f[fenced] = b.Measure == "fenced"
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			if len(b.UploadIDs) == 0 {
				return invalid("upload_ids", "请附现场照片")
			}
			if err := s.attach(ctx, m, b.UploadIDs, evidence.Progress); err != nil {
				return err
			}
			names, err := s.unitNames(ctx, m.tx, handling.ByUnits(m.assignments, m.asker.units()))
			if err != nil {
				return err
			}
			if names == "" {
				names = m.report.OwnerLabel
			}
			m.params["unit"], m.label, m.data["measure"] = names, names, b.Measure
			return nil
		},
	}
}

// extendStep is row 22: asked by the unit's head before the yellow rung,
// approved by the office or the district; silence refuses it.
func (s *Service) extendStep(b ExtendBody) step {
	return step{
		action: "extend", version: b.Version,
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			handled := m.clock(clockHandling)
			if problem := checkExtension(m.calendar(), handled, b.DueAt); problem != "" {
				return nil, invalid("due_at", problem)
			}
			_, err := deadline.Begin(ctx, m.tx, m.calendar(), deadline.Order{
				Subject: deadline.Subject{Kind: subjectKind, ID: m.report.ID}, Clock: clockExtension, From: m.now,
				Span:     spanFor(s.clockSettings(m.dir, m.asker.tenant), clockExtension, m.report.ClockClass, false),
				NotAfter: handled.DueAt, OwnerKind: OwnerOffice,
			})
			if err != nil {
				return nil, err
			}
			if err := s.nameUnit(ctx, m, handling.ByUnits(m.assignments, m.asker.headOf())); err != nil {
				return nil, err
			}
			m.staff(m.dispatcher(), "report_signature", false, uuid.Nil, map[string]string{"step": "申请延期"})
			return json.Marshal(b)
		},
		apply: func(_ context.Context, m *moment) error {
			m.extendTo = micro(b.DueAt)
			m.params["reason"] = b.Reason
			m.data["reason"], m.data["was"], m.data["due_at"] = b.Reason, m.clock(clockHandling).DueAt, m.extendTo
			m.change.SetExtendedAt(m.now)
			m.citizen("report_extended", true, map[string]string{"reason": b.Reason, "due": dueParam + clockHandling})
			return nil
		},
	}
}

// checkExtension answers what is wrong with the time asked for: it is later,
// and adds no more than the clock first had.
func checkExtension(cal *deadline.Calendar, handled *db.Deadline, due time.Time) string {
	working := deadline.Span{N: handled.Amount, Unit: deadline.Unit(handled.Unit)}.Working()
	switch {
	case !due.After(handled.DueAt):
		return "应晚于现在的期限"
	case cal.Measure(handled.DueAt, due, working) > cal.Length(handled):
		return "延长的时间不能超过原时限"
	}
	return ""
}

// lapseExtension is the silence of row 22: nobody approved in time.
func (s *Service) lapseExtension(ctx context.Context, m *moment) error {
	p := m.waits("extend")
	if p == nil {
		return nil
	}
	n, err := m.tx.ReportProposal.Update().
		Where(reportproposal.ID(p.ID), reportproposal.StateEQ(reportproposal.StatePending)).
		SetState(reportproposal.StateRefused).SetDecidedAt(m.now).SetReason("到期未批，视为不同意").AddVersion(1).Save(ctx)
	if err != nil || n == 0 {
		return fmt.Errorf("lapse extension: %d rows: %w", n, err)
	}
	m.move = flow.Transition{Number: 22, Action: "extension-lapsed", Part: System, From: m.state(), To: m.state()}
	m.label, m.note = Table.PartWord(System), "延期申请到期未批，视为不同意，原时限不变"
	s.tellUnits(m, "unit_head", "report_extension_refused", false, map[string]string{})
	if err := s.record(ctx, m); err != nil {
		return err
	}
	return s.send(ctx, m)
}

// pauseStep is row 23.
func (s *Service) pauseStep(b PauseBody) step {
	return step{
		action: "pause", version: b.Version,
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			if problem := checkPause(b.Until, m.now); problem != "" {
				return nil, invalid("until", problem)
			}
			if err := s.nameUnit(ctx, m, handling.ByUnits(m.assignments, m.asker.clerkOf())); err != nil {
				return nil, err
			}
			m.staff(m.dispatcher(), "report_signature", false, uuid.Nil, map[string]string{"step": "暂停计时"})
			return json.Marshal(b)
		},
		apply: func(_ context.Context, m *moment) error {
			if problem := checkPause(b.Until, m.now); problem != "" {
				return flow.TransitionNotAllowed.New("申请的恢复时间已过，请退回重报").Fact("state", string(m.state()))
			}
			m.halt = deadline.Break{Until: micro(b.Until), Reason: b.Reason}
			m.params["matter"] = pauseMatter(b.Kind)
			m.data["kind"], m.data["reason"], m.data["until"] = b.Kind, b.Reason, m.halt.Until
			m.citizen("report_paused", false, map[string]string{"matter": pauseMatter(b.Kind), "due": spoken(&b.Until, m.now)})
			return nil
		},
	}
}

// checkPause answers what is wrong with the end of a pause.
func checkPause(until, now time.Time) string {
	switch {
	case !until.After(now):
		return "应在此刻之后"
	case until.After(now.Add(pauseDays * 24 * time.Hour)):
		return fmt.Sprintf("最长%d天", pauseDays)
	}
	return ""
}

// resumeStep is row 23: by a person before the pause ends, or by the timer.
func (s *Service) resumeStep(b ResumeBody) step {
	return step{
		action: "resume", version: b.Version, note: b.Note,
		apply: func(_ context.Context, m *moment) error {
			m.citizen("report_resumed", false, map[string]string{"due": dueParam + clockHandling})
			if m.asker.system {
				s.tellUnits(m, "unit_clerk", "report_due_soon", false, map[string]string{"step": clockWord(clockHandling), "due": dueParam + clockHandling})
			}
			return nil
		},
	}
}

// askStep is row 20: the holder asks the reporter, and waits for a while.
func (s *Service) askStep(b AskBody) step {
	return step{
		action: "ask", version: b.Version,
		apply: func(ctx context.Context, m *moment) error {
			if err := s.nameHolder(ctx, m); err != nil {
				return err
			}
			m.halt.Reason = "等反映人补充情况"
			m.params["question"], m.data["question"] = b.Question, b.Question
			m.citizen("report_question", true, map[string]string{"question": b.Question, "due": dueParam + clockAnswer})
			return nil
		},
	}
}

func (s *Service) nameHolder(ctx context.Context, m *moment) error {
	if m.move.Part == UnitClerk {
		return s.nameUnit(ctx, m, handling.ByUnits(m.assignments, m.asker.clerkOf()))
	}
	return s.nameActor(ctx, m)
}

// answerStep is row 20: what the reporter adds is for those who work on it.
func (s *Service) answerStep(b AnswerBody) step {
	return step{
		action: "answer", version: b.Version, note: b.Content,
		apply: func(ctx context.Context, m *moment) error {
			if err := s.attach(ctx, m, b.UploadIDs, evidence.Before); err != nil {
				return err
			}
			m.data["photos"] = len(b.UploadIDs)
			s.goOn(m)
			return nil
		},
	}
}

// answerSilenceStep is row 20's silence: work goes on with what is known.
func (s *Service) answerSilenceStep() step {
	return step{action: "answer-silence", note: "反映人未在时限内补充", apply: func(_ context.Context, m *moment) error {
		s.goOn(m)
		return nil
	}}
}

// goOn tells the holder, and keeps the promise of a clock that never paused.
func (s *Service) goOn(m *moment) {
	if d := m.clock(holderClock(m.state())); d != nil {
		m.dues[clockHolder] = d.DueAt
	} else if m.report.DueAt != nil {
		m.dues[clockHolder] = *m.report.DueAt
	}
	switch m.report.OwnerKind {
	case OwnerUnit:
		s.tellUnits(m, "unit_clerk", "report_supplement", false, map[string]string{})
	case OwnerDeputy:
		if lead := m.lead(); lead != nil {
			m.tell = append(m.tell, notice{person: lead.PersonID, template: "report_supplement", params: map[string]string{}})
		}
	case OwnerOffice:
		m.staff("street_office", "report_supplement", false, uuid.Nil, map[string]string{})
	}
}
