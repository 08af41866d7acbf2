package deadline

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/ent/db"
)

func draft(from, span string, l Ladder) *db.Deadline {
	return Order{Clock: "c", Span: MustSpan(span), From: local(from), Ladder: l}.Draft(national2026())
}

func TestRungAt(t *testing.T) {
	cases := []struct {
		name, from, span string
		percent          int
		want             string
	}{
		{"natural_days", "2026-09-21 10:00", "10d", 80, "2026-09-29 10:00"},
		{"natural_days_run_through_holidays", "2026-09-30 10:00", "10d", 50, "2026-10-05 10:00"},
		{"twice_the_time", "2026-09-21 10:00", "24h", 200, "2026-09-23 10:00"},
		{"three_times_the_time", "2026-09-21 10:00", "24h", 300, "2026-09-24 10:00"},
		{"over_the_year_end", "2026-12-30 10:00", "4d", 150, "2027-01-05 10:00"},
		{"over_the_leap_day", "2028-02-28 10:00", "2d", 100, "2028-03-01 10:00"},
		{"no_leap_day_in_other_years", "2027-02-28 10:00", "2d", 50, "2027-03-01 10:00"},
		{"working_hours_on_the_calendar", "2026-09-21 09:00", "4wh", 75, "2026-09-21 12:00"},
		{"working_hours_late_go_on_next_morning", "2026-09-21 13:30", "4wh", 150, "2026-09-22 11:00"},
		// Monday 9:00 to Thursday's close are 28 working hours; 80 % of them are 22.4.
		{"working_days_on_the_calendar_not_the_wall", "2026-09-21 09:00", "3wd", 80, "2026-09-24 10:24"},
		{"working_days_end_with_business", "2026-09-21 09:00", "3wd", 100, "2026-09-24 17:30"},
		// From 16:30 to the close of Friday 9 October: 1 + 7 + 7 working hours.
		{"working_days_over_the_long_holiday", "2026-09-30 16:30", "2wd", 50, "2026-10-08 17:00"},
		{"the_make_up_saturday_counts", "2026-10-09 17:30", "1wd", 50, "2026-10-10 14:00"},
		{"late_over_the_weekend", "2026-10-12 09:00", "3wd", 150, "2026-10-19 17:30"},
	}
	cal := national2026()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := cal.RungAt(draft(c.from, c.span, nil), c.percent)
			if !got.Equal(local(c.want)) {
				t.Fatalf("got %s, want %s", got.In(Zone).Format("2006-01-02 15:04"), c.want)
			}
		})
	}
}

// TestRungsAscend: whatever the clock, a higher rung is never earlier, 100 is
// the due time, and a percent of a working clock is that much working time.
func TestRungsAscend(t *testing.T) {
	cal := national2026()
	units := []Unit{Minutes, Hours, Days, WorkingHours, WorkingDays}
	rapid.Check(t, func(t *rapid.T) {
		s := Span{rapid.IntRange(1, 30).Draw(t, "n"), rapid.SampledFrom(units).Draw(t, "unit")}
		d := Order{Clock: "c", Span: s, From: drawInstant(t, "from")}.Draft(cal)
		low, high := rapid.IntRange(1, 300).Draw(t, "low"), rapid.IntRange(1, 300).Draw(t, "high")
		if low > high {
			low, high = high, low
		}
		if cal.RungAt(d, high).Before(cal.RungAt(d, low)) {
			t.Fatalf("%s: %d %% is after %d %%", s, low, high)
		}
		if !cal.RungAt(d, 100).Equal(d.DueAt) {
			t.Fatal("100 % is not the due time")
		}
		part := cal.Measure(cal.RungAt(d, low), cal.RungAt(d, high), s.Working())
		want := cal.Length(d) / 100 * time.Duration(high-low)
		if diff := part - want; diff > time.Millisecond || diff < -time.Millisecond {
			t.Fatalf("%s: %d to %d %% are %s of %s", s, low, high, part, cal.Length(d))
		}
	})
}

