package oversight

import (
	"context"
	"slices"
	"time"
)

// TrendInput asks for a figure day by day.
type TrendInput struct {
	DivisionInput
	PeriodInput
	Category string `query:"category" maxLength:"40"`
	Measure  string `query:"measure" enum:"submitted,resolved,overdue,unsatisfied" default:"submitted"`
}

// Trend is a figure day by day, and by category.
type Trend struct {
	DivisionCode string          `json:"division_code"`
	Measure      string          `json:"measure"`
	Points       []TrendPoint    `json:"points"`
	Categories   []CategoryTrend `json:"categories" doc:"期内各类别，由多到少"`
}

// TrendPoint is one day, or one month of a community.
type TrendPoint struct {
	Day     string `json:"day"`
	Count   int    `json:"count"`
	Usual   int    `json:"usual" doc:"此前28天的中位数"`
	Unusual bool   `json:"unusual" doc:"明显高于此前28天"`
}

// CategoryTrend is a category's share of a figure.
type CategoryTrend struct {
	Category string `json:"category"`
	Name     string `json:"name"`
	Count    int    `json:"count"`
	Previous int    `json:"previous" doc:"上一个同样长的时段"`
	Unusual  bool   `json:"unusual" doc:"比上一时段明显增多"`
}

// TrendOutput wraps the answer.
type TrendOutput struct{ Body Trend }

// measures are the words of TrendInput.
var measures = map[string]string{
	"submitted": entered + "submitted", "resolved": entered + resolved, "overdue": acted + "overdue", "unsatisfied": marked + "3",
}

const (
	// usualDays is how many days before a day say what is usual.
	usualDays = 28
	// least is by how many a day must exceed the usual one, lest a quiet street shouts at every second report.
	least = 5
)

// unusual says what is usual for the last of some days, by the median of those before it, and whether that day exceeds it
// by more than three times their usual distance from it (median absolute deviation, scaled to a standard deviation).
func unusual(days []int) (usual int, exceeds bool) {
	if len(days) < 8 { // a week before it at least
		return 0, false
	}
	before := slices.Clone(days[:len(days)-1])
	usual = median(before)
	for i, n := range before {
		before[i] = max(n-usual, usual-n)
	}
	over := days[len(days)-1] - usual
	return usual, over >= least && float64(over) > 3*1.4826*float64(max(1, median(before)))
}

func median(list []int) int {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

func (s *Service) trend(ctx context.Context, in *TrendInput) (*TrendOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	if err := checkCategory(r, in.Category); err != nil {
		return nil, err
	}
	measure := measures[in.Measure]
	out := Trend{DivisionCode: r.at.Code, Measure: in.Measure}
	if out.Points, err = s.points(ctx, r, p, in.Category, measure); err != nil {
		return nil, err
	}
	if out.Categories, err = s.categories(ctx, r, p, measure); err != nil {
		return nil, err
	}
	return &TrendOutput{Body: out}, nil
}

func (s *Service) points(ctx context.Context, r reach, p span, category, measure string) ([]TrendPoint, error) {
	a := ask{grain: Day, divisions: r.counted(), categories: []string{category}, from: dayOf(p.first.AddDate(0, 0, -usualDays)), to: p.to()}
	monthly := len(r.at.Code) >= communityLength
	if monthly {
		a.grain, a.from, a.to = Month, p.from()/100, p.to()/100
	}
	cells, err := s.sums(ctx, r, a)
	if err != nil {
		return nil, err
	}
	counts := map[int]int{}
	for k, c := range cells {
		counts[k.Day] += c[measure]
	}
	points := []TrendPoint{}
	if monthly {
		for month := p.first; month.Before(p.after); month = time.Date(month.Year(), month.Month()+1, 1, 0, 0, 0, 0, month.Location()) {
			points = append(points, TrendPoint{Day: month.Format("2006-01"), Count: counts[dayOf(month)/100]})
		}
		return points, nil
	}
	var run []int
	for day := p.first.AddDate(0, 0, -usualDays); day.Before(p.after); day = day.AddDate(0, 0, 1) {
		run = append(run, counts[dayOf(day)])
		if day.Before(p.first) {
			continue
		}
		run = run[max(0, len(run)-usualDays-1):]
		at := TrendPoint{Day: day.Format(time.DateOnly), Count: counts[dayOf(day)]}
		at.Usual, at.Unusual = unusual(run)
		points = append(points, at)
	}
	return points, nil
}

func (s *Service) categories(ctx context.Context, r reach, p span, measure string) ([]CategoryTrend, error) {
	of := func(p span) (map[string]int, error) {
		a := ask{grain: Day, divisions: r.counted(), from: p.from(), to: p.to()}
		if len(r.at.Code) >= communityLength {
			a.grain, a.from, a.to = Month, p.from()/100, p.to()/100
		}
		for _, c := range r.dir.Categories() {
			a.categories = append(a.categories, c.Key)
		}
		cells, err := s.sums(ctx, r, a)
		sum := map[string]int{}
		for k, c := range cells {
			sum[k.Category] += c[measure]
		}
		return sum, err
	}
	now, err := of(p)
	if err != nil {
		return nil, err
	}
	before, err := of(p.before())
	if err != nil {
		return nil, err
	}
	out := []CategoryTrend{}
	for _, c := range r.dir.Categories() {
		t := CategoryTrend{Category: c.Key, Name: c.Name, Count: now[c.Key], Previous: before[c.Key]}
		// More than half as many again, and more than chance makes of the number before (three times its square root).
		over := t.Count - t.Previous
		t.Unusual = over >= least && 2*over > t.Previous && over*over > 9*max(1, t.Previous)
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b CategoryTrend) int { return b.Count - a.Count })
	return out, nil
}
