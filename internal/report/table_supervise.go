package report

import "huying/internal/flow"

var superviseStates = []flow.State{Dispatched, Handling, Replied, Resolved, CarriedOver, Reopened}

// toldStates are all in which a reporter still hears of a report: what ended otherwise than by an answer tells nothing more.
var toldStates = append([]flow.State{Submitted, Open, Accepted, Verified, Suggested, Closed, Merged}, superviseStates...)

// Row 41: letters that ask for an explanation, and the answer.
var superviseRows = []flow.Row{
	{
		Number: 41, Title: "督办", Action: "supervise", From: superviseStates,
		Second: &flow.Second{Proposes: []flow.Part{DistrictStaff}, Approves: []flow.Part{DistrictHead}},
		Needs: []flow.Need{
			{Field: "letter", Kind: "text", Label: "督办函内容", Required: true},
			{Field: "due_at", Kind: "time", Label: "何时前说明（不填为5个工作日）"},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{start(clockSupervise)}, Promise: clockSupervise, Public: "区市人大已督促办理，要求{t}前说明情况。"}},
	},
	{
		Number: 41, Title: "市人大督办", Action: "supervise-city", From: superviseStates, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{start(clockSupervise)}, Promise: clockSupervise, Public: "市人大已督促办理，要求{t}前说明情况。"}},
	},
	{
		Number: 41, Title: "集中督办", Action: "supervise-class", From: superviseStates, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "{from}已就这类问题集中督办，要求{due}前说明情况。"}},
	},
	{
		Number: 41, Title: "类案处理结果", Action: "class-result", From: toldStates, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "您反映的这类问题已有处理结果：{result}。"}},
	},
	{
		Number: 41, Title: "答复督办", Action: "answer-supervision", From: append([]flow.State{Closed}, superviseStates...),
		Who:      []flow.Part{UnitHead, DistrictHead},
		Requires: []flow.Requirement{{Fact: letterWaits, Otherwise: "没有等您答复的督办函"}},
		Needs:    []flow.Need{{Field: "content", Kind: "text", Label: "说明", Required: true}, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{lastLetter}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockSupervise)}, Public: "{unit}已向人大说明情况。"},
			{Next: flow.Same, Public: "{unit}已向人大说明情况。"},
		},
	},
}
