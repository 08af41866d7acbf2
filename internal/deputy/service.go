package deputy

import (
	"context"

	"github.com/google/uuid"

	"huying/internal/division"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
)

// People is what this room needs of the house's register of people.
type People interface {
	// EnsurePerson finds or creates the person of a phone number.
	EnsurePerson(ctx context.Context, phone, name string) (uuid.UUID, error)
	// Grant gives a role without asking who gives it.
	Grant(ctx context.Context, personID uuid.UUID, g authz.Grant) (uuid.UUID, error)
	GrantsOf(ctx context.Context, personID uuid.UUID) ([]authz.Grant, error)
}

// Territory is what this room needs of the reference data.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
	Locate(ctx context.Context, lat, lng float64) (divisionCode string, found bool, err error)
}

// Deps are what the service works with.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Index     *authz.Index
	People    People
	Territory Territory
	// Reports and Jobs hand open reports over; nil when there are no reports in the house.
	Reports Reports
	Jobs    Queue
	// Recuse hides the reports that exist already from a person who was recused, in the same
	// transaction; nil when there are no reports in the house.
	Recuse func(ctx context.Context, tx *database.Tx, personID uuid.UUID, kind, key, reason string) error
}

// Service keeps deputies and recusals and answers who may be offered a report.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }
