package authz

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Access is the answer for one permission in one tenant. The zero value refuses.
type Access struct {
	index      *Index
	row        []ScopeSet // of this permission, by role
	grants     []Grant
	tenant     string
	permission string
	widest     Scope
}

// Row is what a row rule needs to know of one row and of how the caller stands to it.
type Row struct {
	Division string // code of the place the row is about
	Units    []uuid.UUID
	Stations []uuid.UUID

	Reporter bool // the caller submitted it
	Holder   bool // the caller holds it, or it is the caller's own
	Offered  bool // it is offered to the caller
}

// scopes gives what one grant contributes in the asked tenant.
func (a *Access) scopes(g *Grant) ScopeSet {
	no, ok := a.index.roleNo[g.Role]
	if !ok {
		return 0
	}
	set := a.row[no]
	if set.Has(ScopeAll) && !Within(a.tenant, g.Division) {
		set = set.without(ScopeAll)
	}
	atHome := no == a.index.citizen || no == a.index.visitor || g.Tenant == a.tenant && a.tenant != ""
	if !atHome {
		set &= 1 << ScopeAll
	}
	return set
}

// OK tells whether the caller has the permission at all.
func (a Access) OK() bool { return a.widest != ScopeNone }

// Permission names what was asked.
func (a Access) Permission() string { return a.permission }

// Tenant names the tenant that was asked about.
func (a Access) Tenant() string { return a.tenant }

// Widest gives the widest scope among all the caller's grants.
func (a Access) Widest() Scope { return a.widest }

// Reaches tells whether some grant carries exactly this scope; ScopeAll counts as
// ScopeTenant too, since it covers every row of the asked tenant.
func (a Access) Reaches(s Scope) bool {
	if a.index == nil {
		return false
	}
	if a.row[a.index.visitor].Has(s) {
		return true
	}
	for i := range a.grants {
		set := a.scopes(&a.grants[i])
		if set.Has(s) || s == ScopeTenant && set.Has(ScopeAll) {
			return true
		}
	}
	return false
}

// Role tells whether one of the grants that give this permission has the role.
func (a Access) Role(role string) bool {
	return a.any(role, func(set ScopeSet) bool { return set != 0 })
}

// As tells whether that role gives this permission with that scope.
func (a Access) As(role string, s Scope) bool {
	return a.any(role, func(set ScopeSet) bool { return set.Has(s) })
}

func (a Access) any(role string, want func(ScopeSet) bool) bool {
	for i := range a.grants {
		if a.grants[i].Role == role && want(a.scopes(&a.grants[i])) {
			return true
		}
	}
	return false
}

// Divisions gives the division codes below which the caller reaches rows by scope
// "division", without those already covered by a shorter one.
func (a Access) Divisions() []string {
	var codes []string
	for i := range a.grants {
		if a.scopes(&a.grants[i]).Has(ScopeDivision) {
			codes = append(codes, a.grants[i].Division)
		}
	}
	slices.Sort(codes)
	kept := codes[:0]
	for _, code := range codes {
		if len(kept) == 0 || !strings.HasPrefix(code, kept[len(kept)-1]) {
			kept = append(kept, code)
		}
	}
	return kept
}

// UnitIDs gives the units whose rows the caller reaches by scope "unit".
func (a Access) UnitIDs() []uuid.UUID {
	return a.ids(func(set ScopeSet) bool { return set.Has(ScopeUnit) }, func(g Grant) uuid.UUID { return g.UnitID })
}

// StationIDs gives the stations whose rows the caller reaches by scope "station".
func (a Access) StationIDs() []uuid.UUID {
	return a.ids(func(set ScopeSet) bool { return set.Has(ScopeStation) }, func(g Grant) uuid.UUID { return g.StationID })
}

// DeputyIDs gives the deputies as whom the caller acts by scope "own" or "offered".
func (a Access) DeputyIDs() []uuid.UUID {
	return a.ids(func(set ScopeSet) bool { return set.Has(ScopeOwn) || set.Has(ScopeOffered) },
		func(g Grant) uuid.UUID { return g.DeputyID })
}

func (a Access) ids(want func(ScopeSet) bool, id func(Grant) uuid.UUID) []uuid.UUID {
	var ids []uuid.UUID
	for i := range a.grants {
		one := id(a.grants[i])
		if one != uuid.Nil && want(a.scopes(&a.grants[i])) && !slices.Contains(ids, one) {
			ids = append(ids, one)
		}
	}
	return ids
}

// Covers tells whether the permission reaches this row. It allocates nothing.
func (a Access) Covers(row Row) bool {
	if a.index == nil {
		return false
	}
	if a.row[a.index.visitor].Has(ScopeTenant) {
		return true
	}
	for i := range a.grants {
		if a.covers(&a.grants[i], &row) {
			return true
		}
	}
	return false
}

func (a *Access) covers(g *Grant, row *Row) bool {
	set := a.scopes(g)
	own := row.Holder
	if g.Role == RoleCitizen {
		own = row.Reporter
	}
	return set.Has(ScopeAll) || set.Has(ScopeTenant) ||
		set.Has(ScopeDivision) && Within(row.Division, g.Division) ||
		set.Has(ScopeUnit) && among(g.UnitID, row.Units) ||
		set.Has(ScopeStation) && among(g.StationID, row.Stations) ||
		set.Has(ScopeOffered) && row.Offered ||
		set.Has(ScopeOwn) && own
}

func among(id uuid.UUID, ids []uuid.UUID) bool { return id != uuid.Nil && slices.Contains(ids, id) }

type accessKey struct{}

// WithAccess hands the answer of the route gate to the use case.
func WithAccess(ctx context.Context, a Access) context.Context {
	return context.WithValue(ctx, accessKey{}, a)
}

// AccessFrom gives the answer of the route gate; without one it refuses everything.
func AccessFrom(ctx context.Context) Access {
	a, _ := ctx.Value(accessKey{}).(Access)
	return a
}
