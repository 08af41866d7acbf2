package oversight

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Thresholds of the red and the yellow list (design), in percent of what fell due or was rated.
const (
	redLate           = 20
	yellowLate        = 10
	yellowUnsatisfied = 20
	// doubled is the rung at which a letter stands at twice its time.
	doubled = 200
)

// listRules are the thresholds in words; they are shown wherever the list is.
var listRules = []string{
	fmt.Sprintf("红牌（任一项）：督办超过答复期限一倍；同一督办通知退回两次以上；期内到期的办理时限中超期占%d%%以上。", redLate),
	fmt.Sprintf("黄牌（任一项）：督办超过答复期限；督办答复被退回过；期内到期的办理时限中超期占%d%%以上；期内评价中不满意占%d%%以上。", yellowLate, yellowUnsatisfied),
	"到期：期内到期的办理时限，主办和分办单位都算；超期：到期时还没有答复。分母少于最小样本的比例不作为列牌的依据，也不出数。",
	"督办：期内签发，或期内还没有办结的督办通知，以及期内签发的单件督办函。曾经超期的，补答以后仍然计入。",
}

// UnitLine is one handling unit in a period.
type UnitLine struct {
	ID     uuid.UUID `json:"id"`
	Tenant string    `json:"tenant"`
	Name   string    `json:"name"`
	Code   string    `json:"code" doc:"同一市级单位在各区市的代码相同"`
	Kind   string    `json:"kind" enum:"administrative,enterprise,vertical,zone,village"`
	Level  string    `json:"level" enum:"city,district,subdistrict,community"`

	Due         int      `json:"due" doc:"期内到期的办理时限"`
	Late        int      `json:"late" doc:"其中超期的"`
	OnTime      *float64 `json:"on_time_percent,omitempty" doc:"按时率；样本太少时没有"`
	Again       int      `json:"again" doc:"其中第二轮及以上的"`
	OverdueNow  int      `json:"overdue_now" doc:"现在超期未办完的件数"`
	Rated       int      `json:"rated" doc:"期内评价次数"`
	Unsatisfied int      `json:"unsatisfied" doc:"其中不满意"`
	Letters     int      `json:"letters" doc:"督办通知和督办函"`
	LettersLate int      `json:"letters_late" doc:"其中超过答复期限的"`
	SentBack    int      `json:"sent_back" doc:"督办答复被退回的次数"`

	List    string   `json:"list" enum:"red,yellow,none"`
	Reasons []string `json:"reasons" doc:"列入的理由"`

	// worst is the highest rung of its letters, returned how often the worst of them was sent back.
	worst, returned int
}

// mark puts a unit on the red or the yellow list, or on none, and says why.
func (u *UnitLine) mark(minimum int) {
	u.List, u.Reasons = "none", []string{}
	on := func(list, reason string) {
		if list == "red" || u.List == "none" {
			u.List = list
		}
		u.Reasons = append(u.Reasons, reason)
	}
	late := share(u.Late, u.Due, minimum)
	switch {
	case u.worst >= doubled:
		on("red", "督办超过答复期限一倍")
	case u.LettersLate > 0:
		on("yellow", fmt.Sprintf("督办超过答复期限%d次", u.LettersLate))
	}
	switch {
	case u.returned >= 2:
		on("red", fmt.Sprintf("同一督办通知退回%d次", u.returned))
	case u.returned == 1:
		on("yellow", "督办答复被退回过")
	}
	switch {
	case late >= redLate:
		on("red", fmt.Sprintf("超期%d件，占到期%d件的%.1f%%", u.Late, u.Due, late))
	case late >= yellowLate:
		on("yellow", fmt.Sprintf("超期%d件，占到期%d件的%.1f%%", u.Late, u.Due, late))
	}
	if bad := share(u.Unsatisfied, u.Rated, minimum); bad >= yellowUnsatisfied {
		on("yellow", fmt.Sprintf("不满意%d次，占评价%d次的%.1f%%", u.Unsatisfied, u.Rated, bad))
	}
	if u.Due >= max(1, minimum) {
		onTime := tenth(float64(u.Due-u.Late) * 100 / float64(u.Due))
		u.OnTime = &onTime
	}
}

// share is a percentage, or nothing below the minimum sample.
func share(part, whole, minimum int) float64 {
	if whole < max(1, minimum) {
		return 0
	}
	return float64(part) * 100 / float64(whole)
}

func tenth(f float64) float64 { return float64(int(f*10+0.5)) / 10 }

var listOrder = map[string]int{"red": 0, "yellow": 1, "none": 2}

// inOrder sorts the red before the yellow, and the later before the more punctual.
func inOrder(units []UnitLine) {
	slices.SortFunc(units, func(a, b UnitLine) int {
		if d := listOrder[a.List] - listOrder[b.List]; d != 0 {
			return d
		}
		// a.Late/a.Due against b.Late/b.Due, without dividing by zero; then by name.
		return cmp.Or(cmp.Compare(b.Late*max(1, a.Due), a.Late*max(1, b.Due)), strings.Compare(a.Tenant+a.Code, b.Tenant+b.Code))
	})
}

// UnitsInput asks how the units compare.
type UnitsInput struct {
	DivisionInput
	PeriodInput
}

// UnitsOutput wraps the answer.
type UnitsOutput struct {
	Body struct {
		From          string     `json:"from"`
		To            string     `json:"to"`
		MinimumSample int        `json:"minimum_sample"`
		Rules         []string   `json:"rules" doc:"红黄榜怎样列"`
		Items         []UnitLine `json:"items"`
	}
}
