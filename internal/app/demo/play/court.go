package play

import "time"

// court is scenario 5.
var court = Play{
	Key: "court", Title: "已经打官司", Scenario: true,
	Story: "物业费官司在法院，漏水却在办：提交时就问到了；程序内的部分转法定程序，程序外的另立一件照办；判决以后有新情况，接续另报。",
	Acts: []Act{
		{
			Says: "住户反映物业费和楼道漏水，说明已经起诉", Who: "citizen:周阿姨", Do: "submit", Keep: "main", State: "submitted",
			Body: Body{
				"category": "property", "title": "物业费纠纷，楼道还漏水", "description": "物业费收得不明不白，我已经起诉到法院了；另外楼道顶上漏水一个月没人修。",
				"division_code": "$community", "in_legal_process": true, "answers": Body{"legal_process": "court", "matter": "fee"}, "visibility": "private",
			},
		},
		{Says: "街道人大工委受理", After: 2 * time.Hour, Who: "office", Do: "admit", State: "open", Not: []string{"dept2", "citizen:周阿姨"}},
		{
			Says: "工委提出转法定程序，漏水另立一件", After: time.Hour, Who: "office", Do: "legal-route", State: "open", Not: []string{"dept2", "screener", "citizen:周阿姨"},
			Body: Body{"kind": "litigation", "body": "区人民法院", "proof": "案号（2026）鲁0202民初字样，反映人提供", "outside_part": "楼道顶漏水一个月，物业没有维修。"},
		},
		{
			Says: "区人大代工委签批；漏水一件有了自己的编号", After: 3 * time.Hour, Who: "staff", Do: "approve", State: "closed",
			Not: []string{"office", "dept2", "citizen:周阿姨"}, KeepLink: "leak", LinkAs: "split",
		},
		{Says: "漏水那件请代表接单", After: time.Hour, Who: "office", Path: "GET /reports/{leak}"},
		{
			Says: "转法定程序的那件不能再次反映", Who: "citizen:周阿姨", Path: "GET /reports/{main}",
		},
		{
			Says: "判决生效后又有新情况，周阿姨接续原件另报一件", After: 90 * 24 * time.Hour, Who: "citizen:周阿姨", Do: "submit", Keep: "after", On: "after", State: "submitted",
			Body: Body{
				"category": "property", "title": "判决以后物业仍没有公示账目", "description": "法院已经判了要公示账目，过了期限物业还是没有公示，请监督一下。",
				"division_code": "$community", "follows": "$number:main", "answers": Body{"legal_process": "no"},
			},
		},
		{Says: "工委受理，能看到它接续哪一件", After: 3 * time.Hour, Who: "office", Do: "admit", On: "after", KeepLink: "before", LinkAs: "follows"},
	},
}
