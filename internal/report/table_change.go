package report

import "huying/internal/flow"

// heldStates are where a deputy's hands are full with a report that has
// somebody in charge: what is taken over when a deputy is away.
var heldStates = append([]flow.State{Reopened, CarriedOver, Suggested}, acceptedReplied...)

// Another deputy, or the office. The promise the citizen was told never moves:
// the verify clock runs on while another deputy is asked.
const (
	toldAskedAgain = "现在由{office}与您联系，正另请代表接单，原定时间不变。"
	toldOfficeHas  = "现在由{office}与您联系，原定时间不变。"
)

// given back in state accepted: others are asked; later: the office holds it.
var (
	givenBack  = []flow.Outcome{{When: []flow.Fact{leadLeaves}, Next: Open, Clocks: []flow.ClockOp{start(clockAccept)}, Public: toldAskedAgain}, {Next: flow.Same}}
	officeHas  = []flow.Outcome{{When: []flow.Fact{leadLeaves}, Next: flow.Same, Public: toldOfficeHas}, {Next: flow.Same}}
	afterFirst = []flow.State{Verified, Dispatched, Handling, Replied}
	needReason = flow.Need{Field: "reason", Kind: "text", Label: "原因", Required: true}
	needDeputy = flow.Need{Field: "deputy_id", Kind: "deputy", Label: "代表", Required: true}
)

// Row 10: another deputy.
var changeRows = changes()

func changes() []flow.Row {
	var rows []flow.Row
	// Each case of the row stands twice: in state accepted others are asked,
	// later the office holds it.
	both := func(r flow.Row) {
		first, later := r, r
		first.Number, later.Number = 10, 10
		first.From, first.Outcomes = []flow.State{Accepted}, givenBack
		later.From, later.Outcomes = afterFirst, officeHas
		rows = append(rows, first, later)
	}
	both(flow.Row{Title: "退回接单", Action: "release", Who: []flow.Part{LeadDeputy}, Needs: []flow.Need{needReason, needVersion}})
	both(flow.Row{Title: "回避", Action: "recuse", Who: []flow.Part{LeadDeputy, JoinedDeputy}, Needs: []flow.Need{needReason, needVersion}})
	both(flow.Row{Title: "代表回避", Action: "recuse", Who: office, Needs: []flow.Need{needDeputy, needReason, needVersion}})
	both(flow.Row{
		Title: "更换代表", Action: "change-deputy", Who: office, Needs: []flow.Need{needReason, needVersion},
		Requires: []flow.Requirement{{Fact: hasLead, Otherwise: "现在没有联系代表"}},
	})
	both(flow.Row{
		Title: "更换代表", Action: "change-deputy", Who: []flow.Part{Reporter}, Needs: []flow.Need{needReason, needVersion},
		Requires: []flow.Requirement{
			{Fact: attached, Otherwise: "您已撤回此件"},
			{Fact: hasLead, Otherwise: "现在没有联系代表，由街镇人大负责"},
			{Fact: changeLeft, Otherwise: "您已更换过一次联系代表；仍有问题请联系街镇人大"},
		},
	})
	return append(
		rows,
		flow.Row{
			Number: 10, Title: "转交", Action: "hand-over", From: acceptedReplied, Who: []flow.Part{LeadDeputy},
			Needs: []flow.Need{needDeputy, needReason, needVersion}, Outcomes: []flow.Outcome{{Next: flow.Same}},
		},
		flow.Row{
			Number: 10, Title: "转交", Action: "hand-over", From: acceptedReplied, Who: office,
			Needs:    []flow.Need{{Field: "deputy_id", Kind: "deputy", Label: "代表；不填则由街镇人大自己负责"}, needReason, needVersion},
			Outcomes: officeHas,
		},
		flow.Row{
			Number: 10, Title: "代表离开", Action: "deputy-away", From: []flow.State{Accepted}, Who: []flow.Part{System}, Outcomes: givenBack,
		},
		flow.Row{
			Number: 10, Title: "代表离开", Action: "deputy-away", From: append([]flow.State{Reopened, CarriedOver, Suggested}, afterFirst...),
			Who: []flow.Part{System}, Outcomes: officeHas,
		},
		flow.Row{
			Number: 10, Title: "代表离开", Action: "deputy-away", From: []flow.State{Open}, Who: []flow.Part{System},
			Outcomes: []flow.Outcome{
				{Number: 9, When: []flow.Fact{lastOffer}, Next: Accepted, Clocks: []flow.ClockOp{stop(clockAccept), start(clockVerify)}, Promise: clockVerify, Public: "已由{office}负责，不影响办理。"},
				{Next: flow.Same},
			},
		},
	)
}
