package apptest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db/deputyseat"
	"huying/ent/db/handlingunit"
	"huying/internal/app"
	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Cast is who works in one district and what they work with. The user names are
// those of the demo.
type Cast struct {
	Tenant string
	// Street and Community lie in the district; OtherStreet is another one in it.
	Street, Community, OtherStreet, OtherCommunity string
	// Unit is the catalogue's for every category; OtherUnit is in no catalogue.
	Unit, OtherUnit uuid.UUID
	Deputies        []uuid.UUID
	Station         uuid.UUID
	phones          int
}

// The two districts of every cast.
var (
	shinan = Cast{Tenant: "370202", Street: "370202001", Community: "370202001001", OtherStreet: "370202002", OtherCommunity: "370202002001", phones: 100}
	shibei = Cast{Tenant: "370203", Street: "370203005", Community: "370203005001", OtherStreet: "370203008", OtherCommunity: "370203008001", phones: 200}
)

// Username of a role's account in the district: "staff", "deputy1", "dept1.head" and so on.
func (c *Cast) Username(role string) string {
	switch {
	case c.Tenant == auth.CityTenant:
		return role
	case role == "office", role == "gov":
		return c.Street + "." + role
	case role == "office2":
		return c.OtherStreet + ".office"
	}
	return c.Tenant + "." + role
}

// hash is computed once: it is slow on purpose.
var hash = sync.OnceValues(func() (string, error) { return auth.HashPassword(context.Background(), Password) })

// hire makes the accounts, units, deputies and the station of a district.
func (c *Cast) hire(ctx context.Context, t testing.TB, a *app.App) {
	t.Helper()
	c.furnish(ctx, t, a)
	unit := func(id uuid.UUID) authz.Grant { return authz.Grant{Division: c.Tenant, UnitID: id} }
	for role, g := range map[string]authz.Grant{
		"staff":       {Role: "district_staff", Division: c.Tenant},
		"head":        {Role: "district_head", Division: c.Tenant},
		"admin":       {Role: "tenant_admin", Division: c.Tenant},
		"coordinator": {Role: "coordinator", Division: c.Tenant},
		"caller":      {Role: "follow_up_caller", Division: c.Tenant},
		"duty":        {Role: "duty_officer", Division: c.Tenant},
		"screener":    {Role: "screener", Division: c.Tenant},
		"office":      {Role: "street_office", Division: c.Street},
		"office2":     {Role: "street_office", Division: c.OtherStreet},
		"grid":        {Role: "grid_member", Division: c.Community},
		"auditor":     {Role: "auditor", Division: c.Tenant},
		"station1":    {Role: "station_manager", Division: c.Street, StationID: c.Station},
		"dept1":       withRole(unit(c.Unit), "unit_clerk"),
		"dept1.head":  withRole(unit(c.Unit), "unit_head"),
		"dept2":       withRole(unit(c.OtherUnit), "unit_clerk"),
		"dept2.head":  withRole(unit(c.OtherUnit), "unit_head"),
	} {
		c.account(ctx, t, a, role, auth.KindStaff, g)
	}
}

func withRole(g authz.Grant, role string) authz.Grant {
	g.Role = role
	return g
}

// account makes one account with one grant and returns the person.
func (c *Cast) account(ctx context.Context, t testing.TB, a *app.App, role, kind string, g authz.Grant) uuid.UUID {
	t.Helper()
	secret, err := hash()
	if err != nil {
		t.Fatal(err)
	}
	c.phones++
	id, err := a.Identity.AddStaff(ctx, identity.NewStaff{
		Username: c.Username(role), Name: "测试" + role, Phone: fmt.Sprintf("1990000%04d", c.phones), PasswordHash: secret, Kind: kind,
	})
	if err != nil {
		t.Fatalf("apptest: account %s: %v", c.Username(role), err)
	}
	if g.Role == "" {
		return id
	}
	g.Tenant = c.Tenant
	if _, err := a.Identity.Grant(ctx, id, g); err != nil {
		t.Fatalf("apptest: grant %s to %s: %v", g.Role, c.Username(role), err)
	}
	return id
}

// furnish makes what grants refer to.
func (c *Cast) furnish(ctx context.Context, t testing.TB, a *app.App) {
	t.Helper()
	people := []uuid.UUID{
		c.account(ctx, t, a, "deputy1", auth.KindDeputy, authz.Grant{}),
		c.account(ctx, t, a, "deputy2", auth.KindDeputy, authz.Grant{}),
	}
	err := a.DB.Do(ctx, tenancy.Tenant(c.Tenant), func(ctx context.Context, tx *database.Tx) error {
		if err := c.furnishIn(ctx, tx, people); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatalf("apptest: furnish %s: %v", c.Tenant, err)
	}
	for i, person := range people {
		g := authz.Grant{Role: "deputy", Tenant: c.Tenant, Division: c.Street, DeputyID: c.Deputies[i]}
		if _, err := a.Identity.Grant(ctx, person, g); err != nil {
			t.Fatalf("apptest: grant to deputy %d: %v", i+1, err)
		}
	}
}

func (c *Cast) furnishIn(ctx context.Context, tx *database.Tx, people []uuid.UUID) error {
	congress, err := tx.Congress.Create().SetLevel("district").SetDivisionCode(c.Tenant).SetName("测试区人大").SetTerm(19).Save(ctx)
	if err != nil {
		return err
	}
	station, err := tx.Station.Create().SetName("测试联络站").SetDivisionCode(c.Street).Save(ctx)
	if err != nil {
		return err
	}
	c.Station = station.ID
	for i, person := range people {
		d, err := tx.Deputy.Create().SetPersonID(person).SetName(fmt.Sprint("测试代表", i+1)).SetHomeDivision(c.Community).Save(ctx)
		if err != nil {
			return err
		}
		c.Deputies = append(c.Deputies, d.ID)
		err = tx.DeputySeat.Create().SetDeputyID(d.ID).SetCongressID(congress.ID).SetLevel(deputyseat.LevelDistrict).SetTerm(19).
			SetConstituency([]string{c.Street}).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return c.furnishUnits(ctx, tx)
}

func (c *Cast) furnishUnits(ctx context.Context, tx *database.Tx) error {
	for _, u := range []struct {
		code string
		id   *uuid.UUID
	}{{"dept1", &c.Unit}, {"dept2", &c.OtherUnit}} {
		row, err := tx.HandlingUnit.Create().SetCode(u.code).SetName("测试单位" + u.code).SetDivisionCode(c.Tenant).
			SetLevel(handlingunit.LevelDistrict).SetPhone("0532-80000000").Save(ctx)
		if err != nil {
			return err
		}
		*u.id = row.ID
	}
	for _, category := range []string{"road", "manhole", "garbage"} {
		err := tx.DispatchRule.Create().SetCategory(category).SetDivisionCode(c.Tenant).SetUnitID(c.Unit).SetIsDefault(true).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
