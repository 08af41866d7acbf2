package rating

import (
	"math/big"
	"slices"
	"strings"
	"time"
)

// The rates are pure: they know no database and no clock, and every number is
// an integer. A value is in ten-thousandths (8800 is 88.00 %).

// Case is one subject as the rates see it. Subjects of one thread are one
// matter, however many people reported it.
type Case struct {
	Thread string
	// Excluded keeps the case out of the three rates; it is counted apart.
	Excluded bool
	// Explained: ended in a meeting without a solution (row 38); counts as
	// neither solved nor satisfying, whatever was said later.
	Explained    bool
	FalseClosing bool
	Judged       []Judgement
}

// Judgement is one valid follow-up: a rating, or a call that reached somebody.
type Judgement struct {
	At     time.Time
	Round  int
	Solved bool
	// Satisfied is one of the three results, 0 when not said.
	Satisfied int
}

// Judgement is what a rating counts as: who is not dissatisfied has it solved.
func (r Rating) Judgement(at time.Time) Judgement {
	return Judgement{At: at, Round: r.Round, Solved: r.Result != Unsatisfied, Satisfied: r.Result}
}

// Judgement is what a call counts as; false for one that reached nobody.
func (f FollowUp) Judgement() (Judgement, bool) {
	return Judgement{At: f.At, Round: f.Round, Solved: f.Solved, Satisfied: f.Satisfied}, f.Reached
}

// Contact is one duty to be in touch with the citizen.
type Contact struct {
	Due time.Time
	// Done is when it was done, or tried often enough; nil when it was not.
	Done *time.Time
	// Waived: nobody was left to be called, or the case is excluded.
	Waived bool
}

// Period is from its first instant up to, and without, its last.
type Period struct{ From, To time.Time }

