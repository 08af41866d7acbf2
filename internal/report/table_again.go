package report

import "huying/internal/flow"

// toldReopened promises by when somebody answers for it again.
const toldReopened = "已重新办理，{t}前告知由谁负责。"

var reopened = []flow.ClockOp{stopAll, start(clockRedispatch)}

var reopenNeeds = []flow.Need{
	{Field: "evidence", Kind: "text", Label: "现在的情况（与照片二选一）"},
	{Field: "upload_ids", Kind: "photos", Label: "照片（与文字二选一）"},
	needVersion,
}

var (
	in90Days   = flow.Requirement{Fact: within90, Otherwise: "办结已超过90日，请重新提交"}
	reopenable = flow.Requirement{Fact: mayReopen, Otherwise: "此件已转法定程序或已当面说明，不再重新办理；有新情况请重新提交"}
)

// Rows 33 (attitude), 35, 36 and 38: afterwards.
var afterRows = []flow.Row{
	{
		Number: 33, Title: "答复态度意见", Action: "answer-attitude", From: []flow.State{Closed}, Who: []flow.Part{UnitHead},
		Requires: []flow.Requirement{{Fact: attitudeOwed, Otherwise: "没有等待答复的态度意见"}},
		Needs:    []flow.Need{{Field: "content", Kind: "text", Label: "答复内容", Required: true}, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockAttitude)}, Public: "{unit}负责人就态度问题答复：{content}。"}},
	},
	{
		Number: 35, Title: "回访", Action: "follow-up", From: []flow.State{Resolved, Closed}, Who: []flow.Part{FollowUpCaller},
		Requires: []flow.Requirement{
			{Fact: attached, Otherwise: "反映人已撤回，不再回访"},
			{Fact: leftPhone, Otherwise: "反映人没有留电话，不做电话回访"},
			{Fact: callAgreed, Otherwise: "反映人不同意回访，不再打电话"},
			{Fact: notOwn, Otherwise: "您办理过此件，请另一人回访"},
			in90Days,
		},
		Needs: []flow.Need{
			{Field: "reached", Kind: "yes_no", Label: "是否接通", Required: true},
			{Field: "contacted", Kind: "yes_no", Label: "单位是否联系过本人"},
			{Field: "solved", Kind: "yes_no", Label: "是否解决"},
			{Field: "satisfied", Kind: "choice", Label: "是否满意：1满意 2基本满意 3不满意 0没说", Choices: []string{"0", "1", "2", "3"}},
			needNote, needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{callUnsolved, mayReopen}, Next: Reopened, Clocks: reopened, Promise: clockRedispatch, Public: "回访了解到问题没有真正解决，" + toldReopened},
			{When: []flow.Fact{reached}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockRateCall)}, Public: "回访已记录。"},
			{Next: flow.Same},
		},
	},
	{
		Number: 36, Title: "再次反映", Action: "reopen", From: []flow.State{Closed}, Who: []flow.Part{LeadDeputy, Office},
		Requires: []flow.Requirement{in90Days, reopenable}, Needs: reopenNeeds,
		Outcomes: []flow.Outcome{{Next: Reopened, Clocks: reopened, Promise: clockRedispatch, Public: "问题又出现了，" + toldReopened}},
	},
	{
		Number: 36, Title: "没解决，再次反映", Action: "reopen", From: []flow.State{Closed}, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{in90Days, reopenable, {Fact: attached, Otherwise: "您已撤回此件，请重新提交"}}, Needs: reopenNeeds,
		Outcomes: []flow.Outcome{{Next: Reopened, Clocks: reopened, Promise: clockRedispatch, Public: "问题又出现了，" + toldReopened}},
	},
	{
		Number: 38, Title: "当面说明后办结", Action: "explain-close", From: []flow.State{Reopened}, Who: []flow.Part{DistrictHead},
		Requires: []flow.Requirement{{Fact: mayExplain, Otherwise: "第二次办理后群众仍不满意的，才能当面说明后办结"}},
		Needs: []flow.Need{
			{Field: "meeting_at", Kind: "time", Label: "当面说明的时间", Required: true},
			{Field: "deputy_id", Kind: "deputy", Label: "在场的代表", Required: true},
			{Field: "summary", Kind: "text", Label: "说明的内容", Required: true},
			{Field: "channel", Kind: "text", Label: "群众仍可通过什么渠道主张", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: Closed, Clocks: []flow.ClockOp{stopAll}, Public: "已当面说明。如果不同意，还可以通过{channel}解决。"}},
	},
}

// Row 43: out of the rates, by three people.
var rateRows = []flow.Row{
	{
		Number: 43, Title: "申请不计入比率", Action: "ask-exclude", From: []flow.State{Resolved, Closed}, Who: unitPeople,
		Requires: []flow.Requirement{{Fact: notExcluded, Otherwise: "此件已不计入比率"}},
		Needs:    []flow.Need{needReason, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
	{
		Number: 43, Title: "不计入比率", Action: "exclude", From: []flow.State{Resolved, Closed},
		Second: &flow.Second{Proposes: []flow.Part{DistrictStaff}, Approves: []flow.Part{DistrictHead}},
		Requires: []flow.Requirement{
			{Fact: exclusionAsked, Otherwise: "承办单位没有申请"},
			{Fact: notExcluded, Otherwise: "此件已不计入比率"},
		},
		Needs:    []flow.Need{needReason, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
}
