package idempotency

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	entkey "huying/ent/db/idempotencykey"
	"huying/internal/platform/database"
)

// ForgetPerson removes the remembered answers to a person and returns how many there were.
func ForgetPerson(ctx context.Context, tx *database.Tx, person uuid.UUID) (int, error) {
	n, err := tx.IdempotencyKey.Delete().Where(entkey.PersonID(person)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("forget keys: %w", err)
	}
	return n, nil
}
