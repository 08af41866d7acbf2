package supervision

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/supervisionnotice"
	"huying/internal/deadline"
	"huying/internal/platform/database"
)

// Duty is what this room does about its clocks; app gives it to the sweeper under SubjectKind.
func (s *Service) Duty() deadline.Duty {
	return deadline.Duty{Lock: s.lock, Missed: s.climbed, Rung: s.climbed}
}

func (s *Service) lock(ctx context.Context, tx *database.Tx, id uuid.UUID) error {
	if tx.Engine() != database.EnginePostgres {
		return nil
	}
	if _, err := tx.SupervisionNotice.Query().Where(supervisionnotice.ID(id)).ForUpdate().IDs(ctx); err != nil {
		return fmt.Errorf("lock a notice: %w", err)
	}
	return nil
}

// climbed records a rung and tells of it, in the sweeper's transaction.
func (s *Service) climbed(ctx context.Context, tx *database.Tx, d *db.Deadline) error {
	n, err := tx.SupervisionNotice.Query().Where(supervisionnotice.ID(d.SubjectID)).Only(ctx)
	if err != nil {
		return fmt.Errorf("notice of a clock: %w", err)
	}
	st := s.step(ctx, Rung, n)
	st.By, st.Rung = nil, d.Rung
	return s.apply(ctx, tx, n, st)
}
