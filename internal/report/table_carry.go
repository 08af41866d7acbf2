package report

import "huying/internal/flow"

var carryNeeds = []flow.Need{
	{Field: "reason", Kind: "text", Label: "为什么现在不能办，会告知群众", Required: true},
	{Field: "plan", Kind: "text", Label: "打算怎么办", Required: true},
	{Field: "person", Kind: "text", Label: "责任人（姓名、职务），会告知群众", Required: true},
	{Field: "review_at", Kind: "time", Label: "复查日期（90天以内）", Required: true},
	needVersion,
}

// Rows 24 and 25: what cannot be done now is carried on the books. Three people
// agree to it: the unit's head asks, the government's coordinator agrees, the
// district's head decides; the second line of row 24 is what the agreement
// leaves to be signed.
var carryRows = []flow.Row{
	{
		Number: 24, Title: "申请挂账", Action: "carry-over", From: []flow.State{Handling},
		Second: &flow.Second{Proposes: []flow.Part{UnitHead}, Approves: []flow.Part{Coordinator}},
		Requires: []flow.Requirement{
			{Fact: unitHasToReply, Otherwise: "由仍在办理的单位申请"},
			{Fact: carryUnsigned, Otherwise: "挂账申请正等待区市人大签批"},
		},
		Needs:    carryNeeds,
		Outcomes: []flow.Outcome{{Next: flow.Same}},
	},
	{
		Number: 24, Title: "挂账", Action: "carry-over-sign", From: []flow.State{Handling},
		Second: &flow.Second{Proposes: []flow.Part{System}, Approves: []flow.Part{DistrictHead}},
		Outcomes: []flow.Outcome{{
			Next: CarriedOver, Promise: clockReview, Public: "目前还办不了：{reason}。已登记挂账，由{person}负责，{t}前告诉您进展。",
			Clocks: []flow.ClockOp{stop(clockHandling), stop(clockContact), stop(clockOnSite), stop(clockAnswer), stop(clockOpinion), start(clockReview)},
		}},
	},
	{
		Number: 25, Title: "挂账复查", Action: "review", From: []flow.State{CarriedOver}, Who: []flow.Part{DistrictStaff, System},
		Needs: []flow.Need{
			{Field: "decision", Kind: "choice", Label: "决定", Required: true, Choices: []string{"restart", "keep"}},
			{Field: "reason", Kind: "text", Label: "继续挂账的原因，会告知群众"},
			{Field: "review_at", Kind: "time", Label: "下次复查日期（90天以内）"},
			needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{restarts}, Next: Handling, Clocks: []flow.ClockOp{stop(clockReview), start(clockHandling)}, Promise: clockHandling, Public: "挂账的这件事现在可以办了，{t}前答复您。"},
			{Next: flow.Same, Clocks: []flow.ClockOp{start(clockReview)}, Promise: clockReview, Public: "目前还是办不了，继续挂账：{reason}。{t}前再告诉您进展。"},
		},
	},
}
