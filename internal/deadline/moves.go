package deadline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/internal/platform/database"
)

// What stands against moving a clock. Rooms ask MayPause and MayExtend first
// and word the refusal; these come back when nobody asked.
var (
	ErrNotRunning = errors.New("deadline: no such clock runs")
	ErrPaused     = errors.New("deadline: the clock is paused already")
	ErrMissed     = errors.New("deadline: the clock is missed; its rungs are not silenced")
	ErrExtended   = errors.New("deadline: the clock was extended once")
	ErrNoEnd      = errors.New("deadline: a pause needs a later end and a reason")
	ErrNotLater   = errors.New("deadline: an extension ends later")
	ErrNotEarlier = errors.New("deadline: a promise is only made shorter")
	// ErrStale means that the sweeper, or another person, was faster.
	ErrStale = errors.New("deadline: changed meanwhile")
)

// Break is a pause: since when, until when at the latest, and why.
type Break struct {
	At, Until time.Time
	Reason    string
}

// Current is the running deadline of one clock among a subject's, or nil.
func Current(rows []*db.Deadline, clock string) *db.Deadline {
	for _, d := range rows {
		if d.Kind == clock && Running(d) {
			return d
		}
	}
	return nil
}

// MayPause says whether a clock can be paused now: it runs, it is not paused,
// and it is not missed.
func MayPause(d *db.Deadline, now time.Time) bool {
	return d != nil && Running(d) && d.PausedAt == nil && now.Before(d.DueAt)
}

// MayExtend says whether a clock can be given more time now: it runs, is not
// missed, and was not extended before.
func MayExtend(d *db.Deadline, now time.Time) bool {
	return d != nil && Running(d) && d.ExtendedAt == nil && now.Before(d.DueAt)
}

// Pause halts a running clock until b.Until. Its due time moves at once to
// where it will be if the pause lasts that long, so that it is always what
// holds as things stand; resuming earlier takes back the rest. A paused clock
// fires nothing; the sweeper resumes it at its end.
func Pause(ctx context.Context, tx *database.Tx, cal *Calendar, s Subject, clock string, b Break) (*db.Deadline, error) {
	d, err := current(ctx, tx, s, clock)
	switch {
	case err != nil:
		return nil, err
	case d.PausedAt != nil:
		return nil, ErrPaused
	case !b.At.Before(d.DueAt):
		return nil, ErrMissed
	case !b.Until.After(b.At) || b.Reason == "":
		return nil, ErrNoEnd
	}
	until := b.Until.UTC().Truncate(time.Microsecond)
	d.DueAt = cal.pausedDue(d.DueAt, Unit(d.Unit), b.At, until, false)
	d.PausedAt, d.ResumeAt = &b.At, &until
	n, err := at(tx, d).SetDueAt(d.DueAt).SetProvisional(false).SetPausedAt(b.At).SetResumeAt(until).
		SetPauseReason(b.Reason).SetPauses(d.Pauses + 1).SetNextCheckAt(until).Save(ctx)
	return moved(d, n, err, "pause")
}

// Resume lets a paused clock run on and gives it back; a clock that is not
// paused is given back as it is. After the planned end the pause counts no
// longer than planned, however late somebody looks.
func Resume(ctx context.Context, tx *database.Tx, cal *Calendar, s Subject, clock string, now time.Time) (*db.Deadline, error) {
	d, err := current(ctx, tx, s, clock)
	if err != nil || d.PausedAt == nil {
		return d, err
	}
	return resume(ctx, tx, cal, d, now)
}

func resume(ctx context.Context, tx *database.Tx, cal *Calendar, d *db.Deadline, now time.Time) (*db.Deadline, error) {
	from, until := *d.PausedAt, *d.ResumeAt
	if now.Before(until) {
		if now.Before(from) {
			now = from
		}
		unit := Unit(d.Unit)
		d.DueAt = cal.pausedDue(cal.pausedDue(d.DueAt, unit, from, until, true), unit, from, now, false)
	}
	d.PausedAt, d.ResumeAt, d.PauseReason = nil, nil, ""
	n, err := lookNext(at(tx, d), cal, d).SetDueAt(d.DueAt).ClearPausedAt().ClearResumeAt().SetPauseReason("").Save(ctx)
	return moved(d, n, err, "resume")
}

// Extend gives a running clock a later due time, once. The first due time
// stays, and rungs that were told are not told again.
func Extend(ctx context.Context, tx *database.Tx, cal *Calendar, s Subject, clock string, due, now time.Time) (*db.Deadline, error) {
	d, err := current(ctx, tx, s, clock)
	switch {
	case err != nil:
		return nil, err
	case d.ExtendedAt != nil:
		return nil, ErrExtended
	case !now.Before(d.DueAt):
		return nil, ErrMissed
	case !due.After(d.DueAt):
		return nil, ErrNotLater
	}
	d.ExtendedAt = &now
	n, err := retime(tx, cal, d, due).SetExtendedAt(now).Save(ctx)
	return moved(d, n, err, "extend")
}

// MoveTo makes a running clock's promise shorter.
func MoveTo(ctx context.Context, tx *database.Tx, cal *Calendar, s Subject, clock string, due time.Time) (*db.Deadline, error) {
	d, err := current(ctx, tx, s, clock)
	switch {
	case err != nil:
		return nil, err
	case !due.Before(d.DueAt) || !due.After(d.StartedAt):
		return nil, ErrNotEarlier
	}
	n, err := retime(tx, cal, d, due).Save(ctx)
	return moved(d, n, err, "move")
}

// retime sets a due time that a person named: from then on it is a date, not
// what the calendar may yet make of a span.
func retime(tx *database.Tx, cal *Calendar, d *db.Deadline, due time.Time) *db.DeadlineUpdate {
	due = due.UTC().Truncate(time.Microsecond)
	span := cal.resized(d, due)
	d.Amount, d.Unit, d.DueAt, d.Provisional = span.N, string(span.Unit), due, false
	return lookNext(at(tx, d), cal, d).SetAmount(span.N).SetUnit(string(span.Unit)).SetDueAt(due).SetProvisional(false)
}

// lookNext sets when the sweeper looks again at a row that has changed.
func lookNext(u *db.DeadlineUpdate, cal *Calendar, d *db.Deadline) *db.DeadlineUpdate {
	if next := cal.NextCheck(d); next != nil {
		return u.SetNextCheckAt(*next)
	}
	return u.ClearNextCheckAt()
}

func at(tx *database.Tx, d *db.Deadline) *db.DeadlineUpdate {
	return tx.Deadline.Update().Where(entdeadline.ID(d.ID), entdeadline.Version(d.Version)).AddVersion(1)
}

func current(ctx context.Context, tx *database.Tx, s Subject, clock string) (*db.Deadline, error) {
	rows, err := Of(ctx, tx, s)
	if err != nil {
		return nil, err
	}
	if d := Current(rows, clock); d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNotRunning, clock)
}

func moved(d *db.Deadline, n int, err error, what string) (*db.Deadline, error) {
	if err == nil && n != 1 {
		err = ErrStale
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", what, d.Kind, err)
	}
	d.Version++
	return d, nil
}
