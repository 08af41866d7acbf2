package clock_test

import (
	"testing"
	"time"

	"huying/internal/platform/clock"
)

func TestNow(t *testing.T) {
	t.Run("is_utc_in_microseconds", func(t *testing.T) {
		for _, c := range []clock.Clock{clock.System(), clock.NewFake(time.Now())} {
			now := c.Now()
			if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
				t.Errorf("%T: %v", c, now)
			}
		}
	})
	t.Run("a_fake_moves_only_when_told", func(t *testing.T) {
		start := time.Date(2026, 3, 1, 8, 0, 0, 1999, time.FixedZone("CST", 8*3600))
		f := clock.NewFake(start)
		want := time.Date(2026, 3, 1, 0, 0, 0, 1000, time.UTC)
		if got := f.Now(); !got.Equal(want) {
			t.Fatalf("got %v want %v", got, want)
		}
		if got := f.Advance(90 * time.Minute); !got.Equal(want.Add(90*time.Minute)) || !f.Now().Equal(got) {
			t.Fatalf("advanced to %v", got)
		}
		f.Set(start.Add(-time.Hour))
		if got := f.Now(); !got.Equal(want.Add(-time.Hour)) {
			t.Fatalf("set to %v", got)
		}
	})
}
