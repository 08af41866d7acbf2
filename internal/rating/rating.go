// Package rating keeps what citizens think of an answer: the result first
// (1 satisfied 满意, 2 basically 基本满意, 3 not 不满意), the attitude optional and
// never mixed into the result.
package rating

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entrating "huying/ent/db/rating"
	"huying/internal/platform/database"
)

// The three results.
const (
	Satisfied   = 1
	Basically   = 2
	Unsatisfied = 3
)

// Rating is one person's judgement of one round.
type Rating struct {
	SubjectKind string
	SubjectID   uuid.UUID
	ThreadID    uuid.UUID
	Round       int
	PersonID    uuid.UUID
	Result      int
	// Attitude is judged apart; nil when not given.
	Attitude *int
	Comment  string
	Channel  string
	// At is when it was given; the present when zero.
	At time.Time
}

// Valid says whether a mark is one of the three.
func Valid(mark int) bool { return mark >= Satisfied && mark <= Unsatisfied }

// Unhappy says whether the result sends the matter back to work; attitude
// alone never does.
func (r Rating) Unhappy() bool { return r.Result == Unsatisfied }

// AttitudeOnly says whether the citizen accepts the result and finds fault with
// the manners: somebody answers for those, and nothing is done again.
func (r Rating) AttitudeOnly() bool {
	return !r.Unhappy() && r.Attitude != nil && *r.Attitude == Unsatisfied
}

// Word is the plain Chinese word of a mark.
func Word(mark int) string {
	switch mark {
	case Satisfied:
		return "满意"
	case Basically:
		return "基本满意"
	case Unsatisfied:
		return "不满意"
	}
	return ""
}

// Record writes a rating. One person rates a round once; a second try fails
// with a unique violation.
func Record(ctx context.Context, tx *database.Tx, r Rating) error {
	if !Valid(r.Result) || (r.Attitude != nil && !Valid(*r.Attitude)) {
		return fmt.Errorf("rating: marks %d %v are not 1 to 3", r.Result, r.Attitude)
	}
	create := tx.Rating.Create()
	if !r.At.IsZero() {
		create.SetCreatedAt(r.At)
	}
	err := create.SetSubjectKind(r.SubjectKind).SetSubjectID(r.SubjectID).SetThreadID(r.ThreadID).
		SetRound(r.Round).SetPersonID(r.PersonID).SetResult(r.Result).SetNillableAttitude(r.Attitude).
		SetComment(r.Comment).SetChannel(r.Channel).Exec(ctx)
	if err != nil {
		return fmt.Errorf("record rating: %w", err)
	}
	return nil
}

// Of lists the ratings of a subject, oldest first.
func Of(ctx context.Context, tx *database.Tx, kind string, id uuid.UUID) ([]*db.Rating, error) {
	rows, err := tx.Rating.Query().Where(entrating.SubjectKind(kind), entrating.SubjectID(id)).
		Order(entrating.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("ratings: %w", err)
	}
	return rows, nil
}
