package play

import "time"

// manhole is scenario 1.
var manhole = Play{
	Key: "manhole", Title: "深夜井盖", Scenario: true,
	Story: "23:40，井盖没了，没人当班，谁家的井也不清楚；先围挡，再修复，是两个钟；23:50邻居又报了一次；夜里单位说不归它管。",
	Acts: []Act{
		{
			Says: "23:40，下夜班的赵大妈拍下没盖的井口", Who: "citizen:赵大妈", Do: "submit", Keep: "main", State: "submitted",
			Body: Body{
				"category": "manhole", "title": "井盖没了，黑天看不见", "description": "小区门口马路上的井盖不知道叫谁弄走了，这边没有路灯，黑天根本看不见，我差点掉进去。",
				"division_code": "$community", "address": "小区北门外", "danger": true, "visibility": "public",
				"upload_ids": []any{"$photo:manhole"}, "answers": Body{},
			},
		},
		{Says: "15分钟没人受理，系统先行受理，按派单目录直接交市政养护", After: 15*time.Minute + time.Second, State: "dispatched"},
		{Says: "养护中心夜班签收", After: 10 * time.Minute, Who: "dept5", Do: "take", State: "handling", Not: []string{"dept5.head", "office", "staff"}},
	},
}
