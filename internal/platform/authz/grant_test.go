package authz

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func person(n byte, grants ...Grant) Holder {
	return Holder{PersonID: uuid.UUID{15: n}, Grants: append([]Grant{Citizen}, grants...)}
}

func TestCheckGrant(t *testing.T) {
	ix := mustLoad(t)
	admin := Grant{Role: "tenant_admin", Tenant: "370202", Division: "370202"}
	street := Grant{Role: "street_office", Tenant: "370202", Division: "370202001"}
	head := Grant{Role: "unit_head", Tenant: "370202", Division: "370202", UnitID: ids[1]}
	staff := Grant{Role: "district_staff", Tenant: "370202", Division: "370202"}
	grid := Grant{Role: "grid_member", Tenant: "370202", Division: "370202001003"}
	clerk := Grant{Role: "unit_clerk", Tenant: "370202", Division: "370202", UnitID: ids[1]}
	at := func(g Grant, tenant, division string) Grant { g.Tenant, g.Division = tenant, division; return g }
	of := func(g Grant, unit uuid.UUID) Grant { g.UnitID = unit; return g }

	for _, c := range []struct {
		name            string
		giver, receiver Holder
		grant           Grant
		want            error
	}{
		{"an admin appoints staff", person(1, admin), person(2), staff, nil},
		{"an admin appoints in a street", person(1, admin), person(2), street, nil},
		{"nobody grants himself", person(1, admin), person(1, admin), staff, ErrSelf},
		{"another tenant's admin", person(1, at(admin, "370203", "370203")), person(2), staff, ErrRole},
		{"an admin appoints no second admin", person(1, admin), person(2), admin, ErrRole},
		{"an admin appoints no auditor", person(1, admin), person(2), at(Grant{Role: "auditor"}, "370202", "370202"), ErrRole},
		{"staff appoint nobody", person(1, staff), person(2), street, ErrRole},
		{"a street appoints its grid members", person(1, street), person(2), grid, nil},
		{"a street appoints none next door", person(1, street), person(2), at(grid, "370202", "370202002001"), ErrSubtree},
		{"a street appoints no staff", person(1, street), person(2), staff, ErrRole},
		{"a head appoints clerks of the unit", person(1, head), person(2), clerk, nil},
		{"a head appoints none of another unit", person(1, head), person(2), of(clerk, ids[2]), ErrSubtree},
		{"a head appoints no head", person(1, head), person(2), head, ErrRole},
		{"the city appoints nobody in a district", person(1, Grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"}), person(2), staff, ErrRole},
		{"an admin also being staff", person(1, admin), person(2, at(Grant{Role: "auditor"}, "370200", "3702")), staff, ErrApart},
		{"a coordinator also being a clerk", person(1, admin), person(2, at(Grant{Role: "coordinator"}, "370203", "370203")), clerk, ErrApart},
		{"the same grant again", person(1, admin), person(2, staff), staff, ErrDuplicate},
		{"a second district for the same clerk", person(1, admin), person(2, at(clerk, "370203", "370203")), clerk, nil},
		{"a role at the wrong level", person(1, admin), person(2), at(staff, "370202", "370202001"), ErrShape},
		{"a division of another tenant", person(1, admin), person(2), at(staff, "370202", "370203"), ErrShape},
		{"half a level", person(1, admin), person(2), at(street, "370202", "3702020"), ErrShape},
		{"letters for digits", person(1, admin), person(2), at(street, "370202", "370202OO1"), ErrShape},
		{"a clerk without a unit", person(1, admin), person(2), of(clerk, uuid.Nil), ErrShape},
		{"staff with a unit", person(1, admin), person(2), of(staff, ids[1]), ErrShape},
		{"the citizen role is not granted", person(1, admin), person(2), Citizen, ErrShape},
		{"an unknown role", person(1, admin), person(2), at(Grant{Role: "root"}, "370202", "370202"), ErrShape},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ix.CheckGrant(c.giver, c.receiver, c.grant); !errors.Is(got, c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestCheckRevoke(t *testing.T) {
	ix := mustLoad(t)
	admin := Grant{Role: "tenant_admin", Tenant: "370202", Division: "370202"}
	street := Grant{Role: "street_office", Tenant: "370202", Division: "370202001"}
	grid := Grant{Role: "grid_member", Tenant: "370202", Division: "370202002001"}
	for _, c := range []struct {
		name  string
		giver Holder
		from  byte
		grant Grant
		want  error
	}{
		{"an admin takes a role away", person(1, admin), 2, grid, nil},
		{"nobody drops his own role", person(1, admin), 1, admin, ErrSelf},
		{"a street outside its subtree", person(1, street), 2, grid, ErrSubtree},
		{"a street and a role not its to take", person(1, street), 2, street, ErrRole},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ix.CheckRevoke(c.giver, uuid.UUID{15: c.from}, c.grant); !errors.Is(got, c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestGrantsNeverEscape holds for every giver and grant: what may be given lies in the
// giver's tenant, below one of the giver's divisions, and is not the giver's own role.
func TestGrantsNeverEscape(t *testing.T) {
	ix := mustLoad(t)
	given := 0
	rapid.Check(t, func(t *rapid.T) {
		giver := person(1, rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Grant {
			return drawFitting(t, ix, "tenant_admin", "street_office", "unit_head", "district_staff", "city_supervisor")
		}), 1, 3).Draw(t, "giver")...)
		g := drawFitting(t, ix, "grid_member", "station_manager", "unit_clerk", "street_office", "district_staff", "tenant_admin")
		if ix.CheckGrant(giver, person(2), g) != nil {
			return
		}
		given++
		for _, own := range giver.Grants[1:] {
			if own.Tenant == g.Tenant && Within(g.Division, own.Division) && own.Role != g.Role {
				return
			}
		}
		t.Fatalf("%+v gave %+v", giver.Grants, g)
	})
	if given == 0 {
		t.Fatal("no grant was drawn that may be given: the property proves nothing")
	}
}

// drawFitting draws a grant of the right shape for one of these roles.
func drawFitting(t *rapid.T, ix *Index, roles ...string) Grant {
	return rapid.Custom(func(t *rapid.T) Grant {
		role, _ := ix.Role(rapid.SampledFrom(roles).Draw(t, "role"))
		g := Grant{Role: role.Name, Tenant: "370200", Division: "3702"}
		if !slices.Contains(role.Digits, 4) {
			g.Tenant = rapid.SampledFrom([]string{"370202", "370203"}).Draw(t, "tenant")
			g.Division = (g.Tenant + "001002003")[:rapid.SampledFrom(role.Digits).Draw(t, "digits")]
		}
		switch id := rapid.SampledFrom(ids[1:]).Draw(t, "id"); role.Needs {
		case "unit":
			g.UnitID = id
		case "station":
			g.StationID = id
		}
		return g
	}).Draw(t, "grant")
}
