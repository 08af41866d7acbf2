package play

import (
	"strconv"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

const day = 24 * time.Hour

// toHandling are the acts that bring an ordinary report, due in seven days, into
// a unit's hands and the citizen on the phone.
func toHandling(title, description string) []Act {
	return []Act{
		{
			Says: "群众反映：" + title, Who: "citizen:群众", Do: "submit", Keep: "main", State: "submitted",
			Body: Body{
				"category": "greening", "title": title, "description": description, "division_code": "$community", "visibility": "public",
				"upload_ids": []any{"$photo:greening"}, "answers": Body{"kind": "lawn"},
			},
		},
		{Says: "受理", After: time.Hour, Who: "office", Do: "admit", State: "open"},
		{Says: "代表接单", After: time.Hour, Who: "offered:1", Do: "accept", State: "accepted"},
		{
			Says: "现场核实", After: 2 * time.Hour, Who: "lead", Do: "verify", State: "verified",
			Body: Body{"findings": "已到现场看过，情况属实。", "upload_ids": []any{"$photo:greening"}},
		},
		{Says: "交办", After: time.Hour, Who: "office", Do: "dispatch", State: "dispatched", Body: Body{"lead_unit_id": "$unit:dept1"}},
		{Says: "签收", After: time.Hour, Who: "dept1", Do: "take", State: "handling"},
		{Says: "联系反映人", After: time.Hour, Who: "dept1", Do: "contact", Body: Body{"way": "phone", "outcome": "reached"}, State: "handling"},
	}
}

// answered are the acts from there to a confirmed answer.
func answered() []Act {
	return []Act{
		{
			Says: "答复", After: 2 * day, Who: "dept1", Do: "reply", State: "handling",
			Body: Body{"result": "solved", "content": "已补种修整完毕。", "upload_ids": []any{"$photo:greening.after"}},
		},
		{Says: "负责人签批", After: time.Hour, Who: "dept1.head", Do: "approve", State: "replied"},
		{Says: "代表确认", After: 4 * time.Hour, Who: "lead", Do: "confirm", Body: Body{"confirmed": true}, State: "resolved"},
	}
}

func show(key, title, story, description string, acts ...Act) Play {
	return Play{Key: key, Title: title, Story: story, Acts: append(toHandling(title, description), acts...)}
}

// showcases show one special state each: every rung of the ladder, and what an office meets.
func showcases() []Play {
	rung := func(percent int, waited time.Duration, story string) Play {
		return show("rung-"+itoa(percent), "绿地踩坏了没人管（"+itoa(percent)+"%）", story, "楼前绿地被踩成了土路，下雨全是泥。",
			Act{Says: "单位一直没有答复，用到时限的" + itoa(percent) + "%", After: waited, State: "handling"})
	}
	return []Play{
		rung(80, 6*day, "黄牌：提醒经办人"),
		rung(100, 7*day+2*time.Hour, "红牌：提醒单位负责人"),
		rung(150, 11*day, "报政府统筹和交办的工委"),
		rung(200, 15*day, "区人大负责人签发督办函"),
		rung(300, 22*day, "列入主任会议，市人大可见"),
		show("due-soon", "再过十分钟就到期", "看一件快到期的在单位手里是什么样子", "草坪喷灌漏水，路面结冰打滑。",
			Act{Says: "离到期还有十分钟", After: 7*day - 2*time.Hour - 10*time.Minute, State: "handling"}),
		show("paused", "等施工单位进场", "暂停计时，写明原因和到哪一天", "绿化带挖开没有恢复，等燃气公司回填。",
			Act{
				Says: "申请暂停", After: day, Who: "dept1", Do: "pause", State: "handling",
				Body: Body{"kind": "third_party", "until": "$in:240h", "reason": "等燃气公司完成回填"},
			},
			Act{Says: "工委同意", After: time.Hour, Who: "office", Do: "approve", State: "handling"}),
		show("withdrawn", "反映人撤回", "撤回以后不再显示反映人；单位已经在办，依职权办完", "树枝挡住路灯，自己找物业修剪了。",
			Act{Says: "群众撤回", After: day, Who: "citizen:群众", Do: "withdraw", State: "handling"}),
		show("carried-over", "挂账二百天", "现在不具备条件，有人负责，每九十天复查一次", "道路红线未拆迁，绿化带断头。",
			Act{
				Says: "单位负责人申请挂账", After: day, Who: "dept1.head", Do: "carry-over", State: "handling",
				Body: Body{"reason": "红线内房屋未征收，暂不具备施工条件", "plan": "征收完成后三十日内补种", "person": "绿化科科长", "review_at": "$in:2000h"},
			},
			Act{Says: "政府统筹同意", After: time.Hour, Who: "coordinator", Do: "approve", State: "handling"},
			Act{Says: "区人大负责人批准", After: time.Hour, Who: "head", Do: "approve", State: "carried_over"},
			Act{Says: "第一次复查，继续挂账", After: 80 * day, Who: "staff", Do: "review", State: "carried_over", Body: Body{"decision": "keep", "reason": "征收仍在进行"}},
			Act{Says: "第二次复查，继续挂账", After: 85 * day, Who: "staff", Do: "review", State: "carried_over", Body: Body{"decision": "keep", "reason": "还有三户未签约"}},
			Act{Says: "挂账已二百天", After: 33 * day, State: "carried_over"}),
		show("false-closing", "说办好了其实没办", "回访发现没有真正解决，重新办理并记录", "草坪里的垃圾没有清。",
			append(answered(),
				Act{Says: "群众十五天没有评价，自动办结", After: 15*day + time.Hour, State: "closed"},
				Act{
					Says: "回访：没有解决", After: 3 * day, Who: "caller", Do: "follow-up", State: "reopened",
					Body: Body{"reached": true, "contacted": true, "solved": false, "satisfied": 3, "note": "反映人说只扫了路边"},
				})...),
		{
			Key: "disputed", Title: "退单等裁定", Story: "单位说不归它管，时限照走，等政府统筹裁定",
			Acts: append(toHandling("河边护栏松了", "河边绿道的木护栏松动，孩子靠着危险。")[:5],
				Act{
					Says: "提出退单", After: time.Hour, Who: "dept1", Do: "return", State: "dispatched",
					Body: Body{"reason": "护栏由市政养护中心管理", "proposed_unit_id": "$unit:dept5"},
				},
				Act{Says: "负责人签字", After: time.Hour, Who: "dept1.head", Do: "approve", State: "dispatched"}),
		},
		{
			Key: "rejected", Title: "不予受理，等复核", Story: "不属受理范围，告诉群众该找谁；群众申请复核，换一个人来看",
			Acts: append(toHandling("高速公路隔音墙", "高速公路旁边太吵，要求装隔音墙。")[:1],
				Act{
					Says: "工委提出不予受理", After: time.Hour, Who: "office", Do: "reject", State: "submitted",
					Body: Body{"reason": "高速公路由省级单位管理", "where_to": Body{"unit": "省高速公路公司", "phone": "0531-12122"}},
				},
				Act{Says: "区人大签批", After: time.Hour, Who: "staff", Do: "approve", State: "rejected"},
				Act{Says: "群众申请复核", After: day, Who: "citizen:群众", Do: "appeal", State: "rejected", Body: Body{"reason": "声音从辅路来，辅路归区里管"}}),
		},
		{
			Key: "transfer", Title: "跨区移交", Story: "其实在邻区，两区商量；原编号可查",
			Acts: append(toHandling("界河边的草长疯了", "界河边杂草有一人高，夏天全是蚊子。")[:1],
				Act{
					Says: "区人大请邻区接收", After: 2 * time.Hour, Who: "staff", Do: "transfer", State: "submitted",
					Body: Body{"to_tenant": "$other", "reason": "位置在界河北岸，属邻区"}, Not: []string{"office"},
				}),
		},
	}
}
