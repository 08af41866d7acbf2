package play

import "time"

// property is scenario 3.
var property = Play{
	Key: "property", Title: "一个小区四十户的物业纠纷", Scenario: true,
	Story: "四十户各自不公开地反映同一家物业，合并办理，谁也看不到谁；有一户已起诉，有一户另有漏水，有一户撤回，九户不满意答复；开协调会时钟表暂停；一件事只算一次。",
	Acts: []Act{
		{
			Says: "第一户反映", Who: "citizen:一号楼住户", Do: "submit", Keep: "main", State: "submitted",
			Body: Body{
				"category": "property", "title": "物业乱收公摊费", "description": "物业今年突然多收公摊电费，不公示账目，问了也不答复。",
				"division_code": "$community", "address": "海悦家园", "visibility": "private", "respondent": "海悦物业", "answers": Body{"matter": "fee", "company": "海悦物业"},
			},
		},
		{
			Says: "同一小区又有三十九户反映", After: 30 * time.Hour, Who: "citizen:住户#", Do: "submit", Keep: "home#", On: "main", Times: 39,
			Body: Body{
				"category": "property", "title": "公摊电费不公示", "description": "海悦家园物业乱收公摊电费，要求公示账目，退还多收的钱。",
				"division_code": "$community", "address": "海悦家园", "visibility": "private", "respondent": "海悦物业", "answers": Body{"matter": "fee"},
			},
		},
		{Says: "工委受理第一户的", After: time.Hour, Who: "office", Do: "admit", State: "open", Not: []string{"dept2"}},
		{
			Says: "工委把三十九件并入，每户都收到通知，彼此看不到", After: time.Hour, Who: "office", Do: "merge", State: "open",
			Body: Body{"reports": homes(1, 39)}, Not: []string{"dept2", "coordinator", "citizen:住户1"},
		},
		{Says: "一户看不到另一户的反映", Who: "citizen:住户2", Path: "GET /reports/{home1}", Refused: true},
		{Says: "代表接单", After: 3 * time.Hour, Who: "offered:1", Do: "accept", State: "accepted", Not: []string{"office"}},
		{
			Says: "代表到小区核实", After: 17 * time.Hour, Who: "lead", Do: "verify", State: "verified", Not: []string{"dept2"},
			Body: Body{"findings": "查看公示栏，确无公摊账目；走访八户，收费口径不一。", "upload_ids": []any{"$photo:property"}},
		},
		{
			Says: "有一户家里漏水，是另一回事，拆分另办", After: time.Hour, Who: "office", Do: "split", State: "verified", KeepLink: "leak", LinkAs: "split",
			Body: Body{"parts": []any{Body{"description": "六号楼顶层住户反映屋面漏水，物业未修。", "title": "屋面漏水"}}}, Not: []string{"dept2", "lead"},
		},
		{Says: "有一户说不是同一件事，取消合并", After: time.Hour, Who: "citizen:住户5", Do: "unmerge", On: "home5", State: "submitted", Body: Body{"reason": "我的事已经起诉了"}},
		{Says: "工委先受理这一户", After: time.Hour, Who: "office", Do: "admit", On: "home5", State: "open"},
		{
			Says: "这一户已经起诉，提出转法定程序", After: time.Hour, Who: "office", Do: "legal-route", On: "home5", State: "open",
			Body: Body{"kind": "litigation", "body": "区人民法院", "proof": "受理通知书已核对"},
		},
		{Says: "区人大签批", After: time.Hour, Who: "staff", Do: "approve", On: "home5", State: "closed", Not: []string{"office"}},
		{Says: "有一户撤回", After: time.Hour, Who: "citizen:住户7", Do: "unmerge", On: "home7", State: "submitted", Body: Body{"reason": "不想再提了"}},
		{Says: "撤回后不再显示这一户的信息", After: time.Minute, Who: "citizen:住户7", Do: "withdraw", On: "home7", State: "withdrawn"},
		{Says: "交办住建局", After: time.Hour, Who: "office", Do: "dispatch", State: "dispatched", Body: Body{"lead_unit_id": "$unit:dept2"}, Not: []string{"dept2", "lead"}},
		{Says: "签收", After: time.Hour, Who: "dept2", Do: "take", State: "handling", Not: []string{"dept1"}},
		{Says: "联系反映人", After: 2 * time.Hour, Who: "dept2", Do: "contact", Body: Body{"way": "phone", "outcome": "reached"}, State: "handling"},
		{
			Says: "要开三方协调会，申请暂停计时", After: 24 * time.Hour, Who: "dept2", Do: "pause", State: "handling", Not: []string{"dept2.head", "lead"},
			Body: Body{"kind": "joint_meeting", "until": "$in:240h", "reason": "业主代表、物业、住建局三方协调会"},
		},
		{Says: "工委同意暂停，写明到哪一天", After: time.Hour, Who: "office", Do: "approve", State: "handling", Not: []string{"dept2", "dept2.head"}},
		{Says: "协调会开完，恢复计时", After: 6 * 24 * time.Hour, Who: "dept2", Do: "resume", State: "handling", Not: []string{"lead", "dept1"}},
		{
			Says: "写答复", After: 48 * time.Hour, Who: "dept2", Do: "reply", State: "handling", Not: []string{"dept2.head"},
			Body: Body{"result": "solved", "content": "物业公示三年公摊账目，多收部分抵扣下季度物业费。", "upload_ids": []any{"$photo:property.after"}},
		},
		{Says: "负责人签批", After: time.Hour, Who: "dept2.head", Do: "approve", State: "replied", Not: []string{"dept2"}},
		{Says: "代表看过公示栏，确认", After: 20 * time.Hour, Who: "lead", Do: "confirm", Body: Body{"confirmed": true}, State: "resolved", Not: []string{"dept2"}},
		{
			Says: "九户不满意", After: 24 * time.Hour, Who: "citizen:住户1#", Do: "rate", On: "home1#", Body: Body{"result": 3, "comment": "退得太少"}, Times: 9,
		},
		{Says: "九户满意，各评各的，一件事只算一次", After: time.Hour, Who: "citizen:住户2#", Do: "rate", On: "home2#", Body: Body{"result": 1}, Times: 9},
		{Says: "第一户评价：基本满意，办结", After: time.Hour, Who: "citizen:一号楼住户", Do: "rate", Body: Body{"result": 2}, State: "closed"},
	},
}

// homes are the ids of the reports kept for the homes from one to another.
func homes(from, to int) []any {
	var out []any
	for i := from; i <= to; i++ {
		out = append(out, "$id:home"+itoa(i))
	}
	return out
}
