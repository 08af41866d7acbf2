package deadline

import "time"

// Zone is the one zone of the product. China has kept UTC+8 without summer
// time since 1991, so a fixed offset needs no zone database on the machine.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date is a local calendar day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf gives the local day of an instant.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return Date{y, m, d}
}

// At gives the instant of a time of day on this date.
func (d Date) At(sinceMidnight time.Duration) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Zone).Add(sinceMidnight).UTC()
}

func (d Date) next() Date { return DateOf(d.At(36 * time.Hour)) }

func (d Date) prev() Date { return DateOf(d.At(-12 * time.Hour)) }

func (d Date) after(o Date) bool { return d.At(0).After(o.At(0)) }

// OfficialDays knows the official status of calendar days. Workday reports whether
// offices open on the day that contains the instant, and whether that is known
// officially or only guessed from the weekday.
type OfficialDays interface {
	Workday(day time.Time) (work, known bool)
}

// Session is an opening of the offices within a day, as time since midnight.
type Session struct{ From, To time.Duration }

// OfficeHours are the sessions used when a tenant sets none: 9:00–12:00 and
// 13:30–17:30, the published hours of Qingdao's government halls.
var OfficeHours = []Session{{9 * time.Hour, 12 * time.Hour}, {13*time.Hour + 30*time.Minute, 17*time.Hour + 30*time.Minute}}

// Calendar answers which moments are working time. It is immutable.
type Calendar struct {
	days     OfficialDays
	sessions []Session
}

// NewCalendar builds a calendar over the official days. Sessions must be
// ascending and apart; none means OfficeHours.
func NewCalendar(days OfficialDays, sessions []Session) *Calendar {
	if len(sessions) == 0 {
		sessions = OfficeHours
	}
	return &Calendar{days: days, sessions: sessions}
}

// WorkingDay reports whether offices open on that day.
func (c *Calendar) WorkingDay(d Date) bool {
	work, _ := c.days.Workday(d.At(12 * time.Hour))
	return work
}

// Add gives the instant at which a span that starts at t is over, and whether
// it is provisional because it falls beyond the officially known days. Natural
// spans are exact. Working hours run only in sessions. Working days do not
// count the day of t and end when offices close on the last one (the rule of
// 民法典 §201, §203: the first day is not counted, the last ends with business).
func (c *Calendar) Add(t time.Time, s Span) (due time.Time, provisional bool) {
	switch s.Unit {
	case Minutes:
		return t.Add(time.Duration(s.N) * time.Minute), false
	case Hours:
		return t.Add(time.Duration(s.N) * time.Hour), false
	case Days:
		return t.Add(time.Duration(s.N) * 24 * time.Hour), false
	case WorkingHours:
		due = c.addWorking(t, time.Duration(s.N)*time.Hour)
	case workingMinutes:
		due = c.addWorking(t, time.Duration(s.N)*time.Minute)
	case WorkingDays:
		due = c.addWorkingDays(t, s.N)
	}
	_, known := c.days.Workday(due)
	return due, !known
}

// addWorkingDays goes n working days on, or back when n is negative, and gives
// the closing time of the day it comes to.
func (c *Calendar) addWorkingDays(t time.Time, n int) time.Time {
	d := DateOf(t)
	for ; n != 0; n -= sign(n) {
		for {
			if n > 0 {
				d = d.next()
			} else {
				d = d.prev()
			}
			if c.WorkingDay(d) {
				break
			}
		}
	}
	return d.At(c.sessions[len(c.sessions)-1].To)
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// workingDaysBetween counts the working days after the day of a up to the day of b.
func (c *Calendar) workingDaysBetween(a, b time.Time) (n int) {
	last := DateOf(b)
	for d := DateOf(a).next(); !d.after(last); d = d.next() {
		if c.WorkingDay(d) {
			n++
		}
	}
	return n
}

func (c *Calendar) addWorking(t time.Time, left time.Duration) time.Time {
	for d := DateOf(t); ; d = d.next() {
		if !c.WorkingDay(d) {
			continue
		}
		for _, s := range c.sessions {
			from, to := d.At(s.From), d.At(s.To)
			if t.After(from) {
				from = t
			}
			open := to.Sub(from)
			if open <= 0 {
				continue
			}
			if left <= open {
				return from.Add(left)
			}
			left -= open
		}
	}
}

// takeWorking goes back from t by an amount of working time.
func (c *Calendar) takeWorking(t time.Time, left time.Duration) time.Time {
	for d := DateOf(t); ; d = d.prev() {
		if !c.WorkingDay(d) {
			continue
		}
		for i := len(c.sessions) - 1; i >= 0; i-- {
			from, to := d.At(c.sessions[i].From), d.At(c.sessions[i].To)
			if t.Before(to) {
				to = t
			}
			open := to.Sub(from)
			if open <= 0 {
				continue
			}
			// Exactly at an opening means at the close before it, as when counting on.
			if left < open {
				return to.Add(-left)
			}
			left -= open
		}
	}
}

// Shift moves an instant by an amount of time, back when it is negative: along
// the offices' opening hours when working is set, else along the wall clock.
func (c *Calendar) Shift(t time.Time, by time.Duration, working bool) time.Time {
	switch {
	case !working || by == 0:
		return t.Add(by)
	case by > 0:
		return c.addWorking(t, by)
	}
	return c.takeWorking(t, -by)
}

// Measure gives the time from a to b, negative when b is earlier: working time
// when working is set, else wall time.
func (c *Calendar) Measure(a, b time.Time, working bool) time.Duration {
	switch {
	case !working:
		return b.Sub(a)
	case b.Before(a):
		return -c.Between(b, a)
	}
	return c.Between(a, b)
}

// Between gives how much working time lies between two instants; zero when b
// is not after a.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	var sum time.Duration
	last := DateOf(b)
	for d := DateOf(a); !d.after(last); d = d.next() {
		if !c.WorkingDay(d) {
			continue
		}
		for _, s := range c.sessions {
			from, to := d.At(s.From), d.At(s.To)
			if a.After(from) {
				from = a
			}
			if b.Before(to) {
				to = b
			}
			if to.After(from) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

// Words says an instant the way a notice does: "11月26日17:30", with the year
// only when it differs from that of now.
func Words(t, now time.Time) string {
	local := t.In(Zone)
	if local.Year() != now.In(Zone).Year() {
		return local.Format("2006年1月2日15:04")
	}
	return local.Format("1月2日15:04")
}
