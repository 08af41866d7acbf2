package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/platform/database"
)

// letterRung is the rung at which a supervision letter is drafted for the
// district's head to sign.
const letterRung = 200

// climbed tells of a rung other than the due time, in the sweeper's transaction.
func (s *Service) climbed(ctx context.Context, tx *database.Tx, d *db.Deadline) error {
	rel, who, dir, err := s.ofDeadline(ctx, tx, d)
	if err != nil {
		return err
	}
	m := s.moment(tx, rel, who, dir, "")
	if d.Ladder == deputyLadder.String() {
		return s.remindDeputies(ctx, m, d)
	}
	return s.climb(ctx, m, d)
}

// remindDeputies tells volunteers once, at half of their time; nothing is
// recorded where no deputy is waited for.
func (s *Service) remindDeputies(ctx context.Context, m *moment, d *db.Deadline) error {
	var people []uuid.UUID
	if d.Kind == clockAccept {
		for _, o := range m.offers {
			if o.State == "offered" {
				people = append(people, o.PersonID)
			}
		}
	} else if lead := m.lead(); lead != nil && m.hasDeputy && m.report.OwnerKind == OwnerDeputy {
		people = append(people, lead.PersonID)
	}
	for _, p := range people {
		m.tell = append(m.tell, notice{person: p, template: "report_due_soon", params: rungParams(m, d)})
	}
	if len(people) == 0 {
		return nil
	}
	return s.tellRung(ctx, m, d, "提醒代表："+clockWord(d.Kind)+"时限已过半")
}

func rungParams(m *moment, d *db.Deadline) map[string]string {
	return map[string]string{"step": clockWord(d.Kind), "due": spoken(&d.DueAt, m.now)}
}

// tellRung records a rung as an internal event and sends its notices.
func (s *Service) tellRung(ctx context.Context, m *moment, d *db.Deadline, text string) error {
	m.move = flow.Transition{Action: "rung", Part: System, From: m.state(), To: m.state()}
	if d.Rung == 100 {
		m.move.Action = "overdue"
	}
	m.label, m.note = Table.PartWord(System), text
	m.data["clock"], m.data["due_at"], m.data["rung"] = d.Kind, d.DueAt, d.Rung
	if err := s.record(ctx, m); err != nil {
		return err
	}
	return s.send(ctx, m)
}

// climb carries out one rung of a unit's clock: 80 % tells the clerk, 100 %
// the unit's head, 150 % the coordinator and who dispatched, 200 % drafts a
// letter for the district's head, 300 % puts it on the chairpersons' list.
func (s *Service) climb(ctx context.Context, m *moment, d *db.Deadline) error {
	word := clockWord(d.Kind)
	var text string
	switch {
	case d.Rung < 100:
		text = word + "时限已用八成，黄色提醒"
		s.tellUnits(m, "unit_clerk", "report_due_soon", false, rungParams(m, d))
	case d.Rung == 100:
		text = word + "已超过时限，红色提醒"
		s.tellUnits(m, "unit_head", "report_overdue", d.Kind == clockHandling, rungParams(m, d))
	case d.Rung < letterRung:
		text = word + "超时过半，提请督促"
		m.staff("coordinator", "report_escalated", false, uuid.Nil, rungParams(m, d))
		m.staff(m.dispatcher(), "report_escalated", false, uuid.Nil, rungParams(m, d))
	case d.Rung == letterRung && d.Kind != clockSupervise:
		text = word + "超时一倍，拟发督办函"
		if err := s.draftLetter(ctx, m, d); err != nil {
			return err
		}
	default:
		text = word + "严重超时，列入主任会议督办清单"
		if d.Rung == letterRung {
			text = word + "超时一倍"
		}
		m.staff("district_head", "report_escalated", false, uuid.Nil, rungParams(m, d))
	}
	m.rung = unitRung(m.clocks)
	n, err := m.change.SetRung(m.rung).Save(ctx)
	if err != nil || n == 0 {
		return fmt.Errorf("rung of report %s: %d rows: %w", m.report.Number, n, err)
	}
	return s.tellRung(ctx, m, d, text)
}

// tellUnits tells the units that have to answer the citizen, the first receiver
// among them while it is responsible.
func (s *Service) tellUnits(m *moment, role, template string, sms bool, params map[string]string) {
	told := false
	for _, a := range m.assignments {
		if handling.Acts(m.assignments, a) && a.Part != "assisting" {
			m.staff(role, template, sms, a.UnitID, params)
			told = true
		}
	}
	if !told {
		m.staff("district_head", template, false, uuid.Nil, params)
	}
}

// dispatcher is the role that handed the report to the unit.
func (m *moment) dispatcher() string {
	for _, e := range slices.Backward(m.events) {
		if e.ToState == string(Dispatched) && e.ActorPart == string(DistrictStaff) {
			return "district_staff"
		}
	}
	return "street_office"
}

// draftLetter leaves a letter for the district's head to sign. One that waits
// already is not doubled; the head is told again.
func (s *Service) draftLetter(ctx context.Context, m *moment, d *db.Deadline) error {
	m.staff("district_head", "report_signature", false, uuid.Nil, map[string]string{"step": "督办"})
	if m.waits("supervise") != nil || !Table.Reaches(m.state(), "supervise") {
		return nil
	}
	names, err := s.unitNames(ctx, m.tx, m.assignments)
	if err != nil {
		return err
	}
	body, err := json.Marshal(letterDraft{Rung: d.Rung, SuperviseBody: SuperviseBody{Letter: fmt.Sprintf(
		"%s：事项%s的%s时限为%s，现已超时一倍。请说明原因、办理进展和完成时间，并尽快办结。", names, m.report.Number, clockWord(d.Kind), spoken(&d.DueAt, m.now))}})
	if err != nil {
		return fmt.Errorf("draft letter: %w", err)
	}
	err = m.tx.ReportProposal.Create().SetReportID(m.report.ID).SetAction("supervise").
		SetProposerID(uuid.Nil).SetProposerPart(string(System)).SetBody(body).Exec(ctx)
	if err != nil {
		return fmt.Errorf("draft letter: %w", err)
	}
	return nil
}

// resumed goes on with a report whose pause ended by itself: after a question
// nobody answered, or after a pause that was agreed.
func (s *Service) resumed(ctx context.Context, tx *database.Tx, d *db.Deadline) error {
	rel, who, dir, err := s.ofDeadline(ctx, tx, d)
	if err != nil {
		return err
	}
	live := slices.Contains(acceptedHandling, rel.state())
	switch {
	case rel.clock(clockAnswer) != nil && live:
		return s.perform(ctx, tx, rel, who, dir, s.answerSilenceStep())
	case rel.report.PausedUntil != nil && d.Kind == clockHandling && live:
		return s.perform(ctx, tx, rel, who, dir, s.resumeStep(ResumeBody{}))
	}
	update := tx.Report.Update().Where(entreport.ID(rel.report.ID), entreport.Version(rel.report.Version)).AddVersion(1)
	if due := deadline.Earliest(rel.clocks, counts); due != nil {
		update.SetDueAt(*due)
	}
	if err := update.ClearPausedUntil().Exec(ctx); err != nil {
		return fmt.Errorf("resume report %s: %w", rel.report.Number, err)
	}
	return nil
}
