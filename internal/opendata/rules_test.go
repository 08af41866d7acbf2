package opendata

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const district = "370202"

func plain(code string) string { return code }

func many(n int, street, category string, days int) []Fact {
	out := make([]Fact, n)
	for i := range out {
		out[i] = Fact{Street: street, Category: category, Over: days >= 0, Days: days}
	}
	return out
}

func join(lists ...[]Fact) (out []Fact) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// shape says how many records each cell has.
func shape(list []Record) map[string]int {
	out := map[string]int{}
	for _, r := range list {
		out[r.DivisionCode+" "+r.Category]++
	}
	return out
}

func TestSmallCellsAreMerged(t *testing.T) {
	for name, c := range map[string]struct {
		facts []Fact
		want  map[string]int
	}{
		"large_cells_stand":                   {many(5, "370202001", "road", 1), map[string]int{"370202001 road": 5}},
		"small_streets_become_the_district":   {join(many(3, "370202001", "road", 1), many(4, "370202002", "road", -1)), map[string]int{"370202 road": 7}},
		"one_small_street_takes_one_with_it":  {join(many(2, "370202001", "road", 1), many(9, "370202002", "road", 1), many(6, "370202003", "road", 1)), map[string]int{"370202 road": 8, "370202002 road": 9}},
		"small_categories_are_put_together":   {join(many(2, "370202001", "road", 1), many(3, "370202001", "lamp", 1), many(1, "370202001", "noise", 1)), map[string]int{"370202 merged": 6}},
		"one_small_category_takes_one_along":  {join(many(1, "370202001", "road", 1), many(8, "370202001", "lamp", 1)), map[string]int{"370202 merged": 9}},
		"what_stays_small_is_left_out":        {many(4, "370202001", "road", 1), map[string]int{}},
		"nothing_gives_nothing":               {nil, map[string]int{}},
		"reports_of_the_district_stand_apart": {many(5, district, "road", 1), map[string]int{"370202 road": 5}},
	} {
		if got := shape(records("2026-10", c.facts, district, names{plain, plain})); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Whatever comes in: no small cell goes out, nothing is made up, at most four records are lost, and whoever knows every
// record but one cannot tell from the difference in which small cell that one lies.
func TestSuppressionHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 80).Draw(t, "n")
		facts := make([]Fact, n)
		raw := map[string]int{}
		for i := range facts {
			facts[i] = Fact{
				Street:   fmt.Sprintf("37020200%d", rapid.IntRange(1, 4).Draw(t, "street")),
				Category: rapid.SampledFrom([]string{"road", "lamp", "noise", "green"}).Draw(t, "category"),
				Days:     rapid.IntRange(-1, 40).Draw(t, "days"),
			}
			facts[i].Over = facts[i].Days >= 0
			raw[facts[i].Street+" "+facts[i].Category]++
		}
		out := records("2026-10", facts, district, names{plain, plain})
		if lost := n - len(out); lost < 0 || lost >= Smallest {
			t.Fatalf("%d of %d records are lost", lost, n)
		}
		for c, k := range shape(out) {
			if k < Smallest {
				t.Fatalf("%s has %d records", c, k)
			}
			if street, _, _ := strings.Cut(c, " "); street != district && raw[c] != k {
				t.Fatalf("%s has %d records of %d", c, k, raw[c])
			}
		}
		differences(t, raw, out)
		figures := count("2026-10", out)
		sum := 0
		for _, d := range figures.Divisions {
			if sum += d.Total; d.Total < Smallest {
				t.Fatalf("the board tells of %d in %s", d.Total, d.Code)
			}
		}
		if sum != figures.Total || figures.Total != len(out) {
			t.Fatalf("the board counts %d, %d by place, of %d records", figures.Total, sum, len(out))
		}
	})
}

// differences takes the published figure of a category's district cell and asks whether it is one small cell alone.
func differences(t *rapid.T, raw map[string]int, out []Record) {
	for c, k := range shape(out) {
		place, category, _ := strings.Cut(c, " ")
		if place != district || category == Merged {
			continue
		}
		for cell, n := range raw {
			if strings.HasSuffix(cell, " "+category) && n < Smallest && n == k {
				t.Fatalf("%s with %d records is %s alone", c, k, cell)
			}
		}
	}
}

func TestMonths(t *testing.T) {
	now := time.Date(2026, 11, 30, 16, 30, 0, 0, time.UTC) // the first of December, locally
	if got := strings.Join(months(3, now), " "); got != "2026-11 2026-10 2026-09" {
		t.Errorf("months %s", got)
	}
	for month, want := range map[string]bool{"2026-11": true, "2026-12": false, "2027-01": false, "2023-12": true, "2020-01": false, "2026-13": false, "": false, "2026-1": false} {
		if _, _, ok := bounds(month, now); ok != want {
			t.Errorf("%q: %v", month, ok)
		}
	}
	from, to, _ := bounds("2026-10", now)
	if from != time.Date(2026, 9, 30, 16, 0, 0, 0, time.UTC) || to != time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC) {
		t.Errorf("October is %v to %v", from, to)
	}
	for _, m := range months(maxMonths, now) {
		if _, _, ok := bounds(m, now); !ok {
			t.Errorf("%s is offered and refused", m)
		}
	}
}

func TestDictionaryTellsOfEveryField(t *testing.T) {
	for _, f := range dictionary() {
		if f.Name == "" || f.Meaning == "" {
			t.Errorf("%+v", f)
		}
	}
}
