package oversight

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/reportrecusal"
	"huying/internal/division"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/rating"
)

// RatesInput asks for the three rates.
type RatesInput struct {
	DivisionInput
	PeriodInput
}

// RateView is one rate with both its numbers.
type RateView struct {
	Percent *float64 `json:"percent,omitempty" doc:"百分数，两位小数；样本太少时没有"`
	Part    float64  `json:"part" doc:"分子（基本满意按权重折算）"`
	Whole   float64  `json:"whole" doc:"分母"`
	TooFew  bool     `json:"too_few" doc:"样本太少，不比较"`
}

// RatesView are the three rates of a division.
type RatesView struct {
	Place
	Response      RateView `json:"response"`
	Resolution    RateView `json:"resolution"`
	Satisfaction  RateView `json:"satisfaction"`
	Composite     *float64 `json:"composite,omitempty" doc:"综合：响应、解决、满意按权重合成；任一样本太少时没有"`
	Excluded      int      `json:"excluded" doc:"期内有评价而不计入的事项"`
	FalseClosings int      `json:"false_closings" doc:"虚假办结"`
}

// WeightsView are the weights in force at the period's end.
type WeightsView struct {
	Response      int `json:"response"`
	Resolution    int `json:"resolution"`
	Satisfaction  int `json:"satisfaction"`
	Basically     int `json:"basically" doc:"基本满意按百分之几计"`
	MinimumSample int `json:"minimum_sample"`
}

// RatesOutput wraps the answer.
type RatesOutput struct {
	Body struct {
		From    string      `json:"from"`
		To      string      `json:"to"`
		Weights WeightsView `json:"weights"`
		Total   RatesView   `json:"total"`
		Parts   []RatesView `json:"parts"`
	}
}

func viewRate(r rating.Rate, unit float64) RateView {
	v := RateView{Part: float64(r.Part) / unit, Whole: float64(r.Whole) / unit, TooFew: !r.Enough}
	if value, enough := r.Value(); enough {
		percent := float64(value) / 100
		v.Percent = &percent
	}
	return v
}

func viewRates(d division.Division, t rating.Three) RatesView {
	v := RatesView{
		Place: Place{d.Code, d.Name}, Response: viewRate(t.Response, 1), Resolution: viewRate(t.Resolution, 1), Satisfaction: viewRate(t.Satisfaction, 100),
		Excluded: t.Excluded, FalseClosings: t.FalseClosings,
	}
	if t.Composite != nil {
		composite := float64(*t.Composite) / 100
		v.Composite = &composite
	}
	return v
}

// weightsOf are a division's: its tenant's own, or the house's where it holds several tenants.
func weightsOf(r reach, code string) rating.Schedule {
	if len(code) >= 6 {
		if t, known := r.dir.Tenant(code[:6]); known {
			return schedule(t.Settings)
		}
	}
	return schedule(division.DefaultSettings())
}

// rates answers the three rates of a division and of its parts.
func (s *Service) rates(ctx context.Context, in *RatesInput) (*RatesOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	e, err := s.gather(ctx, r, p)
	if err != nil {
		return nil, err
	}
	out := &RatesOutput{}
	out.Body.From, out.Body.To = dateText(p.from()), dateText(p.to())
	weights := weightsOf(r, r.at.Code)
	w := weights.At(e.period.To.Add(-1))
	out.Body.Weights = WeightsView{w.Response, w.Resolution, w.Satisfaction, w.Basically, w.MinimumSample}
	out.Body.Total, out.Body.Parts = viewRates(r.at, e.rates(r.at.Code, weights)), []RatesView{}
	for _, d := range r.parts() {
		out.Body.Parts = append(out.Body.Parts, viewRates(d, e.rates(d.Code, weightsOf(r, d.Code))))
	}
	return out, nil
}

