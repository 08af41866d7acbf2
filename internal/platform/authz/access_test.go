package authz

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"
)

func TestAccess(t *testing.T) {
	ix := mustLoad(t)
	street := Grant{Role: "street_office", Tenant: "370202", Division: "370202001"}
	staff := Grant{Role: "district_staff", Tenant: "370202", Division: "370202"}
	clerk := Grant{Role: "unit_clerk", Tenant: "370202", Division: "370202", UnitID: ids[1]}
	city := Grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"}
	deputy := Grant{Role: "deputy", Tenant: "370202", Division: "370202001", DeputyID: ids[1]}
	for _, c := range []struct {
		name, tenant, permission string
		grants                   []Grant
		widest                   Scope
	}{
		{"a visitor sees deputies", "370202", "deputy.list", nil, ScopeTenant},
		{"a visitor signs in without a tenant", "", "session.sms", nil, ScopeTenant},
		{"a visitor lists no reports", "370202", "report.list", nil, ScopeNone},
		{"a citizen lists his own in any tenant", "370203", "report.list", []Grant{Citizen}, ScopeOwn},
		{"a citizen sees himself without a tenant", "", "me.read", []Grant{Citizen}, ScopeOwn},
		{"a street office reaches its division", "370202", "report.admit", []Grant{Citizen, street}, ScopeDivision},
		{"a street office of another tenant is nobody here", "370203", "report.admit", []Grant{Citizen, street}, ScopeNone},
		{"two roles give the wider one", "370202", "report.list", []Grant{street, staff}, ScopeTenant},
		{"a clerk reaches the unit", "370202", "report.take", []Grant{clerk}, ScopeUnit},
		{"a deputy is offered", "370202", "report.accept", []Grant{deputy}, ScopeOffered},
		{"the city reads a district", "370202", "report.list", []Grant{city}, ScopeAll},
		{"the city writes in no district", "370202", "report.dispatch", []Grant{city}, ScopeNone},
		{"an unknown permission is refused", "370202", "report.fly", []Grant{staff}, ScopeNone},
		{"an unknown role is refused", "370202", "report.list", []Grant{{Role: "root", Tenant: "370202", Division: "370202"}}, ScopeNone},
		{"a grant without a tenant is at home nowhere", "", "report.list", []Grant{{Role: "district_staff", Division: "370202"}}, ScopeNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := ix.Access(c.grants, c.tenant, c.permission)
			if a.Widest() != c.widest || a.OK() != (c.widest != ScopeNone) {
				t.Fatalf("widest %v, want %v", a.Widest(), c.widest)
			}
			if c.widest != ScopeNone && !a.Reaches(c.widest) {
				t.Fatalf("does not reach its own widest scope %v", c.widest)
			}
		})
	}
}

func TestAccessNamesWhatQueriesNeed(t *testing.T) {
	ix := mustLoad(t)
	grants := []Grant{
		Citizen,
		{Role: "street_office", Tenant: "370202", Division: "370202002"},
		{Role: "street_office", Tenant: "370202", Division: "370202001"},
		{Role: "grid_member", Tenant: "370202", Division: "370202001003"},
		{Role: "street_office", Tenant: "370203", Division: "370203001"},
		{Role: "unit_clerk", Tenant: "370202", Division: "370202", UnitID: ids[1]},
		{Role: "unit_clerk", Tenant: "370203", Division: "370203", UnitID: ids[2]},
		{Role: "station_manager", Tenant: "370202", Division: "370202001", StationID: ids[2]},
		{Role: "deputy", Tenant: "370202", Division: "370202001", DeputyID: ids[1]},
	}
	a := ix.Access(grants, "370202", "report.list")
	if got := a.Divisions(); !slices.Equal(got, []string{"370202001", "370202002"}) {
		t.Errorf("divisions %v", got)
	}
	if got := a.UnitIDs(); !slices.Equal(got, []uuid.UUID{ids[1]}) {
		t.Errorf("units %v", got)
	}
	if got := a.StationIDs(); !slices.Equal(got, []uuid.UUID{ids[2]}) {
		t.Errorf("stations %v", got)
	}
	if got := a.DeputyIDs(); !slices.Equal(got, []uuid.UUID{ids[1]}) {
		t.Errorf("deputies %v", got)
	}
	if !a.As(RoleCitizen, ScopeOwn) || a.As("unit_clerk", ScopeOwn) || !a.Role("deputy") || a.Role("district_staff") {
		t.Error("the roles behind the answer are wrong")
	}
	if a.Reaches(ScopeTenant) || !a.Reaches(ScopeDivision) {
		t.Error("the scopes are wrong")
	}
	ctx := WithAccess(context.Background(), a)
	if AccessFrom(ctx).Permission() != "report.list" || AccessFrom(context.Background()).OK() {
		t.Error("the answer does not travel in ctx, or an empty ctx allows")
	}
	if (Access{}).Covers(Row{Reporter: true, Holder: true, Offered: true}) || (Access{}).Reaches(ScopeNone) {
		t.Error("the zero answer must refuse")
	}
}

func TestPermissionsOfMe(t *testing.T) {
	ix := mustLoad(t)
	got := ix.Permissions([]Grant{Citizen, {Role: "unit_clerk", Tenant: "370202", Division: "370202", UnitID: ids[1]}}, "370202")
	for _, want := range []string{"report.take", "me.read", "tenant.list"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if slices.Contains(got, "report.confirm") || !slices.IsSorted(got) {
		t.Errorf("too much, or unsorted: %v", got)
	}
}

func TestAnswersAllocateNothing(t *testing.T) {
	ix := mustLoad(t)
	grants := manyGrants()
	row := Row{Division: "370202001001", Units: ids[1:2]}
	var ok bool
	if n := testing.AllocsPerRun(1000, func() {
		a := ix.Access(grants, "370202", "report.list")
		ok = a.OK() && a.Covers(row) && a.Reaches(ScopeTenant)
	}); n != 0 {
		t.Fatalf("%v allocations", n)
	}
	_ = ok
}

func BenchmarkAccess(b *testing.B) {
	ix := mustLoad(b)
	grants := manyGrants()
	b.ReportAllocs()
	for b.Loop() {
		if !ix.Access(grants, "370202", "report.list").OK() {
			b.Fatal("refused")
		}
	}
}

func manyGrants() []Grant {
	return []Grant{
		Citizen,
		{Role: "unit_clerk", Tenant: "370203", Division: "370203", UnitID: ids[1]},
		{Role: "unit_clerk", Tenant: "370202", Division: "370202", UnitID: ids[1]},
		{Role: "deputy", Tenant: "370202", Division: "370202001", DeputyID: ids[1]},
	}
}

// BenchmarkContract is what the same kind of question costs Casbin itself.
func BenchmarkContract(b *testing.B) {
	c := mustContract(b)
	grants, row := manyGrants()[2:3], Row{Units: ids[1:2]}
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := c.Covers(grants, "370202", "report.list", row); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}
