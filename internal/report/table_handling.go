package report

import "huying/internal/flow"

// Rows 14–18 and 37: to the unit.
var dispatchRows = []flow.Row{
	{
		Number: 14, Title: "交办", Action: "dispatch", From: []flow.State{Verified}, Who: officeOrDistrict,
		Needs: []flow.Need{needUnits, needAssistingUnits, needSeparateUnits, {Field: "due_at", Kind: "time", Label: "早于规定时限的期限"}, needNote, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{danger}, Next: Dispatched, Clocks: toUnitDanger, Promise: clockHandling, Public: "已转交{unit}，{t}前答复您。"},
			{Next: Dispatched, Clocks: toUnit, Promise: clockHandling, Public: "已转交{unit}，{t}前答复您。"},
		},
	},
	{
		Number: 16, Title: "签收", Action: "take", From: []flow.State{Dispatched}, Who: unitPeople, Needs: []flow.Need{needVersion},
		Outcomes: []flow.Outcome{{Next: Handling, Clocks: []flow.ClockOp{stop(clockTake), start(clockContact)}, Promise: clockContact, Public: "{unit}已签收，{t}前联系您。"}},
	},
	{
		Number: 16, Title: "签收", Action: "take", From: []flow.State{Handling}, Who: unitPeople, Needs: []flow.Need{needVersion},
		Requires: []flow.Requirement{{Fact: unitHasToTake, Otherwise: "贵单位已签收"}},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "{unit}已签收。"}},
	},
	{
		Number: 16, Title: "到期视为签收", Action: "take-silence", From: []flow.State{Dispatched}, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: Handling, Clocks: []flow.ClockOp{stop(clockTake), start(clockContact)}, Promise: clockContact, Public: "{unit}已接到任务，{t}前联系您。"}},
	},
	{
		Number: 16, Title: "指定经办人", Action: "assign-handler", From: []flow.State{Dispatched, Handling}, Who: []flow.Part{UnitHead},
		Needs:    []flow.Need{{Field: "person_id", Kind: "colleague", Label: "本单位由谁经办", Required: true}, needNote, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
	{
		Number: 17, Title: "退单", Action: "return", From: []flow.State{Dispatched, Handling}, Arrives: notBuilt,
		Second:   &flow.Second{Proposes: []flow.Part{UnitClerk}, Approves: []flow.Part{UnitHead}},
		Outcomes: []flow.Outcome{{Next: Dispatched, Clocks: []flow.ClockOp{start(clockRuling)}, Public: "{unit}认为不属其职责，正在裁定，时限不变。"}},
	},
	{
		Number: 18, Title: "裁定退单", Action: "decide-return", From: []flow.State{Dispatched}, Who: []flow.Part{Coordinator, DistrictStaff}, Arrives: notBuilt,
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{"returned_unit_keeps"}, Next: Handling, Clocks: []flow.ClockOp{stop(clockRuling)}, Public: "已确定由{unit}主办。"},
			{Next: Dispatched, Clocks: []flow.ClockOp{stop(clockRuling)}, Public: "已确定由{unit}主办。"},
		},
	},
	{
		Number: 37, Title: "重新交办", Action: "dispatch", From: []flow.State{Reopened}, Who: officeOrDistrict,
		Needs: []flow.Need{{Field: "lead_unit_id", Kind: "unit", Label: "主办单位"}, needAssistingUnits, needSeparateUnits, needNote, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{answeredByDeputy}, Next: Verified, Clocks: []flow.ClockOp{stop(clockRedispatch), start(clockDispatch)}, Promise: clockDispatch, Public: "第{n}次办理，{t}前转交有关单位。"},
			{Next: Dispatched, Clocks: []flow.ClockOp{stop(clockRedispatch), start(clockTake), start(clockHandling)}, Promise: clockHandling, Public: "第{n}次办理，由{head}负责，{t}前答复。"},
		},
	},
}

