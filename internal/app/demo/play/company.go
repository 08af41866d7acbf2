package play

import "time"

// company is scenario 4.
var company = Play{
	Key: "company", Title: "代表就在被反映的公司", Scenario: true,
	Story: "被反映的公司，负责人正是本片的人大代表：系统从不把这件推荐给他，他搜不到、也数不到；接单的另一位代表后来发现自己有利害关系，主动回避。",
	Acts: []Act{
		{
			Says: "住户反映一家公司乱倒垃圾，写明了公司名", Who: "citizen:孙师傅", Do: "submit", Keep: "main", State: "submitted",
			Body: Body{
				"category": "garbage", "title": "公司把包装垃圾倒在绿地边", "description": "每天傍晚有公司的三轮车把泡沫箱倒在小区东墙外，刮风就满院子飞。",
				"division_code": "$community", "address": "小区东墙外", "respondent": "$employer:deputy1", "visibility": "private",
			},
		},
		{Says: "街道人大工委受理，系统推荐代表，不含利害关系人", After: time.Hour, Who: "office", Do: "admit", State: "open", Not: []string{"deputy1", "dept1"}},
		{Says: "那位代表打不开这一件", Who: "deputy1", Path: "GET /reports/{main}", Refused: true},
		{Says: "也搜不到", Who: "deputy1", Path: "GET /reports?q=泡沫箱", Empty: true},
		{Says: "按编号查也没有", Who: "deputy1", Path: "GET /reports?q={main.number}", Empty: true},
		{Says: "另一位代表接单", After: 2 * time.Hour, Who: "offered:1", Do: "accept", State: "accepted", Not: []string{"deputy1", "office", "staff"}},
		{
			Says: "接单代表发现公司老板是自己亲戚，主动回避，系统另请代表", After: 17 * time.Hour, Who: "lead", Do: "recuse", State: "open",
			Body: Body{"reason": "公司负责人是我的近亲属"}, Not: []string{"deputy1", "dept1"},
		},
		{Says: "第三位代表接单", After: time.Hour, Who: "offered:1", Do: "accept", State: "accepted", Not: []string{"deputy1"}},
		{
			Says: "到现场看，拍照核实", After: 5 * time.Hour, Who: "lead", Do: "verify", State: "verified", Not: []string{"deputy1", "dept1"},
			Body: Body{"findings": "东墙外堆有泡沫箱约两方，地上有车辙。", "upload_ids": []any{"$photo:garbage"}},
		},
		{
			Says: "交办城市管理局", After: 2 * time.Hour, Who: "office", Do: "dispatch", State: "dispatched", Body: Body{"lead_unit_id": "$unit:dept1"},
			Not: []string{"deputy1", "dept1", "lead"},
		},
		{Says: "签收", After: time.Hour, Who: "dept1", Do: "take", State: "handling", Not: []string{"dept2", "office"}},
		{
			Says: "联系反映人", After: 3 * time.Hour, Who: "dept1", Do: "contact", Body: Body{"way": "phone", "outcome": "reached"}, State: "handling",
			Not: []string{"dept2", "office", "lead"},
		},
		{
			Says: "写答复，附清理后的照片", After: 44 * time.Hour, Who: "dept1", Do: "reply", State: "handling", Not: []string{"dept1.head", "office"},
			Body: Body{"result": "solved", "content": "已清理，责令公司签订清运协议，安排巡查一周。", "upload_ids": []any{"$photo:garbage.after"}},
		},
		{Says: "单位负责人签批", After: time.Hour, Who: "dept1.head", Do: "approve", State: "replied", Not: []string{"dept1", "office"}},
		{
			Says: "代表再去看，确认", After: 20 * time.Hour, Who: "lead", Do: "confirm", Body: Body{"confirmed": true}, State: "resolved",
			Not: []string{"deputy1", "dept1", "dept1.head"},
		},
		{
			Says: "群众评价：基本满意", After: 30 * time.Hour, Who: "citizen:孙师傅", Do: "rate", Body: Body{"result": 2, "attitude": 1}, State: "closed",
			Not: []string{"deputy1", "dept1", "office"},
		},
	},
}
