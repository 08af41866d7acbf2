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
	NotAfter  time.Time
	OwnerKind string
	OwnerID   *uuid.UUID
}

// Begin writes a running deadline and returns it. A running deadline of the
// same clock on the same subject is stopped as replaced.
func Begin(ctx context.Context, tx *database.Tx, cal *Calendar, o Order) (*db.Deadline, error) {
	if o.Span.IsZero() {
		return nil, fmt.Errorf("deadline: clock %q has no span", o.Clock)
	}
	if _, err := stop(ctx, tx, o.Subject, o.From, "replaced", entdeadline.Kind(o.Clock)); err != nil {
		return nil, err
	}
	due, provisional := cal.Add(o.From, o.Span)
	if !o.NotAfter.IsZero() && o.NotAfter.Before(due) {
		due, provisional = o.NotAfter.UTC().Truncate(time.Microsecond), false
	}
	row, err := tx.Deadline.Create().
		SetSubjectKind(o.Subject.Kind).SetSubjectID(o.Subject.ID).SetKind(o.Clock).
		SetOwnerKind(o.OwnerKind).SetNillableOwnerID(o.OwnerID).
		SetAmount(o.Span.N).SetUnit(string(o.Span.Unit)).
		SetStartedAt(o.From).SetDueAt(due).SetFirstDueAt(due).SetProvisional(provisional).
		SetNextCheckAt(due).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin %s: %w", o.Clock, err)
	}
	return row, nil
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

// Recheck makes the sweeper look at a missed deadline once more at a later
// time, for a consequence that has to wait.
func Recheck(ctx context.Context, tx *database.Tx, d *db.Deadline, at time.Time) error {
	if _, err := tx.Deadline.Update().Where(entdeadline.ID(d.ID), entdeadline.StoppedAtIsNil()).
		SetNextCheckAt(at).AddVersion(1).Save(ctx); err != nil {
		return fmt.Errorf("recheck deadline: %w", err)
	}
	return nil
}
