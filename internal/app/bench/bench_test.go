package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/app"
	"huying/internal/app/demo"
	"huying/internal/platform/config"
)

// seeded is a demo of one district and the city's people, closed again.
func seeded(t *testing.T) config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Data.Dir, cfg.Demo.On, cfg.HTTP.Listen, cfg.Log.Level = t.TempDir(), true, "127.0.0.1:0", "error"
	cfg, err := cfg.Settle()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Build(t.Context(), cfg, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = demo.Seed(t.Context(), demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report},
		demo.Options{Now: a.Clock.Now(), Tenants: []string{tenant}, Reports: 40})
	if err := errors.Join(err, a.Close(context.WithoutCancel(t.Context()))); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestRun measures a small demo: the bare sides really do the work (a replayed
// life reaches its end, or Run fails), and every line says what it compared.
func TestRun(t *testing.T) {
	o := Options{Config: seeded(t), Rounds: minRounds, Round: 20 * time.Millisecond, Clients: 2, Only: []string{"b", "c", "e", "h"}, Out: &bytes.Buffer{}}
	result, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if result.Reports < 40 || len(result.Lines) != 4 {
		t.Fatalf("%+v", result)
	}
	for _, l := range result.Lines {
		if l.Value <= 0 || l.Bound <= 0 || l.Against == "" {
			t.Errorf("%+v", l)
		}
		if l.Key != "h" && (l.Product <= 0 || l.Bare <= 0 || l.Spread[0] > l.Value || l.Spread[1] < l.Value) {
			t.Errorf("%+v", l)
		}
	}
	var table bytes.Buffer
	result.Print(&table)
	if n := strings.Count(table.String(), "kept") + strings.Count(table.String(), "MISSED"); n != len(result.Lines) {
		t.Errorf("%d verdicts:\n%s", n, table.String())
	}
	path := filepath.Join(t.TempDir(), "plans.md")
	if err := Plans(t.Context(), o, path); err != nil {
		t.Fatalf("%v\n%s", err, o.Out)
	}
	told, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"`reports`", "SEARCH", "visitor, newest 20", "city, newest 20"} {
		if !strings.Contains(string(told), want) {
			t.Errorf("the plans do not mention %s", want)
		}
	}
	if strings.Contains(string(told), result.At.Format("2006-01")) {
		t.Error("the record has values of the statements in it")
	}
}

func TestRun_refuses_few_rounds(t *testing.T) {
	if _, err := Run(t.Context(), Options{Rounds: 4}); err == nil {
		t.Error("a median of four rounds was accepted")
	}
}

func TestRenewer_renames_what_was_born_and_nothing_else(t *testing.T) {
	born, old := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	r := &renewer{
		ids: map[uuid.UUID]uuid.UUID{}, texts: map[string]string{}, made: map[uuid.UUID]bool{born: true},
		since: time.Now().Add(-time.Hour),
	}
	list := []statement{
		{query: "INSERT INTO x", args: []any{born, old, "370203-2026-000007", 3}},
		{query: "SELECT 1", args: []any{born}},
		{query: "UPDATE x", args: []any{born.String(), &born}},
	}
	got := r.renew(list, true)
	if len(got) != 2 {
		t.Fatalf("reads were kept: %v", got)
	}
	fresh, ok := got[0].args[0].(uuid.UUID)
	if !ok || fresh == born || got[0].args[1] != old || got[0].args[3] != 3 {
		t.Errorf("%v", got[0].args)
	}
	if n, ok := got[0].args[2].(string); !ok || n == "370203-2026-000007" || !numberForm.MatchString(n) {
		t.Errorf("number %v", got[0].args[2])
	}
	if pointed, ok := got[1].args[1].(*uuid.UUID); !ok || got[1].args[0] != fresh.String() || *pointed != fresh {
		t.Errorf("%v", got[1].args)
	}
	if list[0].args[0] != born {
		t.Error("the recorded life itself was renamed")
	}
}

func TestJudge_names_what_a_plan_does_wrong(t *testing.T) {
	for name, c := range map[string]struct {
		plan node
		want string
	}{
		"large scan":      {node{Type: "Seq Scan", Relation: "reports", Actual: 20, Removed: fewRows, Loops: 1}, "scans reports"},
		"small scan":      {node{Type: "Seq Scan", Relation: "categories"}, ""},
		"few rows":        {node{Type: "Seq Scan", Relation: "sessions", Actual: 6}, ""},
		"index":           {node{Type: "Index Scan", Relation: "reports", Index: "reports_pkey"}, ""},
		"sort of a year":  {node{Type: "Sort", Plans: []node{{Type: "Index Scan", Actual: fewRows + 1}}}, "sorts many rows"},
		"sort of a page":  {node{Type: "Sort", Plans: []node{{Type: "Index Scan", Actual: 20}}}, ""},
		"once per row":    {node{Type: "Index Scan", Parent: "SubPlan", Loops: 40}, "a subquery per row"},
		"once":            {node{Type: "Index Scan", Parent: "SubPlan", Loops: 1}, ""},
		"below something": {node{Type: "Limit", Plans: []node{{Type: "Seq Scan", Relation: "report_terms", Actual: fewRows + 1}}}, "scans report_terms"},
	} {
		var p planned
		p.judge(c.plan, 0)
		if got := strings.Join(p.faults, "; "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestGrowth_says_what_got_slower(t *testing.T) {
	dir := t.TempDir()
	keep := func(name string, reports int, perSecond float64) string {
		r := Result{Engine: "sqlite", Reports: reports, Lines: []Line{{Key: "b", What: "list", Value: 0.5, Product: perSecond, Bare: 2 * perSecond}}}
		path := filepath.Join(dir, name)
		if err := r.Save(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	small, flat, slow := keep("a", 10_000, 100), keep("b", 100_000, 80), keep("c", 1_000_000, 74)
	var out bytes.Buffer
	if err := Growth(&out, []string{flat, small}); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if err := Growth(&out, []string{small, flat, slow}); !errors.Is(err, ErrMissed) || !strings.Contains(out.String(), "SLOWER") {
		t.Errorf("%v\n%s", err, out.String())
	}
	if err := Growth(&out, []string{filepath.Join(dir, "none")}); err == nil {
		t.Error("a file that is not there was compared")
	}
	if content, err := os.ReadFile(small); err != nil || !json.Valid(content) {
		t.Error("what is kept is no JSON")
	}
}

func TestMedian(t *testing.T) {
	for want, list := range map[float64][]float64{0: nil, 2: {3, 1, 2}, 2.5: {4, 1, 2, 3}} {
		if got := median(list); got != want {
			t.Errorf("median of %v is %v", list, got)
		}
	}
}
