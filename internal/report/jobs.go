package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Duty is what this room does about its deadlines; app gives it to the sweeper
// under "report".
func (s *Service) Duty() deadline.Duty {
	return deadline.Duty{Lock: s.lock, Missed: s.missed, Rung: s.climbed, Resumed: s.resumed, Moved: s.moved}
}

// SubjectKind is the word under which deadlines of this room are kept.
const SubjectKind = subjectKind

// recheckAfter is how long a consequence waits for a signature that is due.
const recheckAfter = 24 * time.Hour

func (s *Service) lock(ctx context.Context, tx *database.Tx, id uuid.UUID) error {
	if tx.Engine() != database.EnginePostgres {
		return nil
	}
	if _, err := tx.Report.Query().Where(entreport.ID(id)).ForUpdate().IDs(ctx); err != nil {
		return fmt.Errorf("lock report: %w", err)
	}
	return nil
}

// timed says what the timer does when a clock runs out; nil when it only tells
// that somebody is late.
func (s *Service) timed(rel *relation, clock string) *step {
	var st step
	switch {
	case clock == clockAdmit && rel.report.Danger && rel.state() == Submitted:
		st = s.admitStep(AdmitBody{Note: "危险情况15分钟内无人受理，系统先行受理，不公开"})
	case clock == clockTransfer:
		st = s.transferSilenceStep(rel)
	case clock == clockAccept && rel.state() == Open:
		st = s.silenceStep()
	case clock == clockVerify && rel.state() == Accepted:
		st = s.verifySilenceStep()
	case clock == clockTake && rel.state() == Dispatched:
		st = s.takeSilenceStep()
	case clock == clockConfirm && rel.state() == Replied && rel.report.OwnerKind == OwnerDeputy:
		st = s.confirmSilenceStep()
	case clock == clockObjection && (rel.state() == Rejected || rel.state() == Merged):
		st = s.objectionSilenceStep()
	case clock == clockAnswer && slices.Contains(acceptedHandling, rel.state()):
		st = s.answerSilenceStep()
	case clock == clockRate && rel.state() == Resolved:
		st = s.rateSilenceStep()
	default:
		return nil
	}
	return &st
}

// ofDeadline loads the report of a deadline in the sweeper's transaction.
func (s *Service) ofDeadline(ctx context.Context, tx *database.Tx, d *db.Deadline) (*relation, asker, *division.Directory, error) {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return nil, asker{}, nil, err
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, asker{}, nil, err
	}
	row, err := tx.Report.Query().Where(entreport.ID(d.SubjectID)).Only(ctx)
	if err != nil {
		return nil, asker{}, nil, fmt.Errorf("report of the deadline: %w", err)
	}
	rel, err := s.relate(ctx, tx, row)
	return rel, asker{tenant: scope.TenantCode(), system: true}, dir, err
}

// missed acts on one missed deadline in the sweeper's transaction.
func (s *Service) missed(ctx context.Context, tx *database.Tx, d *db.Deadline) error {
	rel, who, dir, err := s.ofDeadline(ctx, tx, d)
	if err != nil {
		return err
	}
	switch {
	case d.Kind == clockExtension:
		return s.lapseExtension(ctx, s.moment(tx, rel, who, dir, ""))
	case d.Kind == clockReview && rel.state() == CarriedOver:
		return s.reviewMissed(ctx, s.moment(tx, rel, who, dir, ""), d)
	case d.Kind == clockAnswer && !slices.Contains(acceptedHandling, rel.state()):
		return nil
	case d.Ladder == unitLadder.String():
		return s.climb(ctx, s.moment(tx, rel, who, dir, ""), d)
	}
	st := s.timed(rel, d.Kind)
	if st == nil {
		return s.late(ctx, tx, rel, who, d)
	}
	if rel.waits("resolve") != nil && d.Kind == clockVerify {
		// The deputy has answered and the office has not signed: the office is
		// told, and the answer is not thrown away.
		if err := deadline.Recheck(ctx, tx, d, s.Clock.Now().Add(recheckAfter)); err != nil {
			return err
		}
		return s.late(ctx, tx, rel, who, d)
	}
	return s.perform(ctx, tx, rel, who, dir, *st)
}

