package report

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entassignment "huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/ent/db/reportproposal"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/handling"
)

// begin opens a moment at an instant.
func (x *Replay) begin(at time.Time) {
	x.now = micro(at)
	rel := &relation{report: x.Report, offers: x.Offers, deputies: x.Deputies, events: x.Events}
	for _, a := range x.Assignments {
		if a.State != entassignment.StateEnded {
			rel.assignments = append(rel.assignments, a)
		}
	}
	x.m = &moment{
		relation: rel, now: x.now, asker: asker{tenant: x.Report.TenantID}, dir: x.dir,
		params: map[string]string{}, data: map[string]any{}, spans: map[string]deadline.Span{},
		notAfter: map[string]time.Time{}, dues: map[string]time.Time{}, hasDeputy: rel.lead() != nil,
	}
}

func (x *Replay) decide(action flow.Action, part flow.Part, more flow.Facts) (err error) {
	var units []uuid.UUID
	for _, a := range x.m.assignments {
		units = append(units, a.UnitID)
	}
	facts := x.m.facts(units)
	for f, v := range more {
		facts[f] = v
	}
	state := x.m.state()
	if action == "submit" {
		state = flow.Start
	}
	x.m.move, err = Table.Decide(state, action, flow.PartsOf(part), facts)
	return err
}

// finish moves the clocks, the owner and the state, and notes the event, as execute does.
func (x *Replay) finish() {
	m, rep := x.m, x.Report
	for _, op := range m.move.Clocks {
		switch op.Verb {
		case flow.StopAll:
			x.stop("", "done")
		case flow.StopClock:
			x.stop(op.Clock, "done")
		case flow.StartClock:
			x.stop(op.Clock, "replaced")
			x.start(op.Clock)
		}
	}
	owner := m.nextOwner()
	if m.move.To != m.move.From || m.owner != "" {
		label := x.s.ownerLabel(m)
		rep.OwnerKind = owner
		rep.OwnerLabel, rep.OwnerID = label, m.ownerID
	}
	rep.OwnerKind = owner
	rep.DueAt = deadline.Earliest(x.Deadlines, counts)
	if due, set := m.dues[m.move.Promise]; set {
		rep.PromisedAt = &due
		m.params["t"] = deadline.Words(due, m.now)
	}
	if m.move.To != m.move.From && !Live(m.move.To) {
		at := m.now
		rep.ClosedAt = &at
	}
	rep.State, rep.UpdatedAt = entreport.State(m.move.To), m.now
	x.note()
}

// note adds the event of the moment; every event but the first is one more version of the report.
func (x *Replay) note() {
	m := x.m
	e := &db.ReportEvent{
		ID: x.ids.at(m.now), TenantID: x.Report.TenantID, ReportID: x.Report.ID, Row: m.move.Number, Action: string(m.move.Action), FromState: string(m.move.From),
		ToState: string(m.move.To), Round: x.Report.Round, ActorPart: string(m.move.Part), ActorLabel: m.label, InternalNote: m.note, At: m.now,
		CreatedAt: m.now, UpdatedAt: m.now,
	}
	if len(m.data) > 0 {
		e.Data = m.data
	}
	if m.asker.person != uuid.Nil {
		by := m.asker.person
		e.ActorID = &by
	}
	if m.move.Public != "" {
		e.PublicText = word(m.move.Public, m.params)
	}
	if len(x.Events) > 0 && m.move.Action != "overdue" && m.move.Action != "rate-remind" && m.move.Action != "rate-call" {
		x.Report.Version++
	}
	x.Events = append(x.Events, e)
}

func (x *Replay) start(clock string) {
	m := x.m
	span, set := m.spans[clock]
	if !set {
		span = spanFor(x.overrides, clock, x.Report.ClockClass, x.Report.Danger)
	}
	due, provisional := x.cal.Add(m.now, span)
	if most, set := m.notAfter[clock]; set && most.Before(due) {
		due = most
	}
	due = micro(due)
	x.Deadlines = append(x.Deadlines, &db.Deadline{
		ID: x.ids.at(m.now), TenantID: x.Report.TenantID, CreatedAt: m.now, UpdatedAt: m.now, Version: 1, SubjectKind: subjectKind, SubjectID: x.Report.ID,
		Kind: clock, OwnerKind: m.nextOwner(), OwnerID: m.ownerID, Amount: span.N, Unit: string(span.Unit), StartedAt: m.now,
		DueAt: due, FirstDueAt: due, Provisional: provisional, NextCheckAt: &due,
	})
	m.dues[clock] = due
}

func (x *Replay) stop(clock, reason string) {
	for _, d := range x.Deadlines {
		if deadline.Running(d) && (clock == "" || d.Kind == clock) {
			at := x.m.now
			d.StoppedAt, d.StopReason, d.NextCheckAt = &at, reason, nil
			d.Version++
		}
	}
}

