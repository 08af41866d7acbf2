package apptest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/division"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/testkit"
)

// Setup chooses what an application is booted on. The zero value is SQLite and
// the embedded store, as `huying demo` runs.
type Setup struct {
	Engine string // config.SQLite or config.Postgres
	Store  string // config.EmbeddedStore or config.S3Store, which is a real MinIO
	Clock  clock.Clock
	OnSQL  func(ctx context.Context, query string, args []any)
	// Log takes what the application logs; errors go to the test's log when it is nil.
	Log *slog.Logger
	// Change changes the configuration last.
	Change func(t testing.TB, kit *testkit.Kit, cfg *config.Config)
}

// House is a running application with two districts at work.
type House struct {
	t   testing.TB
	URL string
	App *app.App
	Kit *testkit.Kit
	// Shinan and Shibei are two districts with everybody a loop needs.
	Shinan, Shibei *Cast
}

// Setups runs test on every pair of engine and store.
func Setups(t *testing.T, test func(t *testing.T, s Setup)) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		for _, store := range []string{config.EmbeddedStore, config.S3Store} {
			t.Run(engine+"+"+store, func(t *testing.T) { test(t, Setup{Engine: engine, Store: store}) })
		}
	}
}

// Pairs runs test on each engine and each store once: as the demo runs, and as production does. It is for what does not
// depend on how the two meet.
func Pairs(t *testing.T, test func(t *testing.T, s Setup)) {
	for _, s := range []Setup{{Engine: config.SQLite, Store: config.EmbeddedStore}, {Engine: config.Postgres, Store: config.S3Store}} {
		t.Run(s.Engine+"+"+s.Store, func(t *testing.T) { test(t, s) })
	}
}

// Boot starts the application on a free port until the test ends.
func Boot(t testing.TB, s Setup) *House {
	t.Helper()
	if s.Engine == "" {
		s.Engine = config.SQLite
	}
	if s.Store == "" {
		s.Store = config.EmbeddedStore
	}
	kit := testkit.New(t, s.Engine, testkit.Filled("reference_with_questions", division.EnsureReference))
	cfg := Configure(t, kit, s)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.HTTP.Listen = ln.Addr().String()
	if s.Log == nil {
		s.Log = Quiet(t)
	}
	opts := app.Options{Clock: s.Clock, OnSQL: s.OnSQL, Log: s.Log}
	if cfg.Objects.Store == config.EmbeddedStore {
		opts.Embedded = embedded(t, cfg.Objects.Dir)
	}
	a, err := app.Build(t.Context(), cfg, opts)
	if err != nil {
		t.Fatalf("apptest: build: %v", err)
	}
	h := &House{t: t, URL: "http://" + ln.Addr().String(), App: a, Kit: kit}
	h.serve(ln)
	h.employ()
	return h
}

// serve runs the application until the test ends and then drains it.
func (h *House) serve(ln net.Listener) {
	ctx, stop := context.WithCancel(context.WithoutCancel(h.t.Context()))
	done := make(chan error, 1)
	go func() { done <- h.App.Serve(ctx, ln) }()
	h.t.Cleanup(func() {
		stop()
		select {
		case err := <-done:
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				h.t.Logf("apptest: the application ended with: %v", err)
			}
		case <-time.After(2 * time.Minute):
			h.t.Error("apptest: the application did not drain within two minutes")
		}
	})
}

// employ fills both districts and the city.
func (h *House) employ() {
	a, b := shinan, shibei
	h.Shinan, h.Shibei = &a, &b
	ctx := h.t.Context()
	h.Shinan.hire(ctx, h.t, h.App)
	h.Shibei.hire(ctx, h.t, h.App)
	city := &Cast{Tenant: auth.CityTenant, phones: 300}
	for role, g := range map[string]authz.Grant{
		"city":        {Role: "city_supervisor", Division: "3702"},
		"city.leader": {Role: "city_leader", Division: "3702"},
		"operator":    {Role: "operator", Division: "3702"},
	} {
		city.account(ctx, h.t, h.App, role, auth.KindStaff, g)
	}
}

// Configure makes the configuration of a demo on the kit's data.
func Configure(t testing.TB, kit *testkit.Kit, s Setup) config.Config {
	t.Helper()
	dir := t.TempDir()
	cfg := config.Default()
	cfg.Data.Dir, cfg.Demo.On, cfg.Log.Level = dir, true, "error"
	// What is cut short by a slow machine would still be at work when its database and store are taken away.
	cfg.HTTP.DrainTimeout, cfg.Jobs.PollInterval = time.Minute, 200*time.Millisecond
	cfg.Database = databaseOf(cfg.Database, kit.Config(), kit.OwnerURL())
	cfg.Keys.File = filepath.Join(dir, "keys.json")
	if s.Store == config.S3Store {
		cfg.Objects = config.Objects{
			Store: config.S3Store, Endpoint: testkit.MinIO(t), Region: "us-east-1",
			AccessKey: testkit.MinIOAccessKey, SecretKey: testkit.MinIOSecretKey,
		}
	}
	if _, err := crypto.ReadOrCreate(cfg.Keys.File, time.Now()); err != nil {
		t.Fatal(err)
	}
	if s.Change != nil {
		s.Change(t, kit, &cfg)
	}
	settled, err := cfg.Settle()
	if err != nil {
		t.Fatal(err)
	}
	return settled
}

func databaseOf(base config.Database, d database.Config, owner string) config.Database {
	base.Engine, base.Path, base.URL, base.CityURL = d.Engine, d.Path, config.Secret(d.URL), config.Secret(d.CityURL)
	base.OwnerURL = config.Secret(owner)
	base.MaxConns, base.AcquireTimeout = 8, time.Minute
	if d.Mode != "" {
		base.RLSMode = string(d.Mode)
	}
	return base
}

// embedded is the one gateway a process can have; it ends with the test.
func embedded(t testing.TB, dir string) *objects.Embedded {
	t.Helper()
	e, err := objects.StartEmbedded(context.Background(), dir)
	if err != nil {
		t.Fatalf("apptest: embedded store: %v", err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("apptest: embedded store: %v", err)
		}
	})
	return e
}

// Quiet logs only errors, to the test's own log.
func Quiet(t testing.TB) *slog.Logger {
	w := &logWriter{t: t}
	t.Cleanup(func() { w.over.Store(true) })
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelError}))
}

// logWriter falls silent when the test is over: a test's log refuses later lines.
type logWriter struct {
	t    testing.TB
	over atomic.Bool
}

func (w *logWriter) Write(p []byte) (int, error) {
	if !w.over.Load() {
		w.t.Logf("%s", p)
	}
	return len(p), nil
}
