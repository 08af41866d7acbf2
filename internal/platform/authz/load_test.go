package authz

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"huying/policy"
)

// edited gives the shipped policy with one file's text replaced in one place.
func edited(t *testing.T, file, old, fresh string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"model.conf", "roles.csv", "catalogue.csv", "permissions.csv"} {
		text, err := fs.ReadFile(policy.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			if !strings.Contains(string(text), old) {
				t.Fatalf("%s has no %q", file, old)
			}
			text = []byte(strings.Replace(string(text), old, fresh, 1))
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	return out
}

func TestLoadRefusesAPolicyThatOpensAWall(t *testing.T) {
	const anyLine = "tenant_admin,grant.list,tenant"
	for _, c := range []struct{ name, file, old, fresh, says string }{
		{"a write across tenants", "permissions.csv", anyLine, anyLine + "\ncity_supervisor,report.admit,all", "never crosses tenants"},
		{"all for a district role", "permissions.csv", anyLine, anyLine + "\ndistrict_staff,report.read,all", "not granted at the city"},
		{"a visitor with a scope of its own", "permissions.csv", anyLine, anyLine + "\nvisitor,report.list,own", "a visitor has no own"},
		{"a citizen with the tenant", "permissions.csv", anyLine, anyLine + "\ncitizen,unit.list,tenant", "only his own"},
		{"a unit scope without a unit", "permissions.csv", anyLine, anyLine + "\ndistrict_staff,report.take,unit", "has no unit"},
		{"an offer without a deputy", "permissions.csv", anyLine, anyLine + "\ndistrict_staff,report.accept,offered", "has no deputy"},
		{"an unknown role", "permissions.csv", anyLine, anyLine + "\nroot,report.list,tenant", "unknown role"},
		{"an unknown permission", "permissions.csv", anyLine, anyLine + "\ndeputy,report.fly,own", "unknown role, permission"},
		{"an unknown scope", "permissions.csv", anyLine, anyLine + "\ndeputy,report.list,world", "unknown role, permission or scope"},
		{"a line twice", "permissions.csv", anyLine, anyLine + "\n" + anyLine, "is there twice"},
		{"a missing cell", "permissions.csv", anyLine, "tenant_admin,grant.list", "wrong number of fields"},
		{"a permission nobody has", "permissions.csv", "citizen,report.rate,own\n", "", "nobody has report.rate"},
		{"a permission of no kind", "catalogue.csv", "report.rate,write", "report.rate,maybe", "must be read or write"},
		{"a role that is granted by a ghost", "roles.csv", "unit,tenant_admin unit_head", "unit,ghost", "unknown role ghost"},
		{"no citizen", "roles.csv", "citizen,群众,,,,\n", "", "the role citizen is missing"},
		{"a level that is none", "roles.csv", "12 15", "12 14", "no division level"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Load(edited(t, c.file, c.old, c.fresh)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("err %v, want one that says %q", err, c.says)
			}
		})
	}
}

func TestLoadNamesEveryMistakeAtOnce(t *testing.T) {
	_, err := Load(edited(t, "permissions.csv", "tenant_admin,grant.list,tenant",
		"tenant_admin,grant.list,tenant\nroot,report.list,tenant\ncitizen,unit.list,tenant"))
	if err == nil || !strings.Contains(err.Error(), "unknown role") || !strings.Contains(err.Error(), "only his own") {
		t.Fatalf("err %v", err)
	}
	if !strings.Contains(err.Error(), "permissions.csv:") {
		t.Fatalf("no line number in %v", err)
	}
}
