package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/assignment"
	"huying/ent/db/reportproposal"
	"huying/ent/db/supervision"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/platform/database"
)

// relateWork loads the clocks, what waits for a signature, and the letters
// that wait for an answer.
func (r *relation) relateWork(ctx context.Context, tx *database.Tx) (err error) {
	r.proposals, err = tx.ReportProposal.Query().
		Where(reportproposal.ReportID(r.report.ID), reportproposal.StateEQ(reportproposal.StatePending)).
		Order(reportproposal.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("proposals: %w", err)
	}
	if len(r.proposals) > 0 {
		r.proposal = r.proposals[0]
	}
	if r.clocks, err = deadline.Of(ctx, tx, deadline.Subject{Kind: subjectKind, ID: r.report.ID}); err != nil {
		return err
	}
	if !r.report.Supervised {
		return nil
	}
	r.letters, err = tx.Supervision.Query().
		Where(supervision.ReportID(r.report.ID), supervision.StateEQ(supervision.StateOpen)).Order(supervision.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("supervision letters: %w", err)
	}
	return nil
}

// waits gives the pending proposal of an action, or nil.
func (r *relation) waits(action flow.Action) *db.ReportProposal {
	for _, p := range r.proposals {
		if p.Action == string(action) {
			return p
		}
	}
	return nil
}

// waitsOf says whether this very action waits already: of this unit, where units
// answer one beside another (分办), else of anybody.
func (r *relation) waitsOf(action flow.Action, unit *uuid.UUID) bool {
	return slices.ContainsFunc(r.proposals, func(p *db.ReportProposal) bool {
		return p.Action == string(action) && (unit == nil || p.UnitID == nil || *p.UnitID == *unit)
	})
}

func (r *relation) clock(name string) *db.Deadline { return deadline.Current(r.clocks, name) }

// heldBy says whether somebody who plays these parts is the one the report waits for.
func (r *relation) heldBy(p flow.Parts) bool {
	switch r.report.OwnerKind {
	case OwnerDeputy:
		return p[LeadDeputy]
	case OwnerOffice:
		return p[Office]
	case OwnerUnit:
		return p[UnitClerk]
	}
	return false
}

// asks counts the questions put on the clock that runs for the holder.
func (r *relation) asks(clock *db.Deadline) (n int) {
	for _, e := range r.events {
		if e.Action == "ask" && clock != nil && !e.At.Before(clock.StartedAt) {
			n++
		}
	}
	return n
}

// lettersTo are the open letters that somebody with these parts and units has
// to answer; one that names no unit is the district's.
func (r *relation) lettersTo(p flow.Parts, units []uuid.UUID) []*db.Supervision {
	var out []*db.Supervision
	for _, l := range r.letters {
		if l.UnitID == nil && p[DistrictHead] || l.UnitID != nil && p[UnitHead] && slices.Contains(units, *l.UnitID) {
			out = append(out, l)
		}
	}
	return out
}

// workFacts are what clocks, disputes and letters say, for somebody who acts
// for these units.
func (s *Service) workFacts(ctx context.Context, m *moment, units []uuid.UUID, f flow.Facts) error {
	cal, err := s.Calendar(ctx, m.asker.tenant)
	if err != nil {
		return err
	}
	mine := handling.Owing(handling.ByUnits(m.assignments, units))
	handled, answer := m.clock(clockHandling), m.clock(clockAnswer)
	dispute := handling.Disputed(m.assignments)
	f[disputed], f[undisputed] = m.report.ReturnDisputed, !m.report.ReturnDisputed
	f[returnsLeft] = m.report.Returns < handling.MaxReturns
	f[inReturnTime] = mayReturn(cal, handled, mine, m.report.Danger, m.now)
	f[separateUnit] = len(mine) > 0 && mine[0].Part == assignment.PartSeparate
	if dispute != nil {
		f[separateUnit] = dispute.Part == assignment.PartSeparate
		f[keeperContacted] = dispute.ContactedAt != nil || m.report.DetachedAt != nil
		f[needsTime] = handled != nil && handling.FairDue(cal, handled, m.now).After(handled.DueAt)
	}
	awaited := handling.Awaited(m.assignments)
	f[lastOpinion] = len(awaited) <= len(handling.ByUnits(awaited, units))
	f[holderAsks] = m.heldBy(m.parts) && (m.report.OwnerKind != OwnerUnit || len(mine) > 0)
	f[asked], f[nothingAsked] = answer != nil, answer == nil
	f[asksLeft] = m.asks(m.clock(holderClock(m.state()))) < maxAsks
	f[isPaused] = m.report.PausedUntil != nil
	f[notPaused] = !f[isPaused]
	f[mayPause] = deadline.MayPause(handled, m.now)
	f[extensionLeft] = deadline.MayExtend(handled, m.now) && m.report.ExtendedAt == nil
	f[askedInTime] = handled != nil && (m.waits("extend") != nil || m.now.Before(cal.RungAt(handled, unitLadder[0])))
	f[carryUnsigned] = m.waits("carry-over-sign") == nil
	owed := m.lettersTo(m.parts, units)
	f[letterWaits], f[lastLetter] = len(owed) > 0, len(owed) == len(m.letters)
	f[staffMayRule], err = s.staffMayRule(ctx, m)
	return err
}

// mayReturn says whether a unit that has to reply is still in time to return.
func mayReturn(cal *deadline.Calendar, handled *db.Deadline, mine []*db.Assignment, dangerous bool, now time.Time) bool {
	return handled != nil && len(mine) > 0 && handled.PausedAt == nil &&
		!now.After(handling.ReturnBy(cal, handled, mine[0].AssignedAt, returnLimit(dangerous)))
}

// staffMayRule says whether the district's staff may rule on a return: once the
// coordinator's time is over, or when the district has no coordinator.
func (s *Service) staffMayRule(ctx context.Context, m *moment) (bool, error) {
	if !m.report.ReturnDisputed || !m.parts[DistrictStaff] {
		return false, nil
	}
	if ruling := m.clock(clockRuling); ruling == nil || !m.now.Before(ruling.DueAt) {
		return true, nil
	}
	people, err := s.People.PeopleWith(ctx, m.asker.tenant, "coordinator", m.asker.tenant, uuid.Nil)
	if err != nil {
		return false, fmt.Errorf("coordinators: %w", err)
	}
	return len(people) == 0, nil
}
