package oversight

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/division"
	"huying/internal/rating"
)

func TestWhatAStepCounts(t *testing.T) {
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		step Step
		want Counts
	}{
		"a submission":                 {Step{Action: "submit", To: "submitted"}, Counts{"st:submitted": 1, "in:submitted": 1}},
		"a deputy accepts":             {Step{Action: "accept", From: "open", To: "accepted"}, Counts{"st:open": -1, "st:accepted": 1, "in:accepted": 1, "act:accept": 1}},
		"a comment":                    {Step{Action: "comment", From: "handling", To: "handling"}, Counts{}},
		"a proposal is not the action": {Step{Action: "supervise-proposed", From: "handling", To: "handling"}, Counts{}},
		"a rung":                       {Step{Action: "rung", From: "handling", To: "handling", Rung: 150}, Counts{"rung:150": 1}},
		"a red rung":                   {Step{Action: "overdue", From: "handling", To: "handling", Rung: 100}, Counts{"act:overdue": 1, "rung:100": 1}},
		"an office is late":            {Step{Action: "overdue", From: "verified", To: "verified"}, Counts{"act:overdue": 1}},
		"dissatisfied":                 {Step{Action: "rate", From: "resolved", To: "reopened", Result: 3}, Counts{"st:resolved": -1, "st:reopened": 1, "in:reopened": 1, "act:rate": 1, "mark:3": 1}},
		"what the sender did":          {Step{Action: "from:dispatch", From: "verified", To: "dispatched"}, Counts{}},
		"received":                     {Step{Action: "transfer-arrive", To: "submitted"}, Counts{"st:submitted": 1, "in:submitted": 1, "act:transfer-arrive": 1}},
	} {
		c.step.At, c.step.Submitted = at, at.Add(-5*time.Hour)
		if got := c.step.Counts(); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	solved := Step{Action: "confirm", From: "replied", To: "resolved", Submitted: at.Add(-5 * time.Hour), At: at}.Counts()
	if d := durations(solved); d.Count != 1 || math.Abs(d.Median.Hours()-5) > 0.1 {
		t.Errorf("time to resolve: %+v of %v", d, solved)
	}
}

func TestCellsOfADelta(t *testing.T) {
	for division, want := range map[string]int{"370202": 6, "370202001": 12, "370202001001": 16} {
		if got := keys(division, "road", 20260302); len(got) != want {
			t.Errorf("%s: %v", division, got)
		}
	}
	for _, k := range keys("370202001001", "road", 20260302) {
		if len(k.Division) == 12 && k.Grain == Day {
			t.Errorf("a community by the day: %+v", k)
		}
	}
	if got := keys("370202001001", "road", 0); len(got) != 6 || got[0].Grain != Ever {
		t.Errorf("what belongs to no day: %v", got)
	}
}

func TestDaysAreTheTenants(t *testing.T) {
	if d := dayOf(time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC)); d != 20260302 {
		t.Errorf("midnight in Qingdao is %d", d)
	}
	if d := dayOf(time.Date(2026, 3, 1, 15, 59, 59, 0, time.UTC)); d != 20260301 {
		t.Errorf("a second before it is %d", d)
	}
}

// TestSketchesAddUp holds the quantiles of bins that were added, in any parts, against those of the sorted times.
func TestSketchesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.SliceOfN(rapid.IntRange(1, 60*24*120), 1, 200).Draw(t, "minutes")
		whole, parts := Counts{}, []Counts{{}, {}, {}}
		for i, m := range minutes {
			c := Counts{resolvedIn + bin(time.Duration(m)*time.Minute): 1}
			whole.Add(c)
			parts[i%3].Add(c)
		}
		merged := Counts{}
		for _, p := range parts {
			merged.Add(p)
		}
		if !maps.Equal(whole, merged) {
			t.Fatal("parts do not add up")
		}
		d := durations(merged)
		slices.Sort(minutes)
		for q, got := range map[float64]time.Duration{0.5: d.Median, 0.9: d.P90} {
			want := time.Duration(minutes[int(q*float64(len(minutes)-1))]) * time.Minute
			if math.Abs(float64(got-want)) > float64(want)*(accuracy+0.001)+float64(time.Second) {
				t.Fatalf("quantile %v is %v, exactly %v of %v", q, got, want, minutes)
			}
		}
		if d.Count != len(minutes) {
			t.Fatalf("%d of %d", d.Count, len(minutes))
		}
	})
}

