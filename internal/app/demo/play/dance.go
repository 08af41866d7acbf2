package play

import "time"

// dance is scenario 2. A play may begin at any hour, and a working day that begins late in the evening ends seventeen and a half
// hours later: what has to be done within one is done sooner.
var dance = Play{
	Key: "dance", Title: "广场舞，不想让人知道是谁反映的", Scenario: true,
	Story: "声音从小广场来，人住在对面楼上；反映人对单位和代表都保密；要在响的时候去看；该找哪个单位看声音的来源；单位答“已劝导”，第二天晚上又响。",
	Acts: []Act{
		{
			Says: "住户反映广场舞太吵，选择对单位和代表也保密", Who: "citizen:郑老师", Do: "submit", Keep: "main", State: "submitted",
			Body: Body{
				"category": "noise", "title": "晚上广场舞音响太大", "description": "每天晚上七点到九点半，楼下小广场音响开得震天，孩子没法写作业，关窗都没用。",
				"division_code": "$community", "address": "小广场", "identity_level": "hidden_all", "visibility": "private",
				"position": Body{"lat": 36.0671, "lng": 120.3826}, "source_position": Body{"lat": 36.0679, "lng": 120.3835},
				"occurs": Body{"from": "$ago:28h", "to": "$ago:26h"}, "answers": Body{"source": "square_dance", "hours": "evening", "how_often": "daily"},
			},
		},
		{Says: "街道人大工委受理", After: time.Hour, Who: "office", Do: "admit", State: "open", Not: []string{"dept1", "deputy9"}},
		{Says: "代表接单，看不到是谁反映的", After: time.Hour, Who: "offered:1", Do: "accept", State: "accepted", Not: []string{"office", "staff"}},
		{Says: "代表也不能查看反映人电话", Who: "lead", Path: "/reports/{main}/reveal", Body: Body{"reason": "想当面了解情况"}, Refused: true},
		{
			Says: "晚上八点去听，写明时段", After: 17 * time.Hour, Who: "lead", Do: "verify", State: "verified", Not: []string{"dept1"},
			Body: Body{"findings": "晚八点到现场，音响在楼下约四十米处，站在三楼走廊说话要喊。", "seen": Body{"from": "$ago:40m", "to": "$ago:5m"}},
		},
		{
			Says: "按派单目录，广场舞噪声交城市管理局", After: 14 * time.Hour, Who: "office", Do: "dispatch", State: "dispatched",
			Body: Body{"lead_unit_id": "$unit:dept1"}, Not: []string{"lead", "dept1"},
		},
		{Says: "签收", After: time.Hour, Who: "dept1", Do: "take", State: "handling", Not: []string{"dept2", "office"}},
		{Says: "单位不能查看反映人电话", Who: "dept1", Path: "/reports/{main}/reveal", Body: Body{"reason": "需要电话联系反映人"}, Refused: true},
		{
			Says: "经工委转达联系", After: 2 * time.Hour, Who: "dept1", Do: "contact", Body: Body{"way": "office", "outcome": "reached", "message": "我们今晚去现场劝导，请问哪几天最吵？"}, State: "handling",
			Not: []string{"dept2", "lead"},
		},
		{
			Says: "写答复：已劝导", After: 30 * time.Hour, Who: "dept1", Do: "reply", State: "handling", Not: []string{"dept1.head", "office"},
			Body: Body{"result": "explained", "content": "已到现场劝导，队伍同意调低音量，九点前结束。"},
		},
		{Says: "单位负责人签批", After: time.Hour, Who: "dept1.head", Do: "approve", State: "replied", Not: []string{"dept1", "office"}},
		{Says: "代表当晚去听，确认", After: 10 * time.Hour, Who: "lead", Do: "confirm", Body: Body{"confirmed": true}, State: "resolved", Not: []string{"dept1", "dept1.head"}},
		{
			Says: "第二天晚上又响，群众不满意，重新办理", After: 24 * time.Hour, Who: "citizen:郑老师", Do: "rate", State: "reopened",
			Body: Body{"result": 3, "comment": "就安静了一天，昨晚又开始了。"}, Not: []string{"dept1", "lead", "office"},
		},
		{
			Says: "第二次交办，点名单位负责人", After: 12 * time.Hour, Who: "office", Do: "dispatch", State: "dispatched",
			Body: Body{"lead_unit_id": "$unit:dept1"}, Not: []string{"lead", "dept1"},
		},
		{Says: "签收", After: time.Hour, Who: "dept1", Do: "take", State: "handling", Not: []string{"dept2"}},
		{Says: "经工委转达联系", After: time.Hour, Who: "dept1", Do: "contact", Body: Body{"way": "office", "outcome": "reached", "message": "我们今晚去现场劝导，请问哪几天最吵？"}, State: "handling"},
		{
			Says: "这次装了分贝仪，和队伍签了文明公约", After: 40 * time.Hour, Who: "dept1", Do: "reply", State: "handling", Not: []string{"dept1.head"},
			Body: Body{"result": "solved", "content": "已安装分贝显示屏，与队伍签订文明公约，晚八点半结束，城管夜巡一个月。", "upload_ids": []any{"$photo:noise.after"}},
		},
		{Says: "单位负责人签批", After: time.Hour, Who: "dept1.head", Do: "approve", State: "replied", Not: []string{"dept1"}},
		{Says: "代表连听三晚，确认", After: 64 * time.Hour, Who: "lead", Do: "confirm", Body: Body{"confirmed": true}, State: "resolved", Not: []string{"dept1"}},
		{Says: "群众评价：满意", After: 20 * time.Hour, Who: "citizen:郑老师", Do: "rate", Body: Body{"result": 1}, State: "closed", Not: []string{"lead"}},
	},
}
