package deadline

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/internal/platform/database"
)

var unitLadder = Ladder{80, 100, 150, 200, 300}

func (w *ward) cal() *Calendar { return NewCalendar(w.days, nil) }

// climb begins a clock with a ladder.
func (w *ward) climb(span string, l Ladder) Subject {
	w.t.Helper()
	s := w.begin("handling", span)
	w.do(func(ctx context.Context, tx *database.Tx) error {
		_, err := Begin(ctx, tx, w.cal(), Order{Subject: s, Clock: "handling", Span: MustSpan(span), From: w.kit.Clock.Now(), Ladder: l, Round: 2})
		return err
	})
	return s
}

func (w *ward) row(s Subject) (d *db.Deadline) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx *database.Tx) (err error) {
		d, err = tx.Deadline.Query().Where(entdeadline.SubjectID(s.ID), entdeadline.StoppedAtIsNil()).Only(ctx)
		return err
	})
	return d
}

func (w *ward) try(f func(ctx context.Context, tx *database.Tx) error) error {
	return w.kit.DB.Do(w.t.Context(), tenancyOf, f)
}

func (w *ward) pause(s Subject, d time.Duration) error {
	now := w.kit.Clock.Now()
	return w.try(func(ctx context.Context, tx *database.Tx) error {
		_, err := Pause(ctx, tx, w.cal(), s, "handling", Break{At: now, Until: now.Add(d), Reason: "调解"})
		return err
	})
}

func (w *ward) resume(s Subject) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx *database.Tx) error {
		_, err := Resume(ctx, tx, w.cal(), s, "handling", w.kit.Clock.Now())
		return err
	})
}

func (w *ward) extend(s Subject, due time.Time) error {
	return w.try(func(ctx context.Context, tx *database.Tx) error {
		_, err := Extend(ctx, tx, w.cal(), s, "handling", due, w.kit.Clock.Now())
		return err
	})
}

func (w *ward) expect(s Subject, rungs ...int) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortFunc(w.rungs[s.ID], func(a, b told) int { return cmp.Compare(a.turn, b.turn) })
	var got []int
	for _, one := range w.rungs[s.ID] {
		got = append(got, one.rung)
	}
	if !slices.Equal(got, rungs) {
		w.t.Fatalf("told %v, want %v", got, rungs)
	}
}

func TestEveryRungIsToldAtItsMinute(t *testing.T) {
	wards(t, func(w *ward) {
		s, start := w.climb("10h", unitLadder), w.kit.Clock.Now()
		var told []int
		for _, rung := range unitLadder {
			at := start.Add(10 * time.Hour / 100 * time.Duration(rung))
			w.kit.Clock.Set(at.Add(-time.Microsecond))
			w.sweep(w.sweeper())
			w.expect(s, told...)
			w.kit.Clock.Set(at)
			if n := w.sweep(w.sweeper()) + w.sweep(w.sweeper()); n != 1 {
				w.t.Fatalf("rung %d told %d times", rung, n)
			}
			told = append(told, rung)
			w.expect(s, told...)
		}
		if d := w.row(s); d.Rung != 300 || d.NextCheckAt != nil || d.FiredAt == nil || d.Round != 2 {
			w.t.Fatalf("%+v", d)
		}
	})
}

func TestClockJumps(t *testing.T) {
	wards(t, func(w *ward) {
		day := 24 * time.Hour
		year, back, plus := w.climb("10d", unitLadder), w.climb("10h", Ladder{50, 100}), w.climb("1d", unitLadder)
		w.kit.Clock.Advance(5 * time.Hour)
		w.sweep(w.sweeper())
		w.expect(back, 50)
		w.kit.Clock.Advance(-day)
		if n := w.sweep(w.sweeper()); n != 0 {
			w.t.Fatalf("%d told after the clock was set back", n)
		}
		w.kit.Clock.Advance(day)
		if n := w.sweep(w.sweeper()); n != 0 {
			w.t.Fatalf("%d told twice", n)
		}
		w.kit.Clock.Advance(day)
		w.sweep(w.sweeper())
		w.expect(back, 50, 100)
		w.expect(plus, 80, 100)
		w.kit.Clock.Advance(365 * day)
		w.sweep(w.sweeper())
		w.expect(year, 80, 100, 150, 200, 300)
		w.expect(plus, 80, 100, 150, 200, 300)
		w.kit.Clock.Advance(-365 * day)
		w.kit.Clock.Advance(366 * day)
		if n := w.sweep(w.sweeper()); n != 0 {
			w.t.Fatalf("%d told twice after the year", n)
		}
	})
}

func TestManySweepersClimbTogether(t *testing.T) {
	wards(t, func(w *ward) {
		var all []Subject
		for range 30 {
			all = append(all, w.climb("1h", unitLadder))
		}
		w.kit.Clock.Advance(4 * time.Hour)
		errs := make(chan error, 3)
		for range 3 {
			go func() {
				_, err := w.sweeper().Sweep(context.Background())
				errs <- err
			}()
		}
		for range 3 {
			if err := <-errs; err != nil {
				w.t.Error(err)
			}
		}
		w.sweep(w.sweeper())
		for _, s := range all {
			w.expect(s, unitLadder...)
		}
	})
}

