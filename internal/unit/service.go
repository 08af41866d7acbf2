package unit

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/handlingunit"
	"huying/internal/division"
	"huying/internal/identity"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
)

// Staff is what this room needs of the house's register of people.
type Staff interface {
	// ByUsername finds an account, or answers NotFound.
	ByUsername(ctx context.Context, username string) (uuid.UUID, error)
	// PhoneHeld tells whether a number belongs to somebody already.
	PhoneHeld(ctx context.Context, phone string) (bool, error)
	AddStaff(ctx context.Context, n identity.NewStaff) (uuid.UUID, error)
	// Grant gives a role without asking who gives it.
	Grant(ctx context.Context, personID uuid.UUID, g authz.Grant) (uuid.UUID, error)
	GrantsOf(ctx context.Context, personID uuid.UUID) ([]authz.Grant, error)
	// PeopleOfUnit gives who holds a role in a unit now.
	PeopleOfUnit(ctx context.Context, tenant, role string, unitID uuid.UUID) ([]uuid.UUID, error)
	// Usernames gives the sign-in names of those of the people who have one.
	Usernames(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error)
}

// Territory is what this room needs of the reference data.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
}

// Deps are what the service works with.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Index     *authz.Index
	Staff     Staff
	Territory Territory
}

// Service keeps units and the dispatch catalogue.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Unit gives one unit of the transaction's tenant, inactive ones included; false when there is none.
func (s *Service) Unit(ctx context.Context, tx *database.Tx, id uuid.UUID) (Unit, bool, error) {
	units, err := s.Units(ctx, tx, []uuid.UUID{id})
	u, ok := units[id]
	return u, ok, err
}

// Units gives those of the ids that are units of the tenant.
func (s *Service) Units(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]Unit, error) {
	if len(ids) == 0 {
		return map[uuid.UUID]Unit{}, nil
	}
	rows, err := tx.HandlingUnit.Query().Where(handlingunit.IDIn(ids...), handlingunit.DeletedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("units: %w", err)
	}
	units := make(map[uuid.UUID]Unit, len(rows))
	for _, row := range rows {
		units[row.ID] = unitOf(row)
	}
	return units, nil
}

// OfStreet gives the administration of a subdistrict or town itself (街道办事处、镇政府), its departments left out.
func (s *Service) OfStreet(ctx context.Context, tx *database.Tx, street string) ([]uuid.UUID, error) {
	ids, err := tx.HandlingUnit.Query().Where(handlingunit.DivisionCode(street), handlingunit.LevelEQ(handlingunit.LevelSubdistrict),
		handlingunit.KindEQ(handlingunit.KindAdministrative), handlingunit.ParentIDIsNil(), handlingunit.Active(true),
		handlingunit.DeletedAtIsNil()).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("units of the street: %w", err)
	}
	return ids, nil
}

func unitOf(row *db.HandlingUnit) Unit {
	return Unit{
		ID: row.ID, Code: row.Code, Name: row.Name, Kind: string(row.Kind), Level: string(row.Level), DivisionCode: row.DivisionCode,
		ParentID: row.ParentID, HeadName: row.HeadName, HeadPersonID: row.HeadPersonID, Phone: row.Phone, Active: row.Active,
	}
}