func TestUnusualDays(t *testing.T) {
	flat := func(n int, last int) []int { return append(slices.Repeat([]int{n}, 28), last) }
	for name, c := range map[string]struct {
		days  []int
		usual int
		odd   bool
	}{
		"three times as many":     {flat(10, 30), 10, true},
		"as always":               {flat(10, 10), 10, false},
		"a quiet street":          {flat(0, 4), 0, false},
		"a quiet street explodes": {flat(0, 5), 0, true},
		"fewer is no alarm":       {flat(30, 0), 30, false},
		"too young to tell":       {[]int{1, 1, 40}, 0, false},
		"a lively week":           {[]int{2, 30, 5, 28, 3, 31, 8, 27, 2, 30, 5, 28, 3, 33}, 8, false},
	} {
		if usual, odd := unusual(c.days); usual != c.usual || odd != c.odd {
			t.Errorf("%s: %d %v, want %d %v", name, usual, odd, c.usual, c.odd)
		}
	}
}

func TestHotSpots(t *testing.T) {
	spots := hotSpots([]Cell{
		{36000, 120000, 6}, {36001, 120000, 5}, {36002, 120001, 1}, // eleven together, the third a neighbour
		{36100, 120100, 30},                    // one cell alone is dense enough
		{36200, 120200, 4}, {36210, 120210, 5}, // far from each other
		{36003, 120002, 1}, {36006, 120002, 1}, // chained through cores only
	})
	if len(spots) != 2 || spots[0].Reports != 30 || spots[0].Cells != 1 || spots[1].Reports != 13 || spots[1].Cells != 4 {
		t.Fatalf("%+v", spots)
	}
	if math.Abs(spots[0].Lat-36100.5) > 1e-9 || math.Abs(spots[0].Lng-120100.5) > 1e-9 {
		t.Errorf("%+v", spots[0])
	}
	rapid.Check(t, func(t *rapid.T) {
		var cells []Cell
		seen := map[[2]int]bool{}
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			c := Cell{rapid.IntRange(0, 15).Draw(t, "lat"), rapid.IntRange(0, 15).Draw(t, "lng"), rapid.IntRange(1, 8).Draw(t, "count")}
			if !seen[[2]int{c.Lat, c.Lng}] {
				cells, seen[[2]int{c.Lat, c.Lng}] = append(cells, c), true
			}
		}
		total, in := 0, 0
		for _, c := range cells {
			total += c.Count
		}
		dense := 0 // reports in cells that are crowded themselves: each of them lies in some hot spot
		for _, a := range cells {
			around := 0
			for _, b := range cells {
				if max(a.Lat-b.Lat, b.Lat-a.Lat) <= near && max(a.Lng-b.Lng, b.Lng-a.Lng) <= near {
					around += b.Count
				}
			}
			if around >= crowded {
				dense += a.Count
			}
		}
		for _, s := range hotSpots(cells) {
			in += s.Reports
		}
		if in > total || in < dense || dense == 0 && in > 0 {
			t.Fatalf("%d of %d, %d in crowded cells", in, total, dense)
		}
	})
}

