package deadline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/ent/db"
)

// Ladder lists the rungs of a clock, ascending, in percent of its time. 100 is
// the due time. A clock without a ladder has that rung alone.
type Ladder []int

// maxLadder is how many characters the column of a ladder holds.
const maxLadder = 20

// String gives the form a row keeps, e.g. "80,100,150": a clock climbs the
// ladder it was begun with, whatever the code says later.
func (l Ladder) String() string {
	words := make([]string, len(l))
	for i, rung := range l {
		words[i] = strconv.Itoa(rung)
	}
	return strings.Join(words, ",")
}

func (l Ladder) check() error {
	if len(l.String()) > maxLadder || !slices.IsSorted(l) || len(l) > 0 && (l[0] < 1 || !slices.Contains(l, 100)) {
		return fmt.Errorf("deadline: ladder %v: want ascending percents with 100 among them", []int(l))
	}
	return nil
}

// ladderOf reads a row's ladder; what cannot be read leaves the due time alone.
func ladderOf(d *db.Deadline) Ladder {
	var l Ladder
	for _, word := range strings.Split(d.Ladder, ",") {
		rung, err := strconv.Atoi(word)
		if err != nil {
			return Ladder{100}
		}
		l = append(l, rung)
	}
	return l
}

// next is the first rung above the one last told; 0 when the top is reached.
func (l Ladder) next(told int) int {
	for _, rung := range l {
		if rung > told {
			return rung
		}
	}
	return 0
}

// Length is how much time a clock has in all, pauses apart: working time for a
// clock in working units, so that a percent of it is measured on the calendar.
func (c *Calendar) Length(d *db.Deadline) time.Duration {
	s := spanOf(d)
	switch s.Unit {
	case Minutes, workingMinutes:
		return time.Duration(s.N) * time.Minute
	case Hours, WorkingHours:
		return time.Duration(s.N) * time.Hour
	case WorkingDays:
		due, _ := c.Add(d.StartedAt, s)
		return c.Between(d.StartedAt, due)
	}
	return time.Duration(s.N) * 24 * time.Hour
}

// RungAt is when a clock reaches a percent of its time, provided that it is not
// paused until then.
func (c *Calendar) RungAt(d *db.Deadline, percent int) time.Time {
	if percent == 100 {
		return d.DueAt
	}
	by := c.Length(d) / 100 * time.Duration(percent-100)
	return c.Shift(d.DueAt, by, spanOf(d).Working()).UTC().Truncate(time.Microsecond)
}

// NextCheck is when the sweeper has to look at a clock again: at the end of its
// pause, else at its next rung; nil when there is neither.
func (c *Calendar) NextCheck(d *db.Deadline) *time.Time {
	if d.StoppedAt != nil {
		return nil
	}
	if d.PausedAt != nil {
		return d.ResumeAt
	}
	rung := ladderOf(d).next(d.Rung)
	if rung == 0 {
		return nil
	}
	at := c.RungAt(d, rung)
	return &at
}

// pausedDue moves a due time on by a pause, or back when it did not happen. A
// clock in working days moves by whole ones and keeps ending with business.
func (c *Calendar) pausedDue(due time.Time, unit Unit, from, until time.Time, back bool) time.Time {
	way := 1
	if back {
		way = -1
	}
	if unit == WorkingDays {
		return c.addWorkingDays(due, way*c.workingDaysBetween(from, until))
	}
	working := Span{Unit: unit}.Working()
	return c.Shift(due, time.Duration(way)*c.Measure(from, until, working), working)
}

// resized is the span of a clock whose due time a person moved.
func (c *Calendar) resized(d *db.Deadline, due time.Time) Span {
	s := Span{Unit: Minutes}
	if spanOf(d).Working() {
		s.Unit = workingMinutes
	}
	length := c.Length(d) + c.Measure(d.DueAt, due, s.Working())
	s.N = max(1, int(length/time.Minute))
	return s
}

func spanOf(d *db.Deadline) Span { return Span{N: d.Amount, Unit: Unit(d.Unit)} }
