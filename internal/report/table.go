package report

import "huying/internal/flow"

// Table is the law of the room: report-lifecycle.md as data. Execution, the
// actions a caller is shown, the diagram and the property tests are made of it.
var Table = flow.Must(flow.Spec{Subject: "report", States: states, Parts: parts, Rows: rows()})

func rows() []flow.Row {
	var all []flow.Row
	for _, group := range [][]flow.Row{intakeRows, acceptRows, verifyRows, dispatchRows, handlingRows, replyRows, progressRows, disputeRows, carryRows, changeRows, officeRows, afterRows, rateRows, sideRows, superviseRows, transferRows} {
		all = append(all, group...)
	}
	return all
}

// States that the law names as ranges.
var (
	liveStates         = []flow.State{Submitted, Open, Accepted, Verified, Dispatched, Handling, Replied, Resolved, Reopened, CarriedOver, Suggested}
	submittedVerified  = []flow.State{Submitted, Open, Accepted, Verified}
	submittedHandling  = []flow.State{Submitted, Open, Accepted, Verified, Dispatched, Handling}
	openHandling       = []flow.State{Open, Accepted, Verified, Dispatched, Handling}
	acceptedHandling   = []flow.State{Accepted, Verified, Dispatched, Handling}
	acceptedReplied    = []flow.State{Accepted, Verified, Dispatched, Handling, Replied}
	anyState           = []flow.State{Submitted, Open, Accepted, Verified, Dispatched, Handling, Replied, Resolved, Closed, Reopened, Rejected, Merged, CarriedOver, Suggested, Transferred, Withdrawn}
	stop               = flow.StopOf
	start              = flow.StartOf
	stopAll            = flow.ClockOp{Verb: flow.StopAll}
	toUnit             = []flow.ClockOp{stop(clockAdmit), stop(clockAccept), stop(clockDispatch), start(clockTake), start(clockHandling)}
	toUnitDanger       = append([]flow.ClockOp{start(clockOnSite)}, toUnit...)
	office             = []flow.Part{Office}
	officeOrDistrict   = []flow.Part{Office, DistrictStaff}
	unitPeople         = []flow.Part{UnitClerk, UnitHead}
	needVersion        = flow.Need{Field: "version", Kind: "integer", Label: "看到的版本，防止覆盖他人的操作"}
	needNote           = flow.Need{Field: "note", Kind: "text", Label: "内部备注"}
	needUnits          = flow.Need{Field: "lead_unit_id", Kind: "unit", Label: "主办单位", Required: true}
	needAssistingUnits = flow.Need{Field: "assisting_unit_ids", Kind: "units", Label: "协办单位"}
	needSeparateUnits  = flow.Need{Field: "separate_unit_ids", Kind: "units", Label: "分办单位"}
)

// Rows 1–2: coming in.
var intakeRows = []flow.Row{
	{
		Number: 1, Title: "提交", Action: "submit", From: []flow.State{flow.Start}, Who: []flow.Part{Anyone},
		Needs: []flow.Need{
			{Field: "category", Kind: "category", Label: "问题类别", Required: true},
			{Field: "description", Kind: "text", Label: "情况说明", Required: true},
			{Field: "division_code", Kind: "division", Label: "所在社区"},
			{Field: "position", Kind: "position", Label: "位置"},
		},
		Outcomes: []flow.Outcome{{Next: Submitted, Clocks: []flow.ClockOp{start(clockAdmit)}, Promise: clockAdmit, Public: "已收到，编号{no}，{t}前告知是否受理。有危险请先拨110/119/120。"}},
	},
	{
		Number: 2, Title: "受理", Action: "admit", From: []flow.State{Submitted}, Who: []flow.Part{Office, DistrictStaff, System},
		Needs: []flow.Need{{Field: "lead_unit_id", Kind: "unit", Label: "直接交办的单位（危险或免核实类别）"}, needNote, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{danger, unitKnown}, Next: Dispatched, Clocks: toUnitDanger, Promise: clockHandling, Public: "已受理，情况紧急，已直接交{unit}处置，{t}前答复您。"},
			{When: []flow.Fact{repairFirst, unitKnown}, Next: Dispatched, Clocks: toUnit, Promise: clockHandling, Public: "已受理，已直接交{unit}办理，{t}前答复您；同时请代表跟进。"},
			{When: []flow.Fact{danger}, Next: Verified, Clocks: []flow.ClockOp{stop(clockAdmit), start(clockDispatch)}, Promise: clockDispatch, Public: "已受理，情况紧急，{t}前确定处置单位。"},
			{When: []flow.Fact{repairFirst}, Next: Verified, Clocks: []flow.ClockOp{stop(clockAdmit), start(clockDispatch)}, Promise: clockDispatch, Public: "已受理，{t}前确定办理单位。"},
			{Next: Open, Clocks: []flow.ClockOp{stop(clockAdmit), start(clockAccept)}, Promise: clockAccept, Public: "已受理，正请代表接单；{t}前一定有人负责。"},
		},
	},
	{
		Number: 2, Title: "受理危险情况", Action: "admit", From: []flow.State{Submitted}, Who: []flow.Part{DutyOfficer},
		Requires: []flow.Requirement{{Fact: danger, Otherwise: "值班员只受理危险情况"}},
		Needs:    []flow.Need{{Field: "lead_unit_id", Kind: "unit", Label: "直接交办的单位"}, needNote, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{unitKnown}, Next: Dispatched, Clocks: toUnitDanger, Promise: clockHandling, Public: "已受理，情况紧急，已直接交{unit}处置，{t}前答复您。"},
			{Next: Verified, Clocks: []flow.ClockOp{stop(clockAdmit), start(clockDispatch)}, Promise: clockDispatch, Public: "已受理，情况紧急，{t}前确定处置单位。"},
		},
	},
}

