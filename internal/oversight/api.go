package oversight

import (
	"strconv"
	"strings"
	"time"
)

// Figures are the counted figures of a division and a period.
type Figures struct {
	Submitted   int `json:"submitted" doc:"点单：期内提交"`
	Accepted    int `json:"accepted" doc:"接单：期内代表接单"`
	Dispatched  int `json:"dispatched" doc:"办单：期内交办（含重新交办）"`
	Replied     int `json:"replied" doc:"期内单位或代表答复"`
	Resolved    int `json:"resolved" doc:"期内核实为已解决，等待评价"`
	Supervised  int `json:"supervised" doc:"督单：期内签发督办函"`
	Rated       int `json:"rated" doc:"评价：期内收到的评价"`
	Unsatisfied int `json:"unsatisfied" doc:"期内不满意评价"`
	Closed      int `json:"closed" doc:"期内办结"`
	Reopened    int `json:"reopened" doc:"期内重新办理"`
	Rejected    int `json:"rejected" doc:"期内不予受理"`
	CarriedOver int `json:"carried_over" doc:"期内挂账"`
	Overdue     int `json:"overdue" doc:"期内超过时限的次数"`

	Live   int            `json:"live" doc:"现在在办"`
	States map[string]int `json:"states" doc:"现在各环节的件数"`
	Rungs  map[string]int `json:"rungs" doc:"现在各督办梯级的件数：80黄、100红、150、200、300"`

	ResolveSample int      `json:"resolve_sample" doc:"期内解决的次数，用时的样本数"`
	ResolveMedian *float64 `json:"resolve_median_hours,omitempty" doc:"解决用时中位数（小时，误差2%以内）；样本太少时没有"`
	ResolveP90    *float64 `json:"resolve_p90_hours,omitempty" doc:"九成在多少小时内解决；样本太少时没有"`
}

// ended are states in which nothing is left to do.
var ended = map[string]bool{"closed": true, "rejected": true, "merged": true, "transferred": true, "withdrawn": true}

// viewFigures reads a period's counts and the stock of all time.
func viewFigures(period, ever Counts, minimum int) Figures {
	f := Figures{
		Submitted: period[entered+"submitted"], Accepted: period[acted+"accept"], Dispatched: period[entered+"dispatched"],
		Replied: period[entered+"replied"], Resolved: period[entered+resolved], Supervised: period[acted+"supervise"],
		Rated: period[marked+"1"] + period[marked+"2"] + period[marked+"3"], Unsatisfied: period[marked+"3"],
		Closed: period[entered+"closed"], Reopened: period[entered+"reopened"], Rejected: period[entered+"rejected"],
		CarriedOver: period[entered+"carried_over"], Overdue: period[acted+"overdue"],
		States: map[string]int{}, Rungs: map[string]int{},
	}
	for measure, n := range ever {
		if state, is := strings.CutPrefix(measure, stock); is {
			f.States[state] = n
			if !ended[state] {
				f.Live += n
			}
		}
		if rung, is := strings.CutPrefix(measure, rungStock); is {
			f.Rungs[rung] = n
		}
	}
	took := durations(period)
	f.ResolveSample = took.Count
	if took.Count >= max(1, minimum) {
		f.ResolveMedian, f.ResolveP90 = hours(took.Median), hours(took.P90)
	}
	return f
}

func hours(d time.Duration) *float64 {
	h := float64(int(d.Hours()*10+0.5)) / 10
	return &h
}

// OverviewInput asks for the board of a division.
type OverviewInput struct {
	DivisionInput
	PeriodInput
	Category string `query:"category" maxLength:"40" doc:"只看一个类别"`
}

// Overview is the board of a division.
type Overview struct {
	DivisionCode string         `json:"division_code"`
	Name         string         `json:"name"`
	Path         []Place        `json:"path" doc:"上级区划，由上到下"`
	From         string         `json:"from"`
	To           string         `json:"to"`
	Monthly      bool           `json:"monthly" doc:"社区一级按整月统计"`
	AsOf         time.Time      `json:"as_of"`
	Figures      Figures        `json:"figures"`
	Previous     Figures        `json:"previous" doc:"上一个同样长的时段；库存类数字为现在"`
	Funnel       []FunnelStep   `json:"funnel"`
	Parts        []OverviewPart `json:"parts" doc:"下一级区划"`
}

// Place is a division with its name.
type Place struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// FunnelStep is one step of 点单→接单→办单→督单→评价.
type FunnelStep struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// OverviewPart is the board's line of one division below.
type OverviewPart struct {
	Place
	Figures           Figures  `json:"figures"`
	PreviousSubmitted int      `json:"previous_submitted"`
	PerTenThousand    *float64 `json:"submitted_per_10k,omitempty" doc:"每万常住人口点单数；人口未知时没有"`
}

// funnel are the five steps of the loop.
func funnel(f Figures) []FunnelStep {
	return []FunnelStep{
		{"submitted", "群众点单", f.Submitted},
		{"accepted", "代表接单", f.Accepted},
		{"dispatched", "部门办单", f.Dispatched},
		{"supervised", "人大督单", f.Supervised},
		{"rated", "群众评价", f.Rated},
	}
}

// OverviewOutput wraps the answer.
type OverviewOutput struct{ Body Overview }

// dateText turns yyyymmdd into yyyy-mm-dd.
func dateText(day int) string {
	s := strconv.Itoa(day)
	if len(s) != 8 {
		return s
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}
