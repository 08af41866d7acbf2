package report

import "huying/internal/flow"

// Rows 29–34: answered, confirmed, rated.
var replyRows = []flow.Row{
	{
		Number: 29, Title: "答复", Action: "reply", From: []flow.State{Handling},
		Second: &flow.Second{Proposes: []flow.Part{UnitClerk}, Approves: []flow.Part{UnitHead}},
		Requires: []flow.Requirement{
			{Fact: unitHasToReply, Otherwise: "贵单位无需答复，或已经答复"},
			{Fact: contacted, Otherwise: "请先联系反映人，再答复"},
		},
		Needs: []flow.Need{
			{Field: "result", Kind: "choice", Label: "办理结果", Required: true, Choices: replyResults},
			{Field: "content", Kind: "text", Label: "答复内容", Required: true},
			{Field: "upload_ids", Kind: "photos", Label: "办理后照片（已解决、部分解决时必填）"},
			needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{lastUnit}, Next: Replied, Clocks: answeredClocks, Public: "{unit}答复：{content}。正在核实。"},
			{Next: flow.Same, Public: "{unit}答复：{content}。其他单位仍在办理。"},
		},
	},
	{
		Number: 30, Title: "确认办理结果", Action: "confirm", From: []flow.State{Replied}, Who: []flow.Part{LeadDeputy},
		Needs: confirmNeeds, Outcomes: confirmOutcomes,
	},
	{
		Number: 30, Title: "确认办理结果", Action: "confirm", From: []flow.State{Replied}, Who: office,
		Requires: []flow.Requirement{{Fact: officeConfirms, Otherwise: "由接单代表确认；到期未确认再由街镇人大确认"}},
		Needs:    confirmNeeds, Outcomes: confirmOutcomes,
	},
	{
		Number: 30, Title: "到期转街镇人大确认", Action: "confirm-silence", From: []flow.State{Replied}, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockConfirm)}}},
	},
	{
		Number: 32, Title: "评价", Action: "rate", From: []flow.State{Resolved}, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{{Fact: attached, Otherwise: "您已撤回此件"}},
		Needs: []flow.Need{
			{Field: "result", Kind: "choice", Label: "对结果是否满意：1满意 2基本满意 3不满意", Required: true, Choices: []string{"1", "2", "3"}},
			{Field: "attitude", Kind: "choice", Label: "对态度是否满意：1满意 2基本满意 3不满意", Choices: []string{"1", "2", "3"}},
			{Field: "comment", Kind: "text", Label: "留言"},
			needVersion,
		},
		Outcomes: []flow.Outcome{
			{Number: 33, When: []flow.Fact{unhappy}, Next: Reopened, Clocks: []flow.ClockOp{stopAll, start(clockRedispatch)}, Promise: clockRedispatch, Public: "已重新办理，{t}前告知由谁负责。"},
			{
				Number: 33, When: []flow.Fact{attitudeOnly}, Next: Closed, Clocks: []flow.ClockOp{stopAll, start(clockAttitude)}, Promise: clockAttitude,
				Public: "感谢评价，此件办结。您对态度的意见，{t}前由单位负责人答复您。",
			},
			{Next: Closed, Clocks: []flow.ClockOp{stopAll}, Public: "感谢评价，此件办结。"},
		},
	},
	{
		Number: 34, Title: "到期未评价", Action: "rate-silence", From: []flow.State{Resolved}, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: Closed, Clocks: []flow.ClockOp{stopAll}, Public: "已办结。如果没有解决，90天内还可以告诉我们。"}},
	},
}

// answeredClocks are those a unit's answer ends; a supervision letter keeps its own.
var answeredClocks = []flow.ClockOp{
	stop(clockTake), stop(clockContact), stop(clockOnSite), stop(clockHandling), stop(clockAnswer), stop(clockOpinion), start(clockConfirm),
}

// replyResults are the result classes of a unit's reply.
var replyResults = []string{"solved", "partly_solved", "explained", "not_possible"}

var confirmNeeds = []flow.Need{
	{Field: "confirmed", Kind: "yes_no", Label: "是否已解决", Required: true},
	{Field: "reason", Kind: "text", Label: "未通过的原因（未通过时必填）"},
	{Field: "upload_ids", Kind: "photos", Label: "核实照片"},
	needVersion,
}

var confirmOutcomes = []flow.Outcome{
	{When: []flow.Fact{solved}, Next: Resolved, Clocks: []flow.ClockOp{stop(clockConfirm), start(clockRate), start(clockRateRemind), start(clockRateCall)}, Promise: clockRate, Public: "已核实。请评价，回复1满意 2基本满意 3不满意。"},
	{Number: 31, When: []flow.Fact{answeredByDeputy}, Next: Accepted, Clocks: []flow.ClockOp{stop(clockConfirm), start(clockVerify)}, Promise: clockVerify, Public: "核实没有通过：{reason}。已要求重做，{t}前答复您。"},
	{Number: 31, Next: Handling, Clocks: []flow.ClockOp{stop(clockConfirm), start(clockHandling)}, Promise: clockHandling, Public: "核实没有通过：{reason}。已要求重做，{t}前答复您。"},
}

// Rows 39–43: beside the path.
var sideRows = []flow.Row{
	{
		Number: 39, Title: "撤回", Action: "withdraw", From: liveStates, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{{Fact: attached, Otherwise: "您已撤回此件"}},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "原因"}, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{mayEnd}, Next: Withdrawn, Clocks: []flow.ClockOp{stopAll}, Public: "您已撤回，不再显示您的信息。"},
			{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockContact), stop(clockRateRemind), stop(clockRateCall)}, Public: "您已撤回，不再显示您的信息；隐患仍会处理。"},
		},
	},
	{
		Number: 42, Title: "公开", Action: "publish", From: anyState, Who: []flow.Part{Screener},
		Requires: []flow.Requirement{
			{Fact: agreedToPublish, Otherwise: "反映人没有同意公开，或已撤回"},
			{Fact: textsScreened, Otherwise: "有文字正等待审核，请先在审核队列里处理"},
		},
		Needs:    []flow.Need{needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
	{
		Number: 42, Title: "不公开", Action: "hide", From: anyState, Who: []flow.Part{Screener, Reporter},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "原因"}, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
	{
		Number: 42, Title: "遮挡", Action: "redact", From: anyState, Who: []flow.Part{Screener},
		Needs: []flow.Need{
			{Field: "photo_id", Kind: "photo", Label: "照片", Required: true},
			{Field: "regions", Kind: "regions", Label: "要遮挡的部分；不填为恢复原样"},
			{Field: "reason", Kind: "text", Label: "原因", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
}
