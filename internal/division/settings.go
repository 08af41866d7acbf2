package division

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/platform/fault"
)

// Settings are what a tenant decides for itself. They are practice, not law; where a statute sets a
// bound the room that applies the value keeps to it.
type Settings struct {
	Look
	// Clocks override how long a step may take, by clock kind or kind.class: "verify": "3wd",
	// "handling.urgent": "2h". Units: min, h, d natural; wh, wd working.
	Clocks map[string]string `json:"clocks"`
	// MinimumSample is the number of cases below which no rate is shown.
	MinimumSample int `json:"minimum_sample"`
	// BasicallySatisfied is what an answer "basically satisfied" counts, in hundredths.
	BasicallySatisfied int `json:"basically_satisfied"`
	// RateWeights weigh the three rates in the composite, in hundredths; their sum is 100.
	RateWeights RateWeights `json:"rate_weights"`
	// RateHistory are the weights that held before, oldest first; kept by the server, so that a month
	// that has ended is still counted by the weights of its days.
	RateHistory []PastRates `json:"rate_history,omitempty" doc:"以前的权重，由系统保存，填写无效"`
	// OfficeHours are the sessions of a working day, in local time.
	OfficeHours []OfficeSession `json:"office_hours"`
	// Retention says how long content is kept; fields left out take the defaults.
	Retention Retention `json:"retention,omitempty"`
	// EvidenceLock says how originals are kept from being removed; fields left out take the defaults.
	EvidenceLock EvidenceLock `json:"evidence_lock,omitempty"`
	// PublicPhone is the number citizens are told to call back.
	PublicPhone string `json:"public_phone"`
	// CrowdPeople different people about one place within CrowdHours alert the offices.
	CrowdPeople int `json:"crowd_people" doc:"多少人集中反映同一地点时提醒"`
	CrowdHours  int `json:"crowd_hours" doc:"多少小时之内"`
}

// RateWeights are hundredths of the composite of the three rates (三率).
type RateWeights struct {
	Response     int `json:"response"`
	Resolution   int `json:"resolution"`
	Satisfaction int `json:"satisfaction"`
}

// PastRates are the settings of the rates that held up to an instant.
type PastRates struct {
	Until              time.Time   `json:"until"`
	MinimumSample      int         `json:"minimum_sample"`
	BasicallySatisfied int         `json:"basically_satisfied"`
	RateWeights        RateWeights `json:"rate_weights"`
}

func (s Settings) rates() PastRates {
	return PastRates{MinimumSample: s.MinimumSample, BasicallySatisfied: s.BasicallySatisfied, RateWeights: s.RateWeights}
}

// following gives these settings as the successor of others at an instant: where the rates are
// weighed differently, what held so far joins the history.
func (s Settings) following(before Settings, at time.Time) Settings {
	s.RateHistory = before.RateHistory
	if past := before.rates(); past != s.rates() {
		past.Until = at
		s.RateHistory = append(slices.Clone(s.RateHistory), past)
	}
	return s
}

// RatesAt gives the settings of the rates that held at an instant; Until is zero for the present ones.
func (s Settings) RatesAt(t time.Time) PastRates {
	for _, past := range s.RateHistory {
		if t.Before(past.Until) {
			return past
		}
	}
	return s.rates()
}

// OfficeSession is one opening of the offices, as local "09:00".
type OfficeSession struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// DefaultSettings are the values of domain.md §3 that hold until a tenant decides otherwise.
func DefaultSettings() Settings {
	return Settings{
		Clocks:             map[string]string{},
		MinimumSample:      10,
		BasicallySatisfied: 90,
		RateWeights:        RateWeights{Response: 10, Resolution: 50, Satisfaction: 40},
		OfficeHours:        []OfficeSession{{"09:00", "12:00"}, {"13:30", "17:30"}},
		CrowdPeople:        10,
		CrowdHours:         72,
	}
}

// Retention is how many days content is kept; zero means the default.
type Retention struct {
	Refused  int `json:"refused_days,omitempty" doc:"不予受理、撤回的事项保留几天，默认365"`
	Closed   int `json:"closed_days,omitempty" doc:"其他办结事项保留几天，默认1095"`
	Inbox    int `json:"inbox_days,omitempty" doc:"站内消息保留几天，默认365"`
	Messages int `json:"message_days,omitempty" doc:"短信记录保留几天，默认30"`
}

// WithDefaults fills in what the tenant left open.
func (r Retention) WithDefaults() Retention {
	for field, days := range map[*int]int{&r.Refused: 365, &r.Closed: 3 * 365, &r.Inbox: 365, &r.Messages: 30} {
		if *field == 0 {
			*field = days
		}
	}
	return r
}

// check bounds the days: nothing goes while a matter may still be appealed or reopened (90 days), and nothing is
// kept for ever.
func (r Retention) check(fail func(name, format string, args ...any)) {
	for _, b := range []struct {
		name              string
		days, least, most int
	}{
		{"refused_days", r.Refused, 90, 3650},
		{"closed_days", r.Closed, 180, 3650},
		{"inbox_days", r.Inbox, 30, 1095},
		{"message_days", r.Messages, 7, 90},
	} {
		if b.days != 0 && (b.days < b.least || b.days > b.most) {
			fail("retention."+b.name, "应在 %d 到 %d 天之间。", b.least, b.most)
		}
	}
}

