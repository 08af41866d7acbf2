package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/flow"
)

// reopenDays is how long an ended report may come back (rows 35 and 36).
const reopenDays = 90

// furtherFacts adds what depends on the asker, the time or another table.
func (s *Service) furtherFacts(ctx context.Context, m *moment, f flow.Facts) error {
	rep := m.report
	f[notOwn] = !m.actedOn(m.asker.person)
	f[within90] = rep.ClosedAt == nil || !m.now.After(rep.ClosedAt.AddDate(0, 0, reopenDays))
	f[mayReopen] = rep.CloseReason != entreport.CloseReasonLegalRoute && rep.CloseReason != entreport.CloseReasonExplained
	f[attitudeOwed] = m.attitudeOwed()
	f[mayExplain] = rep.Round >= 2 && m.unhappyAt() != nil
	f[exclusionAsked] = m.askedExclusion() != nil
	f[notExcluded] = rep.ExcludedAt == nil
	if m.parts[FollowUpCaller] {
		agreed, err := s.Consents.Allows(ctx, rep.ReporterID, purposeCall)
		if err != nil {
			return fmt.Errorf("consent to be called: %w", err)
		}
		f[callAgreed] = agreed
	}
	return s.officeFacts(ctx, m, f)
}

// actedOn says whether somebody did, signed or was asked anything here, calls
// of a follow-up apart.
func (r *relation) actedOn(person uuid.UUID) bool {
	did := func(e *db.ReportEvent) bool {
		return e.ActorID != nil && *e.ActorID == person && e.Action != "follow-up"
	}
	return r.report.ReporterID == person || slices.ContainsFunc(r.events, did) || r.offerOf(person) != nil ||
		slices.ContainsFunc(r.deputies, func(d *db.ReportDeputy) bool { return d.PersonID == person })
}

// attitudeOwed says whether a unit's head still owes an answer about manners.
func (r *relation) attitudeOwed() bool {
	for _, e := range slices.Backward(r.events) {
		switch e.Action {
		case "answer-attitude":
			return false
		case "rate":
			return e.Data["attitude_owed"] == true
		}
	}
	return false
}

// unhappyAt is when the citizen's rating brought the report back in its present
// round; nil when something else did, or nothing.
func (r *relation) unhappyAt() *time.Time {
	for _, e := range slices.Backward(r.events) {
		if e.ToState == string(Reopened) && e.FromState != e.ToState {
			if e.Action == "rate" && e.Round == r.report.Round {
				return &e.At
			}
			return nil
		}
	}
	return nil
}

// askedExclusion is the unit's request that is not answered yet, or nil.
func (r *relation) askedExclusion() *db.ReportEvent {
	for _, e := range slices.Backward(r.events) {
		if e.Action == "ask-exclude" {
			return e
		}
		if e.Action == "exclude-refused" {
			return nil
		}
	}
	return nil
}
