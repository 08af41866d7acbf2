package authz

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Load reads roles.csv, catalogue.csv and permissions.csv from fsys and compiles
// them. It returns every mistake at once, each with its file and line.
func Load(fsys fs.FS) (*Index, error) {
	ix := &Index{roleNo: map[string]int{}, permNo: map[string]int{}}
	var errs []error
	errs = append(errs, readLines(fsys, "roles.csv", "role,name,digits,needs,granted_by,apart_from", ix.addRole)...)
	errs = append(errs, readLines(fsys, "catalogue.csv", "permission,kind,second_factor,meaning", ix.addPermission)...)
	errs = append(errs, ix.checkRoles()...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	ix.visitor, ix.citizen = ix.roleNo[RoleVisitor], ix.roleNo[RoleCitizen]
	ix.reach = make([][]ScopeSet, len(ix.permissions))
	for i := range ix.reach {
		ix.reach[i] = make([]ScopeSet, len(ix.roles))
	}
	errs = append(errs, readLines(fsys, "permissions.csv", "role,permission,scope", ix.addLine)...)
	for i, p := range ix.permissions {
		if !slices.ContainsFunc(ix.reach[i], func(set ScopeSet) bool { return set != 0 }) {
			errs = append(errs, fmt.Errorf("permissions.csv: nobody has %s", p.Name))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return ix, nil
}

func readLines(fsys fs.FS, name, header string, add func([]string) error) []error {
	file, err := fsys.Open(name)
	if err != nil {
		return []error{fmt.Errorf("policy: %w", err)}
	}
	defer func() { _ = file.Close() }()
	r := csv.NewReader(file)
	r.Comment, r.TrimLeadingSpace = '#', true
	first, err := r.Read()
	if err != nil {
		return []error{fmt.Errorf("%s: %w", name, err)}
	}
	if strings.Join(first, ",") != header {
		return []error{fmt.Errorf("%s: the first line must be %q", name, header)}
	}
	var errs []error
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return errs
		}
		if err != nil {
			return append(errs, fmt.Errorf("%s: %w", name, err))
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if err := add(cells); err != nil {
			line, _ := r.FieldPos(0)
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, line, err))
		}
	}
}

func (ix *Index) addRole(cells []string) error {
	role := Role{
		Name: cells[0], Title: cells[1], Needs: cells[3],
		GrantedBy: strings.Fields(cells[4]), ApartFrom: strings.Fields(cells[5]),
	}
	if _, twice := ix.roleNo[role.Name]; twice || role.Name == "" || role.Title == "" {
		return fmt.Errorf("role %q is there twice, or has no name", role.Name)
	}
	if !slices.Contains([]string{"", "unit", "station", "deputy"}, role.Needs) {
		return fmt.Errorf("role %s cannot need %q", role.Name, role.Needs)
	}
	for _, word := range strings.Fields(cells[2]) {
		digits, err := strconv.Atoi(word)
		if err != nil || !wholeLevel(strings.Repeat("0", digits)) {
			return fmt.Errorf("role %s: %q is no division level", role.Name, word)
		}
		role.Digits = append(role.Digits, digits)
	}
	ix.roleNo[role.Name] = len(ix.roles)
	ix.roles = append(ix.roles, role)
	return nil
}

func (ix *Index) addPermission(cells []string) error {
	p := Permission{Name: cells[0], Write: cells[1] == "write", SecondFactor: cells[2] == "yes", Meaning: cells[3]}
	if _, twice := ix.permNo[p.Name]; twice || p.Name == "" || p.Meaning == "" {
		return fmt.Errorf("permission %q is there twice, or has no meaning", p.Name)
	}
	if !p.Write && cells[1] != "read" || !p.SecondFactor && cells[2] != "no" {
		return fmt.Errorf("permission %s must be read or write, and say yes or no to the second factor", p.Name)
	}
	ix.permNo[p.Name] = len(ix.permissions)
	ix.permissions = append(ix.permissions, p)
	return nil
}

func (ix *Index) checkRoles() []error {
	var errs []error
	for _, name := range []string{RoleVisitor, RoleCitizen} {
		if _, ok := ix.roleNo[name]; !ok {
			errs = append(errs, fmt.Errorf("roles.csv: the role %s is missing", name))
		}
	}
	for _, role := range ix.roles {
		for _, other := range slices.Concat(role.GrantedBy, role.ApartFrom) {
			if _, ok := ix.roleNo[other]; !ok && other != "*" {
				errs = append(errs, fmt.Errorf("roles.csv: %s names an unknown role %s", role.Name, other))
			}
		}
	}
	return errs
}

func (ix *Index) addLine(cells []string) error {
	r, okRole := ix.roleNo[cells[0]]
	p, okPermission := ix.permNo[cells[1]]
	scope, okScope := parseScope(cells[2])
	if !okRole || !okPermission || !okScope {
		return fmt.Errorf("unknown role, permission or scope in %s", strings.Join(cells, ","))
	}
	if err := fits(ix.roles[r], ix.permissions[p], scope); err != nil {
		return err
	}
	if ix.reach[p][r].Has(scope) {
		return fmt.Errorf("%s is there twice", strings.Join(cells, ","))
	}
	ix.reach[p][r] = ix.reach[p][r].with(scope)
	return nil
}

// fits refuses lines that could never work or that would open a wall.
func fits(role Role, p Permission, scope Scope) error {
	needs := map[Scope]string{ScopeStation: "station", ScopeUnit: "unit", ScopeOffered: "deputy"}
	switch {
	case role.Name == RoleVisitor && scope != ScopeTenant:
		return fmt.Errorf("a visitor has no %s", scope)
	case role.Name == RoleCitizen && scope != ScopeOwn:
		return fmt.Errorf("a citizen reaches only his own, not %s", scope)
	case scope == ScopeAll && p.Write:
		return fmt.Errorf("%s writes, and a write never crosses tenants", p.Name)
	case scope == ScopeAll && !slices.Contains(role.Digits, 4):
		return fmt.Errorf("%s is not granted at the city and cannot reach all", role.Name)
	case needs[scope] != "" && needs[scope] != role.Needs:
		return fmt.Errorf("%s has no %s and cannot have scope %s", role.Name, needs[scope], scope)
	}
	return nil
}
