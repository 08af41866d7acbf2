package demo

import (
	"time"

	"huying/internal/app/demo/fiction"
	"huying/internal/report"
)

// How often a unit says that another is responsible, in a hundred dispatched reports, and how often something cannot be
// done now, in a thousand handled ones.
const (
	returnedOf = 6
	carriedOf  = 12
)

var (
	returnReasons = []string{
		"经现场查看，此处管理权属不在本单位，请改派。", "该路段已移交，养护责任不在本单位。", "该设施由产权单位管理，本单位无权处置。", "属于物业服务合同范围，应由属地先行协调。",
	}
	rulings      = []string{"按职责分工裁定。", "经与两家单位核对权属后裁定。", "按首接负责先行办理，权属问题另行协调。"}
	carryReasons = []string{"需要列入明年预算才能施工", "要等地下管线迁改完成", "冬季不能施工，来年开春实施", "权属单位正在改制，需协调后实施"}
	carryPlans   = []string{"先做临时防护并每周巡查，条件具备后立即施工。", "已报项目计划，批复后三十日内完成。", "与产权单位签订协议后实施，期间设警示标志。"}
)

// giveBack is rows 17 and 18: a return in time, and the coordinator's ruling. told is false where the time for it is over.
func (l *life) giveBack() (told bool, err error) {
	at := l.within("take", 0.05, 0.35)
	signed := at.Add(time.Duration(l.c.tell.Between(5, 40)) * time.Minute)
	if take, runs := l.x.Due("take"); !runs || !signed.Before(take) || !l.x.MayReturn(signed) {
		return false, nil
	}
	if signed.After(l.now) {
		return false, errTooLate
	}
	other := fiction.Pick(l.c.tell, l.c.teams)
	if other == l.team {
		other = l.c.govs[l.street]
	}
	if other == l.team {
		return false, nil
	}
	l.returned = true
	err = l.do(at, report.PastStep{
		Action: "return", Part: "unit_clerk", By: l.team.clerk, Signer: l.team.head, SignedAt: signed, Other: other.unit, Text: fiction.Pick(l.c.tell, returnReasons),
	})
	if err != nil {
		return false, err
	}
	keeps := l.c.tell.Chance(45)
	ruled := report.PastStep{Action: "decide-return", Part: "coordinator", By: l.c.coordinator, Unit: l.team.unit, Text: fiction.Pick(l.c.tell, rulings)}
	if !keeps {
		ruled.Unit = other.unit
	}
	if err := l.do(l.within("ruling", 0.1, 0.9), ruled); err != nil {
		return false, err
	}
	if !keeps {
		l.team = other
	}
	return true, nil
}

// carryOver is row 24: the unit's head asks, the coordinator agrees, the district's head decides.
func (l *life) carryOver() error {
	l.carried = true
	at := l.within("handling", 0.2, 0.6)
	agreed := at.Add(time.Duration(l.c.tell.Between(60, 900)) * time.Minute)
	signed := agreed.Add(time.Duration(l.c.tell.Between(60, 1500)) * time.Minute)
	if signed.After(l.now) {
		return errTooLate
	}
	st := report.PastStep{
		Action: "carry-over", Part: "unit_head", By: l.team.head, Signer: l.c.coordinator, SignedAt: agreed,
		Text: fiction.Pick(l.c.tell, carryReasons), Plan: fiction.Pick(l.c.tell, carryPlans), Person: l.team.headName + "（分管负责人）",
		Review: signed.Add(time.Duration(l.c.tell.Between(20, 85)*24) * time.Hour),
	}
	if err := l.do(at, st); err != nil {
		return err
	}
	st.Action, st.Part, st.By = "carry-over-sign", "district_head", l.c.head
	return l.do(signed, st)
}

// review is row 25: mostly just before its date the matter is taken up again.
func (l *life) review() error {
	due, _ := l.x.Due("review")
	at := due.Add(-time.Duration(l.c.tell.Between(2, 90)) * time.Hour)
	if at.Before(l.x.At()) {
		at = l.x.At().Add(time.Hour)
	}
	return l.do(at, report.PastStep{Action: "review", Part: "district_staff", By: l.c.staff, Yes: true, Text: "条件已具备，重新启动办理。"})
}
