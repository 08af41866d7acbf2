package report

import "huying/internal/flow"

// Rows 3–7, 13 and 15: what the street's office decides about a report beside
// handing it over. They stand after the straight path, so that an offer of the
// usual step comes first.
var officeRows = []flow.Row{
	{
		Number: 3, Title: "不予受理", Action: "reject", From: submittedVerified,
		Second: &flow.Second{Proposes: office, Approves: []flow.Part{DistrictStaff}},
		Needs:  rejectNeeds, Outcomes: rejectOutcomes,
	},
	{
		Number: 3, Title: "检举控告不予受理", Action: "reject", From: submittedVerified, Who: []flow.Part{DistrictHead},
		Requires: []flow.Requirement{{Fact: accusation, Otherwise: "只有检举、控告由负责人直接决定，其他由街镇人大提出"}},
		Needs:    append([]flow.Need{{Field: "accusation", Kind: "yes_no", Label: "属于检举、控告，立即不再公开", Required: true}}, rejectNeeds...),
		Outcomes: rejectOutcomes,
	},
	{
		Number: 4, Title: "申请复核", Action: "appeal", From: []flow.State{Rejected}, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{{Fact: attached, Otherwise: "您已撤回此件"}, {Fact: mayAppeal, Otherwise: "已过申请复核的期限，或已复核过一次"}},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "不同意的理由"}, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockObjection), start(clockAppeal)}, Promise: clockAppeal, Public: "{t}前由另一名工作人员复核。"}},
	},
	{
		Number: 4, Title: "复核", Action: "decide-appeal", From: []flow.State{Rejected}, Who: []flow.Part{DistrictStaff},
		Requires: []flow.Requirement{{Fact: appealed, Otherwise: "没有等待复核的申请"}, {Fact: notInvolved, Otherwise: "提出或批准不予受理的人不能复核，请另一人办理"}},
		Needs: []flow.Need{
			{Field: "accepted", Kind: "yes_no", Label: "是否改为受理审核", Required: true},
			{Field: "reason", Kind: "text", Label: "理由，会告知群众", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{upheld}, Next: Submitted, Clocks: []flow.ClockOp{stop(clockAppeal), start(clockAdmit)}, Promise: clockAdmit, Public: "复核后决定重新审核您反映的事项，{t}前告知是否受理。"},
			{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockAppeal)}, Public: "复核后仍然不能受理：{reason}。"},
		},
	},
	{
		Number: 4, Title: "异议期满", Action: "objection-silence", From: []flow.State{Rejected, Merged}, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockObjection)}}},
	},
	{
		Number: 5, Title: "转法定程序", Action: "legal-route", From: liveStates,
		Second: &flow.Second{Proposes: []flow.Part{Office, UnitClerk}, Approves: []flow.Part{DistrictStaff}},
		Needs: []flow.Need{
			{Field: "kind", Kind: "choice", Label: "程序", Required: true, Choices: procedures},
			{Field: "body", Kind: "text", Label: "办理机关", Required: true},
			{Field: "proof", Kind: "text", Label: "凭据，如案号（与照片至少一项）"},
			{Field: "upload_ids", Kind: "photos", Label: "凭据照片"},
			{Field: "outside_part", Kind: "text", Label: "程序以外、仍由我们办理的部分"},
			needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{outsidePart}, Next: Closed, Clocks: []flow.ClockOp{stopAll}, Public: "这件事已进入{procedure}，依法由{body}处理；其余的事另编号{no2}，继续办理。"},
			{Next: Closed, Clocks: []flow.ClockOp{stopAll}, Public: "这件事已进入{procedure}，依法由{body}处理。有了结果还需要帮助的，可凭原编号再反映。"},
		},
	},
	{
		Number: 6, Title: "合并", Action: "merge", From: submittedHandling, Who: officeOrDistrict,
		Needs: []flow.Need{
			{Field: "into", Kind: "report", Label: "并入哪一件（编号）；与 reports 二选一"},
			{Field: "reports", Kind: "reports", Label: "把哪些件并入本件（编号，最多50件）"},
			needNote, needVersion,
		},
		Outcomes: []flow.Outcome{{Next: Merged, Clocks: []flow.ClockOp{stopAll, start(clockObjection)}, Promise: clockObjection, Public: "与{no}是同一件事，合并办理，结果同样通知您。不是同一件，请在{t}前告诉我们。"}},
	},
	{
		Number: 6, Title: "取消合并", Action: "unmerge", From: []flow.State{Merged}, Who: officeOrDistrict,
		Requires: []flow.Requirement{{Fact: masterLives, Otherwise: "合并后的事项已办结，不能取消合并；可另行反映"}},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "原因"}, needVersion},
		Outcomes: unmergeOutcomes,
	},
	{
		Number: 6, Title: "不是同一件", Action: "unmerge", From: []flow.State{Merged}, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{{Fact: mayObject, Otherwise: "已过提出异议的期限，请联系街镇人大"}},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "为什么不是同一件"}, needVersion},
		Outcomes: unmergeOutcomes,
	},
	{
		Number: 32, Title: "评价", Action: "rate", From: []flow.State{Merged}, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{{Fact: attached, Otherwise: "您已撤回此件"}, {Fact: mayRateMaster, Otherwise: "合并后的事项核实以后、评价期以内可以评价一次"}},
		Needs: []flow.Need{
			{Field: "result", Kind: "choice", Label: "对结果是否满意：1满意 2基本满意 3不满意", Required: true, Choices: []string{"1", "2", "3"}},
			{Field: "attitude", Kind: "choice", Label: "对态度是否满意：1满意 2基本满意 3不满意", Choices: []string{"1", "2", "3"}},
			{Field: "comment", Kind: "text", Label: "留言"},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "已收到您的评价，谢谢。"}},
	},
	{
		Number: 39, Title: "撤回", Action: "withdraw", From: []flow.State{Merged}, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{{Fact: attached, Otherwise: "您已撤回此件"}},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "原因"}, needVersion},
		Outcomes: []flow.Outcome{{Next: Withdrawn, Clocks: []flow.ClockOp{stopAll}, Public: "您已撤回，不再显示您的信息。"}},
	},
	{
		Number: 7, Title: "拆分", Action: "split", From: openHandling, Who: []flow.Part{Office, DistrictStaff, Coordinator},
		Needs:    []flow.Need{{Field: "parts", Kind: "parts", Label: "分出的事项", Required: true}, needNote, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same, Public: "您反映的几件事已分开办理：{nos}。"}},
	},
	{
		Number: 13, Title: "报区市人大", Action: "refer-up", From: []flow.State{Verified}, Who: office,
		Requires: []flow.Requirement{{Fact: mayReferUp, Otherwise: "已报过区市人大，不再延长"}},
		Needs:    []flow.Need{{Field: "reason", Kind: "text", Label: "为什么超出街镇职责"}, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{start(clockDispatch)}, Promise: clockDispatch, Public: "这件事街镇办不了，已报区市人大，{t}前确定由谁办理。"}},
	},
	{
		Number: 15, Title: "交社区先行处理", Action: "dispatch-village", From: []flow.State{Verified}, Who: office,
		Requires: []flow.Requirement{{Fact: committeeListed, Otherwise: "派单目录没有把此类事项列给本社区（村），或情况危险，请交承办单位"}},
		Needs:    []flow.Need{{Field: "unit_id", Kind: "unit", Label: "居（村）委会；只有一个时可不填"}, needNote, needVersion},
		Outcomes: []flow.Outcome{{Next: Dispatched, Clocks: toUnit, Promise: clockHandling, Public: "先由{unit}处理，{t}前答复您。"}},
	},
}

