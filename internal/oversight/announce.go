package oversight

import (
	"context"
	"encoding/json"
	"fmt"

	"huying/internal/platform/database"
)

// Stepped adds what a step counts, in the step's own transaction. Rungs are how far a unit's clock had climbed before the
// step and after it.
func (s *Service) Stepped(ctx context.Context, tx *database.Tx, step Step, rungBefore, rungNow int) error {
	if err := announce(ctx, tx, step, dayOf(step.At), step.Counts()); err != nil {
		return err
	}
	return announce(ctx, tx, step, 0, Climbed(rungBefore, rungNow))
}

func announce(ctx context.Context, tx *database.Tx, step Step, day int, counts Counts) error {
	if len(counts) == 0 {
		return nil
	}
	raw, err := json.Marshal(counts)
	if err != nil {
		return fmt.Errorf("oversight: counts: %w", err)
	}
	err = tx.RollupDelta.Create().SetDivisionCode(community(step.Division)).SetCategory(step.Category).
		SetDay(day).SetCounts(string(raw)).SetCreatedAt(step.At).SetUpdatedAt(step.At).Exec(ctx)
	if err != nil {
		return fmt.Errorf("oversight: count a step: %w", err)
	}
	return nil
}
