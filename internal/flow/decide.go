package flow

import (
	"slices"

	"huying/internal/platform/fault"
)

// TransitionNotAllowed is answered when an action does not fit the state the
// subject is in now. Its facts carry "state" and "action".
var TransitionNotAllowed = fault.Define("transition_not_allowed", 409, "现在不能这样做")

// Transition is a decision to act: what the row says happens.
type Transition struct {
	// Number is the line of the law that was applied.
	Number  int
	Row     *Row
	Action  Action
	Part    Part
	From    State
	To      State
	Clocks  []ClockOp
	Promise string
	Public  string
	// Proposed means nothing happens until a second person approves; To equals
	// From and no clock is touched.
	Proposed bool
}

// Offer is an action somebody may take now, with the fields it needs.
type Offer struct {
	Action Action `json:"action"`
	Title  string `json:"title"`
	Needs  []Need `json:"needs"`
}

// Decide answers what an action does, or why it may not be done: Forbidden when
// no part the actor plays may ever take it here, TransitionNotAllowed (naming
// the state) when the state or a required fact stands against it.
func (t *Table) Decide(state State, action Action, parts Parts, facts Facts) (Transition, error) {
	row, part, err := t.find(state, action, parts, (*Row).executors)
	if err != nil {
		return Transition{}, err
	}
	if err := t.require(row, state, facts); err != nil {
		return Transition{}, err
	}
	if row.Second != nil {
		return Transition{
			Number: row.Number, Row: row, Action: action, Part: part, From: state, To: state,
			Public: row.Second.Pending, Proposed: true,
		}, nil
	}
	return row.transition(state, part, facts), nil
}

// DecideApproval answers what approving a proposed action does. The caller has
// made sure that the approver is not the proposer.
func (t *Table) DecideApproval(state State, action Action, parts Parts, facts Facts) (Transition, error) {
	row, part, err := t.find(state, action, parts, (*Row).approvers)
	if err != nil {
		return Transition{}, err
	}
	if err := t.require(row, state, facts); err != nil {
		return Transition{}, err
	}
	return row.transition(state, part, facts), nil
}

// MayApprove reports whether the actor could decide the proposed action now.
func (t *Table) MayApprove(state State, action Action, parts Parts) bool {
	_, _, err := t.find(state, action, parts, (*Row).approvers)
	return err == nil
}

// ApproverPart is the part in which the actor decides a proposed action now;
// empty when the actor may not.
func (t *Table) ApproverPart(state State, action Action, parts Parts) Part {
	_, part, err := t.find(state, action, parts, (*Row).approvers)
	if err != nil {
		return ""
	}
	return part
}

// Reaches says whether a row in force has the action in this state, whoever takes it.
func (t *Table) Reaches(state State, action Action) bool {
	return slices.ContainsFunc(t.live, func(r *Row) bool { return r.Action == action && r.from(state) })
}

// Allowed lists the actions the actor may take now, in table order, each with
// the fields it needs.
func (t *Table) Allowed(state State, parts Parts, facts Facts) []Offer {
	offers := []Offer{}
	for _, r := range t.live {
		if !r.from(state) || t.require(r, state, facts) != nil {
			continue
		}
		if _, ok := plays(r.executors(), parts); ok {
			needs := r.Needs
			if needs == nil {
				needs = []Need{}
			}
			offers = append(offers, Offer{Action: r.Action, Title: r.Title, Needs: needs})
		}
	}
	return offers
}

func (r *Row) approvers() []Part {
	if r.Second == nil {
		return nil
	}
	return r.Second.Approves
}

func (t *Table) find(state State, action Action, parts Parts, who func(*Row) []Part) (*Row, Part, error) {
	everMine, nowPossible := false, false
	for _, r := range t.live {
		if r.Action != action {
			continue
		}
		part, mine := plays(who(r), parts)
		everMine = everMine || mine
		if !r.from(state) {
			continue
		}
		nowPossible = true
		if mine {
			return r, part, nil
		}
	}
	if everMine && !nowPossible {
		return nil, "", t.refuse(state, action, "")
	}
	return nil, "", fault.Forbidden.New("这一步不由您办理")
}

func (t *Table) require(r *Row, state State, facts Facts) error {
	for _, req := range r.Requires {
		if !facts[req.Fact] {
			return t.refuse(state, r.Action, req.Otherwise)
		}
	}
	return nil
}

func (t *Table) refuse(state State, action Action, why string) error {
	if why == "" {
		why = "此件目前“" + t.words[state] + "”，不能进行这一步"
	}
	return TransitionNotAllowed.New(why).Fact("state", string(state)).Fact("action", string(action))
}

func (r *Row) transition(state State, part Part, facts Facts) Transition {
	for _, o := range r.Outcomes {
		if !facts.all(o.When) {
			continue
		}
		next := o.Next
		if next == Same {
			next = state
		}
		number := o.Number
		if number == 0 {
			number = r.Number
		}
		return Transition{
			Number: number, Row: r, Action: r.Action, Part: part, From: state, To: next,
			Clocks: o.Clocks, Promise: o.Promise, Public: o.Public,
		}
	}
	panic("flow: a checked row always has an outcome")
}
