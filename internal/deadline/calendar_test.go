package deadline

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// days2026 is the State Council's notice for the days these tests use: the
// National Day holiday of 1–7 October with make-up work on 20 September and
// 10 October 2026; nothing is known about 2027.
type days2026 struct{}

func (days2026) Workday(day time.Time) (bool, bool) {
	local := day.In(Zone)
	if local.Year() != 2026 {
		return weekday(local), false
	}
	switch d := DateOf(day); {
	case d.Month == time.October && d.Day <= 7:
		return false, true
	case d == Date{2026, time.September, 20}, d == Date{2026, time.October, 10}:
		return true, true
	}
	return weekday(local), true
}

func weekday(local time.Time) bool {
	return local.Weekday() != time.Saturday && local.Weekday() != time.Sunday
}

func national2026() *Calendar { return NewCalendar(days2026{}, nil) }

func local(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, Zone)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func TestAdd(t *testing.T) {
	cases := []struct {
		name, from, span, want string
		provisional            bool
	}{
		{"natural_hours_run_at_night", "2026-09-30 23:40", "2h", "2026-10-01 01:40", false},
		{"natural_minutes", "2026-10-01 23:50", "15min", "2026-10-02 00:05", false},
		{"natural_days_run_through_holidays", "2026-09-30 10:00", "7d", "2026-10-07 10:00", false},
		{"working_hours_skip_the_lunch_break", "2026-09-21 11:00", "4wh", "2026-09-21 16:30", false},
		{"working_hours_end_exactly_at_closing", "2026-09-21 13:30", "4wh", "2026-09-21 17:30", false},
		{"working_hours_carry_to_the_next_morning", "2026-09-21 16:00", "4wh", "2026-09-22 11:30", false},
		{"working_hours_before_opening_start_at_opening", "2026-09-21 06:00", "3wh", "2026-09-21 12:00", false},
		{"working_hours_over_the_long_holiday", "2026-09-30 17:00", "1wh", "2026-10-08 09:30", false},
		{"a_make_up_sunday_is_worked", "2026-09-19 12:00", "4wh", "2026-09-20 14:30", false},
		{"working_days_do_not_count_the_first", "2026-09-21 08:00", "1wd", "2026-09-22 17:30", false},
		{"working_days_count_the_make_up_saturday", "2026-10-08 09:00", "3wd", "2026-10-12 17:30", false},
		{"working_days_over_the_long_holiday", "2026-09-30 09:00", "1wd", "2026-10-08 17:30", false},
		{"from_a_weekend", "2026-09-26 09:00", "1wd", "2026-09-28 17:30", false},
		{"beyond_the_known_year_is_provisional", "2026-12-31 09:00", "1wd", "2027-01-01 17:30", true},
		{"natural_time_is_never_provisional", "2026-12-31 09:00", "15d", "2027-01-15 09:00", false},
	}
	cal := national2026()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, provisional := cal.Add(local(c.from), MustSpan(c.span))
			if !got.Equal(local(c.want)) || provisional != c.provisional {
				t.Fatalf("got %s provisional=%v, want %s %v", got.In(Zone).Format("2006-01-02 15:04"), provisional, c.want, c.provisional)
			}
		})
	}
}

func drawInstant(t *rapid.T, label string) time.Time {
	return local("2026-09-01 00:00").Add(time.Duration(rapid.IntRange(0, 100*24*60*60).Draw(t, label)) * time.Second)
}

func TestWorkingHoursProperties(t *testing.T) {
	cal := national2026()
	rapid.Check(t, func(t *rapid.T) {
		from := drawInstant(t, "from")
		a, b := rapid.IntRange(1, 60).Draw(t, "a"), rapid.IntRange(1, 60).Draw(t, "b")
		first, _ := cal.Add(from, Span{a, WorkingHours})
		inSteps, _ := cal.Add(first, Span{b, WorkingHours})
		atOnce, _ := cal.Add(from, Span{a + b, WorkingHours})
		if !inSteps.Equal(atOnce) {
			t.Fatalf("in steps %s, at once %s", inSteps, atOnce)
		}
		if got := cal.Between(from, atOnce); got != time.Duration(a+b)*time.Hour {
			t.Fatalf("between gives %s for %d working hours", got, a+b)
		}
		if !cal.WorkingDay(DateOf(atOnce)) {
			t.Fatalf("due on a closed day: %s", atOnce)
		}
	})
}

func TestLaterStartIsNeverDueEarlier(t *testing.T) {
	cal := national2026()
	units := []Unit{Minutes, Hours, Days, WorkingHours, WorkingDays}
	rapid.Check(t, func(t *rapid.T) {
		from := drawInstant(t, "from")
		later := from.Add(time.Duration(rapid.IntRange(0, 10*24*3600).Draw(t, "later")) * time.Second)
		s := Span{rapid.IntRange(1, 40).Draw(t, "n"), rapid.SampledFrom(units).Draw(t, "unit")}
		d1, _ := cal.Add(from, s)
		d2, _ := cal.Add(later, s)
		if d2.Before(d1) {
			t.Fatalf("start %s due %s, later start %s due %s", from, d1, later, d2)
		}
		if !d1.After(from) {
			t.Fatalf("due %s is not after its start %s", d1, from)
		}
	})
}

func TestParseSpan(t *testing.T) {
	for _, bad := range []string{"", "4", "wh", "-1h", "0d", "1.5h", "4 wh", "3w", "99999999999h", "４wh"} {
		if s, err := ParseSpan(bad); err == nil {
			t.Errorf("%q was read as %v", bad, s)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := Span{rapid.IntRange(1, maxSpan).Draw(t, "n"), rapid.SampledFrom([]Unit{Minutes, Hours, Days, WorkingHours, WorkingDays}).Draw(t, "u")}
		back, err := ParseSpan(s.String())
		if err != nil || back != s {
			t.Fatalf("%v came back as %v, %v", s, back, err)
		}
	})
}

func FuzzParseSpan(f *testing.F) {
	f.Add("4wh")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpan(text)
		if err == nil && (s.N < 1 || s.N > maxSpan) {
			t.Fatalf("%q gave %v", text, s)
		}
	})
}

func TestWordsNameTheYearOnlyWhenItDiffers(t *testing.T) {
	now := local("2026-12-30 10:00")
	if got := Words(local("2026-12-31 17:30"), now); got != "12月31日17:30" {
		t.Fatal(got)
	}
	if got := Words(local("2027-01-04 09:05"), now); got != "2027年1月4日09:05" {
		t.Fatal(got)
	}
}