// Rows 8–10: deputies take it up.
var acceptRows = []flow.Row{
	{
		Number: 8, Title: "接单", Action: "accept", From: []flow.State{Open}, Who: []flow.Part{OfferedDeputy},
		Requires: []flow.Requirement{{Fact: deputyHasRoom, Otherwise: "您手上已有5件在办，办结一件后再接"}},
		Needs:    []flow.Need{needVersion},
		Outcomes: []flow.Outcome{{Next: Accepted, Clocks: []flow.ClockOp{stop(clockAccept), start(clockVerify)}, Promise: clockVerify, Public: "{deputy}代表已接单，{t}前查看或联系您。"}},
	},
	{
		Number: 8, Title: "接单跟进", Action: "accept", From: acceptedReplied, Who: []flow.Part{OfferedDeputy},
		Requires: []flow.Requirement{
			{Fact: deputyHasRoom, Otherwise: "您手上已有5件在办，办结一件后再接"},
			{Fact: roomForDeputy, Otherwise: "已有代表接单，您可以加入共同跟进"},
		},
		Needs: []flow.Need{needVersion},
		Outcomes: []flow.Outcome{
			{Number: 10, When: []flow.Fact{handedOver}, Next: flow.Same, Public: "现在由{deputy}代表与您联系，原定时间不变。"},
			{Next: flow.Same, Public: "{deputy}代表已接单，跟进办理情况。"},
		},
	},
	{
		Number: 8, Title: "加入跟进", Action: "join", From: acceptedHandling, Who: []flow.Part{OfferedDeputy},
		Requires: []flow.Requirement{
			{Fact: deputyHasRoom, Otherwise: "您手上已有5件在办，办结一件后再接"},
			{Fact: mayJoin, Otherwise: "还没有代表接单，请直接接单；或已有3位代表共同跟进"},
		},
		Needs:    []flow.Need{needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "{deputy}代表加入，共同跟进。"}},
	},
	{
		Number: 9, Title: "婉拒", Action: "decline", From: []flow.State{Open}, Who: []flow.Part{OfferedDeputy},
		Needs: []flow.Need{{Field: "reason", Kind: "text", Label: "原因"}, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{lastOffer}, Next: Accepted, Clocks: []flow.ClockOp{stop(clockAccept), start(clockVerify)}, Promise: clockVerify, Public: "已由{office}负责，不影响办理。"},
			{Next: flow.Same},
		},
	},
	{
		Number: 9, Title: "婉拒", Action: "decline", From: acceptedReplied, Who: []flow.Part{OfferedDeputy},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "原因"}, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
	{
		Number: 9, Title: "无人接单", Action: "silence", From: []flow.State{Open}, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: Accepted, Clocks: []flow.ClockOp{stop(clockAccept), start(clockVerify)}, Promise: clockVerify, Public: "已由{office}负责，不影响办理。"}},
	},
}

// Rows 11–12: seen with one's own eyes.
var verifyRows = []flow.Row{
	{
		Number: 11, Title: "核实", Action: "verify", From: []flow.State{Accepted}, Who: []flow.Part{LeadDeputy, Office},
		Requires: []flow.Requirement{{Fact: nothingWaits, Otherwise: "有一项答复正等待签批，请先处理"}},
		Needs: []flow.Need{
			{Field: "findings", Kind: "text", Label: "核实情况", Required: true},
			{Field: "upload_ids", Kind: "photos", Label: "现场照片（与时段二选一）"},
			{Field: "seen", Kind: "window", Label: "查看时段（与照片二选一）"},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: Verified, Clocks: []flow.ClockOp{stop(clockVerify), start(clockDispatch)}, Promise: clockDispatch, Public: "已核实：{findings}，正转交有关单位。"}},
	},
	{
		Number: 11, Title: "到期书面核查", Action: "verify-silence", From: []flow.State{Accepted}, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: Verified, Clocks: []flow.ClockOp{stop(clockVerify), start(clockDispatch)}, Promise: clockDispatch, Public: "{office}已看过材料，正转交有关单位。"}},
	},
	{
		Number: 12, Title: "当场答复", Action: "resolve", From: []flow.State{Accepted},
		Second:   &flow.Second{Proposes: []flow.Part{LeadDeputy}, Approves: office},
		Requires: []flow.Requirement{},
		Needs: []flow.Need{
			{Field: "way", Kind: "choice", Label: "办法", Required: true, Choices: []string{"answered", "explained", "coordinated"}},
			{Field: "summary", Kind: "text", Label: "答复内容", Required: true},
			{Field: "upload_ids", Kind: "photos", Label: "照片"},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: Replied, Clocks: []flow.ClockOp{stop(clockVerify), start(clockConfirm)}, Promise: clockConfirm, Public: "{deputy}代表已答复：{summary}。是否解决由您评价。"}},
	},
}