// FormulaInput asks how a rate came about.
type FormulaInput struct {
	RatesInput
	Rate  string `query:"rate" enum:"response,resolution,satisfaction" default:"resolution"`
	After string `query:"after" maxLength:"40" doc:"上一页最后一条的 key"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// FormulaItem is one matter, or one duty to be in touch, as it counts.
type FormulaItem struct {
	Key     string   `json:"key"`
	Reports []string `json:"reports" doc:"受理编号"`
	Part    float64  `json:"part"`
	Whole   float64  `json:"whole"`
	Why     string   `json:"why"`
}

// FormulaOutput wraps the answer.
type FormulaOutput struct {
	Body struct {
		Rate    RateView      `json:"rate"`
		Formula string        `json:"formula"`
		Items   []FormulaItem `json:"items"`
		Hidden  int           `json:"hidden" doc:"因回避不列出的条数，仍计入上面的数字"`
		Next    string        `json:"next,omitempty" doc:"下一页的 after"`
	}
}

var formulas = map[string]string{
	"response":     "响应率 = 按时联系的次数 ÷ 期内到期应联系的次数。已撤回、不计入比率、到期前已因合并或改派等结束的不算。",
	"resolution":   "解决率 = 已解决的事项 ÷ 期内有有效评价或接通回访的事项。一件事只算一次，看期内最后一轮，多数人说解决才算，持平不算；当面说明办结的算未解决。",
	"satisfaction": "满意率 =（满意 + 权重 × 基本满意）÷ 期内说过是否满意的事项。一件事只算一次，看期内最后一轮的多数；基本满意按说的那天的权重。",
}

func (s *Service) formula(ctx context.Context, in *FormulaInput) (*FormulaOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	e, err := s.gather(ctx, r, p)
	if err != nil {
		return nil, err
	}
	barred, err := s.barred(ctx, r)
	if err != nil {
		return nil, err
	}
	weights := weightsOf(r, r.at.Code)
	three := e.rates(r.at.Code, weights)
	out := &FormulaOutput{}
	var items []FormulaItem
	switch in.Rate {
	case "response":
		out.Body.Rate = viewRate(three.Response, 1)
		items, out.Body.Hidden = e.dutyItems(barred)
	case "satisfaction":
		out.Body.Rate = viewRate(three.Satisfaction, 100)
		items, out.Body.Hidden = e.matterItems(weights, barred, true)
	default:
		out.Body.Rate = viewRate(three.Resolution, 1)
		items, out.Body.Hidden = e.matterItems(weights, barred, false)
	}
	out.Body.Formula = formulas[in.Rate]
	items = slices.DeleteFunc(items, func(i FormulaItem) bool { return i.Key <= in.After })
	if len(items) > in.Limit {
		items = items[:in.Limit]
		out.Body.Next = items[in.Limit-1].Key
	}
	out.Body.Items = append([]FormulaItem{}, items...)
	return out, nil
}

// barred are the reports that are hidden from the caller.
func (s *Service) barred(ctx context.Context, r reach) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	caller := auth.From(ctx)
	if caller == nil {
		return out, nil
	}
	err := s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.ReportRecusal.Query().Where(reportrecusal.PersonID(caller.PersonID)).All(ctx)
		for _, row := range rows {
			out[row.ReportID] = true
		}
		return err
	})
	return out, err
}

func (e evidence) dutyItems(barred map[uuid.UUID]bool) (items []FormulaItem, hidden int) {
	for _, d := range e.duties {
		if barred[d.Report] {
			hidden++
			continue
		}
		item := FormulaItem{Key: d.Number + d.Due.Format("/060102150405"), Reports: []string{d.Number}, Whole: 1, Why: "到期没有联系"}
		switch {
		case d.Waived:
			item.Whole, item.Why = 0, "不算：不计入比率，或到期前已无须联系"
		case d.Done != nil:
			item.Part, item.Why = 1, "按时联系"
		}
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b FormulaItem) int { return strings.Compare(a.Key, b.Key) })
	return items, hidden
}

func (e evidence) matterItems(weights rating.Schedule, barred map[uuid.UUID]bool, satisfaction bool) (items []FormulaItem, hidden int) {
	numbers, secret := map[string][]string{}, map[string]bool{}
	var cases []rating.Case
	for _, j := range e.judged {
		numbers[j.Thread] = append(numbers[j.Thread], j.Number)
		secret[j.Thread] = secret[j.Thread] || barred[j.Report]
		cases = append(cases, j.Case)
	}
	for _, m := range rating.Matters(e.period, cases, weights) {
		if secret[m.Thread] {
			hidden++
			continue
		}
		slices.Sort(numbers[m.Thread])
		item := FormulaItem{Key: m.Thread, Reports: numbers[m.Thread]}
		item.Part, item.Whole, item.Why = counted(m, satisfaction)
		items = append(items, item)
	}
	return items, hidden
}

func counted(m rating.Matter, satisfaction bool) (part, whole float64, why string) {
	switch {
	case m.Excluded:
		return 0, 0, "不计入比率"
	case !m.Judged:
		return 0, 0, "期内没有评价"
	case satisfaction && !m.Said:
		return 0, 0, "没有说是否满意"
	case m.Explained:
		return 0, 1, "当面说明办结，不算解决"
	case satisfaction:
		return float64(m.Weight) / 100, 1, map[bool]string{true: "不满意，或意见持平", false: "满意或基本满意"}[m.Weight == 0]
	case m.Solved:
		return 1, 1, "已解决"
	}
	return 0, 1, "未解决，或意见持平"
}
