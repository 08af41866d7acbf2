package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/handling"
)

// checkReview answers what is wrong with the date of a review.
func checkReview(at, now time.Time) string {
	switch {
	case !at.After(now):
		return "应在此刻之后"
	case at.After(now.Add(reviewDays * 24 * time.Hour)):
		return fmt.Sprintf("最长%d天", reviewDays)
	}
	return ""
}

// carryOverStep is row 24 up to the coordinator's agreement, which leaves a
// proposal for the district's head: none of the three signs twice.
func (s *Service) carryOverStep(b CarryOverBody) step {
	return step{
		action: "carry-over", version: b.Version,
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			if problem := checkReview(b.ReviewAt, m.now); problem != "" {
				return nil, invalid("review_at", problem)
			}
			if err := s.nameUnit(ctx, m, handling.ByUnits(m.assignments, m.asker.headOf())); err != nil {
				return nil, err
			}
			m.staff("coordinator", "report_signature", false, uuid.Nil, map[string]string{"step": "挂账"})
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error {
			body, err := json.Marshal(carrySignature{CarryOverBody: b, AskedBy: m.proposal.ProposerID})
			if err != nil {
				return fmt.Errorf("carry over: %w", err)
			}
			create := m.tx.ReportProposal.Create().SetReportID(m.report.ID).SetAction("carry-over-sign").
				SetProposerID(m.asker.person).SetProposerPart(string(m.move.Part)).SetBody(body)
			if m.proposal.UnitID != nil {
				create.SetUnitID(*m.proposal.UnitID)
			}
			if err := create.Exec(ctx); err != nil {
				return fmt.Errorf("carry over: %w", err)
			}
			m.note = "政府统筹部门同意挂账，报区市人大签批"
			m.staff("district_head", "report_signature", false, uuid.Nil, map[string]string{"step": "挂账"})
			return nil
		},
	}
}

// askedFirst is who asked for what a later signature is about; nobody when the
// proposal is the first.
func askedFirst(p *db.ReportProposal) uuid.UUID {
	if p.Action != "carry-over-sign" {
		return uuid.Nil
	}
	var c carrySignature
	if json.Unmarshal(p.Body, &c) != nil {
		return uuid.Nil
	}
	return c.AskedBy
}

// carrySignStep is the end of row 24: on the books, with somebody responsible
// and a date.
func (s *Service) carrySignStep(b carrySignature) step {
	return step{
		action: "carry-over-sign",
		apply: func(_ context.Context, m *moment) error {
			if checkReview(b.ReviewAt, m.now) != "" {
				return flow.TransitionNotAllowed.New("申请的复查日期已过，请退回重报").Fact("state", string(m.state()))
			}
			m.params["reason"], m.params["person"] = b.Reason, b.Person
			m.data["reason"], m.data["plan"], m.data["person"] = b.Reason, b.Plan, b.Person
			s.carry(m, b.ReviewAt)
			m.change.SetCarriedOverAt(m.now)
			m.owner, m.ownerID, m.ownerLabel = OwnerUnit, m.report.LeadUnitID, m.report.OwnerLabel
			m.citizen("report_carried_over", true, map[string]string{"person": b.Person, "due": dueParam + clockReview})
			s.tellUnits(m, "unit_clerk", "report_carried_over", false, map[string]string{"person": b.Person, "due": dueParam + clockReview})
			return nil
		},
	}
}

// carry sets when the matter is looked at again.
func (s *Service) carry(m *moment, at time.Time) {
	at = micro(at)
	m.notAfter[clockReview] = at
	m.change.SetReviewAt(at)
	m.data["review_at"] = at
}

// reviewStep is row 25.
func (s *Service) reviewStep(b ReviewBody) step {
	return step{
		action: "review", version: b.Version,
		facts: func(_ context.Context, _ *moment, f flow.Facts) error {
			f[restarts] = b.Decision == "restart"
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			m.data["decision"], m.data["reason"] = b.Decision, b.Reason
			if b.Decision == "restart" {
				return s.restart(ctx, m)
			}
			if b.Reason == "" {
				return invalid("reason", "请写明继续挂账的原因")
			}
			next := m.now.Add(reviewDays * 24 * time.Hour)
			if b.ReviewAt != nil {
				if problem := checkReview(*b.ReviewAt, m.now); problem != "" {
					return invalid("review_at", problem)
				}
				next = *b.ReviewAt
			}
			m.params["reason"] = b.Reason
			s.carry(m, next)
			m.citizen("report_carried_over", false, map[string]string{"person": m.report.OwnerLabel, "due": dueParam + clockReview})
			return nil
		},
	}
}

// restart gives the matter back to its unit with a new handling clock.
func (s *Service) restart(ctx context.Context, m *moment) error {
	names, err := s.unitNames(ctx, m.tx, m.assignments)
	if err != nil {
		return err
	}
	m.owner, m.ownerID, m.ownerLabel = OwnerUnit, m.report.LeadUnitID, names
	m.change.ClearCarriedOverAt().ClearReviewAt()
	m.citizen("report_restarted", true, map[string]string{"due": dueParam + clockHandling})
	for _, a := range handling.Owing(m.assignments) {
		m.staff("unit_clerk", "report_assigned", true, a.UnitID, map[string]string{"title": m.report.Title, "due": dueParam + clockHandling})
	}
	return nil
}

// reviewMissed forces a decision: the district's staff are reminded at the date
// of the review, and after forcedReview the matter is restarted.
func (s *Service) reviewMissed(ctx context.Context, m *moment, d *db.Deadline) error {
	if d.FiredAt != nil {
		return s.perform(ctx, m.tx, m.relation, m.asker, m.dir, s.reviewStep(ReviewBody{Decision: "restart", Reason: "到期未复查，自动重新启动"}))
	}
	again, _ := m.calendar().Add(m.now, forcedReview)
	if err := deadline.Recheck(ctx, m.tx, d, again); err != nil {
		return err
	}
	m.staff("district_staff", "report_review", true, uuid.Nil, map[string]string{"due": spoken(&again, m.now)})
	return s.tellRung(ctx, m, d, "挂账复查日期已到，请决定；"+spoken(&again, m.now)+"前未决定，自动重新启动")
}
