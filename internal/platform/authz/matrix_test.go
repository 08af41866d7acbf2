package authz

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden matrix from policy/")

const goldenMatrix = "testdata/matrix.golden"

func TestMatrixIsTheReviewedOne(t *testing.T) {
	ix := mustLoad(t)
	var b strings.Builder
	for _, line := range ix.Matrix() {
		p, _ := ix.Permission(line.Permission)
		kind := "read"
		if p.Write {
			kind = "write"
		}
		fmt.Fprintf(&b, "%-17s %-22s %-5s %s\n", line.Role, line.Permission, kind, line.Scopes)
	}
	if *update {
		if err := os.WriteFile(goldenMatrix, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenMatrix)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Fatalf("policy/ differs from %s; review the change and run with -update\n%s", goldenMatrix, firstDifference(string(want), b.String()))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d: was %q, is %q", i+1, a, b)
		}
	}
	return ""
}

// TestSeparations spells out who must never be able to do what, whatever else changes.
func TestSeparations(t *testing.T) {
	ix := mustLoad(t)
	forbidden := map[string][]string{
		"visitor":          {"report.list", "report.read", "report.submit", "report.reveal", "photo.original", "unit.", "grant.", "recusal.", "import."},
		"citizen":          {"report.reveal", "photo.original", "report.admit", "report.dispatch", "report.confirm", "unit.", "grant.", "import."},
		"deputy":           {"report.admit", "report.dispatch", "report.take", "report.reply", "report.rate", "report.approve", "grant.", "unit."},
		"street_office":    {"report.reply", "report.take", "report.contact", "report.rate"},
		"district_staff":   {"report.reject", "report.reply", "report.take", "report.confirm", "report.rate", "grant."},
		"district_head":    {"report.dispatch", "report.admit", "report.reply", "report.rate", "grant."},
		"coordinator":      {"report.supervise", "report.confirm", "report.reveal", "report.rate"},
		"unit_clerk":       {"report.approve", "report.confirm", "report.rate", "report.dispatch", "report.admit"},
		"unit_head":        {"report.reply", "report.take", "report.confirm", "report.rate", "report.dispatch"},
		"city_unit":        {"report.approve", "report.confirm", "report.rate", "report.dispatch"},
		"follow_up_caller": {"report.reply", "report.confirm", "report.verify", "photo.original"},
		"city_supervisor":  {"report.reveal", "photo.original", "report.dispatch", "report.confirm", "report.admit"},
		"city_leader":      {"report.reveal", "photo.original", "report.dispatch"},
		"tenant_admin":     {"report.", "photo.", "audit."},
		"auditor":          {"report.", "photo."},
		"operator":         {"report.", "photo.", "audit.", "grant.", "recusal.", "notice."},
	}
	for _, line := range ix.Matrix() {
		for _, prefix := range forbidden[line.Role] {
			if strings.HasPrefix(line.Permission, prefix) {
				t.Errorf("%s must not have %s", line.Role, line.Permission)
			}
		}
		p, _ := ix.Permission(line.Permission)
		if line.Role == "auditor" && p.Write {
			t.Errorf("an auditor changes nothing, yet has %s", line.Permission)
		}
		if strings.HasPrefix(line.Role, "city_s") && p.Write && line.Scopes.Has(ScopeAll) {
			t.Errorf("the city writes %s across tenants", line.Permission)
		}
	}
	for _, name := range []string{"report.reveal", "photo.original"} {
		if p, _ := ix.Permission(name); !p.SecondFactor {
			t.Errorf("%s must ask for the second factor", name)
		}
	}
}
