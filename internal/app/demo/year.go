package demo

import (
	"time"

	"huying/internal/deadline"
)

// lateJoiner is the district that joined three weeks ago: too few call-backs to be compared.
const (
	lateJoiner  = "370285"
	joinedSince = 20 * 24 * time.Hour
)

// weakTenant is the district that is late and disappoints more often than the others; emptyStation the one
// where a liaison station has its sign and no deputy.
const (
	weakTenant   = "370283"
	emptyStation = "370214"
)

// springs are the days of the Spring Festival, when people report little and sweep up a lot.
var springs = map[int]time.Time{
	2024: time.Date(2024, 2, 10, 0, 0, 0, 0, deadline.Zone), 2025: time.Date(2025, 1, 29, 0, 0, 0, 0, deadline.Zone),
	2026: time.Date(2026, 2, 17, 0, 0, 0, 0, deadline.Zone), 2027: time.Date(2027, 2, 6, 0, 0, 0, 0, deadline.Zone),
	2028: time.Date(2028, 1, 26, 0, 0, 0, 0, deadline.Zone), 2029: time.Date(2029, 2, 13, 0, 0, 0, 0, deadline.Zone),
}

// hours say how much is reported in each hour of the day: on the way to work, at noon, and most in the evening.
var hours = [24]float64{
	0.10, 0.06, 0.04, 0.03, 0.04, 0.12, 0.35, 0.75, 0.95, 0.80, 0.70, 0.65,
	0.70, 0.55, 0.55, 0.60, 0.65, 0.80, 0.95, 1.00, 0.95, 0.75, 0.45, 0.22,
}

// weekdays begin with Sunday.
var weekdays = [7]float64{0.70, 1.00, 0.96, 0.93, 0.92, 0.95, 0.74}

// season is what the time of year does to everybody.
type season struct{ heating, rain, summer, spring, national bool }

func seasonOf(at time.Time) season {
	local := at.In(deadline.Zone)
	day := int(local.Month())*100 + local.Day()
	s := season{
		heating: day >= 1115 || day <= 405, rain: day >= 701 && day <= 831, summer: day >= 601 && day <= 915,
		national: day >= 1001 && day <= 1007,
	}
	if eve, known := springs[local.Year()]; known {
		s.spring = !local.Before(eve.AddDate(0, 0, -1)) && local.Before(eve.AddDate(0, 0, 7))
	}
	return s
}

// busyness is how much is reported at an instant, at most 1.
func busyness(at time.Time) float64 {
	local, s := at.In(deadline.Zone), seasonOf(at)
	w := 0.8
	switch {
	case s.spring:
		w = 0.4
	case s.national:
		w = 0.6
	case s.rain:
		w = 1
	case s.heating && local.Month() == time.November:
		w = 1
	}
	return w * hours[local.Hour()] * weekdays[local.Weekday()]
}

// moment is when somebody reports, within a span that ends now.
func (c *cast) moment(now time.Time, span time.Duration) time.Time {
	for {
		at := now.Add(-time.Duration(c.tell.Between(0, 1) * float64(span)))
		if c.tell.Between(0, 1) < busyness(at) {
			return at
		}
	}
}

// seasonal is how many times as often a category is reported in a season.
func (s season) seasonal(category string) float64 {
	f := 1.0
	more := func(when bool, by float64) {
		if when {
			f *= by
		}
	}
	switch category {
	case "utilities":
		more(s.heating, 2.4)
	case "road", "manhole":
		more(s.rain, 1.8)
	case "greening":
		more(s.summer, 1.5)
		more(s.heating, 0.4)
	case "noise":
		more(s.summer, 1.7)
		more(s.spring, 1.6)
	case "garbage":
		more(s.spring, 1.8)
		more(s.summer, 1.2)
	case "parking":
		more(s.national, 1.6)
	}
	return f
}

// category chooses by the shares and the season.
func (c *cast) category(at time.Time) string {
	s, total := seasonOf(at), 0.0
	for _, k := range categoryShares {
		total += float64(k.share) * s.seasonal(k.key)
	}
	n := c.tell.Between(0, total)
	for _, k := range categoryShares {
		if n -= float64(k.share) * s.seasonal(k.key); n < 0 {
			return k.key
		}
	}
	return "other"
}

// often gives a percentage that is greater in the weak district.
func (c *cast) often(percent, weak int) bool {
	if c.tenant.Code == weakTenant {
		percent = weak
	}
	return c.tell.Chance(percent)
}

// span is how far back a tenant's history reaches.
func (c *cast) span() time.Duration {
	if c.tenant.Code == lateJoiner {
		return joinedSince
	}
	return year
}

// share is a tenant's weight among the reports.
func share(tenant string) int {
	if tenant == lateJoiner {
		return 1
	}
	return anchors[tenant].weight
}
