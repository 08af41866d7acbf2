package handling

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/assignment"
	"huying/internal/deadline"
	"huying/internal/platform/database"
)

// MaxReturns is how often a subject may be returned in all: the second ruling
// is made jointly and binds.
const MaxReturns = 2

// returnPart is the part of the handling clock within which a unit may return.
const returnPart = 5

// ReturnBy is until when a unit that was assigned at from may return: within a
// fifth of the handling clock, and never later than most.
func ReturnBy(cal *deadline.Calendar, clock *db.Deadline, from time.Time, most deadline.Span) time.Time {
	working := deadline.Span{N: clock.Amount, Unit: deadline.Unit(clock.Unit)}.Working()
	fifth := cal.Shift(from, cal.Length(clock)/returnPart, working)
	if latest, _ := cal.Add(from, most); latest.Before(fifth) {
		return latest
	}
	return fifth
}

// FairDue is when a unit that is put in another's place now has to be done: as
// promised, but never with less than half of the clock.
func FairDue(cal *deadline.Calendar, clock *db.Deadline, now time.Time) time.Time {
	working := deadline.Span{N: clock.Amount, Unit: deadline.Unit(clock.Unit)}.Working()
	if half := cal.Shift(now, cal.Length(clock)/2, working); half.After(clock.DueAt) {
		return half.UTC().Truncate(time.Microsecond)
	}
	return clock.DueAt
}

// HelpDue is when an assisting unit that is asked now has to give its opinion:
// after half of the time that is left.
func HelpDue(cal *deadline.Calendar, clock *db.Deadline, now time.Time) time.Time {
	working := deadline.Span{N: clock.Amount, Unit: deadline.Unit(clock.Unit)}.Working()
	rest := max(0, cal.Measure(now, clock.DueAt, working))
	return cal.Shift(now, rest/2, working).UTC().Truncate(time.Microsecond)
}

// Refusal is why a unit returns a subject and who it thinks is responsible.
type Refusal struct {
	Reason   string
	Proposed *uuid.UUID
	At       time.Time
}

// Return notes that the assignment's unit returns the subject. It stays
// responsible until somebody rules and another takes.
func Return(ctx context.Context, tx *database.Tx, a *db.Assignment, r Refusal) error {
	return update(ctx, tx, []*db.Assignment{a}, func(u *db.AssignmentUpdate) *db.AssignmentUpdate {
		u.SetReturnReason(r.Reason).SetReturnedAt(r.At)
		if r.Proposed == nil {
			return u.ClearProposedUnitID()
		}
		return u.SetProposedUnitID(*r.Proposed)
	})
}

// Disputed is the assignment whose return waits for a ruling, or nil.
func Disputed(rows []*db.Assignment) *db.Assignment {
	for _, a := range rows {
		if a.ReturnedAt != nil && a.State != assignment.StateReturned {
			return a
		}
	}
	return nil
}

// Keep rules that the unit keeps what it returned; it counts as having taken.
func Keep(ctx context.Context, tx *database.Tx, a *db.Assignment, at time.Time) error {
	return update(ctx, tx, []*db.Assignment{a}, func(u *db.AssignmentUpdate) *db.AssignmentUpdate {
		u.ClearReturnedAt().SetState(assignment.StateTaken)
		if a.TakenAt == nil {
			u.SetTakenAt(at)
		}
		return u
	})
}

// Replace rules that another unit takes the place of the one that returned, in
// the same part and round. A unit that assisted until now stops assisting.
func Replace(ctx context.Context, tx *database.Tx, rows []*db.Assignment, returned *db.Assignment, unit uuid.UUID, by *uuid.UUID, at time.Time) error {
	set := func(state assignment.State) func(*db.AssignmentUpdate) *db.AssignmentUpdate {
		return func(u *db.AssignmentUpdate) *db.AssignmentUpdate { return u.SetState(state) }
	}
	if err := update(ctx, tx, []*db.Assignment{returned}, set(assignment.StateReturned)); err != nil {
		return err
	}
	if err := update(ctx, tx, ByUnits(rows, []uuid.UUID{unit}), set(assignment.StateEnded)); err != nil {
		return err
	}
	err := tx.Assignment.Create().SetSubjectKind(returned.SubjectKind).SetSubjectID(returned.SubjectID).SetUnitID(unit).
		SetPart(returned.Part).SetRound(returned.Round).SetNillableAssignedBy(by).SetAssignedAt(at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("assign in another's place: %w", err)
	}
	return nil
}

// Acts says whether a unit may still act on the subject: all but a unit that
// was replaced, and even that one until its successor has taken.
func Acts(rows []*db.Assignment, a *db.Assignment) bool {
	if a.State != assignment.StateReturned {
		return a.State != assignment.StateEnded
	}
	for _, next := range rows {
		if next.Part == a.Part && next.State == assignment.StateAssigned && next.ID != a.ID {
			return true
		}
	}
	return false
}

// Help asks a unit to assist until due.
func Help(ctx context.Context, tx *database.Tx, lead *db.Assignment, unit uuid.UUID, by *uuid.UUID, at, due time.Time, note string) error {
	err := tx.Assignment.Create().SetSubjectKind(lead.SubjectKind).SetSubjectID(lead.SubjectID).SetUnitID(unit).
		SetPart(assignment.PartAssisting).SetRound(lead.Round).SetNillableAssignedBy(by).SetAssignedAt(at).
		SetDueAt(due).SetNote(note).Exec(ctx)
	if err != nil {
		return fmt.Errorf("assign to assist: %w", err)
	}
	return nil
}

// Helping are the assignments of units that assist.
func Helping(rows []*db.Assignment) []*db.Assignment {
	return filter(rows, func(a *db.Assignment) bool { return a.Part == assignment.PartAssisting })
}

// Awaited are the assisting units that have not given their opinion.
func Awaited(rows []*db.Assignment) []*db.Assignment {
	return filter(Helping(rows), func(a *db.Assignment) bool { return a.OpinionAt == nil })
}

// Opine keeps an assisting unit's opinion for the lead unit; a later one
// replaces it. The unit counts as having taken.
func Opine(ctx context.Context, tx *database.Tx, rows []*db.Assignment, text string, at time.Time) error {
	return update(ctx, tx, rows, func(u *db.AssignmentUpdate) *db.AssignmentUpdate {
		return u.SetOpinion(text).SetOpinionAt(at).SetState(assignment.StateTaken).SetTakenAt(at)
	})
}
