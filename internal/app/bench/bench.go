package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"huying/internal/platform/clock"
	"huying/internal/platform/config"
)

// Options say what is measured and for how long.
type Options struct {
	// Config is a seeded demo.
	Config config.Config
	// Rounds of every comparison, five at least, and how long one side of a round takes.
	Rounds int
	Round  time.Duration
	// Clients that ask at once where many do.
	Clients int
	// Only these lines; none means all.
	Only []string
	// Out hears what is done and gets the table.
	Out io.Writer
}

// minRounds is the fewest that a median is taken of.
const minRounds = 5

// Line is one measured promise.
type Line struct {
	Key  string `json:"key"`
	What string `json:"what"`
	// Against is what it was compared with, or how it was taken.
	Against string `json:"against"`
	// Value is a ratio, or a figure in Unit. It is good up to Bound, or from Bound on.
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Bound   float64 `json:"bound"`
	AtLeast bool    `json:"at_least"`
	// Product and Bare are how many a second each did, where both were measured.
	Product float64 `json:"product,omitempty"`
	Bare    float64 `json:"bare,omitempty"`
	// Spread are the smallest and the greatest value of a round.
	Spread [2]float64 `json:"spread"`
}

// Good says whether the promise is kept.
func (l Line) Good() bool {
	if l.AtLeast {
		return l.Value >= l.Bound
	}
	return l.Value <= l.Bound
}

// Result is one run.
type Result struct {
	Machine Machine   `json:"machine"`
	Engine  string    `json:"engine"`
	Reports int       `json:"reports"`
	At      time.Time `json:"at"`
	Lines   []Line    `json:"lines"`
}

// ErrMissed says that a promise was not kept.
var ErrMissed = errors.New("bench: not every line keeps its promise")

// probe measures some lines on a running house.
type probe struct {
	keys []string
	run  func(context.Context, *house) ([]Line, error)
}

// Run measures. The house's own process is measured first, because the embedded
// store lets only one process in.
func Run(ctx context.Context, o Options) (*Result, error) {
	if o.Rounds < minRounds {
		return nil, fmt.Errorf("bench: %d rounds are too few for a median; take %d or more", o.Rounds, minRounds)
	}
	out := &Result{Machine: thisMachine(), Engine: o.Config.Database.Engine, At: clock.System().Now()}
	if o.wants("i") {
		lines, err := o.process(ctx)
		if err != nil {
			return nil, fmt.Errorf("bench: process: %w", err)
		}
		out.Lines = append(out.Lines, lines...)
	}
	h, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, p := range []probe{
		{[]string{"a"}, authority},
		{[]string{"b", "c"}, reads},
		{[]string{"g", "h"}, searches},
		{[]string{"e"}, actions},
		{[]string{"d"}, photos},
		{[]string{"f"}, copies},
	} {
		if !slices.ContainsFunc(p.keys, o.wants) {
			continue
		}
		lines, err := p.run(ctx, h)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("bench: %s: %w", strings.Join(p.keys, ", "), err), h.close())
		}
		out.Lines = append(out.Lines, lines...)
	}
	out.Reports = h.reports
	slices.SortStableFunc(out.Lines, func(a, b Line) int { return strings.Compare(a.Key, b.Key) })
	return out, h.close()
}

func (o Options) wants(key string) bool { return len(o.Only) == 0 || slices.Contains(o.Only, key) }

func (o Options) note(format string, args ...any) { fmt.Fprintf(o.Out, "  "+format+"\n", args...) }

// Print writes the table with a verdict per line.
func (r *Result) Print(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n%s, %d reports, %s\n\n", r.Machine, r.Engine, r.Reports, r.At.Format("2006-01-02 15:04 MST"))
	for _, l := range r.Lines {
		verdict, sign := "kept", "≤"
		if !l.Good() {
			verdict = "MISSED"
		}
		if l.AtLeast {
			sign = "≥"
		}
		fmt.Fprintf(w, "%-3s %-58s %9.3g %-6s %s %-6.3g %s\n", l.Key, l.What, l.Value, l.Unit, sign, l.Bound, verdict)
		fmt.Fprintf(w, "    %s", l.Against)
		if l.Product > 0 && l.Bare > 0 {
			fmt.Fprintf(w, ": %.4g/s against %.4g/s", l.Product, l.Bare)
		}
		if l.Spread != [2]float64{} {
			fmt.Fprintf(w, "; rounds %.3g to %.3g", l.Spread[0], l.Spread[1])
		}
		fmt.Fprintln(w)
	}
}

// Verdict is ErrMissed when a line is not good.
func (r *Result) Verdict() error {
	if slices.ContainsFunc(r.Lines, func(l Line) bool { return !l.Good() }) {
		return ErrMissed
	}
	return nil
}
