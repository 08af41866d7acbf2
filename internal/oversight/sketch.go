package oversight

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// accuracy is by how much a quantile may be wrong: 2 % of its value.
const accuracy = 0.02

// bins turns a time into the number of a DDSketch bin. Numbers of bins add up over any divisions and periods as every
// other measure does, so the sketch is kept as measures.
var bins = func() mapping.IndexMapping {
	m, err := mapping.NewLogarithmicMapping(accuracy)
	if err != nil {
		panic(fmt.Sprintf("oversight: sketch: %v", err)) // the constant is wrong
	}
	return m
}()

// bin names the bin of a time to resolve; what took less than a minute counts as one.
func bin(took time.Duration) string {
	return strconv.Itoa(bins.Index(max(took, time.Minute).Seconds()))
}

// Durations are the quantiles of times to resolve, in seconds.
type Durations struct {
	Count       int
	Median, P90 time.Duration
}

// durations reads the sketch out of counts. It panics on nothing: bins that do not parse cannot have been written.
func durations(c Counts) Durations {
	sketch := ddsketch.NewDDSketch(bins, store.NewSparseStore(), store.NewSparseStore())
	n := 0
	for measure, count := range c {
		name, is := strings.CutPrefix(measure, resolvedIn)
		if !is || count <= 0 {
			continue
		}
		index, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if err := sketch.AddWithCount(bins.Value(index), float64(count)); err == nil {
			n += count
		}
	}
	if n == 0 {
		return Durations{}
	}
	values, err := sketch.GetValuesAtQuantiles([]float64{0.5, 0.9})
	if err != nil {
		return Durations{}
	}
	return Durations{Count: n, Median: seconds(values[0]), P90: seconds(values[1])}
}

func seconds(v float64) time.Duration { return time.Duration(v) * time.Second }
