package report

import "huying/internal/flow"

var (
	pausedHolder  = flow.ClockOp{Verb: flow.PauseClock, Clock: clockHolder}
	resumedHolder = flow.ClockOp{Verb: flow.ResumeClock, Clock: clockHolder}
)

// Rows 19, 20, 22, 23 and 28: what may happen while a unit works.
var progressRows = []flow.Row{
	{
		Number: 19, Title: "增加协办", Action: "add-unit", From: []flow.State{Handling},
		Second:   &flow.Second{Proposes: []flow.Part{UnitClerk}, Approves: []flow.Part{Coordinator, Office}},
		Requires: []flow.Requirement{{Fact: unitHasToReply, Otherwise: "由仍在办理的主办单位提出"}},
		Needs: []flow.Need{
			{Field: "unit_id", Kind: "unit", Label: "协办单位", Required: true},
			{Field: "reason", Kind: "text", Label: "需要协办什么", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{start(clockOpinion)}, Public: "{unit}一起参与办理。"}},
	},
	{
		Number: 19, Title: "协办意见", Action: "opinion", From: []flow.State{Handling}, Who: []flow.Part{AssistingUnit},
		Needs: []flow.Need{{Field: "content", Kind: "text", Label: "协办意见（群众看不到）", Required: true}, needVersion},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{lastOpinion}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockOpinion)}},
			{Next: flow.Same},
		},
	},
	{
		Number: 20, Title: "请补充", Action: "ask", From: acceptedHandling, Who: []flow.Part{LeadDeputy, Office, UnitClerk},
		Requires: []flow.Requirement{
			{Fact: holderAsks, Otherwise: "由正在办理的人提问"},
			{Fact: attached, Otherwise: "反映人已撤回，不再提问"},
			{Fact: undisputed, Otherwise: "退单正在裁定"},
			{Fact: nothingAsked, Otherwise: "上一次的提问还在等回复"},
			{Fact: notPaused, Otherwise: "此件已暂停计时，恢复后再提问"},
			{Fact: asksLeft, Otherwise: "最多提问两次，请按现有情况办理"},
		},
		Needs:    []flow.Need{{Field: "question", Kind: "text", Label: "请反映人补充什么", Required: true}, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{start(clockAnswer), pausedHolder}, Promise: clockAnswer, Public: "请补充：{question}。{t}前没有补充的，按现有情况办理。"}},
	},
	{
		Number: 20, Title: "补充说明", Action: "answer", From: acceptedHandling, Who: []flow.Part{Reporter},
		Requires: []flow.Requirement{{Fact: asked, Otherwise: "没有等您补充的问题，或补充时间已过"}},
		Needs: []flow.Need{
			{Field: "content", Kind: "text", Label: "补充的情况", Required: true},
			{Field: "upload_ids", Kind: "photos", Label: "照片"},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockAnswer), resumedHolder}, Promise: clockHolder, Public: "已收到您的补充，继续办理，{t}前有进展。"}},
	},
	{
		Number: 20, Title: "未补充", Action: "answer-silence", From: acceptedHandling, Who: []flow.Part{System},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockAnswer), resumedHolder}, Promise: clockHolder, Public: "没有收到补充，按现有情况继续办理，{t}前有进展。"}},
	},
	{
		Number: 22, Title: "申请延期", Action: "extend", From: []flow.State{Handling},
		Second: &flow.Second{Proposes: []flow.Part{UnitHead}, Approves: officeOrDistrict},
		Requires: []flow.Requirement{
			{Fact: unitHasToReply, Otherwise: "由仍在办理的单位申请"},
			{Fact: extensionLeft, Otherwise: "本次办理已延期过一次，或已超过时限"},
			{Fact: askedInTime, Otherwise: "时限已用去八成，不能再申请延期"},
			{Fact: notPaused, Otherwise: "此件已暂停计时，恢复后再申请"},
		},
		Needs: []flow.Need{
			{Field: "due_at", Kind: "time", Label: "延到什么时候（延长的时间不超过原时限）", Required: true},
			{Field: "reason", Kind: "text", Label: "延期原因，会告知群众", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockExtension), {Verb: flow.ExtendClock, Clock: clockHandling}}, Promise: clockHandling, Public: "因{reason}，答复时间延到{t}。不同意的，可以告诉我们。"}},
	},
	{
		Number: 23, Title: "暂停计时", Action: "pause", From: []flow.State{Handling},
		Second: &flow.Second{Proposes: []flow.Part{UnitClerk}, Approves: officeOrDistrict},
		Requires: []flow.Requirement{
			{Fact: unitHasToReply, Otherwise: "由仍在办理的单位提出"},
			{Fact: nothingAsked, Otherwise: "正在等反映人补充，计时已暂停"},
			{Fact: notPaused, Otherwise: "此件已暂停计时"},
			{Fact: mayPause, Otherwise: "已超过时限，不能暂停计时"},
		},
		Needs: []flow.Need{
			{Field: "kind", Kind: "choice", Label: "原因类别", Required: true, Choices: pauseKinds},
			{Field: "until", Kind: "time", Label: "暂停到什么时候（最长30天）", Required: true},
			{Field: "reason", Kind: "text", Label: "情况说明", Required: true},
			needVersion,
		},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{{Verb: flow.PauseClock, Clock: clockHandling}}, Promise: clockHandling, Public: "正在{matter}，{t}前告知进展。"}},
	},
	{
		Number: 23, Title: "恢复计时", Action: "resume", From: []flow.State{Dispatched, Handling}, Who: []flow.Part{UnitClerk, Office, DistrictStaff, System},
		Requires: []flow.Requirement{{Fact: isPaused, Otherwise: "此件没有暂停计时"}},
		Needs:    []flow.Need{needNote, needVersion},
		Outcomes: []flow.Outcome{{Next: flow.Same, Clocks: []flow.ClockOp{{Verb: flow.ResumeClock, Clock: clockHandling}}, Promise: clockHandling, Public: "已恢复办理，{t}前答复。"}},
	},
	{
		Number: 28, Title: "现场处置", Action: "interim", From: []flow.State{Dispatched, Handling}, Who: unitPeople,
		Needs: []flow.Need{
			{Field: "measure", Kind: "choice", Label: "已做什么", Required: true, Choices: []string{"fenced", "visited"}},
			{Field: "upload_ids", Kind: "photos", Label: "现场照片", Required: true},
			needNote, needVersion,
		},
		Outcomes: []flow.Outcome{
			{When: []flow.Fact{fenced}, Next: flow.Same, Clocks: []flow.ClockOp{stop(clockOnSite)}, Public: "现场已围挡，正在修复。"},
			{Next: flow.Same, Clocks: []flow.ClockOp{stop(clockOnSite)}, Public: "{unit}已到现场查看，正在处理。"},
		},
	},
}
