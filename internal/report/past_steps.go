package report

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entassignment "huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/internal/flow"
)

// step decides one action of a past and does its own writes in memory, as the action's step does in the
// database.
func (x *Replay) step(st PastStep) error {
	x.begin(st.At)
	m := x.m
	m.asker.person, m.asker.system = st.By, st.Part == string(System)
	if st.Action == "carry-over-sign" {
		return x.carrySign(st)
	}
	facts := st.facts()
	x.workFacts(st, facts)
	if err := x.decide(flow.Action(st.Action), flow.Part(st.Part), facts); err != nil {
		return err
	}
	m.label = x.s.actorLabel(m)
	if lead := m.lead(); lead != nil && m.move.Part == LeadDeputy {
		m.label = x.leadName(st) + "代表"
	}
	apply, known := pastSteps[st.Action]
	if !known {
		return fmt.Errorf("a past cannot tell %q", st.Action)
	}
	if m.move.Proposed {
		return x.second(st, apply)
	}
	if err := apply(x, st); err != nil {
		return err
	}
	x.finish()
	return nil
}

func (st PastStep) facts() flow.Facts {
	return flow.Facts{
		unitKnown: st.Unit.ID != uuid.Nil, reached: st.Yes, solved: st.Yes, unhappy: st.Mark == 3, deputyHasRoom: true,
		triedEnough: st.Action == "contact" && !st.Yes, undisputed: true, notPaused: true, nothingAsked: true,
	}
}

// second notes the proposal, waits for the signature and carries the action out.
func (x *Replay) second(st PastStep, apply func(*Replay, PastStep) error) error {
	m := x.m
	var unit *uuid.UUID
	if m.move.Part == UnitClerk || m.move.Part == UnitHead {
		unit = &x.working().UnitID
		m.label = st.Unit.Name
	}
	body, err := pastBody(st)
	if err != nil {
		return err
	}
	x.proposed(st, unit, body)
	m.move.Action += "-proposed"
	x.note()
	x.Report.UpdatedAt = m.now
	if st.SignedAt.IsZero() {
		return nil
	}
	if err := x.advance(st.SignedAt, ""); err != nil {
		return err
	}
	x.begin(st.SignedAt)
	m = x.m
	m.asker.person = st.Signer
	signer := Office
	switch {
	case st.Action == "carry-over":
		signer = Coordinator
	case unit != nil:
		signer = UnitHead
	}
	units := []uuid.UUID{}
	for _, a := range m.assignments {
		units = append(units, a.UnitID)
	}
	facts := m.facts(units)
	x.workFacts(st, facts)
	if m.move, err = Table.DecideApproval(m.state(), flow.Action(st.Action), flow.PartsOf(signer), facts); err != nil {
		return err
	}
	m.label = x.s.actorLabel(m)
	m.data["proposed_by"] = st.Part
	if err := apply(x, st); err != nil {
		return err
	}
	x.finish()
	return nil
}

func pastBody(st PastStep) ([]byte, error) {
	switch st.Action {
	case "resolve":
		return json.Marshal(ResolveBody{Way: st.Way, Summary: st.Text})
	case "return":
		return json.Marshal(ReturnBody{Reason: st.Text, ProposedUnitID: st.Other.ID})
	case "carry-over":
		return json.Marshal(st.carried())
	}
	return json.Marshal(ReplyBody{Result: st.Result, Content: st.Text})
}

// leadName finds the leading deputy's name among what the past tells.
func (x *Replay) leadName(st PastStep) string {
	if st.Deputy.Name != "" {
		return st.Deputy.Name
	}
	return "人大"
}

// pastSteps are the writes of each action a past can tell.
var pastSteps = map[string]func(*Replay, PastStep) error{
	"admit":           pastAdmit,
	"accept":          pastAccept,
	"silence":         pastSilence,
	"verify":          pastVerify,
	"verify-silence":  pastVerifySilence,
	"resolve":         pastResolve,
	"dispatch":        pastDispatch,
	"take":            pastTake,
	"take-silence":    pastTake,
	"contact":         pastContact,
	"reply":           pastReply,
	"confirm":         pastConfirm,
	"confirm-silence": pastConfirmSilence,
	"rate":            pastRate,
	"rate-silence":    pastRateSilence,
	"withdraw":        pastWithdraw,
	"return":          pastReturn,
	"decide-return":   pastDecideReturn,
	"carry-over":      pastCarryOver,
	"review":          pastReview,
}

func pastAdmit(x *Replay, st PastStep) error {
	if x.m.move.To == Dispatched {
		x.assign(st.Unit, st.By)
	}
	x.offer(st.Offers)
	return nil
}

func pastAccept(x *Replay, st PastStep) error {
	x.answerOffers(st.Deputy.PersonID, reportoffer.StateAccepted, reportoffer.StateTakenByOther)
	x.takePart(st.Deputy, reportdeputy.PartLead)
	x.m.params["deputy"], x.m.label = st.Deputy.Name, st.Deputy.Name+"代表"
	if x.m.move.To == Accepted {
		x.ownDeputy(st.Deputy)
	}
	return nil
}

