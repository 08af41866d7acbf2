package report

import "huying/internal/flow"

// Rows 14, 16 and 37: to the unit.
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
		Requires: []flow.Requirement{
			{Fact: undisputed, Otherwise: "退单正在裁定，裁定后再签收"},
			{Fact: unitHasToTake, Otherwise: "贵单位无需签收，或已签收"},
		},
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
		Number: 37, Title: "重新交办", Action: "dispatch", From: []flow.State{Reopened}, Who: officeOrDistrict,
		Needs: []flow.Need{{Field: "lead_unit_id", Kind: "unit", Label: "主办单位"}, needAssistingUnits, needSeparateUnits, needNote, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{answeredByDeputy}, Next: Verified, Clocks: []flow.ClockOp{stop(clockRedispatch), start(clockDispatch)}, Promise: clockDispatch, Public: "第{n}次办理，{t}前转交有关单位。"},
			{Next: Dispatched, Clocks: []flow.ClockOp{stop(clockRedispatch), start(clockTake), start(clockHandling)}, Promise: clockHandling, Public: "第{n}次办理，由{head}负责，{t}前答复。"},
		},
	},
}

// Rows 21, 26 and 27: while it is being handled.
var handlingRows = []flow.Row{
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
		Number: 26, Title: "转代表建议", Action: "raise", From: append([]flow.State{CarriedOver}, acceptedHandling...), Who: []flow.Part{LeadDeputy}, Arrives: "comes alive with the suggestion room",
		Outcomes: []flow.Outcome{{Next: Suggested, Clocks: []flow.ClockOp{stopAll}, Public: "已转为代表建议{sno}，答复期限{t}。"}},
	},
	{
		Number: 27, Title: "建议已答复", Action: "suggestion-answered", From: []flow.State{Suggested}, Who: []flow.Part{System}, Arrives: "comes alive with the suggestion room",
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{"suggestion_declined"}, Next: Accepted, Clocks: []flow.ClockOp{start(clockDispatch)}, Public: "没有列为代表建议，继续协调办理。"},
			{Next: Replied, Clocks: []flow.ClockOp{start(clockConfirm)}, Public: "建议已答复：{summary}。"},
		},
	},
}