func TestShiftThereAndBack(t *testing.T) {
	cal := national2026()
	rapid.Check(t, func(t *rapid.T) {
		from := drawInstant(t, "from")
		by := time.Duration(rapid.IntRange(1, 100*60).Draw(t, "minutes")) * time.Minute
		there := cal.Shift(from, by, true)
		if got := cal.Measure(from, there, true); got != by {
			t.Fatalf("shifted by %s, measured %s", by, got)
		}
		back := cal.Shift(there, -by, true)
		if got := cal.Measure(back, from, true); got != 0 {
			t.Fatalf("there and back are %s apart", got)
		}
	})
}

func TestPausedDue(t *testing.T) {
	cases := []struct{ name, due, unit, from, until, want string }{
		{"natural_time_moves_by_the_wall", "2026-09-25 10:00", "d", "2026-09-21 10:00", "2026-09-23 12:00", "2026-09-27 12:00"},
		{"working_hours_move_by_working_time", "2026-09-22 11:30", "wh", "2026-09-21 16:30", "2026-09-22 10:00", "2026-09-22 15:00"},
		{"a_night_is_no_working_time", "2026-09-22 11:30", "wh", "2026-09-21 18:00", "2026-09-22 08:00", "2026-09-22 11:30"},
		{"working_days_move_by_whole_days", "2026-09-24 17:30", "wd", "2026-09-21 16:00", "2026-09-23 09:00", "2026-09-28 17:30"},
		{"a_pause_within_a_day_moves_no_working_day", "2026-09-24 17:30", "wd", "2026-09-21 09:00", "2026-09-21 17:00", "2026-09-24 17:30"},
		{"the_long_holiday_is_no_pause", "2026-10-08 17:30", "wd", "2026-09-30 17:00", "2026-10-08 08:00", "2026-10-09 17:30"},
		{"over_the_year_end", "2026-12-31 17:30", "wd", "2026-12-30 09:00", "2026-12-31 09:00", "2027-01-01 17:30"},
		{"over_the_leap_day", "2028-02-28 10:00", "d", "2028-02-27 10:00", "2028-02-29 10:00", "2028-03-01 10:00"},
	}
	cal := national2026()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			due, from, until := local(c.due), local(c.from), local(c.until)
			got := cal.pausedDue(due, Unit(c.unit), from, until, false)
			if !got.Equal(local(c.want)) {
				t.Fatalf("got %s, want %s", got.In(Zone).Format("2006-01-02 15:04"), c.want)
			}
			if back := cal.pausedDue(got, Unit(c.unit), from, until, true); !back.Equal(due) {
				t.Fatalf("taken back gives %s, was %s", back.In(Zone).Format("2006-01-02 15:04"), c.due)
			}
		})
	}
}

func TestLadder(t *testing.T) {
	l := Ladder{80, 100, 150, 200, 300}
	if l.check() != nil || len(l.String()) > maxLadder {
		t.Fatal(l.String())
	}
	for _, bad := range []Ladder{{80}, {100, 80}, {0, 100}, {10, 20, 30, 40, 50, 60, 100}} {
		if bad.check() == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	told, seen := 0, []int{}
	for rung := l.next(0); rung != 0; rung = l.next(told) {
		told = rung
		seen = append(seen, rung)
	}
	if len(seen) != 5 || told != 300 {
		t.Fatalf("climbed %v", seen)
	}
	if got := ladderOf(&db.Deadline{}); len(got) != 1 || got[0] != 100 {
		t.Fatalf("no ladder is read as %v", got)
	}
}

func TestAShortenedClockIsMeasuredAnew(t *testing.T) {
	cal := national2026()
	d := Order{Clock: "c", Span: MustSpan("10d"), From: local("2026-09-21 10:00"), NotAfter: local("2026-09-26 10:00")}.Draft(cal)
	if got := cal.RungAt(d, 80); !got.Equal(local("2026-09-25 10:00")) {
		t.Fatalf("80 %% of five days at %s", got.In(Zone))
	}
	w := Order{Clock: "c", Span: MustSpan("3wd"), From: local("2026-09-21 09:00"), NotAfter: local("2026-09-22 17:30")}.Draft(cal)
	if got := cal.RungAt(w, 50); !got.Equal(local("2026-09-21 17:30")) {
		t.Fatalf("half of two working days at %s", got.In(Zone))
	}
}
