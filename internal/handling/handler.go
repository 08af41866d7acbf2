package handling

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/database"
)

// HandTo notes which person in the unit has the work of the given assignments in hand.
func HandTo(ctx context.Context, tx *database.Tx, rows []*db.Assignment, person uuid.UUID, at time.Time) error {
	return update(ctx, tx, rows, func(u *db.AssignmentUpdate) *db.AssignmentUpdate {
		return u.SetHandlerID(person).SetUpdatedAt(at)
	})
}