func (x *Replay) toOffice() {
	name := officeName(x.dir, x.Report.DivisionCode)
	x.m.owner, x.m.ownerLabel, x.m.ownerID, x.m.params["office"] = OwnerOffice, name, nil, name
}

func pastSilence(x *Replay, _ PastStep) error {
	x.toOffice()
	x.answerOffers(uuid.Nil, "", reportoffer.StateLapsed)
	return nil
}

func pastVerify(x *Replay, st PastStep) error {
	x.m.params["findings"] = st.Text
	x.m.data["findings"], x.m.data["photos"] = st.Text, 0
	x.m.data["seen"] = Window{From: st.At.Add(-time.Hour), To: st.At}
	return nil
}

func pastVerifySilence(x *Replay, _ PastStep) error {
	x.toOffice()
	x.Report.DeskCheck = true
	return nil
}

func pastResolve(x *Replay, st PastStep) error {
	x.m.params["deputy"], x.m.params["summary"] = st.Deputy.Name, st.Text
	x.m.data["way"], x.m.data["summary"] = st.Way, st.Text
	x.ownDeputy(st.Deputy)
	return nil
}

func pastDispatch(x *Replay, st PastStep) error {
	if x.m.move.From == Reopened {
		x.Report.Round++
		x.m.params["n"] = fmt.Sprint(x.Report.Round)
		if x.m.move.To == Verified {
			return nil
		}
	}
	x.assign(st.Unit, st.By)
	return nil
}

func pastTake(x *Replay, st PastStep) error {
	a, at := x.working(), x.m.now
	a.State, a.TakenAt, a.Version = entassignment.StateTaken, &at, a.Version+1
	x.m.params["unit"] = st.Unit.Name
	if st.Action == "take" {
		x.m.label = st.Unit.Name
	}
	return nil
}

func pastContact(x *Replay, st PastStep) error {
	a, at := x.working(), x.m.now
	outcome := "unreachable"
	if st.Yes {
		outcome = "reached"
	}
	x.m.params["unit"], x.m.params["phone"], x.m.label = st.Unit.Name, st.Unit.Phone, st.Unit.Name
	x.m.data["way"], x.m.data["outcome"], x.m.data["unit"] = st.Way, outcome, a.UnitID
	a.ContactedAt, a.Version = &at, a.Version+1
	return nil
}

func pastReply(x *Replay, st PastStep) error {
	a, at := x.working(), x.m.now
	a.State, a.RepliedAt, a.Version = entassignment.StateReplied, &at, a.Version+1
	x.m.params["unit"], x.m.params["content"], x.m.label = st.Unit.Name, st.Text, st.Unit.Name
	x.m.data["result"], x.m.data["content"] = st.Result, st.Text
	if x.m.hasDeputy {
		x.ownDeputy(st.Deputy)
		return nil
	}
	x.toOffice()
	return nil
}

func pastConfirm(x *Replay, st PastStep) error {
	m := x.m
	m.data["confirmed"] = st.Yes
	if st.Yes {
		return nil
	}
	m.params["reason"], m.data["reason"] = st.Text, st.Text
	if len(m.assignments) == 0 {
		x.ownDeputy(st.Deputy)
		return nil
	}
	a := x.working()
	a.State, a.RepliedAt, a.Version = entassignment.StateTaken, nil, a.Version+1
	m.owner, m.ownerID, m.ownerLabel = OwnerUnit, &a.UnitID, st.Unit.Name
	m.spans[clockHandling] = halved(spanFor(x.overrides, clockHandling, x.Report.ClockClass, x.Report.Danger))
	return nil
}

func pastConfirmSilence(x *Replay, _ PastStep) error {
	x.toOffice()
	return nil
}

func pastRate(x *Replay, st PastStep) error {
	x.Ratings = append(x.Ratings, &db.Rating{
		ID: x.ids.at(x.m.now), TenantID: x.Report.TenantID, CreatedAt: x.m.now, UpdatedAt: x.m.now, SubjectKind: subjectKind, SubjectID: x.Report.ID,
		ThreadID: x.Report.ThreadID, Round: x.Report.Round, PersonID: st.By, Result: st.Mark, Comment: st.Text, Channel: "app",
	})
	x.m.data["result"] = st.Mark
	if st.Mark != 3 {
		x.Report.CloseReason = entreport.CloseReasonRated
	}
	return nil
}

func pastRateSilence(x *Replay, _ PastStep) error {
	x.Report.CloseReason = entreport.CloseReasonUnrated
	return nil
}

func pastWithdraw(x *Replay, st PastStep) error {
	at := x.m.now
	x.Report.DetachedAt, x.Report.PublishedAt, x.m.note = &at, nil, st.Text
	x.answerOffers(uuid.Nil, "", reportoffer.StateLapsed)
	return nil
}
