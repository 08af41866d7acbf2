package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/internal/deadline"
	"huying/internal/flow"
)

// officeFacts adds what rows 3 to 7, 13 and 15 ask about this report and this
// asker. What needs a look at another table is looked up only in the state and
// for the part it matters to.
func (s *Service) officeFacts(ctx context.Context, m *moment, f flow.Facts) error {
	rep := m.report
	f[reviewedOnce] = rep.AppealedAt != nil
	f[mayReferUp] = rep.ReferredUpAt == nil
	f[appealed] = m.appealPending()
	f[notInvolved] = !m.involvedInRejection(m.asker.person)
	if m.state() == Rejected && rep.AppealedAt == nil && m.parts[Reporter] {
		until, err := s.objectionUntil(ctx, m)
		if err != nil {
			return err
		}
		f[mayAppeal] = until != nil && !m.now.After(*until)
	}
	if m.state() == Merged {
		if err := s.mergedFacts(ctx, m, f); err != nil {
			return err
		}
	}
	if m.state() == Verified && m.parts[Office] && !rep.Danger {
		listed, err := s.Units.Committees(ctx, m.tx, rep.Category, rep.DivisionCode)
		if err != nil {
			return fmt.Errorf("committees: %w", err)
		}
		f[committeeListed] = len(listed) > 0
	}
	return nil
}

// objectionUntil is the end of the running objection clock, or nil.
func (s *Service) objectionUntil(ctx context.Context, m *moment) (*time.Time, error) {
	rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID})
	if err != nil {
		return nil, err
	}
	for _, d := range rows {
		if d.Kind == clockObjection && deadline.Running(d) {
			return &d.DueAt, nil
		}
	}
	return nil, nil
}

// appealPending says whether an appeal waits for its decision.
func (r *relation) appealPending() bool {
	for _, e := range slices.Backward(r.events) {
		switch e.Action {
		case "appeal":
			return true
		case "decide-appeal", "reject":
			return false
		}
	}
	return false
}

// involvedInRejection says whether a person proposed, signed or alone decided
// that the report is rejected: such a person never decides the appeal (row 4).
func (r *relation) involvedInRejection(person uuid.UUID) bool {
	for _, e := range r.events {
		if (e.Action == "reject" || e.Action == "reject-proposed") && e.ActorID != nil && *e.ActorID == person {
			return true
		}
	}
	return false
}
