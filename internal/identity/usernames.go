package identity

import (
	"context"

	"github.com/google/uuid"

	"huying/ent/db/credential"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Usernames gives the sign-in names of those of the people who have one, for tables that name staff.
func (s *Service) Usernames(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	out := make(map[uuid.UUID]string, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Credential.Query().Where(credential.PersonIDIn(ids...), credential.UsernameNotNil()).All(ctx)
		for _, row := range rows {
			out[row.PersonID] = *row.Username
		}
		return err
	})
	return out, wrapOrNil("usernames", err)
}
