package handling

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/assignment"
	"huying/internal/platform/database"
)

// Order hands a subject to units. Either Lead (with any Assisting) or Separate
// is given.
type Order struct {
	SubjectKind string
	SubjectID   uuid.UUID
	Lead        uuid.UUID
	Assisting   []uuid.UUID
	Separate    []uuid.UUID
	Round       int
	By          *uuid.UUID
	At          time.Time
	Note        string
}

// Units gives all units of an order, those that must reply first.
func (o Order) Units() []uuid.UUID {
	var all []uuid.UUID
	if o.Lead != uuid.Nil {
		all = append(all, o.Lead)
	}
	return append(append(all, o.Separate...), o.Assisting...)
}

// Check says in plain Chinese what is wrong with an order, and which field, or
// nothing.
func (o Order) Check() (field, problem string) {
	switch {
	case o.Lead == uuid.Nil && len(o.Separate) == 0:
		return "lead_unit_id", "请选择主办单位"
	case o.Lead != uuid.Nil && len(o.Separate) > 0:
		return "separate_unit_ids", "主办与分办只能选一种"
	case len(o.Separate) == 1:
		return "separate_unit_ids", "分办至少要两个单位，只有一个时请作主办"
	case len(o.Separate) > 0 && len(o.Assisting) > 0:
		return "assisting_unit_ids", "分办时没有协办单位"
	}
	seen := map[uuid.UUID]bool{}
	for _, u := range o.Units() {
		if seen[u] {
			return "assisting_unit_ids", "同一单位只能出现一次"
		}
		seen[u] = true
	}
	return "", ""
}

// Assign ends the subject's earlier assignments and writes the new ones.
func Assign(ctx context.Context, tx *database.Tx, o Order) error {
	_, err := tx.Assignment.Update().
		Where(assignment.SubjectKind(o.SubjectKind), assignment.SubjectID(o.SubjectID), assignment.StateNEQ(assignment.StateEnded)).
		SetState(assignment.StateEnded).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("end assignments: %w", err)
	}
	var creates []*db.AssignmentCreate
	add := func(unit uuid.UUID, part assignment.Part) {
		creates = append(creates, tx.Assignment.Create().
			SetSubjectKind(o.SubjectKind).SetSubjectID(o.SubjectID).SetUnitID(unit).SetPart(part).
			SetRound(o.Round).SetNillableAssignedBy(o.By).SetAssignedAt(o.At).SetNote(o.Note))
	}
	if o.Lead != uuid.Nil {
		add(o.Lead, assignment.PartLead)
	}
	for _, u := range o.Separate {
		add(u, assignment.PartSeparate)
	}
	for _, u := range o.Assisting {
		add(u, assignment.PartAssisting)
	}
	if err := tx.Assignment.CreateBulk(creates...).Exec(ctx); err != nil {
		return fmt.Errorf("assign: %w", err)
	}
	return nil
}

// Of lists a subject's assignments that are not ended, in order of assignment.
func Of(ctx context.Context, tx *database.Tx, kind string, id uuid.UUID) ([]*db.Assignment, error) {
	rows, err := tx.Assignment.Query().
		Where(assignment.SubjectKind(kind), assignment.SubjectID(id), assignment.StateNEQ(assignment.StateEnded)).Order(assignment.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("assignments: %w", err)
	}
	return rows, nil
}

// Take marks the given assignments as taken.
func Take(ctx context.Context, tx *database.Tx, rows []*db.Assignment, at time.Time) error {
	return update(ctx, tx, rows, func(u *db.AssignmentUpdate) *db.AssignmentUpdate {
		return u.SetState(assignment.StateTaken).SetTakenAt(at)
	})
}

// Contacted notes that the units have reached, or tried enough to reach, the citizen.
func Contacted(ctx context.Context, tx *database.Tx, rows []*db.Assignment, at time.Time) error {
	return update(ctx, tx, rows, func(u *db.AssignmentUpdate) *db.AssignmentUpdate { return u.SetContactedAt(at) })
}

// Replied marks the given assignments as answered.
func Replied(ctx context.Context, tx *database.Tx, rows []*db.Assignment, at time.Time) error {
	return update(ctx, tx, rows, func(u *db.AssignmentUpdate) *db.AssignmentUpdate {
		return u.SetState(assignment.StateReplied).SetRepliedAt(at)
	})
}

// Redo sends answered units back to work (the reply was not confirmed).
func Redo(ctx context.Context, tx *database.Tx, rows []*db.Assignment) error {
	return update(ctx, tx, rows, func(u *db.AssignmentUpdate) *db.AssignmentUpdate {
		return u.SetState(assignment.StateTaken).ClearRepliedAt()
	})
}

// Answers says whether this assignment owes the citizen a reply.
func Answers(a *db.Assignment) bool {
	return a.Part != assignment.PartAssisting && a.State != assignment.StateReturned
}

// Owing are the assignments that still owe a reply.
func Owing(rows []*db.Assignment) []*db.Assignment {
	return filter(rows, func(a *db.Assignment) bool { return Answers(a) && a.State != assignment.StateReplied })
}

// Untaken are the assignments nobody has taken yet.
func Untaken(rows []*db.Assignment) []*db.Assignment {
	return filter(rows, func(a *db.Assignment) bool { return a.State == assignment.StateAssigned })
}

// ByUnits are the assignments of the given units.
func ByUnits(rows []*db.Assignment, units []uuid.UUID) []*db.Assignment {
	return filter(rows, func(a *db.Assignment) bool { return slices.Contains(units, a.UnitID) })
}

func filter(rows []*db.Assignment, keep func(*db.Assignment) bool) []*db.Assignment {
	var out []*db.Assignment
	for _, a := range rows {
		if keep(a) {
			out = append(out, a)
		}
	}
	return out
}

func update(ctx context.Context, tx *database.Tx, rows []*db.Assignment, set func(*db.AssignmentUpdate) *db.AssignmentUpdate) error {
	ids := make([]uuid.UUID, len(rows))
	for i, a := range rows {
		ids[i] = a.ID
	}
	if len(ids) == 0 {
		return nil
	}
	if _, err := set(tx.Assignment.Update().Where(assignment.IDIn(ids...)).AddVersion(1)).Save(ctx); err != nil {
		return fmt.Errorf("update assignments: %w", err)
	}
	return nil
}