var rejectNeeds = []flow.Need{
	{Field: "reason", Kind: "text", Label: "原因", Required: true},
	{Field: "where_to", Kind: "contact", Label: "应找的单位和电话", Required: true},
	needVersion,
}

// procedures are the legal ways that take a matter out of our hands (代§59).
var procedures = []string{"litigation", "administrative_review", "arbitration", "mediation_agreement", "petition"}

// A matter that was reviewed once is not reviewed again.
var rejectOutcomes = []flow.Outcome{
	{When: []flow.Fact{reviewedOnce}, Next: Rejected, Clocks: []flow.ClockOp{stopAll}, Public: "这件事不在受理范围内：{reason}。请到{where}，电话{phone}。此件已复核过，不再复核。"},
	{Next: Rejected, Clocks: []flow.ClockOp{stopAll, start(clockObjection)}, Promise: clockObjection, Public: "这件事不在受理范围内：{reason}。请到{where}，电话{phone}。不同意可在{t}前申请复核。"},
}

// A report that stands alone again is where it was, with clocks that keep what
// was promised before.
var unmergeOutcomes = []flow.Outcome{
	{When: []flow.Fact{wasSubmitted}, Next: Submitted, Clocks: []flow.ClockOp{stop(clockObjection), start(clockAdmit)}, Promise: clockAdmit, Public: "已恢复单独办理，{t}前告知是否受理。"},
	{When: []flow.Fact{wasAccepted}, Next: Accepted, Clocks: []flow.ClockOp{stop(clockObjection), start(clockVerify)}, Promise: clockVerify, Public: "已恢复单独办理，{t}前查看或联系您。"},
	{When: []flow.Fact{wasVerified}, Next: Verified, Clocks: []flow.ClockOp{stop(clockObjection), start(clockDispatch)}, Promise: clockDispatch, Public: "已恢复单独办理，{t}前确定办理单位。"},
	{When: []flow.Fact{wasDispatched}, Next: Dispatched, Clocks: []flow.ClockOp{stop(clockObjection), start(clockTake), start(clockHandling)}, Promise: clockHandling, Public: "已恢复单独办理，{t}前答复您。"},
	{When: []flow.Fact{wasHandling}, Next: Handling, Clocks: []flow.ClockOp{stop(clockObjection), start(clockHandling)}, Promise: clockHandling, Public: "已恢复单独办理，{t}前答复您。"},
	{Next: Open, Clocks: []flow.ClockOp{stop(clockObjection), start(clockAccept)}, Promise: clockAccept, Public: "已恢复单独办理，{t}前一定有人负责。"},
}
