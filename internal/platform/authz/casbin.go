package authz

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/google/uuid"
)

// Contract asks the same questions of Casbin itself, from policy/model.conf and the
// same lines. It is slow (tens of microseconds a question) and serves as the
// reference that the Index is held against.
type Contract struct{ enforcer *casbin.Enforcer }

// LoadContract builds the reference from model.conf and permissions.csv.
func LoadContract(fsys fs.FS) (*Contract, error) {
	text, err := fs.ReadFile(fsys, "model.conf")
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	m, err := model.NewModelFromString(string(text))
	if err != nil {
		return nil, fmt.Errorf("policy: model.conf: %w", err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("policy: model.conf: %w", err)
	}
	e.AddFunction("within", func(args ...any) (any, error) {
		place, area := args[0].(string), args[1].(string)
		levels := []int{4, 6, 9, 12, 15}
		return slices.Contains(levels, len(place)) && slices.Contains(levels, len(area)) &&
			len(place) >= len(area) && place[:len(area)] == area, nil
	})
	e.AddFunction("homely", func(args ...any) (any, error) {
		role, home, tenant := args[0].(string), args[1].(string), args[2].(string)
		return role == RoleVisitor || role == RoleCitizen || home != "" && home == tenant, nil
	})
	e.AddFunction("among", func(args ...any) (any, error) {
		id, ids := args[0].(uuid.UUID), args[1].([]uuid.UUID)
		return id != uuid.Nil && slices.Contains(ids, id), nil
	})
	if errs := readLines(fsys, "permissions.csv", "role,permission,scope", func(cells []string) error {
		_, err := e.AddPolicy(cells)
		return err
	}); len(errs) > 0 {
		return nil, errs[0]
	}
	return &Contract{enforcer: e}, nil
}

// Covers answers like Index.Access(grants, tenant, permission).Covers(row): yes when
// one of the grants, or being a visitor, reaches the row.
func (c *Contract) Covers(grants []Grant, tenant, permission string, row Row) (bool, error) {
	for _, g := range append(slices.Clone(grants), Grant{Role: RoleVisitor}) {
		ok, err := c.enforcer.Enforce(g.Role, g.Tenant, g.Division, g.UnitID, g.StationID,
			permission, tenant, row.Division, row.Units, row.Stations, row.Reporter, row.Holder, row.Offered)
		if err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}
