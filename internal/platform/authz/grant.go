package authz

import (
	"errors"
	"slices"

	"github.com/google/uuid"
)

// Permissions that the grant rule itself asks for.
const (
	PermissionGrant  = "grant.create"
	PermissionRevoke = "grant.revoke"
)

// Why a grant is refused. Callers turn them into answers for people.
var (
	ErrSelf      = errors.New("authz: nobody grants or revokes his own role")
	ErrRole      = errors.New("authz: this role is not the giver's to give")
	ErrSubtree   = errors.New("authz: outside the giver's own subtree")
	ErrApart     = errors.New("authz: the person holds a role that must be kept apart")
	ErrShape     = errors.New("authz: the grant does not fit its role")
	ErrDuplicate = errors.New("authz: the person has this grant already")
)

// Holder is a person with all grants, of every tenant.
type Holder struct {
	PersonID uuid.UUID
	Grants   []Grant
}

// CheckGrant tells whether giver may give g to receiver: ErrSelf, ErrShape, ErrRole,
// ErrSubtree, ErrApart, ErrDuplicate, or nil.
func (ix *Index) CheckGrant(giver, receiver Holder, g Grant) error {
	if giver.PersonID == receiver.PersonID {
		return ErrSelf
	}
	if err := ix.CheckShape(g); err != nil {
		return err
	}
	if err := ix.mayChange(giver, g, PermissionGrant); err != nil {
		return err
	}
	return ix.CheckApart(receiver.Grants, g)
}

// CheckRevoke tells whether giver may take g away from the receiver: ErrSelf,
// ErrRole, ErrSubtree, or nil.
func (ix *Index) CheckRevoke(giver Holder, receiver uuid.UUID, g Grant) error {
	if giver.PersonID == receiver {
		return ErrSelf
	}
	return ix.mayChange(giver, g, PermissionRevoke)
}

func (ix *Index) mayChange(giver Holder, g Grant, permission string) error {
	role, ok := ix.Role(g.Role)
	if !ok {
		return ErrShape
	}
	a := ix.Access(giver.Grants, g.Tenant, permission)
	err := ErrRole
	for i := range giver.Grants {
		own := &giver.Grants[i]
		set := a.scopes(own)
		if set == 0 || !slices.Contains(role.GrantedBy, own.Role) {
			continue
		}
		err = ErrSubtree
		unit := set.Has(ScopeUnit) && own.UnitID == g.UnitID
		wide := set.Has(ScopeTenant) || set.Has(ScopeDivision) || unit
		if wide && Within(g.Division, own.Division) {
			return nil
		}
	}
	return err
}

// CheckShape tells whether the grant fits its role: a role that is granted at all,
// at one of its levels, inside its tenant (the city's 3702 lives in 370200), naming
// what the role needs and nothing else. Whether the division exists is not asked here.
func (ix *Index) CheckShape(g Grant) error {
	role, ok := ix.Role(g.Role)
	if !ok || !slices.Contains(role.Digits, len(g.Division)) || !digits(g.Division) || !digits(g.Tenant) || len(g.Tenant) != 6 {
		return ErrShape
	}
	inside := Within(g.Division, g.Tenant)
	if len(g.Division) == 4 {
		inside = g.Tenant == g.Division+"00"
	}
	named := (g.UnitID != uuid.Nil) == (role.Needs == "unit") &&
		(g.StationID != uuid.Nil) == (role.Needs == "station") &&
		(g.DeputyID != uuid.Nil) == (role.Needs == "deputy")
	if !inside || !named {
		return ErrShape
	}
	return nil
}

// CheckApart tells whether a person with these grants may also hold g: ErrApart,
// ErrDuplicate, or nil. Separation holds across tenants.
func (ix *Index) CheckApart(existing []Grant, g Grant) error {
	for _, have := range existing {
		if have == g {
			return ErrDuplicate
		}
		if have.Role != RoleCitizen && (ix.apart(have.Role, g.Role) || ix.apart(g.Role, have.Role)) {
			return ErrApart
		}
	}
	return nil
}

func (ix *Index) apart(one, other string) bool {
	role, ok := ix.Role(one)
	return ok && one != other && (slices.Contains(role.ApartFrom, "*") || slices.Contains(role.ApartFrom, other))
}

func digits(code string) bool {
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return code != ""
}
