package authz

import (
	"slices"

	"github.com/google/uuid"
)

// Names of the two roles nobody grants.
const (
	RoleVisitor = "visitor" // every request, signed in or not
	RoleCitizen = "citizen" // every signed-in person
)

// Citizen is the grant every signed-in person carries; it is at home in every tenant.
var Citizen = Grant{Role: RoleCitizen}

// Grant is one role of one person at one division. UnitID, StationID and DeputyID
// are set where the role needs them and zero elsewhere.
type Grant struct {
	Role     string
	Tenant   string
	Division string

	UnitID    uuid.UUID
	StationID uuid.UUID
	DeputyID  uuid.UUID
}

// Permission is one line of policy/catalogue.csv.
type Permission struct {
	Name         string
	Write        bool // a write never crosses tenants
	SecondFactor bool // the session must have passed a second factor
	Meaning      string
}

// Role is one line of policy/roles.csv.
type Role struct {
	Name      string
	Title     string   // what people call it, in Chinese
	Digits    []int    // lengths of the division code at which it may be granted
	Needs     string   // "unit", "station", "deputy" or nothing
	GrantedBy []string // roles that may give and take it
	ApartFrom []string // roles one person must not hold beside it; "*" for all
}

// Index is the compiled policy. It never changes after Load and may be shared.
type Index struct {
	roles       []Role
	permissions []Permission
	roleNo      map[string]int
	permNo      map[string]int
	reach       [][]ScopeSet // permission → role → scopes
	visitor     int
	citizen     int
}

// Line is one cell of the authority matrix.
type Line struct {
	Role, Permission string
	Scopes           ScopeSet
}

// Access answers for one permission in one tenant. An unknown permission is refused.
// It allocates nothing; the grants are kept by reference and must not change while
// the answer is in use. Every request is also a visitor's.
func (ix *Index) Access(grants []Grant, tenant, permission string) Access {
	no, ok := ix.permNo[permission]
	if !ok {
		return Access{}
	}
	a := Access{index: ix, row: ix.reach[no], grants: grants, tenant: tenant, permission: ix.permissions[no].Name}
	a.widest = a.row[ix.visitor].Widest()
	for i := range grants {
		if w := a.scopes(&grants[i]).Widest(); w > a.widest {
			a.widest = w
		}
	}
	return a
}

// Permission describes one permission of the catalogue.
func (ix *Index) Permission(name string) (Permission, bool) {
	no, ok := ix.permNo[name]
	if !ok {
		return Permission{}, false
	}
	return ix.permissions[no], true
}

// PermissionNames lists the catalogue in its own order.
func (ix *Index) PermissionNames() []string {
	names := make([]string, len(ix.permissions))
	for i, p := range ix.permissions {
		names[i] = p.Name
	}
	return names
}

// Permissions lists, sorted, what these grants allow in one tenant.
func (ix *Index) Permissions(grants []Grant, tenant string) []string {
	var names []string
	for _, p := range ix.permissions {
		if ix.Access(grants, tenant, p.Name).OK() {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Roles lists the roles in the order of policy/roles.csv.
func (ix *Index) Roles() []Role { return slices.Clone(ix.roles) }

// Role describes one role.
func (ix *Index) Role(name string) (Role, bool) {
	no, ok := ix.roleNo[name]
	if !ok {
		return Role{}, false
	}
	return ix.roles[no], true
}

// Matrix lists every cell that allows something, role by role.
func (ix *Index) Matrix() []Line {
	var lines []Line
	for r, role := range ix.roles {
		for p, permission := range ix.permissions {
			if set := ix.reach[p][r]; set != 0 {
				lines = append(lines, Line{Role: role.Name, Permission: permission.Name, Scopes: set})
			}
		}
	}
	return lines
}
