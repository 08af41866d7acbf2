package deadline

import (
	"fmt"
	"strconv"
	"strings"
)

// Unit is how a span counts time.
type Unit string

// The closed list of units. Natural time runs at night and on holidays,
// working time only while offices are open.
const (
	Minutes      Unit = "min"
	Hours        Unit = "h"
	Days         Unit = "d"
	WorkingHours Unit = "wh"
	WorkingDays  Unit = "wd"
)

// workingMinutes is how a working-time clock that a person moved is measured
// from then on. No setting may name it.
const workingMinutes Unit = "wmin"

// maxSpan bounds a setting: no clock of this system is longer than ten years.
const maxSpan = 5_256_000

// Span is an amount of time as people promise it, e.g. {4, WorkingHours}.
type Span struct {
	N    int
	Unit Unit
}

// ParseSpan reads the form settings use: "15min", "24h", "7d", "4wh", "3wd".
func ParseSpan(text string) (Span, error) {
	text = strings.TrimSpace(text)
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(text[:digits])
	if err != nil || n < 1 || n > maxSpan {
		return Span{}, fmt.Errorf("span %q: want a whole number from 1 before the unit", text)
	}
	unit := Unit(text[digits:])
	switch unit {
	case Minutes, Hours, Days, WorkingHours, WorkingDays:
		return Span{N: n, Unit: unit}, nil
	}
	return Span{}, fmt.Errorf("span %q: unit must be min, h, d, wh or wd", text)
}

// MustSpan is ParseSpan for constants in code; it panics on a bad one.
func MustSpan(text string) Span {
	s, err := ParseSpan(text)
	if err != nil {
		panic(err)
	}
	return s
}

// IsZero reports whether no span was given.
func (s Span) IsZero() bool { return s.N == 0 }

// Working reports whether the span needs the working calendar.
func (s Span) Working() bool {
	return s.Unit == WorkingHours || s.Unit == WorkingDays || s.Unit == workingMinutes
}

// String gives the form ParseSpan reads.
func (s Span) String() string { return strconv.Itoa(s.N) + string(s.Unit) }

// Words says the span in plain Chinese, e.g. "4个工作小时".
func (s Span) Words() string {
	names := map[Unit]string{
		Minutes: "分钟", Hours: "小时", Days: "天", WorkingHours: "个工作小时", WorkingDays: "个工作日", workingMinutes: "个工作分钟",
	}
	return strconv.Itoa(s.N) + names[s.Unit]
}
