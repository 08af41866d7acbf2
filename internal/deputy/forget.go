package deputy

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	entdeputy "huying/ent/db/deputy"
	"huying/ent/db/recusal"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// ForgetPerson removes what is kept about the private side of somebody who was a deputy or served in an office: ties to
// bodies, home, employer. That a person was a deputy, by name and term, is public record and stays. It returns
// how many entries went.
func (s *Service) ForgetPerson(ctx context.Context, tenant string, person uuid.UUID) (n int, err error) {
	err = s.d.DB.Do(ctx, tenancy.As(ctx, tenant, "forget a person's ties"), func(ctx context.Context, tx *database.Tx) error {
		if n, err = tx.Recusal.Delete().Where(recusal.PersonID(person)).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.Deputy.Update().Where(entdeputy.PersonID(person)).AddVersion(1).
			ClearLat().ClearLng().SetGender("").SetEmployer("").SetIntroduction("").Save(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("deputy: forget person: %w", err)
	}
	return n, nil
}
