package report

import "huying/internal/flow"

// Rows 17 and 18: a unit says that another is responsible, and somebody rules.
var disputeRows = []flow.Row{
	{
		Number: 17, Title: "退单", Action: "return", From: []flow.State{Dispatched, Handling},
		Second: &flow.Second{Proposes: []flow.Part{UnitClerk}, Approves: []flow.Part{UnitHead}},
		Requires: []flow.Requirement{
			{Fact: undisputed, Otherwise: "退单正在裁定"},
			{Fact: returnsLeft, Otherwise: "已两次裁定，不再退单，请按裁定办理"},
			{Fact: unitHasToReply, Otherwise: "贵单位无需答复此件"},
			{Fact: inReturnTime, Otherwise: "退单时间已过（交办后五分之一时限内，最长1个工作日；危险情况30分钟），请按首接负责办理"},
		},
		Needs: []flow.Need{
			{Field: "reason", Kind: "text", Label: "退单理由", Required: true},
			{Field: "proposed_unit_id", Kind: "unit", Label: "应由哪个单位办理", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{separateUnit}, Next: flow.Same, Clocks: []flow.ClockOp{start(clockRuling)}, Public: "{unit}认为不归它管，正在确定由谁办理，答复时间不变。"},
			{Next: Dispatched, Clocks: []flow.ClockOp{stop(clockTake), stop(clockContact), start(clockRuling)}, Public: "{unit}认为不归它管，正在确定由谁办理，答复时间不变。"},
		},
	},
	{
		Number: 18, Title: "裁定退单", Action: "decide-return", From: []flow.State{Dispatched, Handling}, Who: []flow.Part{Coordinator},
		Requires: []flow.Requirement{{Fact: disputed, Otherwise: "此件没有退单等待裁定"}},
		Needs:    rulingNeeds, Outcomes: rulingOutcomes,
	},
	{
		Number: 18, Title: "裁定退单", Action: "decide-return", From: []flow.State{Dispatched, Handling}, Who: []flow.Part{DistrictStaff},
		Requires: []flow.Requirement{
			{Fact: disputed, Otherwise: "此件没有退单等待裁定"},
			{Fact: staffMayRule, Otherwise: "由政府统筹部门裁定；超过裁定时限后再由区市人大裁定"},
		},
		Needs: rulingNeeds, Outcomes: rulingOutcomes,
	},
}

var rulingNeeds = []flow.Need{
	{Field: "lead_unit_id", Kind: "unit", Label: "由哪个单位办理", Required: true},
	{Field: "reason", Kind: "text", Label: "裁定理由", Required: true},
	{Field: "heard_unit_ids", Kind: "units", Label: "已听取意见的单位（第二次退单必填）"},
	needVersion,
}

var rulingOutcomes = []flow.Outcome{
	{When: []flow.Fact{separateUnit}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockRuling)}, Public: "已确定由{unit}办理，答复时间不变。"},
	{When: []flow.Fact{unitKeeps, keeperContacted}, Next: Handling, Clocks: []flow.ClockOp{stop(clockRuling)}, Public: "已确定由{unit}负责办理，答复时间不变。"},
	{When: []flow.Fact{unitKeeps}, Next: Handling, Clocks: []flow.ClockOp{stop(clockRuling), start(clockContact)}, Promise: clockContact, Public: "已确定由{unit}负责办理，{t}前联系您，答复时间不变。"},
	{When: []flow.Fact{needsTime}, Next: Dispatched, Clocks: []flow.ClockOp{stop(clockRuling), start(clockTake), start(clockHandling)}, Promise: clockHandling, Public: "已确定由{unit}负责办理，{t}前答复您。"},
	{Next: Dispatched, Clocks: []flow.ClockOp{stop(clockRuling), start(clockTake)}, Public: "已确定由{unit}负责办理，答复时间不变。"},
}
