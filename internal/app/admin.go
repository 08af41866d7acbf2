package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/crypto"
	"huying/internal/platform/sheet"
)

// firstRoles are the roles whose first holder nobody inside the product can appoint.
var firstRoles = []string{"operator", "tenant_admin", "auditor"}

// NewAdmin is an account made from a shell, the first of an installation or of a tenant.
type NewAdmin struct {
	Tenant, Role, Username, Name, Phone string
}

// CreateAdmin makes the account and gives it its role. The password is told once and must be changed at the first
// sign-in; an account that exists gets the role only, and no password is returned.
func (a *App) CreateAdmin(ctx context.Context, n NewAdmin) (password string, err error) {
	if !slices.Contains(firstRoles, n.Role) {
		return "", fmt.Errorf("role %q: only %v are made from a shell; the others are granted in the product", n.Role, firstRoles)
	}
	g := authz.Grant{Role: n.Role, Tenant: n.Tenant, Division: n.Tenant}
	if n.Tenant == auth.CityTenant {
		g.Division = auth.CityTenant[:4]
	}
	if err := a.Index.CheckShape(g); err != nil {
		return "", fmt.Errorf("role %s at %s: %w", n.Role, n.Tenant, err)
	}
	known, err := a.Division.KnownTenant(ctx, n.Tenant)
	if err != nil {
		return "", err
	}
	if !known && n.Tenant != auth.CityTenant {
		return "", fmt.Errorf("tenant %q is not known", n.Tenant)
	}
	password = firstPassword()
	_, missing := a.Identity.ByUsername(ctx, n.Username)
	id, err := a.Identity.AddStaff(ctx, identity.NewStaff{
		Username: n.Username, Name: n.Name, Phone: n.Phone, Password: password, MustChange: true,
	})
	if err != nil {
		return "", err
	}
	if missing == nil {
		password = ""
	}
	_, err = a.Identity.Grant(ctx, id, g)
	return password, err
}

// firstPassword holds 80 random bits in letters and digits that are easy to tell apart.
func firstPassword() string { return strings.ToLower(rand.Text()[:16]) }

// DivisionFile says what a file of divisions is meant to do.
type DivisionFile struct {
	DryRun, Complete bool
	Effective        time.Time
}

// ImportUnits reads a table (XLSX or CSV) of handling units into a tenant.
func (a *App) ImportUnits(ctx context.Context, tenant string, src io.Reader, o sheet.Options) (sheet.Result, error) {
	return a.Unit.ImportUnits(ctx, tenant, src, o)
}

// ImportDeputies reads a table (XLSX or CSV) of deputies into a tenant.
func (a *App) ImportDeputies(ctx context.Context, tenant string, src io.Reader, o sheet.Options) (sheet.Result, error) {
	return a.Deputy.Import(ctx, tenant, src, o)
}

// ImportStaff reads a table (XLSX or CSV) of staff accounts into a tenant, with the authority of its administrator.
func (a *App) ImportStaff(ctx context.Context, tenant string, src io.Reader, o sheet.Options) (sheet.Result, error) {
	giver := authz.Holder{PersonID: uuid.Nil, Grants: []authz.Grant{{Role: "tenant_admin", Tenant: tenant, Division: tenant}}}
	return a.Unit.ImportStaff(ctx, tenant, giver, src, o)
}

// CreateKeys makes a key ring file; one that is there is left alone and an error.
func CreateKeys(path string, now time.Time) error {
	_, err := os.Lstat(path)
	if err == nil {
		return fmt.Errorf("key ring %s exists already", path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("key ring: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	m, err := crypto.Generate(now)
	if err != nil {
		return err
	}
	return crypto.Write(path, m)
}

// RotateKeys adds a key to the ring in a file: a signing key, or a field key for a cipher. Running processes notice the
// new file by themselves.
func RotateKeys(path string, signing bool, cipher string, now time.Time) error {
	m, err := crypto.Read(path)
	if err != nil {
		return err
	}
	if signing {
		m, err = m.RotateSigning(now)
	} else {
		m, err = m.RotateField(now, cipher)
	}
	if err != nil {
		return err
	}
	return crypto.Write(path, m)
}
