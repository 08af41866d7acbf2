package deadline

import (
	"testing"
	"time"
)

// years2027 are invented notices for 2027 and 2028: New Year's day and a holiday around it, with make-up work on the Sunday after.
type years2027 struct{}

func (years2027) Workday(day time.Time) (bool, bool) {
	local := day.In(Zone)
	known := local.Year() == 2027 || local.Year() == 2028
	switch DateOf(day) {
	case Date{2027, time.December, 31}, Date{2028, time.January, 1}, Date{2028, time.January, 3}:
		return false, known // Friday to Monday
	case Date{2028, time.January, 9}:
		return true, known // a worked Sunday
	}
	return weekday(local), known
}

func TestYearEndAndLeapDay(t *testing.T) {
	cal := NewCalendar(years2027{}, nil)
	for name, c := range map[string]struct {
		from, span, want string
		provisional      bool
	}{
		"working_days_over_the_new_year":           {"2027-12-30 10:00", "1wd", "2028-01-04 17:30", false},
		"working_hours_over_the_new_year":          {"2027-12-30 17:00", "1wh", "2028-01-04 09:30", false},
		"natural_days_over_the_new_year":           {"2027-12-30 10:00", "7d", "2028-01-06 10:00", false},
		"the_make_up_sunday_counts":                {"2028-01-07 10:00", "1wd", "2028-01-09 17:30", false},
		"working_hours_on_the_make_up_sunday":      {"2028-01-07 16:30", "2wh", "2028-01-09 10:00", false},
		"from_the_leap_day":                        {"2028-02-29 10:00", "1wd", "2028-03-01 17:30", false},
		"onto_the_leap_day":                        {"2028-02-28 10:00", "1wd", "2028-02-29 17:30", false},
		"natural_days_over_the_leap_day":           {"2028-02-28 10:00", "2d", "2028-03-01 10:00", false},
		"the_day_after_28_February_in_other_years": {"2027-02-26 10:00", "1wd", "2027-03-01 17:30", false},
		"the_last_known_day":                       {"2028-12-28 10:00", "1wd", "2028-12-29 17:30", false},
		"over_the_horizon":                         {"2028-12-29 10:00", "1wd", "2029-01-01 17:30", true},
		"hours_over_the_horizon":                   {"2028-12-29 17:00", "1wh", "2029-01-01 09:30", true},
	} {
		t.Run(name, func(t *testing.T) {
			got, provisional := cal.Add(local(c.from), MustSpan(c.span))
			if !got.Equal(local(c.want)) || provisional != c.provisional {
				t.Fatalf("got %s provisional=%v, want %s %v", got.In(Zone).Format("2006-01-02 15:04"), provisional, c.want, c.provisional)
			}
		})
	}
}

// China keeps one time all year: a natural day is 24 hours on every day of it, whatever zone the machine is set to.
func TestADayHasTwentyFourHoursAllYear(t *testing.T) {
	cal := NewCalendar(years2027{}, nil)
	for at := local("2027-01-01 02:30"); at.Before(local("2028-12-31 00:00")); at = at.Add(24 * time.Hour) {
		if got, _ := cal.Add(at, MustSpan("1d")); got.Sub(at) != 24*time.Hour || got.In(Zone).Hour() != 2 {
			t.Fatalf("a day from %s is %s", at, got.Sub(at))
		}
	}
}
