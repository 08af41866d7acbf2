package auth

import (
	"context"

	"github.com/google/uuid"

	"huying/internal/platform/authz"
)

// Kinds of signed-in people. The kind says which door a person came through and so how long they may
// stay idle; what they may do is said by their grants alone.
const (
	KindCitizen = "citizen"
	KindDeputy  = "deputy"
	KindStaff   = "staff"
)

// Caller is the verified person behind one request. A request without one is a visitor's.
type Caller struct {
	PersonID  uuid.UUID
	SessionID uuid.UUID
	// Kind is one of KindCitizen, KindDeputy, KindStaff.
	Kind string
	// Tenant is the tenant of the request, empty where the route needs none.
	Tenant string
	// Grants are those that count in Tenant: the tenant's own, and the city's (370200).
	Grants []authz.Grant
	// AllGrants are all of the person's live grants, whatever the tenant.
	AllGrants []authz.Grant
	// SecondFactor says that this session proved a second factor, which unmasking demands.
	SecondFactor bool
	// MustChangePassword says that nothing but changing the password is open to this session.
	MustChangePassword bool
	// Address and Device say where the request came from.
	Address string
	Device  string
}

// Meta is what a request says about its own origin; it is stored with sessions and audit lines.
type Meta struct {
	// Address is the client's IP address as the trusted edge reports it.
	Address string
	// Device is the client's own stable device id, or empty.
	Device string
	// UserAgent is cut to 200 bytes before it is stored.
	UserAgent string
}

type callerKey struct{}

// With returns a context that carries the caller.
func With(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From returns the caller of the request, or nil for a visitor.
func From(ctx context.Context) *Caller {
	c, _ := ctx.Value(callerKey{}).(*Caller)
	return c
}

// Works says whether the caller holds a role that counts in the request's tenant.
func Works(ctx context.Context) bool {
	c := From(ctx)
	return c != nil && len(c.Grants) > 0
}

// CityTenant is the reserved tenant of the city's own records; a grant there counts in every tenant.
const CityTenant = "370200"

// GrantsIn returns those of a person's grants that count in a request to tenant: the tenant's own and
// the city's.
func GrantsIn(all []authz.Grant, tenant string) []authz.Grant {
	out := make([]authz.Grant, 0, len(all))
	for _, g := range all {
		if g.Tenant == tenant || g.Tenant == CityTenant {
			out = append(out, g)
		}
	}
	return out
}
