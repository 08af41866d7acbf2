package rating

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db/followup"
	"huying/ent/db/rateexclusion"
	entrating "huying/ent/db/rating"
	"huying/internal/platform/database"
)

// Load gives the subjects of a kind that were judged in the period, with their
// judgements and whether they are excluded, by subject. A carry-over excludes a
// subject only while it lasts, which its own room knows and marks, as it marks
// Explained and FalseClosing.
func Load(ctx context.Context, tx *database.Tx, kind string, p Period) (map[uuid.UUID]*Case, error) {
	rated, err := tx.Rating.Query().Where(entrating.SubjectKind(kind), entrating.CreatedAtGTE(p.From), entrating.CreatedAtLT(p.To)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("ratings: %w", err)
	}
	called, err := tx.FollowUp.Query().
		Where(followup.SubjectKind(kind), followup.AtGTE(p.From), followup.AtLT(p.To), followup.Reached(true)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("follow-ups: %w", err)
	}
	out := map[uuid.UUID]*Case{}
	add := func(subject, thread uuid.UUID, j Judgement) {
		if out[subject] == nil {
			out[subject] = &Case{Thread: thread.String()}
		}
		out[subject].Judged = append(out[subject].Judged, j)
	}
	for _, r := range rated {
		add(r.SubjectID, r.ThreadID, Rating{Round: r.Round, Result: r.Result}.Judgement(r.CreatedAt))
	}
	for _, f := range called {
		add(f.SubjectID, f.ThreadID, Judgement{At: f.At, Round: f.Round, Solved: f.Solved, Satisfied: f.Satisfied})
	}
	excluded, err := tx.RateExclusion.Query().
		Where(rateexclusion.SubjectKind(kind), rateexclusion.KindNEQ(rateexclusion.KindCarriedOver)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("exclusions: %w", err)
	}
	for _, e := range excluded {
		if c := out[e.SubjectID]; c != nil {
			c.Excluded = true
		}
	}
	return out, nil
}