// Holds says whether an instant lies in the period.
func (p Period) Holds(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// Weights are a tenant's settings from a day on, in hundredths.
type Weights struct {
	From time.Time
	// Response, Resolution and Satisfaction weigh the composite; their sum is 100.
	Response, Resolution, Satisfaction int
	// Basically is what an answer "basically satisfied" counts.
	Basically int
	// MinimumSample is below how many cases no rate is shown.
	MinimumSample int
}

// DefaultWeights hold until a tenant decides otherwise.
var DefaultWeights = Weights{Response: 10, Resolution: 50, Satisfaction: 40, Basically: 90, MinimumSample: 10}

// Schedule are a tenant's weights by date, in any order.
type Schedule []Weights

// At gives the weights in force at an instant.
func (s Schedule) At(t time.Time) Weights {
	best := DefaultWeights
	best.From = time.Time{}
	for _, w := range s {
		if !w.From.After(t) && !w.From.Before(best.From) {
			best = w
		}
	}
	return best
}

// Rate is a share with both its numbers. Part and Whole are in hundredths of a
// case where an answer may count for less than one.
type Rate struct {
	Part, Whole int
	// Sample is the number of cases behind it.
	Sample int
	// Enough is false below the minimum sample: too few to compare, which is
	// neither zero nor any other number.
	Enough bool
}

// Value is the rate in ten-thousandths, rounded half up; false when there are
// too few cases.
func (r Rate) Value() (int, bool) {
	if !r.Enough || r.Whole == 0 {
		return 0, false
	}
	return rounded(big.NewRat(int64(r.Part), int64(r.Whole))), true
}

// Three are the three rates (三率) of a period and what stands beside them.
type Three struct {
	// Response: contacted in time ÷ due.
	Response Rate
	// Resolution: solved ÷ threads with a valid follow-up.
	Resolution Rate
	// Satisfaction: (satisfied + w · basically) ÷ threads where it was said.
	Satisfaction Rate
	// Composite is in ten-thousandths; nil when one of the three has too few.
	Composite *int
	// Excluded threads and those closed falsely, counted apart.
	Excluded, FalseClosings int
}

// Rates computes the three rates. A judgement counts by its own date: of a
// thread the last round judged in the period counts, once, by the majority of
// its judgements, and a tie is a no. "Basically" weighs what it weighed when it
// was said; the composite and the minimum sample are those of the period's end.
func Rates(p Period, cases []Case, contacts []Contact, weights Schedule) Three {
	end := weights.At(p.To.Add(-time.Nanosecond))
	out := Three{Response: Rate{}}
	for _, c := range contacts {
		if c.Waived || !p.Holds(c.Due) {
			continue
		}
		out.Response.Whole++
		if c.Done != nil && !c.Done.After(c.Due) {
			out.Response.Part++
		}
	}
	out.Response.Sample = out.Response.Whole
	for _, m := range Matters(p, cases, weights) {
		m.count(&out)
	}
	for _, r := range []*Rate{&out.Response, &out.Resolution, &out.Satisfaction} {
		r.Enough = r.Sample >= max(1, end.MinimumSample)
	}
	out.Composite = composite(out, end)
	return out
}

// thread gathers the cases of one matter.
type thread struct {
	excluded, explained, falseClosing bool
	judged                            []Judgement
}

// threads gathers cases by thread. A thread is excluded when all its cases are.
func threads(cases []Case) map[string]*thread {
	out := map[string]*thread{}
	for _, c := range cases {
		t, known := out[c.Thread]
		if !known {
			t = &thread{excluded: true}
			out[c.Thread] = t
		}
		t.falseClosing = t.falseClosing || c.FalseClosing && !c.Excluded
		t.excluded = t.excluded && c.Excluded
		if !c.Excluded {
			t.explained = t.explained || c.Explained
			t.judged = append(t.judged, c.Judged...)
		}
	}
	return out
}

// Matter is one thread as the rates of a period count it: the rates are the sums of their matters.
type Matter struct {
	Thread                            string
	Excluded, Explained, FalseClosing bool
	// Judged says whether it was judged in the period, Round in which round at last.
	Judged bool
	Round  int
	// Solved counts in the resolution rate.
	Solved bool
	// Said: somebody said how satisfied they were, which counts Weight hundredths.
	Said   bool
	Weight int
}

// Matters gives every thread of the cases, in the order of their names.
func Matters(p Period, cases []Case, weights Schedule) []Matter {
	all := threads(cases)
	out := make([]Matter, 0, len(all))
	for name, t := range all {
		out = append(out, t.matter(name, p, weights))
	}
	slices.SortFunc(out, func(a, b Matter) int { return strings.Compare(a.Thread, b.Thread) })
	return out
}

func (m Matter) count(out *Three) {
	if m.Excluded {
		out.Excluded++
		return
	}
	if m.FalseClosing {
		out.FalseClosings++
	}
	if !m.Judged {
		return
	}
	out.Resolution.Sample++
	out.Resolution.Whole++
	if m.Solved {
		out.Resolution.Part++
	}
	if m.Said {
		out.Satisfaction.Sample++
		out.Satisfaction.Whole += 100
		out.Satisfaction.Part += m.Weight
	}
}

func (t *thread) matter(name string, p Period, weights Schedule) Matter {
	m := Matter{Thread: name, Excluded: t.excluded, Explained: t.explained, FalseClosing: t.falseClosing}
	last := t.lastRound(p)
	if m.Excluded || len(last) == 0 {
		return m
	}
	m.Judged, m.Round = true, last[0].Round
	solved := 0
	for _, j := range last {
		if j.Solved {
			solved++
		}
	}
	m.Solved = 2*solved > len(last) && !t.explained
	said, weight := satisfaction(last, weights)
	m.Said = said > 0
	if m.Said && !t.explained {
		m.Weight = weight
	}
	return m
}

// lastRound are the judgements of the last round that was judged in the period.
func (t *thread) lastRound(p Period) []Judgement {
	in := slices.DeleteFunc(slices.Clone(t.judged), func(j Judgement) bool { return !p.Holds(j.At) })
	round := 0
	for _, j := range in {
		round = max(round, j.Round)
	}
	return slices.DeleteFunc(in, func(j Judgement) bool { return j.Round != round })
}

// satisfaction is how many said something, and what their majority counts in
// hundredths: against dissatisfaction a tie is a no; between satisfied and
// basically it is the lesser.
func satisfaction(judged []Judgement, weights Schedule) (said, weight int) {
	var counts [4]int
	var latest time.Time
	for _, j := range judged {
		if !Valid(j.Satisfied) {
			continue
		}
		said++
		counts[j.Satisfied]++
		if j.Satisfied == Basically && j.At.After(latest) {
			latest = j.At
		}
	}
	switch {
	case counts[Satisfied]+counts[Basically] <= counts[Unsatisfied]:
		return said, 0
	case counts[Satisfied] > counts[Basically]:
		return said, 100
	}
	return said, weights.At(latest).Basically
}

// composite weighs the three exactly and rounds once.
func composite(t Three, w Weights) *int {
	sum := new(big.Rat)
	for _, part := range []struct {
		r      Rate
		weight int
	}{{t.Response, w.Response}, {t.Resolution, w.Resolution}, {t.Satisfaction, w.Satisfaction}} {
		if !part.r.Enough || part.r.Whole == 0 {
			return nil
		}
		share := big.NewRat(int64(part.r.Part)*int64(part.weight), int64(part.r.Whole)*100)
		sum.Add(sum, share)
	}
	v := rounded(sum)
	return &v
}

// rounded turns a share into ten-thousandths, half up.
func rounded(share *big.Rat) int {
	scaled := new(big.Rat).Mul(share, big.NewRat(10_000, 1))
	scaled.Add(scaled, big.NewRat(1, 2))
	return int(new(big.Int).Quo(scaled.Num(), scaled.Denom()).Int64())
}

// Admitted is one subject that was admitted, for the settled rate.
type Admitted struct {
	At time.Time
	// Settled is when it was answered or closed; nil while neither.
	Settled *time.Time
	// MovedAway: the work is another district's, which counts it.
	MovedAway bool
}

// SettledRate (处置率) is answered or closed by the period's end ÷ admitted in
// the period. Both numbers are always shown, so that no minimum applies; with
// nothing admitted there is no rate.
func SettledRate(p Period, admitted []Admitted) Rate {
	var out Rate
	for _, a := range admitted {
		if a.MovedAway || !p.Holds(a.At) {
			continue
		}
		out.Whole++
		if a.Settled != nil && a.Settled.Before(p.To) {
			out.Part++
		}
	}
	out.Sample, out.Enough = out.Whole, out.Whole > 0
	return out
}
