package report

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entassignment "huying/ent/db/assignment"
	"huying/ent/db/reportproposal"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/handling"
)

// workFacts are what clocks and disputes say, as the service's own do.
func (x *Replay) workFacts(st PastStep, f flow.Facts) {
	m := x.m
	handled, dispute := deadline.Current(x.Deadlines, clockHandling), handling.Disputed(m.assignments)
	f[disputed], f[undisputed] = x.Report.ReturnDisputed, !x.Report.ReturnDisputed
	f[returnsLeft] = x.Report.Returns < handling.MaxReturns
	f[inReturnTime] = mayReturn(x.cal, handled, handling.Owing(m.assignments), x.Report.Danger, m.now)
	f[carryUnsigned], f[restarts] = true, st.Yes
	if dispute != nil {
		f[unitKeeps] = dispute.UnitID == st.Unit.ID
		f[keeperContacted] = dispute.ContactedAt != nil
		f[needsTime] = handled != nil && handling.FairDue(x.cal, handled, m.now).After(handled.DueAt)
	}
}

// MayReturn says whether the unit could still return the report at an instant.
func (x *Replay) MayReturn(at time.Time) bool {
	var held []*db.Assignment
	for _, a := range x.Assignments {
		if a.State != entassignment.StateEnded {
			held = append(held, a)
		}
	}
	return x.Report.Returns < handling.MaxReturns && !x.Report.ReturnDisputed &&
		mayReturn(x.cal, deadline.Current(x.Deadlines, clockHandling), handling.Owing(held), x.Report.Danger, at)
}

func pastReturn(x *Replay, st PastStep) error {
	a, at, m := x.working(), x.m.now, x.m
	a.ReturnReason, a.ReturnedAt, a.ProposedUnitID, a.Version = st.Text, &at, &st.Other.ID, a.Version+1
	m.params["unit"], m.label = st.Unit.Name, st.Unit.Name
	m.data["unit"], m.data["proposed_unit"], m.data["reason"] = a.UnitID, st.Other.ID, st.Text
	x.Report.ReturnDisputed, x.Report.Returns = true, x.Report.Returns+1
	m.owner, m.ownerID, m.ownerLabel = OwnerCoordinator, nil, coordinatorName
	return nil
}

func pastDecideReturn(x *Replay, st PastStep) error {
	m, at := x.m, x.m.now
	d := handling.Disputed(m.assignments)
	x.Report.ReturnDisputed = false
	m.data["unit"], m.data["reason"], m.note = st.Unit.ID, st.Text, st.Text
	m.params["unit"], m.owner, m.ownerLabel, m.ownerID = st.Unit.Name, OwnerUnit, st.Unit.Name, &st.Unit.ID
	d.Version++
	if d.UnitID == st.Unit.ID {
		d.ReturnedAt, d.State = nil, entassignment.StateTaken
		if d.TakenAt == nil {
			d.TakenAt = &at
		}
		return nil
	}
	d.State = entassignment.StateReturned
	by := st.By
	x.Assignments = append(x.Assignments, &db.Assignment{
		ID: x.ids.at(at), TenantID: x.Report.TenantID, CreatedAt: at, UpdatedAt: at, Version: 1, SubjectKind: subjectKind, SubjectID: x.Report.ID,
		UnitID: st.Unit.ID, Part: d.Part, State: entassignment.StateAssigned, Round: d.Round, AssignedAt: at, AssignedBy: &by,
	})
	id := st.Unit.ID
	x.Report.LeadUnitID = &id
	m.spans[clockHandling] = halved(spanFor(x.overrides, clockHandling, x.Report.ClockClass, x.Report.Danger))
	return nil
}

// pastCarryOver is the coordinator's agreement: what the district's head then signs.
func pastCarryOver(x *Replay, st PastStep) error {
	body, err := json.Marshal(carrySignature{CarryOverBody: st.carried(), AskedBy: st.By})
	if err != nil {
		return err
	}
	at := x.m.now
	x.Proposals = append(x.Proposals, &db.ReportProposal{
		ID: x.ids.at(at), TenantID: x.Report.TenantID, CreatedAt: at, UpdatedAt: at, Version: 1, ReportID: x.Report.ID, Action: "carry-over-sign",
		ProposerID: st.Signer, ProposerPart: string(x.m.move.Part), UnitID: x.Proposals[len(x.Proposals)-1].UnitID, Body: body, State: reportproposal.StatePending,
	})
	x.m.note = "政府统筹部门同意挂账，报区市人大签批"
	return nil
}

func (st PastStep) carried() CarryOverBody {
	return CarryOverBody{Reason: st.Text, Plan: st.Plan, Person: st.Person, ReviewAt: st.Review}
}

// carrySign is the signature of the district's head, which the coordinator's agreement waits for.
func (x *Replay) carrySign(st PastStep) error {
	p := x.Proposals[len(x.Proposals)-1]
	if p.Action != st.Action || p.State != reportproposal.StatePending {
		return fmt.Errorf("nothing waits for %q", st.Action)
	}
	m := x.m
	var err error
	if m.move, err = Table.DecideApproval(m.state(), "carry-over-sign", flow.PartsOf(DistrictHead), m.facts([]uuid.UUID{x.working().UnitID})); err != nil {
		return err
	}
	at, review := m.now, micro(st.Review)
	p.State, p.DecidedBy, p.DecidedAt, p.Version = reportproposal.StateApproved, &st.By, &at, 2
	m.label = x.s.actorLabel(m)
	m.params["reason"], m.params["person"] = st.Text, st.Person
	m.data["reason"], m.data["plan"], m.data["person"], m.data["review_at"] = st.Text, st.Plan, st.Person, review
	m.notAfter[clockReview] = review
	x.Report.CarriedOverAt, x.Report.ReviewAt = &at, &review
	m.owner, m.ownerID, m.ownerLabel = OwnerUnit, x.Report.LeadUnitID, x.Report.OwnerLabel
	x.finish()
	return nil
}

// pastReview is a review that gives the matter back to its unit.
func pastReview(x *Replay, st PastStep) error {
	if !st.Yes {
		return fmt.Errorf("a past cannot tell a carry-over that is kept")
	}
	m := x.m
	m.data["decision"], m.data["reason"] = "restart", st.Text
	m.owner, m.ownerID, m.ownerLabel = OwnerUnit, x.Report.LeadUnitID, st.Unit.Name
	x.Report.CarriedOverAt, x.Report.ReviewAt = nil, nil
	return nil
}
