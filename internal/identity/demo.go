package identity

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"huying/ent/db/person"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// errNoDemo keeps the shortcut of the demo out of every other installation.
var errNoDemo = errors.New("identity: a session without credentials exists in demo mode only")

// DemoSession signs a person in without credentials, so that the demo can play
// what people did. Outside demo mode it refuses.
func (s *Service) DemoSession(ctx context.Context, id uuid.UUID) (*Issued, error) {
	if !s.d.Config.Demo {
		return nil, errNoDemo
	}
	var out *Issued
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		p, err := tx.Person.Query().Where(person.ID(id)).Only(ctx)
		if err != nil {
			return err
		}
		out, err = s.open(ctx, tx, p, auth.Meta{}, opening{})
		return err
	})
	if err != nil {
		return nil, wrapTechnical("demo session", err)
	}
	return s.issue(out)
}
