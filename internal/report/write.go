package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/platform/auth"
)

func (s *Service) moveClocks(ctx context.Context, m *moment) error {
	cal := deadline.NewCalendar(m.dir.CalendarOf(m.asker.tenant), officeHours(m.dir, m.asker.tenant))
	overrides := s.clockSettings(m.dir, m.asker.tenant)
	subject := deadline.Subject{Kind: subjectKind, ID: m.report.ID}
	for _, op := range m.move.Clocks {
		var err error
		switch op.Verb {
		case flow.StopAll:
			err = deadline.StopAll(ctx, m.tx, subject, m.now)
		case flow.StopClock:
			err = deadline.Stop(ctx, m.tx, subject, op.Clock, m.now)
		case flow.StartClock:
			span, set := m.spans[op.Clock]
			if !set {
				span = spanFor(overrides, op.Clock, m.report.ClockClass, m.report.Danger)
			}
			notAfter := m.notAfter[op.Clock]
			if op.Clock == clockHandling {
				due, err := s.promisedToMerged(ctx, m)
				if err != nil {
					return err
				}
				if due != nil && (notAfter.IsZero() || due.Before(notAfter)) {
					notAfter = *due
				}
			}
			var row *db.Deadline
			row, err = deadline.Begin(ctx, m.tx, cal, deadline.Order{
				Subject: subject, Clock: op.Clock, Span: span, From: m.now, NotAfter: notAfter,
				Ladder: ladderFor(op.Clock), Round: m.report.Round,
				OwnerKind: m.nextOwner(), OwnerID: m.ownerID,
			})
			if err == nil {
				m.dues[op.Clock] = row.DueAt
			}
		default:
			err = s.shiftClock(ctx, m, cal, op)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// shiftClock pauses, resumes or extends. A holder's clock that does not run, or
// is missed already, stays as it is: nobody's rung is silenced by a question.
func (s *Service) shiftClock(ctx context.Context, m *moment, cal *deadline.Calendar, op flow.ClockOp) error {
	subject := deadline.Subject{Kind: subjectKind, ID: m.report.ID}
	name := op.Clock
	if name == clockHolder {
		name = holderClock(m.state())
	}
	running := m.clock(name)
	if running == nil || op.Verb == flow.PauseClock && op.Clock == clockHolder && !deadline.MayPause(running, m.now) {
		return nil
	}
	var row *db.Deadline
	var err error
	switch op.Verb {
	case flow.PauseClock:
		if due, asks := m.dues[clockAnswer]; asks {
			m.halt.Until = due
		}
		m.halt.At = m.now
		if row, err = deadline.Pause(ctx, m.tx, cal, subject, name, m.halt); err == nil {
			m.dues[op.Clock] = *row.ResumeAt
		}
	case flow.ResumeClock:
		if row, err = deadline.Resume(ctx, m.tx, cal, subject, name, m.now); err == nil {
			m.dues[op.Clock] = row.DueAt
		}
	case flow.ExtendClock:
		if row, err = deadline.Extend(ctx, m.tx, cal, subject, name, m.extendTo, m.now); err == nil {
			m.dues[op.Clock] = row.DueAt
		}
	default:
		err = fmt.Errorf("report: unknown clock verb %q", op.Verb)
	}
	if errors.Is(err, deadline.ErrStale) {
		return errStale
	}
	return err
}

// unitRung is the highest rung told on the clocks that a unit has to keep.
func unitRung(rows []*db.Deadline) (rung int) {
	for _, d := range rows {
		if deadline.Running(d) && d.Ladder == unitLadder.String() {
			rung = max(rung, d.Rung)
		}
	}
	return rung
}

// pausedUntil is until when handling is paused, apart from a question to the reporter.
func pausedUntil(rows []*db.Deadline) *time.Time {
	if d := deadline.Current(rows, clockHandling); d != nil && d.PausedAt != nil && deadline.Current(rows, clockAnswer) == nil {
		return d.ResumeAt
	}
	return nil
}

func (m *moment) nextOwner() string {
	if m.owner != "" {
		return m.owner
	}
	if m.move.To == m.move.From && m.report.OwnerKind != "" {
		return m.report.OwnerKind
	}
	return ownerIn(m.move.To, m.report.Danger, m.hasDeputy)
}

func (s *Service) moveReport(ctx context.Context, m *moment) error {
	rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID})
	if err != nil {
		return err
	}
	owner := Owner{Kind: m.nextOwner(), Name: m.report.OwnerLabel}
	if m.move.To != m.move.From || m.owner != "" {
		owner.Name = s.ownerLabel(m)
	}
	m.data["owner"] = map[string]any{"kind": owner.Kind, "name": owner.Name}
	u := m.change.SetState(entreport.State(m.move.To)).SetOwnerKind(owner.Kind).SetOwnerLabel(owner.Name)
	if due := deadline.Earliest(rows, counts); due != nil {
		u.SetDueAt(*due)
	} else {
		u.ClearDueAt()
	}
	m.rung = unitRung(rows)
	u.SetRung(m.rung)
	if until := pausedUntil(rows); until != nil {
		u.SetPausedUntil(*until)
	} else {
		u.ClearPausedUntil()
	}
	if due, set := m.dues[m.move.Promise]; set {
		u.SetPromisedAt(due)
		m.params["t"] = deadline.Words(due, m.now)
	} else if !Live(m.move.To) {
		u.ClearPromisedAt()
	}
	if m.move.To != m.move.From || m.owner != "" {
		if m.ownerID != nil {
			u.SetOwnerID(*m.ownerID)
		} else {
			u.ClearOwnerID()
		}
	}
	switch {
	case !Live(m.move.To) && Live(m.move.From):
		u.SetClosedAt(m.now)
	case Live(m.move.To) && !Live(m.move.From):
		u.ClearClosedAt()
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("move report: %w", err)
	}
	if n == 0 {
		return errStale
	}
	return nil
}

// moveLoad keeps the deputies' counts of live reports.
func (s *Service) moveLoad(ctx context.Context, m *moment) error {
	by := 0
	switch {
	case busy(m.move.From) && !busy(m.move.To):
		by = -1
	case !busy(m.move.From) && busy(m.move.To):
		by = 1
	}
	if by == 0 {
		return nil
	}
	for _, d := range m.deputies {
		if err := s.Deputies.ChangeLoad(ctx, m.tx, d.DeputyID, by); err != nil {
			return fmt.Errorf("deputy's load: %w", err)
		}
	}
	return nil
}

// counted tells the boards of the step.
func (s *Service) counted(ctx context.Context, m *moment) error {
	if s.Steps == nil {
		return nil
	}
	t := Taken{Report: m.report, Event: m.event, RungBefore: m.report.Rung, RungNow: m.rung}
	// What happens next in this moment starts from here.
	m.report.Rung = m.rung
	if err := s.Steps.Stepped(ctx, m.tx, t); err != nil {
		return fmt.Errorf("count the step: %w", err)
	}
	return nil
}

// record writes the event and the audit line.
func (s *Service) record(ctx context.Context, m *moment) error {
	create := m.tx.ReportEvent.Create().SetReportID(m.report.ID).SetRow(m.move.Number).
		SetAction(string(m.move.Action)).SetFromState(string(m.move.From)).SetToState(string(m.move.To)).
		SetRound(m.report.Round).SetActorPart(string(m.move.Part)).SetActorLabel(m.label).
		SetInternalNote(m.note).SetAt(m.now)
	if len(m.data) > 0 {
		create.SetData(m.data)
	}
	if m.asker.person != uuid.Nil {
		create.SetActorID(m.asker.person)
	}
	if m.move.Public != "" {
		create.SetPublicText(word(m.move.Public, m.params))
	}
	event, err := create.Save(ctx)
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	m.event = event
	if err := s.counted(ctx, m); err != nil {
		return err
	}
	s.hint(m)
	if err := s.screenEvent(ctx, m, event); err != nil {
		return err
	}
	if err := s.movedTo(ctx, m); err != nil {
		return err
	}
	line := audit.Line{
		Action: "report." + string(m.move.Action), SubjectKind: subjectKind, SubjectID: m.report.ID.String(),
		Facts: map[string]any{"number": m.report.Number, "from": string(m.move.From), "to": string(m.move.To)},
	}
	if key := m.report.PartnerKeyID; key != nil && m.move.From == "" {
		line.Facts["partner_key"] = key.String()
	}
	if auth.From(ctx) == nil || m.asker.system {
		line.Actor = &audit.Actor{Kind: audit.KindSystem, Role: audit.KindSystem}
	}
	return audit.Write(ctx, m.tx, line)
}
