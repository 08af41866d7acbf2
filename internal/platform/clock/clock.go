// Package clock is where time comes from. Nothing else in the product asks the operating system for the time, so a
// test can stand at the last minute of a deadline.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. Now is always in UTC and truncated to microseconds, the precision both databases keep.
type Clock interface {
	Now() time.Time
}

type system struct{}

func (system) Now() time.Time { return trim(time.Now()) }

// System is the clock of the machine.
func System() Clock { return system{} }

// Fake is a clock that stands still until it is moved. It is safe for concurrent use.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake returns a clock standing at t.
func NewFake(t time.Time) *Fake { return &Fake{now: trim(t)} }

// Now is the moment the clock stands at.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, which may lie in the past.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = trim(t)
}

// Advance moves the clock by d and returns the new moment.
func (f *Fake) Advance(d time.Duration) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = trim(f.now.Add(d))
	return f.now
}

func trim(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
