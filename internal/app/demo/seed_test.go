package demo_test

import (
	"testing"

	"huying/internal/app"
	"huying/internal/app/demo"
	"huying/internal/platform/config"
)

func build(t *testing.T) *app.App {
	t.Helper()
	cfg := config.Default()
	cfg.Data.Dir, cfg.Demo.On, cfg.Log.Level = t.TempDir(), true, "warn"
	cfg, err := cfg.Settle()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Build(t.Context(), cfg, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(t.Context()) })
	return a
}

func deps(a *app.App) demo.Deps {
	return demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence}
}

func TestSeed(t *testing.T) {
	a := build(t)
	o := demo.Full(a.Clock.Now())
	o.Note = t.Logf
	sum, err := demo.Seed(t.Context(), deps(a), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", sum)
}