// EvidenceLock is the store's own lock on originals. GOVERNANCE can be lifted by the store's owner, as erasing a
// person's data needs; COMPLIANCE by nobody before its end, and cannot be shortened afterwards.
type EvidenceLock struct {
	Mode string `json:"lock_mode,omitempty" enum:"GOVERNANCE,COMPLIANCE," doc:"原件锁定方式，默认GOVERNANCE；COMPLIANCE到期前任何人都不能删除"`
	Days int    `json:"lock_days,omitempty" doc:"原件锁定几天，默认1095"`
}

// check bounds the lock: below 30 days it proves nothing, and a slip of the pen must not lock for a lifetime.
func (l EvidenceLock) check(fail func(name, format string, args ...any)) {
	if l.Mode != "" && l.Mode != "GOVERNANCE" && l.Mode != "COMPLIANCE" {
		fail("evidence_lock.lock_mode", "只能是 GOVERNANCE 或 COMPLIANCE。")
	}
	if l.Days != 0 && (l.Days < 30 || l.Days > 3650) {
		fail("evidence_lock.lock_days", "应在 30 到 3650 天之间。")
	}
}

var (
	clockKey   = regexp.MustCompile(`^[a-z][a-z_]{1,28}(\.(urgent|utility|ordinary|complex|danger))?$`)
	clockValue = regexp.MustCompile(`^([1-9][0-9]{0,4})(min|h|d|wh|wd)$`)
	clockTime  = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	dialable   = regexp.MustCompile(`^[0-9][0-9-]{2,18}$`)
)

// longestSpan bounds a clock, per unit, to about a year: longer is a slip of the pen.
var longestSpan = map[string]int{"min": 1440, "h": 8760, "d": 366, "wh": 2000, "wd": 250}

// Validate names every field that cannot stand. knownClock tells which clock kinds exist; nil accepts any.
func (s Settings) Validate(knownClock func(kind string) bool) []fault.Field {
	var bad []fault.Field
	fail := func(name, format string, args ...any) {
		bad = append(bad, fault.Field{Name: name, Message: fmt.Sprintf(format, args...)})
	}
	s.checkClocks(knownClock, fail)
	if s.MinimumSample < 1 || s.MinimumSample > 1000 {
		fail("minimum_sample", "应在 1 到 1000 之间。")
	}
	if s.BasicallySatisfied < 0 || s.BasicallySatisfied > 100 {
		fail("basically_satisfied", "应在 0 到 100 之间。")
	}
	w := s.RateWeights
	if w.Response < 0 || w.Resolution < 0 || w.Satisfaction < 0 || w.Response+w.Resolution+w.Satisfaction != 100 {
		fail("rate_weights", "三项权重都不能为负，合计应为 100。")
	}
	if s.CrowdPeople < 2 || s.CrowdPeople > 500 {
		fail("crowd_people", "应在 2 到 500 之间。")
	}
	if s.CrowdHours < 1 || s.CrowdHours > 720 {
		fail("crowd_hours", "应在 1 到 720 小时之间。")
	}
	bad = append(bad, checkSessions(s.OfficeHours)...)
	s.Retention.check(fail)
	s.EvidenceLock.check(fail)
	if s.PublicPhone != "" && !dialable.MatchString(s.PublicPhone) {
		fail("public_phone", "请填写可以拨打的号码。")
	}
	return bad
}

func (s Settings) checkClocks(knownClock func(kind string) bool, fail func(name, format string, args ...any)) {
	for _, key := range slices.Sorted(maps.Keys(s.Clocks)) {
		kind, _, _ := strings.Cut(key, ".")
		if !clockKey.MatchString(key) || knownClock != nil && !knownClock(kind) {
			fail("clocks."+key, "没有这个时限。")
			continue
		}
		m := clockValue.FindStringSubmatch(s.Clocks[key])
		if m == nil {
			fail("clocks."+key, "请写成 4wh、24h、3wd、7d 这样的时限。")
			continue
		}
		if n, _ := strconv.Atoi(m[1]); n > longestSpan[m[2]] {
			fail("clocks."+key, "时限最长 %d%s。", longestSpan[m[2]], m[2])
		}
	}
}

func checkSessions(sessions []OfficeSession) []fault.Field {
	if len(sessions) == 0 || len(sessions) > 4 {
		return []fault.Field{{Name: "office_hours", Message: "每天应有 1 到 4 段办公时间。"}}
	}
	last := ""
	for i, o := range sessions {
		if !clockTime.MatchString(o.From) || !clockTime.MatchString(o.To) || o.From >= o.To || o.From < last {
			return []fault.Field{{Name: fmt.Sprintf("office_hours[%d]", i), Message: "请按先后填写 09:00 这样的时间，各段不能重叠。"}}
		}
		last = o.To
	}
	return nil
}