func TestPeriods(t *testing.T) {
	now := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	p, err := PeriodInput{}.span(now)
	if err != nil || p.from() != 20260201 || p.to() != 20260302 || p.days() != 30 || p.before().from() != 20260102 || p.before().to() != 20260131 {
		t.Errorf("%+v %v", p, err)
	}
	if p, err = (PeriodInput{From: "2026-02-01", To: "2026-02-28"}).span(now); err != nil || p.days() != 28 {
		t.Errorf("%+v %v", p, err)
	}
	for _, bad := range []PeriodInput{{From: "2026-02-30"}, {From: "2026-03-03", To: "2026-03-02"}, {From: "2024-01-01"}, {To: "1999-01-01"}} {
		if _, err := bad.span(now); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestWeightsByDate(t *testing.T) {
	change := time.Date(2026, 3, 15, 16, 0, 0, 0, time.UTC)
	s := division.DefaultSettings()
	s.BasicallySatisfied, s.MinimumSample = 60, 1
	s.RateHistory = []division.PastRates{{Until: change, MinimumSample: 20, BasicallySatisfied: 80, RateWeights: s.RateWeights}}
	w := schedule(s)
	if a, b := w.At(change.Add(-time.Second)), w.At(change); a.Basically != 80 || a.MinimumSample != 20 || b.Basically != 60 || b.MinimumSample != 1 {
		t.Errorf("%+v, then %+v", a, b)
	}
}

// TestFormulaAddsUp: whatever is judged, the items that are listed sum to the rate's two numbers.
func TestFormulaAddsUp(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		e := evidence{period: rating.Period{From: start, To: start.AddDate(0, 1, 0)}}
		for i := range rapid.IntRange(0, 30).Draw(t, "reports") {
			j := &judged{Number: fmt.Sprintf("370202-2026-%06d", i), Division: "370202001"}
			j.Thread = fmt.Sprint(rapid.IntRange(1, 12).Draw(t, "thread"))
			j.Excluded, j.Explained = rapid.IntRange(0, 4).Draw(t, "excluded") == 0, rapid.IntRange(0, 6).Draw(t, "explained") == 0
			for range rapid.IntRange(0, 3).Draw(t, "judgements") {
				j.Judged = append(j.Judged, rating.Judgement{
					At: start.Add(time.Duration(rapid.IntRange(0, 24*30).Draw(t, "hour")) * time.Hour), Round: rapid.IntRange(1, 2).Draw(t, "round"),
					Solved: rapid.Bool().Draw(t, "solved"), Satisfied: rapid.IntRange(0, 3).Draw(t, "satisfied"),
				})
			}
			if len(j.Judged) > 0 { // a report without one is not gathered
				e.judged = append(e.judged, j)
			}
			d := duty{Number: j.Number, Division: j.Division}
			d.Due, d.Waived = start.Add(time.Hour), rapid.IntRange(0, 3).Draw(t, "waived") == 0
			if rapid.Bool().Draw(t, "done") {
				d.Done = &d.Due
			}
			e.duties = append(e.duties, d)
		}
		weights := schedule(division.DefaultSettings())
		three := e.rates("370202", weights)
		sum := func(items []FormulaItem, hidden int) (part, whole float64) {
			if hidden != 0 {
				t.Fatal("something is hidden from nobody")
			}
			for _, i := range items {
				part, whole = part+i.Part, whole+i.Whole
			}
			return part, whole
		}
		for name, c := range map[string]struct {
			rate  rating.Rate
			unit  float64
			items func() ([]FormulaItem, int)
		}{
			"response":     {three.Response, 1, func() ([]FormulaItem, int) { return e.dutyItems(nil) }},
			"resolution":   {three.Resolution, 1, func() ([]FormulaItem, int) { return e.matterItems(weights, nil, false) }},
			"satisfaction": {three.Satisfaction, 100, func() ([]FormulaItem, int) { return e.matterItems(weights, nil, true) }},
		} {
			part, whole := sum(c.items())
			if math.Abs(part*c.unit-float64(c.rate.Part)) > 1e-6 || math.Abs(whole*c.unit-float64(c.rate.Whole)) > 1e-6 {
				t.Fatalf("%s: the items sum to %v of %v, the rate says %+v", name, part, whole, c.rate)
			}
		}
	})
}
