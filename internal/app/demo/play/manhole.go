package play

import "time"

// manhole is scenario 1.
var manhole = Play{
	Key: "manhole", Title: "深夜井盖", Scenario: true,
	Story: "23:40，井盖没了，没人当班，谁家的井也不清楚；先围挡，再修复，是两个钟；23:50邻居又报了一次；夜里单位说不归它管，由政府统筹裁定。",
	Acts: []Act{
		{
			Says: "23:40，下夜班的赵大妈拍下没盖的井口", Who: "citizen:赵大妈", Do: "submit", Keep: "main", State: "submitted",
			Body: Body{
				"category": "manhole", "title": "井盖没了，黑天看不见", "description": "小区门口马路上的井盖不知道叫谁弄走了，这边没有路灯，黑天根本看不见，我差点掉进去。",
				"division_code": "$community", "address": "小区北门外", "danger": true, "visibility": "public",
				"position": Body{"lat": 36.0671, "lng": 120.3826}, "upload_ids": []any{"$photo:manhole"}, "answers": Body{"damage": "missing", "owner_mark": "none"},
			},
		},
		{
			Says: "23:50，邻居钱师傅又报了一次", After: 10 * time.Minute, Who: "citizen:钱师傅", Do: "submit", Keep: "again", On: "again", State: "submitted",
			Body: Body{
				"category": "manhole", "title": "北门外井盖不见了", "description": "小区北门外马路上井盖不见了，黑灯瞎火的，快来人。",
				"division_code": "$community", "address": "小区北门外", "danger": true, "visibility": "public", "position": Body{"lat": 36.0672, "lng": 120.3826},
			},
		},
		{Says: "15分钟没人受理，系统先行受理，按派单目录直接交市政养护", After: 5*time.Minute + time.Second, State: "dispatched"},
		{
			Says: "养护中心夜班说像是供水的井，提出退单", After: 4 * time.Minute, Who: "dept5", Do: "return", State: "dispatched",
			Body: Body{"reason": "井内是供水阀门，应由供水公司负责", "proposed_unit_id": "$unit:dept8"}, Not: []string{"dept5.head", "office", "coordinator"},
		},
		{Says: "养护中心值班负责人签字退单，时限不停", After: 2 * time.Minute, Who: "dept5.head", Do: "approve", State: "dispatched", Not: []string{"dept5", "office", "coordinator"}},
		{
			Says: "政府统筹裁定：首接负责，养护中心先围挡修复", After: 10 * time.Minute, Who: "coordinator", Do: "decide-return", State: "handling",
			Body: Body{"lead_unit_id": "$unit:dept5", "reason": "首接负责，先消除危险，权属事后另定"}, Not: []string{"dept5", "dept5.head", "office", "head"},
		},
		{
			Says: "现场已围挡：到场的钟停，修复的钟还在走", After: 25 * time.Minute, Who: "dept5", Do: "interim", State: "handling",
			Body: Body{"measure": "fenced", "upload_ids": []any{"$photo:manhole"}}, Not: []string{"dept5.head", "office"},
		},
		{Says: "联系反映人", After: 30 * time.Minute, Who: "dept5", Do: "contact", Body: Body{"way": "phone", "outcome": "reached"}, State: "handling", Not: []string{"dept8"}},
		{
			Says: "早上，工委把邻居报的并进来", After: 7 * time.Hour, Who: "office", Do: "merge", State: "handling",
			Body: Body{"reports": []any{"$id:again"}}, Not: []string{"dept5", "coordinator", "citizen:钱师傅"},
		},
		{Says: "代表早上看到，接单跟进", After: 30 * time.Minute, Who: "offered:1", Do: "accept", State: "handling", Not: []string{"office"}},
		{
			Says: "换上新井盖，写答复附照片", After: 3 * time.Hour, Who: "dept5", Do: "reply", State: "handling", Not: []string{"dept5.head", "office"},
			Body: Body{"result": "solved", "content": "新井盖已装好，周边路面已清理；供水公司认领权属。", "upload_ids": []any{"$photo:manhole.after"}},
		},
		{Says: "负责人签批", After: 20 * time.Minute, Who: "dept5.head", Do: "approve", State: "replied", Not: []string{"dept5", "office"}},
		{Says: "代表路过看过，确认", After: 5 * time.Hour, Who: "lead", Do: "confirm", Body: Body{"confirmed": true}, State: "resolved", Not: []string{"dept5", "dept5.head"}},
		{Says: "赵大妈评价：满意", After: 2 * time.Hour, Who: "citizen:赵大妈", Do: "rate", Body: Body{"result": 1}, State: "closed", Not: []string{"dept5", "lead"}},
	},
}
