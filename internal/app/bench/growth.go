package bench

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
)

// growthBand is how far a figure may move from the smallest size to a larger one.
const growthBand = 0.25

// Save keeps a run for comparing it later.
func (r *Result) Save(path string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return os.WriteFile(path, append(content, '\n'), 0o644) //nolint:gosec // figures, no secret
}

// Growth is (j): it compares kept runs of one engine over their sizes, by how
// many a second the product did. The ratio to the bare side is printed beside it:
// where that stayed and the figure fell, the engine or the machine got slower.
func Growth(w io.Writer, paths []string) error {
	var runs []Result
	for _, path := range paths {
		content, err := os.ReadFile(path) //nolint:gosec // what the command was given
		if err != nil {
			return fmt.Errorf("bench: %w", err)
		}
		var r Result
		if err := json.Unmarshal(content, &r); err != nil {
			return fmt.Errorf("bench: %s: %w", path, err)
		}
		runs = append(runs, r)
	}
	slices.SortStableFunc(runs, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.Engine, b.Engine), cmp.Compare(a.Reports, b.Reports))
	})
	missed := false
	for i, small := range runs {
		if i > 0 && runs[i-1].Engine == small.Engine {
			continue
		}
		for _, large := range runs[i+1:] {
			if large.Engine == small.Engine {
				missed = grown(w, small, large) || missed
			}
		}
	}
	if missed {
		return ErrMissed
	}
	return nil
}

func grown(w io.Writer, small, large Result) (missed bool) {
	fmt.Fprintf(w, "\n%s, %d → %d reports\n", small.Engine, small.Reports, large.Reports)
	for _, key := range []string{"b", "c", "d", "e"} {
		for _, l := range small.Lines {
			i := slices.IndexFunc(large.Lines, func(o Line) bool { return o.Key == key && o.What == l.What })
			if l.Key != key || i < 0 || l.Product == 0 || l.Value == 0 {
				continue
			}
			then, verdict := large.Lines[i], "flat"
			seconds := then.Product/l.Product - 1
			if seconds < -growthBand {
				missed, verdict = true, "SLOWER"
			}
			fmt.Fprintf(w, "(j) %s %-44s %8.4g/s → %8.4g/s (%+.0f %%), ratio %.2f → %.2f  %s\n", key, l.What, l.Product, then.Product, 100*seconds, l.Value, then.Value, verdict)
		}
	}
	return missed
}