// late tells who holds the report that a clock has run out, or reminds the
// citizen; the state stays.
func (s *Service) late(ctx context.Context, tx *database.Tx, rel *relation, who asker, d *db.Deadline) error {
	m := s.moment(tx, rel, who, nil, clockWord(d.Kind)+"已超过时限")
	m.move = flow.Transition{Action: "overdue", Part: System, From: rel.state(), To: rel.state()}
	m.label = Table.PartWord(System)
	m.data["clock"], m.data["due_at"] = d.Kind, d.DueAt
	params := map[string]string{"step": clockWord(d.Kind), "due": spoken(&d.DueAt, m.now)}
	switch d.Kind {
	case clockRateRemind:
		m.move.Action, m.note = "rate-remind", "提醒评价"
		m.citizen("report_rate_reminder", true, nil)
	case clockRateCall:
		m.move.Action, m.note = "rate-call", "请电话回访"
		m.staff("follow_up_caller", "report_overdue", false, uuid.Nil, params)
	case clockAttitude:
		for _, a := range m.assignments {
			m.staff("unit_head", "report_overdue", false, a.UnitID, params)
		}
	default:
		s.alarm(m, d.Kind, params)
	}
	if err := s.record(ctx, m); err != nil {
		return err
	}
	return s.send(ctx, m)
}

// alarm finds whom a missed clock concerns.
func (s *Service) alarm(m *moment, clock string, params map[string]string) {
	if clock == clockAppeal {
		m.staff("district_head", "report_overdue", false, uuid.Nil, params)
		return
	}
	switch m.report.OwnerKind {
	case OwnerDistrict:
		m.staff("district_staff", "report_overdue", false, uuid.Nil, params)
	case OwnerUnit:
		for _, a := range m.assignments {
			m.staff("unit_head", "report_overdue", clock == clockHandling, a.UnitID, params)
		}
	case OwnerCoordinator:
		m.staff("coordinator", "report_overdue", false, uuid.Nil, params)
		m.staff("district_staff", "report_overdue", false, uuid.Nil, params)
	case OwnerDuty:
		m.staff("duty_officer", "report_overdue", true, uuid.Nil, params)
	case OwnerDeputy:
		if lead := m.lead(); lead != nil {
			m.tell = append(m.tell, notice{person: lead.PersonID, template: "report_overdue", params: params})
		}
	default:
		m.staff("street_office", "report_overdue", false, uuid.Nil, params)
	}
}

// moved tells in the timeline that a provisional deadline became firm.
func (s *Service) moved(ctx context.Context, tx *database.Tx, d *db.Deadline, was time.Time) error {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	row, err := tx.Report.Query().Where(entreport.ID(d.SubjectID)).Only(ctx)
	if err != nil {
		return fmt.Errorf("report of the deadline: %w", err)
	}
	rel, err := s.relate(ctx, tx, row)
	if err != nil {
		return err
	}
	m := s.moment(tx, rel, asker{tenant: scope.TenantCode(), system: true}, nil, "节假日安排公布，时限重新计算")
	m.label = Table.PartWord(System)
	m.move = flow.Transition{
		Action: "deadline-settled", Part: System, From: rel.state(), To: rel.state(),
		Public: "因节假日安排，" + clockWord(d.Kind) + "期限调整为{t}。",
	}
	m.params["t"] = deadline.Words(d.DueAt, m.now)
	m.data["clock"], m.data["was"], m.data["due_at"] = d.Kind, was, d.DueAt
	rows, err := deadline.Of(ctx, tx, deadline.Subject{Kind: subjectKind, ID: row.ID})
	if err != nil {
		return err
	}
	if due := deadline.Earliest(rows, counts); due != nil {
		m.change.SetDueAt(*due)
	}
	if row.PromisedAt != nil && row.PromisedAt.Equal(was) {
		m.change.SetPromisedAt(d.DueAt)
	}
	if n, err := m.change.Save(ctx); err != nil || n == 0 {
		return fmt.Errorf("settle report %s: %d rows: %w", row.Number, n, err)
	}
	return s.record(ctx, m)
}
