package bench

import (
	"context"
	"slices"
	"sync"
	"time"

	"huying/internal/platform/clock"
)

// work does one unit of work; worker tells the clients apart, n counts each one's turns.
type work func(ctx context.Context, worker, n int) error

// load lets clients work for a while and gives how many units a second they did.
func load(ctx context.Context, clients int, d time.Duration, do work) (float64, error) {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		total int
		first error
	)
	now := clock.System().Now
	start := now()
	until := start.Add(d)
	for worker := range clients {
		wg.Go(func() {
			n := 0
			for ; now().Before(until) && ctx.Err() == nil; n++ {
				if err := do(ctx, worker, n); err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
					break
				}
			}
			mu.Lock()
			total += n
			mu.Unlock()
		})
	}
	wg.Wait()
	if first == nil {
		first = ctx.Err()
	}
	return float64(total) / now().Sub(start).Seconds(), first
}

// duel lets two sides take turns, who begins alternating, and gives the median
// of the rounds' ratios of the first to the second.
func (o Options) duel(ctx context.Context, clients int, product, bare work) (Line, error) {
	sides := []work{product, bare}
	for _, side := range sides { // connections, caches and statements are warm
		if _, err := load(ctx, clients, o.Round/2, side); err != nil {
			return Line{}, err
		}
	}
	var ratios, rates [2][]float64
	for round := range o.Rounds {
		var rate [2]float64
		for turn := range sides {
			side := (turn + round) % len(sides)
			var err error
			if rate[side], err = load(ctx, clients, o.Round, sides[side]); err != nil {
				return Line{}, err
			}
			rates[side] = append(rates[side], rate[side])
		}
		ratios[0] = append(ratios[0], rate[0]/rate[1])
	}
	return Line{
		Value: median(ratios[0]), AtLeast: true, Product: median(rates[0]), Bare: median(rates[1]),
		Spread: [2]float64{slices.Min(ratios[0]), slices.Max(ratios[0])},
	}, nil
}

// latency asks one after the other for n times and gives the share of them, in
// milliseconds, that a quantile of 0.95 means.
func latency(ctx context.Context, n int, quantile float64, do work) (float64, error) {
	var took []float64
	now := clock.System().Now
	for i := range n {
		start := now()
		if err := do(ctx, 0, i); err != nil {
			return 0, err
		}
		took = append(took, float64(now().Sub(start).Microseconds())/1000)
	}
	slices.Sort(took)
	return took[min(len(took)-1, int(float64(len(took))*quantile))], nil
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	if len(sorted) == 0 {
		return 0
	}
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}