// advance lets the timer pass to an instant: clocks that ran out are told, as the sweeper would have done.
// A clock on which the timer acts must be answered by that very action, named by.
func (x *Replay) advance(to time.Time, by flow.Action) error {
	if to.Before(x.now) {
		return fmt.Errorf("a step at %s before %s", to.Format(time.RFC3339), x.now.Format(time.RFC3339))
	}
	for {
		next := x.nextMissed(to)
		if next == nil {
			return nil
		}
		x.begin(next.DueAt)
		fired := x.m.now
		if acts := x.s.timed(x.m.relation, next.Kind); acts != nil {
			if acts.action != by || to.Sub(fired) > time.Minute {
				return fmt.Errorf("%s ran out at %s and no step tells it", next.Kind, fired.Format(time.RFC3339))
			}
			next.FiredAt, next.NextCheckAt, next.Version = &fired, nil, next.Version+1
			continue
		}
		next.FiredAt, next.NextCheckAt, next.Version = &fired, nil, next.Version+1
		x.m.move = flow.Transition{Action: lateAction(next.Kind), Part: System, From: x.m.state(), To: x.m.state()}
		x.m.label, x.m.note = Table.PartWord(System), clockWord(next.Kind)+"已超过时限"
		x.m.data["clock"], x.m.data["due_at"] = next.Kind, next.DueAt
		x.note()
	}
}

func lateAction(clock string) flow.Action {
	switch clock {
	case clockRateRemind:
		return "rate-remind"
	case clockRateCall:
		return "rate-call"
	}
	return "overdue"
}

func (x *Replay) nextMissed(to time.Time) *db.Deadline {
	var first *db.Deadline
	for _, d := range x.Deadlines {
		if d.NextCheckAt != nil && !d.DueAt.After(to) && (first == nil || d.DueAt.Before(first.DueAt)) {
			first = d
		}
	}
	return first
}

// ownDeputy makes the leading deputy the owner and the one who acts.
func (x *Replay) ownDeputy(c Candidate) {
	x.m.hasDeputy = true
	x.m.owner, x.m.ownerID, x.m.ownerLabel = OwnerDeputy, &c.DeputyID, c.Name+"代表"
}

func (x *Replay) answerOffers(person uuid.UUID, mine, others reportoffer.State) {
	for _, o := range x.Offers {
		if o.State != reportoffer.StateOffered {
			continue
		}
		state := others
		if o.PersonID == person {
			state = mine
		}
		if state != reportoffer.StateOffered {
			at := x.m.now
			o.State, o.Version = state, o.Version+1
			if o.PersonID == person || state == reportoffer.StateLapsed {
				o.AnsweredAt = &at
			}
		}
	}
}

func (x *Replay) assign(u Unit, by uuid.UUID) {
	m := x.m
	for _, a := range m.assignments {
		a.State = entassignment.StateEnded
		a.Version++
	}
	row := &db.Assignment{
		ID: x.ids.at(m.now), TenantID: x.Report.TenantID, CreatedAt: m.now, UpdatedAt: m.now, Version: 1, SubjectKind: subjectKind, SubjectID: x.Report.ID,
		UnitID: u.ID, Part: entassignment.PartLead, State: entassignment.StateAssigned, Round: x.Report.Round, AssignedAt: m.now,
	}
	if by != uuid.Nil {
		row.AssignedBy = &by
	}
	x.Assignments = append(x.Assignments, row)
	x.Report.LeadUnitID = &row.UnitID
	m.params["unit"], m.owner, m.ownerLabel, m.ownerID = u.Name, OwnerUnit, u.Name, &row.UnitID
	m.data["units"] = []uuid.UUID{u.ID}
}

func (x *Replay) working() *db.Assignment {
	return x.m.assignments[slices.IndexFunc(x.m.assignments, handling.Answers)]
}

func (x *Replay) offer(list []Candidate) {
	for _, c := range list[:min(len(list), MaxOffers)] {
		x.Offers = append(x.Offers, &db.ReportOffer{
			ID: x.ids.at(x.m.now), TenantID: x.Report.TenantID, CreatedAt: x.m.now, UpdatedAt: x.m.now, Version: 1, ReportID: x.Report.ID,
			DeputyID: c.DeputyID, PersonID: c.PersonID, State: reportoffer.StateOffered, Score: c.Score, Reasons: c.Reasons,
		})
	}
}

func (x *Replay) takePart(c Candidate, part reportdeputy.Part) {
	x.Deputies = append(x.Deputies, &db.ReportDeputy{
		ID: x.ids.at(x.m.now), TenantID: x.Report.TenantID, CreatedAt: x.m.now, UpdatedAt: x.m.now, Version: 1,
		ReportID: x.Report.ID, DeputyID: c.DeputyID, PersonID: c.PersonID, Part: part,
	})
	if part == reportdeputy.PartLead {
		id := c.DeputyID
		x.Report.LeadDeputyID = &id
	}
}

// proposed notes what a second person signed later, or what still waits.
func (x *Replay) proposed(st PastStep, unit *uuid.UUID, body []byte) {
	p := &db.ReportProposal{
		ID: x.ids.at(x.m.now), TenantID: x.Report.TenantID, CreatedAt: x.m.now, UpdatedAt: x.m.now, Version: 1, ReportID: x.Report.ID,
		Action: st.Action, ProposerID: st.By, ProposerPart: string(x.m.move.Part), UnitID: unit, Body: body, State: reportproposal.StatePending,
	}
	if !st.SignedAt.IsZero() {
		signer, at := st.Signer, micro(st.SignedAt)
		p.State, p.DecidedBy, p.DecidedAt, p.Version = reportproposal.StateApproved, &signer, &at, 2
	}
	x.Proposals = append(x.Proposals, p)
}
