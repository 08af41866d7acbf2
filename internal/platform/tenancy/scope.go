package tenancy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/google/uuid"
)

// CityTenant is the reserved tenant of the city's own records.
const CityTenant = "370200"

// Faults of the wall. They are programming errors, not a user's: the web layer
// answers 500 and logs them.
var (
	ErrNoScope     = errors.New("tenancy: no scope in context")
	ErrForbidden   = errors.New("tenancy: not reachable from this scope")
	ErrBadTenant   = errors.New("tenancy: a tenant code is six digits")
	ErrWrongTenant = errors.New("tenancy: row of another tenant")
)

// Kind says what a scope may reach.
type Kind uint8

// The kinds of scope.
const (
	KindNone      Kind = iota
	KindTenant         // rows of one tenant, read and write
	KindCity           // rows of a listed set of tenants, read only
	KindPerson         // one person's own index of reports, read only
	KindDoor           // identity tables; only internal/identity and internal/notify may ask for it
	KindReference      // global reference tables
)

// Scope is what a unit of work may reach. The zero value reaches nothing.
type Scope struct {
	kind    Kind
	tenant  string
	tenants []string
	person  uuid.UUID
}

// Tenant reaches the rows of one tenant.
func Tenant(code string) Scope { return Scope{kind: KindTenant, tenant: code} }

// City reads the listed tenants and writes nothing. An empty list reaches nothing.
func City(tenants []string) Scope { return Scope{kind: KindCity, tenants: slices.Clone(tenants)} }

// Person reads one person's own index of reports across tenants.
func Person(id uuid.UUID) Scope { return Scope{kind: KindPerson, person: id} }

// Door reaches the identity tables.
func Door() Scope { return Scope{kind: KindDoor} }

// DoorFor reaches the identity tables and the rows of one tenant, so that a
// change of a grant and its audit line commit together.
func DoorFor(tenant string) Scope { return Scope{kind: KindDoor, tenant: tenant} }

// Reference reaches the global reference tables. PostgreSQL lets only the owner
// role write them.
func Reference() Scope { return Scope{kind: KindReference} }

// Kind of the scope.
func (s Scope) Kind() Kind { return s.kind }

// TenantCode is the one tenant that may be written, or "".
func (s Scope) TenantCode() string { return s.tenant }

// Tenants are the tenants that may be read.
func (s Scope) Tenants() []string {
	if s.kind == KindCity {
		return s.tenants
	}
	if s.tenant != "" {
		return []string{s.tenant}
	}
	return nil
}

// PersonID of a person scope, or the nil UUID.
func (s Scope) PersonID() uuid.UUID { return s.person }

// Narrow keeps a city scope's right to read but points it at one of its tenants,
// so that a list over many is one keyset page per tenant.
func (s Scope) Narrow(tenant string) (Scope, error) {
	if !slices.Contains(s.Tenants(), tenant) {
		return Scope{}, fmt.Errorf("%w: tenant %q", ErrForbidden, tenant)
	}
	if s.kind == KindCity {
		return Scope{kind: KindCity, tenants: []string{tenant}}, nil
	}
	return s, nil
}

// Validate refuses a malformed scope: its values become SQL literals in SET LOCAL.
func (s Scope) Validate() error {
	if s.kind == KindNone {
		return ErrNoScope
	}
	if s.kind == KindTenant && s.tenant == "" {
		return ErrBadTenant
	}
	for _, t := range s.Tenants() {
		if !ValidCode(t) {
			return fmt.Errorf("%w: %q", ErrBadTenant, t)
		}
	}
	return nil
}

// ValidCode says whether a code has the shape of a tenant: six ASCII digits.
func ValidCode(code string) bool {
	if len(code) != 6 {
		return false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return true
}

type scopeKey struct{}

// With puts a scope in the context. platform/database does it for Do and View.
func With(ctx context.Context, s Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// From reads the scope; ErrNoScope when there is none.
func From(ctx context.Context) (Scope, error) {
	s, ok := ctx.Value(scopeKey{}).(Scope)
	if !ok || s.kind == KindNone {
		return Scope{}, ErrNoScope
	}
	return s, nil
}

// As is how background work enters a tenant. The reason goes to the log; the
// work itself writes its audit lines.
func As(ctx context.Context, tenant, reason string) Scope {
	slog.DebugContext(ctx, "background work enters a tenant", "tenant", tenant, "reason", reason)
	return Tenant(tenant)
}
