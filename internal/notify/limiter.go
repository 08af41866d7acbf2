package notify

import (
	"context"
	"sync"
	"time"

	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
)

// How often one address may open links, and how many of them may lead nowhere. Many phones share one address of a
// carrier, so the first is wide; a guess needs 2^127 tries anyway.
const (
	linkWindow = 10 * time.Minute
	linkLooks  = 1200
	linkMisses = 60
	// linkAddresses bounds the memory of the limiter; when more come in one window, all are counted anew.
	linkAddresses = 50_000
)

// limiter counts looks and misses by address in this process. It lives in memory: to write a row for every stranger
// would be a gift to whoever wants to do harm.
type limiter struct {
	mu     sync.Mutex
	start  time.Time
	looks  map[string]int
	misses map[string]int
}

// take counts and says how long to wait, zero when the look is allowed.
func (l *limiter) take(now time.Time, address string, miss bool) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if start := now.Truncate(linkWindow); !start.Equal(l.start) || len(l.looks) > linkAddresses {
		l.start, l.looks, l.misses = start, map[string]int{}, map[string]int{}
	}
	if miss {
		l.misses[address]++
	} else {
		l.looks[address]++
	}
	if l.looks[address] > linkLooks || l.misses[address] > linkMisses {
		return l.start.Add(linkWindow).Sub(now)
	}
	return 0
}

// AllowLink counts one look at a link from the caller's address, or a look that led nowhere, and refuses too many of
// either with fault.TooMany.
func (s *Service) AllowLink(ctx context.Context, miss bool) error {
	if wait := s.links.take(s.d.Clock.Now(), telemetry.OriginOf(ctx).Address, miss); wait > 0 {
		return fault.TooMany.New("查询太频繁，请稍后再试").After(wait)
	}
	return nil
}
