package rating

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/followup"
	"huying/internal/platform/database"
)

// FollowUp is one call-back (回访). One that reached nobody is kept and is no
// valid follow-up: it counts in no rate.
type FollowUp struct {
	SubjectKind string
	SubjectID   uuid.UUID
	ThreadID    uuid.UUID
	Round       int
	CallerID    uuid.UUID
	Reached     bool
	// Contacted: the unit had been in touch, as the citizen remembers it.
	Contacted bool
	Solved    bool
	// Satisfied is one of the three results, 0 when not said.
	Satisfied int
	Note      string
	At        time.Time
}

// Check says in plain Chinese what is wrong with a follow-up, and which field,
// or nothing.
func (f FollowUp) Check() (field, problem string) {
	switch {
	case f.Satisfied != 0 && !Valid(f.Satisfied):
		return "satisfied", "请选：1满意 2基本满意 3不满意，没说填0"
	case !f.Reached && (f.Contacted || f.Solved || f.Satisfied != 0):
		return "reached", "没有接通时不能填写结果"
	case f.Reached && !f.Solved && f.Satisfied == Satisfied:
		return "satisfied", "问题没有解决却满意，请再核对一次"
	}
	return "", ""
}

// RecordFollowUp keeps a follow-up. It fails on one that Check refuses.
func RecordFollowUp(ctx context.Context, tx *database.Tx, f FollowUp) error {
	if field, problem := f.Check(); problem != "" {
		return fmt.Errorf("rating: follow-up %s: %s", field, problem)
	}
	err := tx.FollowUp.Create().SetSubjectKind(f.SubjectKind).SetSubjectID(f.SubjectID).SetThreadID(f.ThreadID).
		SetRound(f.Round).SetCallerID(f.CallerID).SetReached(f.Reached).SetContacted(f.Contacted).
		SetSolved(f.Solved).SetSatisfied(f.Satisfied).SetNote(f.Note).SetAt(f.At).Exec(ctx)
	if err != nil {
		return fmt.Errorf("record follow-up: %w", err)
	}
	return nil
}

// FollowUpsOf lists the follow-ups of a subject, oldest first.
func FollowUpsOf(ctx context.Context, tx *database.Tx, kind string, id uuid.UUID) ([]*db.FollowUp, error) {
	rows, err := tx.FollowUp.Query().Where(followup.SubjectKind(kind), followup.SubjectID(id)).
		Order(followup.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("follow-ups: %w", err)
	}
	return rows, nil
}
