package division

import (
	"maps"
	"time"
)

// zone is China Standard Time: one offset, no summer time since 1991, so no zone database is needed.
var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Calendar knows the official working days: ordinary weeks corrected by holidays and make-up days (调休).
// Its zero value knows no year: every answer is then provisional.
type Calendar struct {
	days    map[string]bool
	horizon time.Time
}

// NewCalendar makes a calendar from exceptions to the ordinary week (day "2006-01-02" → worked) and the
// last day the announcements cover.
func NewCalendar(exceptions map[string]bool, horizon time.Time) Calendar {
	return Calendar{days: exceptions, horizon: horizon}
}

// with gives the calendar corrected by local days.
func (c Calendar) with(local []LocalDay) Calendar {
	if len(local) == 0 {
		return c
	}
	days := maps.Clone(c.days)
	if days == nil {
		days = map[string]bool{}
	}
	for _, d := range local {
		days[d.Day] = d.Working
	}
	return Calendar{days, c.horizon}
}

// Workday says whether people work on the local day of t. known is false beyond the horizon: the answer
// is then the ordinary week's and must be computed again when the year is announced.
func (c Calendar) Workday(t time.Time) (work, known bool) {
	local := t.In(zone)
	known = !c.horizon.IsZero() && !startOfDay(local).After(c.horizon)
	if w, ok := c.days[local.Format(time.DateOnly)]; ok {
		return w, known
	}
	wd := local.Weekday()
	return wd != time.Saturday && wd != time.Sunday, known
}

// Horizon is the last local day (midnight, China Standard Time) the announcements cover; zero when none is known.
func (c Calendar) Horizon() time.Time { return c.horizon }

func startOfDay(t time.Time) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
