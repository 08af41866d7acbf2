package oversight

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"huying/internal/deadline"
)

// Counts are measures and their numbers. A measure that is zero is left out.
type Counts map[string]int

// Add adds another's numbers.
func (c Counts) Add(other Counts) {
	for measure, n := range other {
		if c[measure] += n; c[measure] == 0 {
			delete(c, measure)
		}
	}
}

// The families of measures; what follows the colon is a word of the report's table, a number or a bin.
const (
	// stock is how many reports stand in a state: it rises and falls.
	stock = "st:"
	// entered is how often a state was reached.
	entered = "in:"
	// acted is how often an action of the closed list was done.
	acted = "act:"
	// rungTold is how often a rung of a unit's clock was told, by its per cent.
	rungTold = "rung:"
	// rungStock is how many reports stand on a rung now; it belongs to no day.
	rungStock = "rg:"
	// marked is how often a result was rated 1, 2 or 3.
	marked = "mark:"
	// resolvedIn is how many were resolved after a time, by the bin of the sketch.
	resolvedIn = "ttr:"
)

// actions are the actions that are counted beside the states they lead to.
var actions = map[string]bool{
	"accept": true, "join": true, "decline": true, "silence": true, "contact": true, "return": true, "extend": true, "pause": true,
	"carry-over-sign": true, "supervise": true, "follow-up": true, "reopen": true, "explain-close": true, "legal-route": true,
	"exclude": true, "overdue": true, "rate": true, "rate-silence": true, "confirm": true, "publish": true, "transfer-arrive": true,
}

// moved marks what a received report brought along from another district: that district counts it.
const moved = "from:"

// resolved is the state whose reaching ends the time to resolve.
const resolved = "resolved"

// Step is one step of a report as the counters see it.
type Step struct {
	Division, Category string
	// Submitted is when the report was made, At when the step was taken.
	Submitted, At    time.Time
	Action, From, To string
	// Rung and Result are of a rung told and of a rating; 0 otherwise.
	Rung, Result int
}

// Counts is what the step counts on its day.
func (s Step) Counts() Counts {
	c := Counts{}
	if strings.HasPrefix(s.Action, moved) {
		return c
	}
	if s.To != s.From {
		if s.From != "" {
			c[stock+s.From]--
		}
		c[stock+s.To]++
		c[entered+s.To]++
		if s.To == resolved {
			c[resolvedIn+bin(s.At.Sub(s.Submitted))]++
		}
	}
	if actions[s.Action] {
		c[acted+s.Action]++
	}
	switch {
	case s.Rung > 0 && (s.Action == "rung" || s.Action == "overdue"):
		c[rungTold+strconv.Itoa(s.Rung)]++
	case s.Result > 0 && s.Action == "rate":
		c[marked+strconv.Itoa(s.Result)]++
	}
	return c
}

// Climbed is what a report counts that went from one rung to another; 0 is none.
func Climbed(before, now int) Counts {
	c := Counts{}
	if before == now {
		return c
	}
	if before > 0 {
		c[rungStock+strconv.Itoa(before)]--
	}
	if now > 0 {
		c[rungStock+strconv.Itoa(now)]++
	}
	return c
}

// Grain is how long a cell's time is.
type Grain string

// The grains.
const (
	Day   Grain = "day"
	Month Grain = "month"
	Ever  Grain = "ever"
)

// Key names one cell. An empty category stands for all of them; Day is yyyymmdd, yyyymm or 0, by the grain.
type Key struct {
	Grain              Grain
	Category, Division string
	Day                int
}

// communityLength is the length of a community's code, the finest division that is counted: a report's grid cell is
// given up when it is anonymised, and a counter must not change by that.
const communityLength = 12

func community(code string) string { return code[:min(len(code), communityLength)] }

// dayOf is the tenant's day of an instant as a number.
func dayOf(t time.Time) int {
	d := deadline.DateOf(t)
	return d.Year*10_000 + int(d.Month)*100 + d.Day
}

// keys are the cells that something of a division, a category and a day counts in. A community is counted by the
// month: single days of one category there say more about people than about the work.
func keys(division, category string, day int) []Key {
	out := make([]Key, 0, 16)
	for _, length := range []int{6, 9, communityLength} {
		if len(division) < length {
			break
		}
		for _, cat := range []string{"", category} {
			out = append(out, Key{Ever, cat, division[:length], 0})
			if day == 0 {
				continue
			}
			out = append(out, Key{Month, cat, division[:length], day / 100})
			if length < communityLength {
				out = append(out, Key{Day, cat, division[:length], day})
			}
		}
	}
	return out
}

// Cells are cells in memory.
type Cells map[Key]Counts

// Add adds numbers to every cell they belong to.
func (c Cells) Add(division, category string, day int, counts Counts) {
	if len(counts) == 0 {
		return
	}
	for _, k := range keys(division, category, day) {
		if c[k] == nil {
			c[k] = Counts{}
		}
		c[k].Add(counts)
	}
}

// Same says whether two sets of cells hold the same numbers, and names one that differs.
func (c Cells) Same(other Cells) (Key, bool) {
	for _, pair := range [][2]Cells{{c, other}, {other, c}} {
		for k, counts := range pair[0] {
			if !maps.Equal(counts, pair[1][k]) {
				return k, false
			}
		}
	}
	return Key{}, true
}
