package rating_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/rating"
)

// day is a day of March 2026, the oracle's month; 32 is 1 April.
func day(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }

var march = rating.Period{From: day(1), To: day(32)}

type oracleRow struct {
	Name, Why, Want string
	Weights         []struct{ Day, Response, Resolution, Satisfaction, Basically, Minimum int }
	Contacts        []struct {
		Times, Due, Done int
		Waived           bool
	}
	Cases []struct {
		Times                      int
		Thread                     string
		Excluded, Explained, False bool
		Judged                     []string
	}
}

func (r oracleRow) contacts() (out []rating.Contact) {
	for _, c := range r.Contacts {
		for range c.Times {
			one := rating.Contact{Due: day(c.Due), Waived: c.Waived}
			if c.Done != 0 {
				at := day(c.Done)
				one.Done = &at
			}
			out = append(out, one)
		}
	}
	return out
}

func (r oracleRow) cases(t *testing.T) (out []rating.Case) {
	t.Helper()
	for i, c := range r.Cases {
		for n := range c.Times {
			one := rating.Case{Thread: c.Thread, Excluded: c.Excluded, Explained: c.Explained, FalseClosing: c.False}
			if one.Thread == "" {
				one.Thread = fmt.Sprint(i, "-", n)
			}
			for _, text := range c.Judged {
				one.Judged = append(one.Judged, judgement(t, text))
			}
			out = append(out, one)
		}
	}
	return out
}

// judgement reads "r2 yes 1 @20": round, solved, satisfied, day. With
// "attitude" it passes through a rating whose manners were bad.
func judgement(t *testing.T, text string) rating.Judgement {
	t.Helper()
	var j rating.Judgement
	var solved string
	var on int
	if _, err := fmt.Sscanf(text, "r%d %s %d @%d", &j.Round, &solved, &j.Satisfied, &on); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	j.Solved, j.At = solved == "yes", day(on)
	if strings.HasSuffix(text, "attitude") {
		bad := rating.Unsatisfied
		r := rating.Rating{Round: j.Round, Result: j.Satisfied, Attitude: &bad}
		if !r.AttitudeOnly() {
			t.Errorf("%q is more than bad manners", text)
		}
		return r.Judgement(j.At)
	}
	return j
}

func said(t rating.Three) string {
	rate := func(r rating.Rate) string {
		v, enough := r.Value()
		if !enough {
			return fmt.Sprintf("few %d/%d", r.Part, r.Whole)
		}
		return fmt.Sprintf("%d %d/%d", v, r.Part, r.Whole)
	}
	composite := "few"
	if t.Composite != nil {
		composite = fmt.Sprint(*t.Composite)
	}
	return fmt.Sprintf("%s | %s | %s | %s | %d %d", rate(t.Response), rate(t.Resolution), rate(t.Satisfaction), composite, t.Excluded, t.FalseClosings)
}

// TestOracle holds the rates against numbers worked out by hand; "why" is the
// working. Want: response | resolution | satisfaction | composite | excluded,
// false closings, each rate with both its numbers.
func TestOracle(t *testing.T) {
	raw, err := os.ReadFile("testdata/oracle.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []oracleRow
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) < 20 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		var schedule rating.Schedule
		for _, w := range row.Weights {
			schedule = append(schedule, rating.Weights{
				From: day(w.Day), Response: w.Response, Resolution: w.Resolution, Satisfaction: w.Satisfaction,
				Basically: w.Basically, MinimumSample: w.Minimum,
			})
		}
		if got := said(rating.Rates(march, row.cases(t), row.contacts(), schedule)); got != row.Want {
			t.Errorf("%s (%s):\n got %s\nwant %s", row.Name, row.Why, got, row.Want)
		}
	}
}

