package oversight

import (
	"context"
	"log/slog"

	"github.com/google/uuid"

	"huying/internal/division"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
)

// Territory answers where things are.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
}

// CityAudit writes the line of a read across tenants before it is answered.
type CityAudit interface {
	CrossTenantRead(ctx context.Context, tenants []string, what string) error
}

// People gives the names of people as far as they may be shown.
type People interface {
	Names(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error)
}

// Deps are what the room is built from.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Index     *authz.Index
	Territory Territory
	CityAudit CityAudit
	People    People
	// Roles finds who holds a role in a tenant, and Tell writes what one of them is told in the transaction of tx. Only
	// Weekly needs them.
	Roles func(ctx context.Context, tenant, role string) ([]uuid.UUID, error)
	Tell  func(ctx context.Context, tx *database.Tx, d Digest) error
	// Tenants lists the tenants whose counters are kept.
	Tenants func(context.Context) ([]string, error)
}

// Service is the room of the boards.
type Service struct{ d Deps }

// New makes the room.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	return &Service{d: d}
}
