package report

import (
	"slices"
	"strings"

	"huying/ent/db"
	"huying/internal/flow"
)

// The facts row 40 asks about.
const (
	transferAsked flow.Fact = "transfer_asked"
	transferFree  flow.Fact = "no_transfer_asked"
	transferLeft  flow.Fact = "transfer_left"
	receivedOnce  flow.Fact = "received_once"
	wasAdmitted   flow.Fact = "was_admitted"
)

// The clocks of row 40: the districts agree within one, else the city decides
// within the other.
const (
	clockTransfer     = "transfer"
	clockTransferCity = "transfer_city"
)

// maxHops is how often one thread may change its district: there, and by the
// city's decision once more.
const maxHops = 2

var (
	stopTransfer  = []flow.ClockOp{stop(clockTransfer), stop(clockTransferCity)}
	needsTransfer = flow.Requirement{Fact: transferAsked, Otherwise: "此件没有等待答复的移交"}
)

// Row 40: to another district. What the other district and the city answer
// reaches the report as steps of the system, so that the sender's own row alone
// says how far a transfer has come.
var transferRows = []flow.Row{
	{
		Number: 40, Title: "跨区移交", Action: "transfer", From: submittedVerified, Who: []flow.Part{DistrictStaff},
		Requires: []flow.Requirement{
			{Fact: transferFree, Otherwise: "已提出移交，正等答复"},
			{Fact: transferLeft, Otherwise: "此件已在区市之间移交两次，不能再移交，由本区市办理"},
		},
		Needs: []flow.Need{
			{Field: "to_tenant", Kind: "tenant", Label: "移交给哪个区市"},
			{Field: "division_code", Kind: "division", Label: "对方的街道或社区"},
			{Field: "reason", Kind: "text", Label: "理由", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{receivedOnce}, Next: flow.Same, Clocks: []flow.ClockOp{start(clockTransferCity)}},
			{Next: flow.Same, Clocks: []flow.ClockOp{start(clockTransfer)}},
		},
	},
	{
		Number: 40, Title: "撤回移交", Action: "transfer-cancel", From: liveStates, Who: []flow.Part{DistrictStaff, System},
		Requires: []flow.Requirement{needsTransfer},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: stopTransfer}},
	},
	{
		Number: 40, Title: "对方不同意移交", Action: "transfer-disagree", From: submittedVerified, Who: []flow.Part{System},
		Requires: []flow.Requirement{needsTransfer},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockTransfer), start(clockTransferCity)}}},
	},
	{
		Number: 40, Title: "市人大决定不移交", Action: "transfer-stay", From: liveStates, Who: []flow.Part{System},
		Requires: []flow.Requirement{needsTransfer},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: stopTransfer}},
	},
	{
		Number: 40, Title: "移交", Action: "transfer-complete", From: submittedVerified, Who: []flow.Part{System},
		Requires: []flow.Requirement{needsTransfer},
		Outcomes: []flow.Outcome{{Next: Transferred, Clocks: []flow.ClockOp{stopAll}, Public: "这个地方属于{district}，已转过去办理，用原编号也能查到。"}},
	},
	{
		Number: 40, Title: "接收移交", Action: "transfer-arrive", From: []flow.State{flow.Start}, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{wasAdmitted}, Next: Submitted, Clocks: []flow.ClockOp{start(clockAdmit)}, Promise: clockAdmit, Public: "{district}已接着办理，新编号{no}，用原编号也能查到。"},
			{Next: Submitted, Clocks: []flow.ClockOp{start(clockAdmit)}, Promise: clockAdmit, Public: "{district}已接着办理，新编号{no}，{t}前告知是否受理。"},
		},
	},
}

// frozenPrefix marks an event of the sending district in the receiver's copy of
// the history, so that no rule of this report takes it for its own.
const frozenPrefix = "from:"

// What a frozen event remembers of where it happened.
const (
	fromTenantKey   = "from_tenant"
	fromDistrictKey = "from_district"
)

// ownAction is the action of an event, wherever it happened.
func ownAction(e *db.ReportEvent) string { return strings.TrimPrefix(e.Action, frozenPrefix) }

// heldBy names the district in which a frozen event happened.
func heldBy(e *db.ReportEvent) string {
	name, _ := e.Data[fromDistrictKey].(string)
	return name
}

// frozen says whether an event was copied from the sending district.
func frozen(e *db.ReportEvent) bool { return strings.HasPrefix(e.Action, frozenPrefix) }

// transferFacts are what row 40 asks about the report's own events.
func (r *relation) transferFacts(f flow.Facts) {
	asked := false
	hops := 0
	for _, e := range r.events {
		switch e.Action {
		case "transfer":
			asked = true
		case "transfer-cancel", "transfer-stay", "transfer-complete":
			asked = false
		case frozenPrefix + "transfer-complete":
			hops++
		}
	}
	f[transferAsked], f[transferFree] = asked, !asked
	f[receivedOnce], f[transferLeft] = hops > 0, hops < maxHops
}

// transferable says whether a report in this state can still change its district.
func transferable(s flow.State) bool { return slices.Contains(submittedVerified, s) }
