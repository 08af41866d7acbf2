package app_test

import (
	"log/slog"
	"slices"
	"testing"

	"huying/internal/app"
	"huying/internal/platform/config"
	"huying/internal/platform/web"
)

// insideRoutes are permissions that no route's line names, because a handler asks for them: where
// one route serves several kinds of content.
var insideRoutes = map[string]string{}

// TestEveryRouteHasAGrantAndEveryGrantARoute builds the house as it is served and holds its
// routes against policy/ in both directions.
func TestEveryRouteHasAGrantAndEveryGrantARoute(t *testing.T) {
	cfg := config.Default()
	cfg.Data.Dir, cfg.Demo.On, cfg.Jobs.Work = t.TempDir(), true, false
	cfg, err := app.WithoutStore(cfg).Settle()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Build(t.Context(), cfg, app.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	asked := map[string]bool{}
	for _, r := range a.Web.Routes() {
		asked[r.Permission] = true
		if r.Permission == web.Public {
			continue
		}
		if _, known := a.Index.Permission(r.Permission); !known {
			t.Errorf("%s %s asks for %s, which is not in policy/catalogue.csv", r.Method, r.FullPath(), r.Permission)
		}
	}
	if len(asked) < 20 {
		t.Fatalf("only %d permissions are asked for: the house was not built", len(asked))
	}
	for _, name := range a.Index.PermissionNames() {
		if !asked[name] && insideRoutes[name] == "" {
			t.Errorf("policy/catalogue.csv has %s, which no route asks for", name)
		}
	}
	for name := range insideRoutes {
		if !slices.Contains(a.Index.PermissionNames(), name) || asked[name] {
			t.Errorf("%s is no longer asked for inside a route", name)
		}
	}
}