// Rows 19–28: while it is being handled.
var handlingRows = []flow.Row{
	{
		Number: 19, Title: "增加协办", Action: "add-unit", From: []flow.State{Handling}, Arrives: notBuilt,
		Second:   &flow.Second{Proposes: []flow.Part{UnitClerk}, Approves: []flow.Part{Coordinator, Office}},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "{unit}协办。"}},
	},
	{
		Number: 19, Title: "协办意见", Action: "opinion", From: []flow.State{Handling}, Who: []flow.Part{AssistingUnit}, Arrives: notBuilt,
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
	{
		Number: 20, Title: "请补充", Action: "ask", From: acceptedHandling, Who: []flow.Part{LeadDeputy, Office, UnitClerk}, Arrives: notBuilt,
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{{Verb: flow.PauseClock}, start(clockAnswer)}, Promise: clockAnswer, Public: "请补充：{question}。{t}前未补充按现有情况办理。"}},
	},
	{
		Number: 20, Title: "补充说明", Action: "answer", From: acceptedHandling, Who: []flow.Part{Reporter}, Arrives: notBuilt,
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{{Verb: flow.ResumeClock}, stop(clockAnswer)}, Public: "已收到您的补充，继续办理。"}},
	},
	{
		Number: 21, Title: "联系反映人", Action: "contact", From: []flow.State{Handling}, Who: unitPeople,
		Requires: []flow.Requirement{{Fact: attached, Otherwise: "反映人已撤回，不再联系"}},
		Needs: []flow.Need{
			{Field: "way", Kind: "choice", Label: "方式", Required: true, Choices: []string{"phone", "visit", "message", "office"}},
			{Field: "message", Kind: "text", Label: "请街镇人大转告的话（反映人要求保密时必填）"},
			{Field: "outcome", Kind: "choice", Label: "结果", Required: true, Choices: []string{"reached", "unreachable"}},
			needNote, needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{relayed}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockContact)}, Public: "{unit}请{office}转告您：{message}。"},
			{When: []flow.Fact{reached}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockContact)}, Public: "{unit}已联系您。"},
			{When: []flow.Fact{triedEnough}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockContact)}, Public: "{unit}多次未联系上您，请回电{phone}。"},
			{Next: flow.Same},
		},
	},
	{
		Number: 22, Title: "申请延期", Action: "extend", From: []flow.State{Handling}, Arrives: notBuilt,
		Second:   &flow.Second{Proposes: []flow.Part{UnitHead}, Approves: officeOrDistrict},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "因{reason}延至{t}。您可提出异议。"}},
	},
	{
		Number: 23, Title: "暂停计时", Action: "pause", From: []flow.State{Handling}, Arrives: notBuilt,
		Second:   &flow.Second{Proposes: []flow.Part{UnitClerk}, Approves: officeOrDistrict},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{{Verb: flow.PauseClock, Clock: clockHandling}}, Public: "正在{matter}，{t}前告知进展。"}},
	},
	{
		Number: 23, Title: "恢复计时", Action: "resume", From: []flow.State{Handling}, Who: []flow.Part{UnitClerk, Office, DistrictStaff, System}, Arrives: notBuilt,
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{{Verb: flow.ResumeClock, Clock: clockHandling}}, Public: "已恢复办理，{t}前答复。"}},
	},
	{
		Number: 24, Title: "挂账", Action: "carry-over", From: []flow.State{Handling}, Arrives: notBuilt,
		Second:   &flow.Second{Proposes: []flow.Part{UnitHead}, Approves: []flow.Part{DistrictHead}},
		Outcomes: []flow.Outcome{{Next: CarriedOver, Clocks: []flow.ClockOp{stop(clockHandling), start(clockReview)}, Promise: clockReview, Public: "暂不具备条件：{reason}。已挂账，{person}负责，{t}前告知。"}},
	},
	{
		Number: 25, Title: "挂账复查", Action: "review", From: []flow.State{CarriedOver}, Who: []flow.Part{DistrictStaff, System}, Arrives: notBuilt,
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{"restart"}, Next: Handling, Clocks: []flow.ClockOp{stop(clockReview), start(clockHandling)}, Promise: clockHandling, Public: "挂账事项已重新启动，{t}前答复。"},
			{Next: flow.Same, Clocks: []flow.ClockOp{start(clockReview)}, Promise: clockReview, Public: "继续挂账，原因{reason}，{t}前告知。"},
		},
	},
	{
		Number: 26, Title: "转代表建议", Action: "raise", From: append([]flow.State{CarriedOver}, acceptedHandling...), Who: []flow.Part{LeadDeputy}, Arrives: "comes alive with the suggestion room",
		Outcomes: []flow.Outcome{{Next: Suggested, Clocks: []flow.ClockOp{stopAll}, Public: "已转为代表建议{sno}，答复期限{t}。"}},
	},
	{
		Number: 27, Title: "建议已答复", Action: "suggestion-answered", From: []flow.State{Suggested}, Who: []flow.Part{System}, Arrives: "comes alive with the suggestion room",
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{"suggestion_declined"}, Next: Accepted, Clocks: []flow.ClockOp{start(clockDispatch)}, Public: "未列为建议，继续协调。"},
			{Next: Replied, Clocks: []flow.ClockOp{start(clockConfirm)}, Public: "建议已答复：{summary}。"},
		},
	},
	{
		Number: 28, Title: "现场处置", Action: "interim", From: []flow.State{Dispatched, Handling}, Who: unitPeople, Arrives: notBuilt,
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockOnSite)}, Public: "现场已围挡，正在修复。"}},
	},
}
