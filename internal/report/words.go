package report

import "huying/internal/flow"

// The states of a report, in the order of its life.
const (
	Submitted   flow.State = "submitted"
	Open        flow.State = "open"
	Accepted    flow.State = "accepted"
	Verified    flow.State = "verified"
	Dispatched  flow.State = "dispatched"
	Handling    flow.State = "handling"
	Replied     flow.State = "replied"
	Resolved    flow.State = "resolved"
	Closed      flow.State = "closed"
	Reopened    flow.State = "reopened"
	Rejected    flow.State = "rejected"
	Merged      flow.State = "merged"
	CarriedOver flow.State = "carried_over"
	Suggested   flow.State = "suggested"
	Transferred flow.State = "transferred"
	Withdrawn   flow.State = "withdrawn"
)

var states = []flow.Named[flow.State]{
	{Key: Submitted, Name: "待受理"},
	{Key: Open, Name: "待代表接单"},
	{Key: Accepted, Name: "已接单"},
	{Key: Verified, Name: "已核实"},
	{Key: Dispatched, Name: "已交办"},
	{Key: Handling, Name: "办理中"},
	{Key: Replied, Name: "已答复"},
	{Key: Resolved, Name: "待评价"},
	{Key: Closed, Name: "已办结"},
	{Key: Reopened, Name: "重新办理"},
	{Key: Rejected, Name: "不予受理"},
	{Key: Merged, Name: "已合并办理"},
	{Key: CarriedOver, Name: "已挂账"},
	{Key: Suggested, Name: "已转代表建议"},
	{Key: Transferred, Name: "已移交外区"},
	{Key: Withdrawn, Name: "已撤回"},
}

// The parts somebody may play towards one report.
const (
	Anyone         flow.Part = "citizen"
	Reporter       flow.Part = "reporter"
	OfferedDeputy  flow.Part = "offered_deputy"
	LeadDeputy     flow.Part = "lead_deputy"
	JoinedDeputy   flow.Part = "joined_deputy"
	Office         flow.Part = "street_office"
	DistrictStaff  flow.Part = "district_staff"
	DistrictHead   flow.Part = "district_head"
	Coordinator    flow.Part = "coordinator"
	UnitClerk      flow.Part = "unit_clerk"
	UnitHead       flow.Part = "unit_head"
	AssistingUnit  flow.Part = "assisting_unit"
	FollowUpCaller flow.Part = "follow_up_caller"
	DutyOfficer    flow.Part = "duty_officer"
	Screener       flow.Part = "screener"
	CitySupervisor flow.Part = "city_supervisor"
	System         flow.Part = "system"
)

var parts = []flow.Named[flow.Part]{
	{Key: Anyone, Name: "群众"},
	{Key: Reporter, Name: "反映人"},
	{Key: OfferedDeputy, Name: "受邀接单的代表"},
	{Key: LeadDeputy, Name: "接单代表"},
	{Key: JoinedDeputy, Name: "共同跟进的代表"},
	{Key: Office, Name: "街镇人大"},
	{Key: DistrictStaff, Name: "区市人大"},
	{Key: DistrictHead, Name: "区市人大负责人"},
	{Key: Coordinator, Name: "政府统筹"},
	{Key: UnitClerk, Name: "承办单位"},
	{Key: UnitHead, Name: "承办单位负责人"},
	{Key: AssistingUnit, Name: "协办单位"},
	{Key: FollowUpCaller, Name: "回访员"},
	{Key: DutyOfficer, Name: "值班员"},
	{Key: Screener, Name: "审核员"},
	{Key: CitySupervisor, Name: "市人大"},
	{Key: System, Name: "系统"},
}

// The facts rows ask about.
const (
	danger           flow.Fact = "danger"
	repairFirst      flow.Fact = "verify_first_no"
	unitKnown        flow.Fact = "unit_known"
	lastOffer        flow.Fact = "last_offer"
	roomForDeputy    flow.Fact = "room_for_deputy"
	deputyHasRoom    flow.Fact = "deputy_has_room"
	mayJoin          flow.Fact = "may_join"
	officeConfirms   flow.Fact = "office_confirms"
	nothingWaits     flow.Fact = "nothing_awaits_signature"
	contacted        flow.Fact = "contacted"
	reached          flow.Fact = "reached"
	triedEnough      flow.Fact = "tried_enough"
	unitHasToTake    flow.Fact = "unit_has_to_take"
	unitHasToReply   flow.Fact = "unit_has_to_reply"
	lastUnit         flow.Fact = "last_unit"
	solved           flow.Fact = "solved"
	unhappy          flow.Fact = "unhappy"
	answeredByDeputy flow.Fact = "answered_by_deputy"
	mayEnd           flow.Fact = "may_end"
	agreedToPublish  flow.Fact = "agreed_to_publish"
	textsScreened    flow.Fact = "texts_screened"
	relayed          flow.Fact = "relayed"
	leftPhone        flow.Fact = "left_phone"
	attached         flow.Fact = "attached"
	handedOver       flow.Fact = "handed_over"
	hasLead          flow.Fact = "has_lead"
	leadLeaves       flow.Fact = "lead_leaves"
	changeLeft       flow.Fact = "change_left"
	attitudeOnly     flow.Fact = "attitude_only"
	attitudeOwed     flow.Fact = "attitude_answer_owed"
	notOwn           flow.Fact = "nothing_of_it_handled"
	within90         flow.Fact = "within_90_days"
	callAgreed       flow.Fact = "agreed_to_be_called"
	mayReopen        flow.Fact = "may_reopen"
	callUnsolved     flow.Fact = "call_found_it_unsolved"
	mayExplain       flow.Fact = "may_explain"
	exclusionAsked   flow.Fact = "exclusion_asked"
	notExcluded      flow.Fact = "not_excluded"
)

// The clocks of a report; values are tenant settings, defaults in clocks.go.
const (
	clockAdmit      = "admit"
	clockAccept     = "accept"
	clockVerify     = "verify"
	clockDispatch   = "dispatch"
	clockTake       = "take"
	clockContact    = "contact"
	clockOnSite     = "on_site"
	clockHandling   = "handling"
	clockConfirm    = "confirm"
	clockRate       = "rate"
	clockRateRemind = "rate_remind"
	clockRateCall   = "rate_call"
	clockRedispatch = "redispatch"
	clockObjection  = "objection"
	clockAppeal     = "appeal"
	clockRuling     = "ruling"
	clockReview     = "review"
	clockAnswer     = "answer"
	clockSupervise  = "supervise"
	clockAttitude   = "attitude"
)

// Live says whether work on a report in this state still goes on.
func Live(s flow.State) bool {
	switch s {
	case Closed, Rejected, Merged, Transferred, Withdrawn:
		return false
	}
	return true
}
