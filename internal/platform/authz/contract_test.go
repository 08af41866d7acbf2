package authz

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"huying/policy"
)

var (
	tenants   = []string{"", "370200", "370202", "370203", "370214"}
	divisions = []string{
		"", "37", "3702", "37020", "370200", "370202", "370203", "370202001", "3702020010", "370202001001",
		"370202001002", "370202001001001", "370202002", "370203001001", "370214400", "3702XX",
	}
	ids = []uuid.UUID{uuid.Nil, uuid.MustParse("00000000-0000-7000-8000-000000000001"), uuid.MustParse("00000000-0000-7000-8000-000000000002")}
)

func drawGrant(t *rapid.T, roles []string) Grant {
	return Grant{
		Role:      rapid.SampledFrom(roles).Draw(t, "role"),
		Tenant:    rapid.SampledFrom(tenants).Draw(t, "home"),
		Division:  rapid.SampledFrom(divisions).Draw(t, "area"),
		UnitID:    rapid.SampledFrom(ids).Draw(t, "unit"),
		StationID: rapid.SampledFrom(ids).Draw(t, "station"),
		DeputyID:  rapid.SampledFrom(ids).Draw(t, "deputy"),
	}
}

func drawRow(t *rapid.T) Row {
	return Row{
		Division: rapid.SampledFrom(divisions).Draw(t, "place"),
		Units:    rapid.SliceOfN(rapid.SampledFrom(ids), 0, 2).Draw(t, "units"),
		Stations: rapid.SliceOfN(rapid.SampledFrom(ids), 0, 2).Draw(t, "stations"),
		Reporter: rapid.Bool().Draw(t, "reporter"),
		Holder:   rapid.Bool().Draw(t, "holder"),
		Offered:  rapid.Bool().Draw(t, "offered"),
	}
}

// roleNames gives every role of the policy and one that does not exist.
func roleNames(ix *Index) []string {
	names := []string{"nobody_knows"}
	for _, role := range ix.Roles() {
		names = append(names, role.Name)
	}
	return names
}

func TestIndexAnswersLikeCasbin(t *testing.T) {
	ix, contract := mustLoad(t), mustContract(t)
	permissions := append(ix.PermissionNames(), "report.unknown", "")
	yes, no := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		grants := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Grant { return drawGrant(t, roleNames(ix)) }), 0, 4).Draw(t, "grants")
		tenant := rapid.SampledFrom(tenants).Draw(t, "tenant")
		permission := rapid.SampledFrom(permissions).Draw(t, "permission")
		row := drawRow(t)
		want, err := contract.Covers(grants, tenant, permission, row)
		if err != nil {
			t.Fatal(err)
		}
		access := ix.Access(grants, tenant, permission)
		if got := access.Covers(row); got != want {
			t.Fatalf("index says %v, Casbin %v: %v in %q of %q on %+v", got, want, grants, permission, tenant, row)
		}
		if want && !access.OK() {
			t.Fatalf("a row is covered though the gate is shut: %v %q %q", grants, permission, tenant)
		}
		if want {
			yes++
		} else {
			no++
		}
	})
	if yes == 0 || no == 0 {
		t.Fatalf("the draw proves nothing: %d yes, %d no", yes, no)
	}
}

// TestEveryLineAnswersLikeCasbin walks every line of the policy, where random draws are thin.
func TestEveryLineAnswersLikeCasbin(t *testing.T) {
	ix, contract := mustLoad(t), mustContract(t)
	rows := []Row{
		{},
		{Division: "370202001001"},
		{Division: "370203001001"},
		{Units: ids[1:2]},
		{Stations: ids[1:2]},
		{Reporter: true},
		{Holder: true},
		{Offered: true},
	}
	places := []Grant{{Tenant: "370202", Division: "370202001"}, {Tenant: "370200", Division: "3702"}}
	for _, line := range ix.Matrix() {
		for _, g := range places {
			g.Role, g.UnitID, g.StationID, g.DeputyID = line.Role, ids[1], ids[1], ids[1]
			for _, tenant := range []string{"370202", "370203"} {
				for _, row := range rows {
					want, err := contract.Covers([]Grant{g}, tenant, line.Permission, row)
					if err != nil {
						t.Fatal(err)
					}
					if got := ix.Access([]Grant{g}, tenant, line.Permission).Covers(row); got != want {
						t.Fatalf("%+v %s in %s on %+v: index %v, Casbin %v", g, line.Permission, tenant, row, got, want)
					}
				}
			}
		}
	}
}

func mustLoad(t testing.TB) *Index {
	t.Helper()
	ix, err := Load(policy.FS)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func mustContract(t testing.TB) *Contract {
	t.Helper()
	c, err := LoadContract(policy.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
