package rating

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/rateexclusion"
	"huying/internal/platform/database"
)

// ExclusionKind says why a subject does not count in the rates.
type ExclusionKind string

// The closed list of exclusions; each is shown with its number.
const (
	// OutOfScope: not a matter of this work at all.
	OutOfScope ExclusionKind = "out_of_scope"
	// LegalRoute: in litigation, review or another procedure of law (row 5).
	LegalRoute ExclusionKind = "legal_route"
	// CarriedOver: not possible yet, kept on the public list (row 24). It holds
	// while the subject is carried over; once restarted it counts again.
	CarriedOver ExclusionKind = "carried_over"
	// Approved: asked for by the unit and signed by the congress (row 43).
	Approved ExclusionKind = "approved"
)

// Exclusion keeps one subject out of the rates.
type Exclusion struct {
	SubjectKind string
	SubjectID   uuid.UUID
	Kind        ExclusionKind
	// Reason is told beside the number; it is never empty.
	Reason string
	// ProposedBy and ApprovedBy are two people, or nil where a timer acts.
	ProposedBy, ApprovedBy *uuid.UUID
	At                     time.Time
}

// Exclude writes an exclusion in the caller's transaction. A subject excluded
// for the same kind already stays so, and nothing is written: a step done
// twice is counted once.
func Exclude(ctx context.Context, tx *database.Tx, e Exclusion) error {
	if e.Reason == "" || e.At.IsZero() {
		return fmt.Errorf("rating: an exclusion needs its reason and its time")
	}
	if e.ProposedBy != nil && e.ApprovedBy != nil && *e.ProposedBy == *e.ApprovedBy {
		return fmt.Errorf("rating: one person proposed and approved an exclusion")
	}
	known, err := tx.RateExclusion.Query().Where(rateexclusion.SubjectKind(e.SubjectKind), rateexclusion.SubjectID(e.SubjectID),
		rateexclusion.KindEQ(rateexclusion.Kind(e.Kind))).Exist(ctx)
	if err != nil {
		return fmt.Errorf("exclusions: %w", err)
	}
	if known {
		return nil
	}
	err = tx.RateExclusion.Create().SetSubjectKind(e.SubjectKind).SetSubjectID(e.SubjectID).
		SetKind(rateexclusion.Kind(e.Kind)).SetReason(e.Reason).SetAt(e.At).
		SetNillableProposedBy(e.ProposedBy).SetNillableApprovedBy(e.ApprovedBy).Exec(ctx)
	if err != nil {
		return fmt.Errorf("exclude from rates: %w", err)
	}
	return nil
}

// ExclusionsOf lists the exclusions of a subject, oldest first.
func ExclusionsOf(ctx context.Context, tx *database.Tx, kind string, id uuid.UUID) ([]*db.RateExclusion, error) {
	rows, err := tx.RateExclusion.Query().Where(rateexclusion.SubjectKind(kind), rateexclusion.SubjectID(id)).
		Order(rateexclusion.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("exclusions: %w", err)
	}
	return rows, nil
}
