package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/app"
	"huying/internal/platform/config"
	"huying/internal/platform/fault"
	"huying/internal/platform/testkit"
	"huying/internal/platform/web"
)

// The API that outside clients were generated from is the API that is served.
func TestOpenAPI_is_the_committed_one(t *testing.T) {
	spec, err := app.Spec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	committed := readRepository(t, "docs", "api", "openapi.json")
	if !bytes.Equal(spec, committed) {
		t.Fatalf("docs/api/openapi.json is out of step with the routes (first difference at byte %d); run make gen and commit", differs(spec, committed))
	}
}

// readRepository reads a committed file by its place in the repository: the embedded store of an earlier
// test has moved the process elsewhere.
func readRepository(t *testing.T, path ...string) []byte {
	t.Helper()
	root, err := testkit.Repository()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func differs(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Every code a client may meet, with its status. The file is the contract: a changed or missing line breaks clients.
func TestFaults_keep_their_codes_and_statuses(t *testing.T) {
	raw := readRepository(t, "internal", "app", "testdata", "faults.json")
	var want map[string]int
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, k := range fault.All() {
		got[k.Code] = k.Status
		if !regexp.MustCompile(`\p{Han}`).MatchString(k.Title) {
			t.Errorf("%s: the title %q is not in Chinese", k.Code, k.Title)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(want)) {
		if got[code] != want[code] {
			t.Errorf("%s: status %d, the contract says %d", code, got[code], want[code])
		}
	}
	for _, code := range slices.Sorted(maps.Keys(got)) {
		if _, known := want[code]; !known {
			t.Errorf("%s (%d) is new: add it to testdata/faults.json", code, got[code])
		}
	}
}

// Every path below /api/v1 is described, and each operation has a summary, a tag and a permission.
func TestOpenAPI_describes_every_route(t *testing.T) {
	a := build(t)
	spec, err := a.Web.Spec()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
			Tags        []string
			Permission  string `json:"x-permission"`
		}
	}
	if err := json.Unmarshal(spec, &doc); err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, r := range a.Web.Routes() {
		op, ok := doc.Paths[r.FullPath()][strings.ToLower(r.Method)]
		name := r.Method + " " + r.FullPath()
		if !ok {
			if strings.HasPrefix(r.FullPath(), web.Prefix) {
				t.Errorf("%s is not described", name)
			}
			continue
		}
		if op.Summary == "" || len(op.Tags) == 0 || op.Permission == "" {
			t.Errorf("%s: %+v", name, op)
		}
		if other := ids[op.OperationID]; other != "" {
			t.Errorf("%s and %s share the id %s", name, other, op.OperationID)
		}
		ids[op.OperationID] = name
	}
}

func TestBuild(t *testing.T) {
	t.Run("a_wrong_configuration_is_refused_whole", func(t *testing.T) {
		cfg := config.Default()
		cfg.HTTP.Listen, cfg.Log.Level = "nowhere", "loud"
		_, err := app.Build(t.Context(), cfg, app.Options{})
		if err == nil || !strings.Contains(err.Error(), "http.listen") || !strings.Contains(err.Error(), "log.level") {
			t.Fatal(err)
		}
	})
	t.Run("what_cannot_be_opened_leaves_nothing_open", func(t *testing.T) {
		cfg := settings(t)
		if err := os.WriteFile(cfg.Keys.File, []byte("not a key ring"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Build(t.Context(), cfg, app.Options{Log: discard()}); err == nil || strings.Contains(err.Error(), "not a key ring") {
			t.Fatal(err)
		}
		if err := os.Remove(cfg.Keys.File); err != nil {
			t.Fatal(err)
		}
		a, err := app.Build(t.Context(), cfg, app.Options{Log: discard()})
		if err != nil {
			t.Fatalf("the second start failed: %v", err)
		}
		if err := a.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// A stop lets the request that is being answered finish, takes no new one, and closes the database after it.
func TestServe_drains(t *testing.T) {
	a := build(t)
	entered, release := make(chan struct{}), make(chan struct{})
	web.Raw(a.Web, web.Route{Method: "GET", Path: "/slow", Permission: web.Public, Tenant: web.None, Summary: "slow", Hidden: true},
		slow(entered, release, func() error { return a.DB.Ping(t.Context()) }))
	if err := a.Web.Err(); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + ln.Addr().String()
	ctx, stop := contextWithStop(t)
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, ln) }()

	answered := make(chan string, 1)
	go func() { answered <- read(base + web.Prefix + "/slow") }()
	<-entered
	stop()
	waitUntil(t, "new connections are refused", func() bool {
		c, err := net.DialTimeout("tcp", ln.Addr().String(), time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	close(release)
	if got := <-answered; got != "finished" {
		t.Errorf("the running request was answered %q", got)
	}
	if err := <-served; err != nil {
		t.Errorf("the drain was not clean: %v", err)
	}
}

// When a request outlasts the drain timeout the process ends all the same and says so.
func TestServe_drain_has_an_end(t *testing.T) {
	cfg := settings(t)
	cfg.HTTP.DrainTimeout = 300 * time.Millisecond
	a := buildWith(t, cfg)
	entered, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	web.Raw(a.Web, web.Route{Method: "GET", Path: "/stuck", Permission: web.Public, Tenant: web.None, Summary: "stuck", Hidden: true},
		slow(entered, release, func() error { return nil }))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := contextWithStop(t)
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, ln) }()
	go read("http://" + ln.Addr().String() + web.Prefix + "/stuck")
	<-entered
	stop()
	select {
	case err := <-served:
		if err == nil {
			t.Error("the cut request was not reported")
		}
	case <-time.After(time.Minute):
		t.Fatal("the process hangs")
	}
}

func read(url string) string {
	resp, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

func slow(entered, release chan struct{}, last func() error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		close(entered)
		<-release
		if err := last(); err != nil {
			return err
		}
		return c.SendString("finished")
	}
}

func contextWithStop(t *testing.T) (context.Context, func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	return ctx, stop
}

func waitUntil(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within a minute: %s", what)
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// settings are those of an installation in a directory of its own that never touches a photo.
func settings(t *testing.T) config.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Data.Dir = t.TempDir()
	cfg, err := app.WithoutStore(cfg).Settle()
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func build(t *testing.T) *app.App { return buildWith(t, settings(t)) }

func buildWith(t *testing.T, cfg config.Config) *app.App {
	t.Helper()
	a, err := app.Build(t.Context(), cfg, app.Options{Log: discard()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(context.Background()) })
	return a
}