func TestAPausedClockTellsNothingAndResumesByItself(t *testing.T) {
	wards(t, func(w *ward) {
		s, start := w.climb("10h", unitLadder), w.kit.Clock.Now()
		w.kit.Clock.Advance(7 * time.Hour)
		if err := w.pause(s, 48*time.Hour); err != nil {
			w.t.Fatal(err)
		}
		if err := w.pause(s, time.Hour); !errors.Is(err, ErrPaused) {
			w.t.Errorf("paused twice: %v", err)
		}
		w.kit.Clock.Advance(48*time.Hour - time.Second)
		if n := w.sweep(w.sweeper()); n != 0 {
			w.t.Fatalf("%d told while paused", n)
		}
		// The sweeper comes two hours late: the pause was 48 hours all the same, so 80 % is over.
		w.kit.Clock.Advance(2*time.Hour + time.Second)
		w.sweep(w.sweeper())
		if w.resumed[s.ID] != 1 {
			w.t.Fatalf("resumed %d times", w.resumed[s.ID])
		}
		w.expect(s, 80)
		d := w.row(s)
		if !d.DueAt.Equal(start.Add(58*time.Hour)) || !d.FirstDueAt.Equal(start.Add(10*time.Hour)) || d.Pauses != 1 || d.PausedAt != nil {
			w.t.Fatalf("%+v", d)
		}
		w.kit.Clock.Set(d.DueAt)
		w.sweep(w.sweeper())
		w.expect(s, 80, 100)
		if err := w.pause(s, time.Hour); !errors.Is(err, ErrMissed) {
			w.t.Errorf("a missed clock was silenced: %v", err)
		}
	})
}

func TestAnEarlyResumeTakesBackTheRest(t *testing.T) {
	wards(t, func(w *ward) {
		s, start := w.climb("10h", unitLadder), w.kit.Clock.Now()
		if err := w.pause(s, 48*time.Hour); err != nil {
			w.t.Fatal(err)
		}
		if d := w.row(s); !d.DueAt.Equal(start.Add(58*time.Hour)) || d.PauseReason != "调解" {
			w.t.Fatalf("as things stand: %+v", d)
		}
		w.kit.Clock.Advance(3 * time.Hour)
		w.resume(s)
		w.resume(s)
		if d := w.row(s); !d.DueAt.Equal(start.Add(13*time.Hour)) || !d.NextCheckAt.Equal(start.Add(11*time.Hour)) {
			w.t.Fatalf("%+v", d)
		}
		if err := w.pause(s, 0); !errors.Is(err, ErrNoEnd) {
			w.t.Errorf("a pause without an end: %v", err)
		}
		w.kit.Clock.Advance(-24 * time.Hour)
		if err := w.pause(s, 72*time.Hour); err != nil {
			w.t.Fatal(err)
		}
		w.kit.Clock.Advance(-time.Hour)
		w.resume(s)
		if d := w.row(s); !d.DueAt.Equal(start.Add(13 * time.Hour)) {
			w.t.Fatalf("a clock set back changed the due time to %s", d.DueAt)
		}
	})
}

func TestExtendOnce(t *testing.T) {
	wards(t, func(w *ward) {
		s, start := w.climb("10h", unitLadder), w.kit.Clock.Now()
		w.kit.Clock.Advance(8 * time.Hour)
		w.sweep(w.sweeper())
		if err := w.extend(s, start.Add(9*time.Hour)); !errors.Is(err, ErrNotLater) {
			w.t.Errorf("extended to an earlier time: %v", err)
		}
		if err := w.extend(s, start.Add(20*time.Hour)); err != nil {
			w.t.Fatal(err)
		}
		if err := w.extend(s, start.Add(30*time.Hour)); !errors.Is(err, ErrExtended) {
			w.t.Errorf("extended twice: %v", err)
		}
		w.kit.Clock.Set(start.Add(16 * time.Hour))
		w.sweep(w.sweeper())
		w.expect(s, 80)
		w.kit.Clock.Set(start.Add(30 * time.Hour))
		w.sweep(w.sweeper())
		w.expect(s, 80, 100, 150)
		if d := w.row(s); !d.FirstDueAt.Equal(start.Add(10*time.Hour)) || !d.DueAt.Equal(start.Add(20*time.Hour)) {
			w.t.Fatalf("%+v", d)
		}
	})
}

func TestMoveToIsOnlyShorter(t *testing.T) {
	wards(t, func(w *ward) {
		s, start := w.climb("10h", unitLadder), w.kit.Clock.Now()
		move := func(hours int) error {
			return w.try(func(ctx context.Context, tx *database.Tx) error {
				_, err := MoveTo(ctx, tx, w.cal(), s, "handling", start.Add(time.Duration(hours)*time.Hour))
				return err
			})
		}
		if err := move(12); !errors.Is(err, ErrNotEarlier) {
			w.t.Errorf("moved later: %v", err)
		}
		if err := move(5); err != nil {
			w.t.Fatal(err)
		}
		w.kit.Clock.Set(start.Add(4 * time.Hour))
		w.sweep(w.sweeper())
		w.expect(s, 80)
		if err := w.extend(Subject{Kind: "thing"}, start); !errors.Is(err, ErrNotRunning) {
			w.t.Errorf("extended nothing: %v", err)
		}
	})
}

func TestASweepAndAnExtensionMeet(t *testing.T) {
	wards(t, func(w *ward) {
		for range 5 {
			s, start := w.climb("10h", unitLadder), w.kit.Clock.Now()
			w.kit.Clock.Advance(8 * time.Hour)
			swept := make(chan error)
			go func() {
				_, err := w.sweeper().Sweep(context.Background())
				swept <- err
			}()
			err := w.extend(s, start.Add(20*time.Hour))
			if errors.Is(err, ErrStale) {
				err = w.extend(s, start.Add(20*time.Hour))
			}
			if err := errors.Join(err, <-swept); err != nil {
				w.t.Fatal(err)
			}
			w.sweep(w.sweeper())
			w.kit.Clock.Advance(8 * time.Hour)
			w.sweep(w.sweeper())
			w.expect(s, 80)
		}
	})
}
