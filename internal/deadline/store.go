package deadline

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/ent/db/predicate"
	"huying/internal/platform/database"
)

// Subject is what a deadline is about, e.g. {"report", id}.
type Subject struct {
	Kind string
	ID   uuid.UUID
}

// Order asks for a deadline to begin.
type Order struct {
	Subject Subject
	// Clock is the kind of the deadline, e.g. "verify".
	Clock string
	Span  Span
	From  time.Time
	// NotAfter, when set and earlier than the computed time, is the due time: a
	// promise may be made shorter than the rule, never longer.
	NotAfter time.Time
	// Ladder are the rungs the clock climbs; none: its due time alone.
	Ladder Ladder
	// Round is which time the subject is worked on; 0 means the first.
	Round     int
	OwnerKind string
	OwnerID   *uuid.UUID
}

// Begin writes a running deadline and returns it. A running deadline of the
// same clock on the same subject is stopped as replaced.
func Begin(ctx context.Context, tx *database.Tx, cal *Calendar, o Order) (*db.Deadline, error) {
	if o.Span.IsZero() {
		return nil, fmt.Errorf("deadline: clock %q has no span", o.Clock)
	}
	if err := o.Ladder.check(); err != nil {
		return nil, err
	}
	if _, err := stop(ctx, tx, o.Subject, o.From, "replaced", entdeadline.Kind(o.Clock)); err != nil {
		return nil, err
	}
	d := o.Draft(cal)
	row, err := tx.Deadline.Create().
		SetSubjectKind(o.Subject.Kind).SetSubjectID(o.Subject.ID).SetKind(o.Clock).
		SetOwnerKind(o.OwnerKind).SetNillableOwnerID(o.OwnerID).
		SetAmount(d.Amount).SetUnit(d.Unit).SetLadder(d.Ladder).SetRound(d.Round).
		SetStartedAt(o.From).SetDueAt(d.DueAt).SetFirstDueAt(d.FirstDueAt).SetProvisional(d.Provisional).
		SetNillableNextCheckAt(d.NextCheckAt).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin %s: %w", o.Clock, err)
	}
	return row, nil
}

// Draft computes the row an order makes, without writing it.
func (o Order) Draft(cal *Calendar) *db.Deadline {
	d := &db.Deadline{
		Kind: o.Clock, StartedAt: o.From, Amount: o.Span.N, Unit: string(o.Span.Unit), Ladder: o.Ladder.String(), Round: max(1, o.Round),
	}
	d.DueAt, d.Provisional = cal.Add(o.From, o.Span)
	if !o.NotAfter.IsZero() && o.NotAfter.Before(d.DueAt) {
		due := o.NotAfter.UTC().Truncate(time.Microsecond)
		span := cal.resized(d, due)
		d.Amount, d.Unit, d.DueAt, d.Provisional = span.N, string(span.Unit), due, false
	}
	d.FirstDueAt = d.DueAt
	d.NextCheckAt = cal.NextCheck(d)
	return d
}

// Stop ends the running or missed deadline of one clock as kept; nothing
// happens when there is none.
func Stop(ctx context.Context, tx *database.Tx, s Subject, clock string, at time.Time) error {
	_, err := stop(ctx, tx, s, at, "done", entdeadline.Kind(clock))
	return err
}

// StopAll ends every deadline of a subject.
func StopAll(ctx context.Context, tx *database.Tx, s Subject, at time.Time) error {
	_, err := stop(ctx, tx, s, at, "done")
	return err
}

// Of lists a subject's deadlines, oldest first.
func Of(ctx context.Context, tx *database.Tx, s Subject) ([]*db.Deadline, error) {
	rows, err := tx.Deadline.Query().
		Where(entdeadline.SubjectKind(s.Kind), entdeadline.SubjectID(s.ID)).
		Order(entdeadline.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("deadlines of %s: %w", s.Kind, err)
	}
	return rows, nil
}

// Running says whether a deadline still waits to be kept, missed or not.
func Running(d *db.Deadline) bool { return d.StoppedAt == nil }

// Earliest is the first due time among the running deadlines whose clock
// counts, or nil when none runs.
func Earliest(rows []*db.Deadline, counts func(clock string) bool) *time.Time {
	var first *time.Time
	for _, d := range rows {
		if Running(d) && counts(d.Kind) && (first == nil || d.DueAt.Before(*first)) {
			due := d.DueAt
			first = &due
		}
	}
	return first
}

func stop(ctx context.Context, tx *database.Tx, s Subject, at time.Time, reason string, more ...predicate.Deadline) (int, error) {
	where := append([]predicate.Deadline{
		entdeadline.SubjectKind(s.Kind), entdeadline.SubjectID(s.ID), entdeadline.StoppedAtIsNil(),
	}, more...)
	n, err := tx.Deadline.Update().Where(where...).
		SetStoppedAt(at).SetStopReason(reason).ClearNextCheckAt().AddVersion(1).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("stop deadline: %w", err)
	}
	return n, nil
}

// Recheck makes the sweeper call Missed once more at a later time, for a
// consequence that has to wait. The clock must have no rung left to climb.
func Recheck(ctx context.Context, tx *database.Tx, d *db.Deadline, at time.Time) error {
	if rung := ladderOf(d).next(d.Rung); rung != 0 {
		return fmt.Errorf("recheck %s: rung %d is still to come", d.Kind, rung)
	}
	if _, err := tx.Deadline.Update().Where(entdeadline.ID(d.ID), entdeadline.StoppedAtIsNil()).
		SetNextCheckAt(at).AddVersion(1).Save(ctx); err != nil {
		return fmt.Errorf("recheck deadline: %w", err)
	}
	return nil
}
