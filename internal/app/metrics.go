package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"huying/internal/deadline"
	"huying/internal/notify"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/jobs"
	"huying/internal/platform/objects"
	"huying/internal/platform/telemetry"
)

const (
	// scrapeTimeout bounds what reading the metrics may ask of the database.
	scrapeTimeout = 2 * time.Second
	// scrapeAge is how old a number that costs statements may be: every process is scraped, the database is one.
	scrapeAge = 15 * time.Second
)

// aged asks for a value at most once per scrapeAge; known is false when it cannot be had now.
type aged[T any] struct {
	ask   func(ctx context.Context) (T, error)
	mu    sync.Mutex
	at    time.Time
	value T
	known bool
}

func (g *aged[T]) get() (T, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now() //nolint:forbidigo // the age of a number, not a time of the product
	if g.at.IsZero() || now.Sub(g.at) >= scrapeAge {
		ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
		defer cancel()
		value, err := g.ask(ctx)
		g.value, g.known, g.at = value, err == nil, now
	}
	return g.value, g.known
}

// measure mounts what the process tells of its parts.
func (a *App) measure() {
	a.Store.Observe(func(operation string, err error, took time.Duration) {
		a.Metrics.StoreCall(operation, storeOutcome(err), took)
	})
	a.measurePools()
	queue := &aged[jobs.Stats]{ask: a.Jobs.Stats}
	a.Metrics.Family(telemetry.Family{
		Name: "huying_jobs", Help: "Jobs in the queue by state.", Labels: []string{"state"},
		Ask: func(emit func(float64, ...string)) {
			if s, known := queue.get(); known {
				for _, state := range []string{"available", "retryable", "running", "scheduled", "discarded"} {
					emit(float64(s.Jobs[state]), state)
				}
			}
		},
	})
	a.Metrics.Gauge("huying_jobs_oldest_seconds", "How long the job that waits longest has been due.", func() (float64, bool) {
		s, known := queue.get()
		if s.Oldest.IsZero() {
			return 0, known
		}
		return max(0, time.Since(s.Oldest).Seconds()), known //nolint:forbidigo // the queue's own stamps are the machine's
	})
	clocks := &aged[deadline.Lag]{ask: a.Sweeper.Lag}
	a.Metrics.Gauge("huying_clocks_overdue", "Running clocks whose time is up.", func() (float64, bool) {
		l, known := clocks.get()
		return float64(l.Overdue), known
	})
	a.Metrics.Gauge("huying_clocks_unswept_seconds", "How long a clock that is due has waited for the sweeper.", func() (float64, bool) {
		l, known := clocks.get()
		return l.Unswept.Seconds(), known
	})
	a.Metrics.Gauge("huying_event_streams", "Open streams of hints.", func() (float64, bool) { return float64(a.Notify.Streams()), true })
}

func (a *App) measurePools() {
	a.Metrics.Family(telemetry.Family{
		Name: "huying_pool_connections", Help: "Database connections by pool: in use, open, allowed.", Labels: []string{"pool", "what"},
		Ask: func(emit func(float64, ...string)) {
			for _, p := range a.DB.Pools() {
				emit(float64(p.InUse), p.Pool, "in_use")
				emit(float64(p.Open), p.Pool, "open")
				emit(float64(p.Max), p.Pool, "max")
			}
		},
	})
	counting := func(name, help string, of func(database.PoolStat) float64) {
		a.Metrics.Family(telemetry.Family{
			Name: name, Help: help, Labels: []string{"pool"}, Counting: true,
			Ask: func(emit func(float64, ...string)) {
				for _, p := range a.DB.Pools() {
					emit(of(p), p.Pool)
				}
			},
		})
	}
	counting("huying_pool_waits_total", "Times somebody had to wait for a connection.", func(p database.PoolStat) float64 { return float64(p.Waits) })
	counting("huying_pool_gave_up_total", "Times somebody waited in vain.", func(p database.PoolStat) float64 { return float64(p.GaveUp) })
	counting("huying_pool_waited_seconds_total", "Time spent waiting for connections.", func(p database.PoolStat) float64 { return p.Waited.Seconds() })
}

// storeOutcome is one of five words.
func storeOutcome(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, objects.ErrNotFound):
		return "not_found"
	case fault.Is(err, fault.Unavailable):
		return "unavailable"
	case errors.Is(err, context.Canceled):
		return "left"
	}
	return "failed"
}

// counted tells the metrics what became of each message.
type counted struct {
	notify.Driver
	metrics *telemetry.Metrics
}

// Send sends.
func (c counted) Send(ctx context.Context, m notify.Message) (string, error) {
	id, err := c.Driver.Send(ctx, m)
	var refused *notify.RefusedError
	switch {
	case err == nil:
		c.metrics.SMS("taken")
	case errors.As(err, &refused):
		c.metrics.SMS("refused")
	default:
		c.metrics.SMS("failed")
	}
	return id, err
}
