package audit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Deps is what the service needs.
type Deps struct {
	DB    *database.DB
	Clock clock.Clock
}

// Service reads the lines and records reads across tenants.
type Service struct{ d Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d: d} }

// retryAfter is how long a client waits when a read could not be recorded.
const retryAfter = 5 * time.Second

// CrossTenantRead records in the city's tenant that the caller is about to see what of tenants, and
// returns only once that is durable. When it fails the read must not be answered: the error is
// fault.Unavailable.
func (s *Service) CrossTenantRead(ctx context.Context, tenants []string, what string) error {
	sorted := slices.Sorted(slices.Values(tenants))
	line := Line{Action: "city.read", SubjectKind: "tenant", Facts: map[string]any{"tenants": sorted, "what": what}}
	if len(sorted) == 1 {
		line.SubjectID = sorted[0]
	}
	err := s.d.DB.Do(ctx, tenancy.Tenant(tenancy.CityTenant), func(ctx context.Context, tx *database.Tx) error {
		return Write(ctx, tx, line)
	})
	if err != nil {
		return fault.Unavailable.With(fmt.Errorf("cross-tenant read: %w", err), "暂时无法留存查阅记录，请稍后再试").After(retryAfter)
	}
	return nil
}
