package gateway

import (
	"sync"
	"time"
)

// A gateway that fails this often in a row is left alone for this long; then one message tries it.
const (
	breakAfter = 5
	breakFor   = 30 * time.Second
)

// breaker keeps a gateway that is down from costing every message its timeout.
type breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time
}

// wait is how long the gateway is still left alone; zero lets the caller try. After the pause only one caller tries
// and the others wait for what comes of it.
func (b *breaker) wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < breakAfter {
		return 0
	}
	if left := b.until.Sub(now); left > 0 {
		return left
	}
	b.until = now.Add(breakFor)
	return 0
}

// note takes how a try went.
func (b *breaker) note(healthy bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if healthy {
		b.failures = 0
		return
	}
	if b.failures++; b.failures >= breakAfter {
		b.until = now.Add(breakFor)
	}
}

func (b *breaker) open(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures >= breakAfter && b.until.After(now)
}
