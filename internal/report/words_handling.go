package report

import (
	"huying/internal/deadline"
	"huying/internal/flow"
)

// The facts rows 17 to 25, 28 and 41 ask about.
const (
	disputed        flow.Fact = "return_disputed"
	undisputed      flow.Fact = "return_undisputed"
	returnsLeft     flow.Fact = "returns_left"
	inReturnTime    flow.Fact = "in_return_time"
	separateUnit    flow.Fact = "separate_unit"
	staffMayRule    flow.Fact = "staff_may_rule"
	unitKeeps       flow.Fact = "unit_keeps"
	keeperContacted flow.Fact = "keeper_contacted"
	needsTime       flow.Fact = "new_lead_needs_time"
	lastOpinion     flow.Fact = "last_opinion"
	holderAsks      flow.Fact = "holder_asks"
	asked           flow.Fact = "asked"
	nothingAsked    flow.Fact = "nothing_asked"
	asksLeft        flow.Fact = "asks_left"
	isPaused        flow.Fact = "paused"
	notPaused       flow.Fact = "not_paused"
	mayPause        flow.Fact = "may_pause"
	extensionLeft   flow.Fact = "extension_left"
	askedInTime     flow.Fact = "asked_in_time"
	carryUnsigned   flow.Fact = "carry_over_unsigned"
	restarts        flow.Fact = "restarts"
	fenced          flow.Fact = "fenced"
	letterWaits     flow.Fact = "letter_waits"
	lastLetter      flow.Fact = "last_letter"
)

const (
	clockExtension = "extension"
	clockOpinion   = "opinion"
	// clockHolder is the clock of whoever holds the report in its state.
	clockHolder = "holder"
)

// OwnerCoordinator owns a report whose return waits for a ruling.
const OwnerCoordinator = "coordinator"

const coordinatorName = "政府统筹部门"

// Limits of rows 20, 23, 24 and 25.
const (
	// maxAsks is how often a holder asks the reporter on one clock.
	maxAsks = 2
	// pauseDays is how long a unit's clock may be paused at once. People's
	// mediation has 30 days; the other causes get no more.
	pauseDays = 30
	// reviewDays is the longest time until a carried-over matter is looked at again.
	reviewDays = 90
)

// forcedReview is how long after the review's date the timer restarts what
// nobody has reviewed.
var forcedReview = deadline.MustSpan("10wd")

// returnLimit is the longest time to return: row 17.
func returnLimit(dangerous bool) deadline.Span {
	if dangerous {
		return deadline.MustSpan("30min")
	}
	return deadline.MustSpan("1wd")
}

var pauseKinds = []string{"joint_meeting", "mediation", "weather", "third_party"}

// pauseMatter says in public what is waited for.
func pauseMatter(kind string) string {
	return map[string]string{
		"joint_meeting": "协调", "mediation": "调解", "weather": "等待天气转好", "third_party": "等待第三方配合",
	}[kind]
}

// The ladders of report-lifecycle.md. A volunteer is reminded and released,
// and never on a red list.
var (
	unitLadder   = deadline.Ladder{80, 100, 150, 200, 300}
	takeLadder   = deadline.Ladder{80, 100}
	deputyLadder = deadline.Ladder{50, 100}
)

// ladderFor are the rungs of a clock.
func ladderFor(clock string) deadline.Ladder {
	switch clock {
	case clockContact, clockOnSite, clockHandling, clockSupervise:
		return unitLadder
	case clockTake:
		return takeLadder
	case clockAccept, clockVerify, clockConfirm:
		return deputyLadder
	}
	return nil
}

// holderClock is the clock that runs for whoever holds a report in a state.
func holderClock(s flow.State) string {
	switch s {
	case Accepted:
		return clockVerify
	case Verified:
		return clockDispatch
	}
	return clockHandling
}