func TestSettledRate(t *testing.T) {
	at := func(n int) *time.Time { d := day(n); return &d }
	got := rating.SettledRate(march, []rating.Admitted{
		{At: day(2), Settled: at(3)}, {At: day(2), Settled: at(31)}, // settled in the month
		{At: day(2)}, {At: day(2), Settled: at(40)}, // not yet, and only in April
		{At: day(-3), Settled: at(3)}, {At: day(33), Settled: at(34)}, // admitted in other months
		{At: day(2), MovedAway: true}, // another district's
	})
	if v, enough := got.Value(); v != 5000 || !enough || got.Part != 2 || got.Whole != 4 {
		t.Errorf("%+v", got)
	}
	if _, enough := rating.SettledRate(march, nil).Value(); enough {
		t.Error("a rate of nothing")
	}
}

func TestACallThatReachedNobodyIsNotValid(t *testing.T) {
	if _, valid := (rating.FollowUp{At: day(3)}).Judgement(); valid {
		t.Error("it counts")
	}
	if j, valid := (rating.FollowUp{At: day(3), Reached: true, Solved: true, Satisfied: 2, Round: 2}).Judgement(); !valid || !j.Solved || j.Satisfied != 2 || j.Round != 2 {
		t.Errorf("%+v %v", j, valid)
	}
}

func drawCases(t *rapid.T) []rating.Case {
	judged := rapid.Custom(func(t *rapid.T) rating.Judgement {
		return rating.Judgement{
			At: day(rapid.IntRange(-5, 40).Draw(t, "day")), Round: rapid.IntRange(1, 3).Draw(t, "round"),
			Solved: rapid.Bool().Draw(t, "solved"), Satisfied: rapid.IntRange(0, 3).Draw(t, "satisfied"),
		}
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rating.Case {
		return rating.Case{
			Thread: fmt.Sprint(rapid.IntRange(1, 20).Draw(t, "thread")), Excluded: rapid.IntRange(0, 4).Draw(t, "excluded") == 0,
			Explained: rapid.IntRange(0, 4).Draw(t, "explained") == 0, FalseClosing: rapid.Bool().Draw(t, "false"),
			Judged: rapid.SliceOfN(judged, 0, 4).Draw(t, "judged"),
		}
	}), 0, 40).Draw(t, "cases")
}

func drawContacts(t *rapid.T) []rating.Contact {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rating.Contact {
		c := rating.Contact{Due: day(rapid.IntRange(-5, 40).Draw(t, "due")), Waived: rapid.IntRange(0, 4).Draw(t, "waived") == 0}
		if rapid.Bool().Draw(t, "done") {
			at := day(rapid.IntRange(-5, 40).Draw(t, "at"))
			c.Done = &at
		}
		return c
	}), 0, 40).Draw(t, "contacts")
}

func TestRatesKeepTheirBounds(t *testing.T) {
	weights := rating.Schedule{{From: day(1), Response: 10, Resolution: 50, Satisfaction: 40, Basically: 90, MinimumSample: 3}}
	rapid.Check(t, func(t *rapid.T) {
		cases, contacts := drawCases(t), drawContacts(t)
		got := rating.Rates(march, cases, contacts, weights)
		for name, r := range map[string]rating.Rate{"response": got.Response, "resolution": got.Resolution, "satisfaction": got.Satisfaction} {
			if v, enough := r.Value(); v < 0 || v > 10_000 || r.Part > r.Whole || r.Part < 0 || enough != (r.Sample >= 3) {
				t.Fatalf("%s: %+v", name, r)
			}
		}
		if c := got.Composite; c != nil && (*c < 0 || *c > 10_000) {
			t.Fatalf("composite %d", *c)
		}
		if got.Satisfaction.Sample > got.Resolution.Sample || got.FalseClosings+got.Excluded > 20 {
			t.Fatalf("%+v", got)
		}
		shuffled, called := append([]rating.Case{}, cases...), append([]rating.Contact{}, contacts...)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		rand.Shuffle(len(called), func(i, j int) { called[i], called[j] = called[j], called[i] })
		if again := rating.Rates(march, shuffled, called, weights); !reflect.DeepEqual(again, got) {
			t.Fatalf("another order: %s, was %s", said(again), said(got))
		}
		if doubled := rating.Rates(march, append(shuffled, cases...), contacts, weights); !reflect.DeepEqual(doubled, got) {
			t.Fatalf("the same matters reported twice and merged: %s, was %s", said(doubled), said(got))
		}
	})
}
