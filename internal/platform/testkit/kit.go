package testkit

import (
	"context"
	"net/url"
	"testing"
	"time"

	"huying/internal/platform/clock"
	"huying/internal/platform/database"
)

// Kit is what a test of a service gets: a fresh database with all migrations
// and a clock that stands on a Monday morning in Qingdao until it is moved.
type Kit struct {
	// DB is open as the product opens it: behind both walls.
	DB *database.DB
	// Owner reaches the same data as the owner role, which alone may write
	// reference tables on PostgreSQL. On SQLite, which has no roles, it is DB.
	Owner *database.DB
	// Clock starts at Start.
	Clock *clock.Fake

	config database.Config
	// urls of the roles; nil on SQLite.
	super, owner, app, city *url.URL
}

// Start is when every kit's clock starts: Monday 2 March 2026, 10:00 in
// Qingdao, a working day far from any holiday.
var Start = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// Engines runs test once on each engine, each time with a database of its own.
func Engines(t *testing.T, test func(t *testing.T, kit *Kit), options ...Option) {
	t.Helper()
	for _, engine := range []string{database.EngineSQLite, database.EnginePostgres} {
		t.Run(engine, func(t *testing.T) { test(t, New(t, engine, options...)) })
	}
}

// New makes the kit of one engine, for tests and benchmarks that need only one.
func New(t testing.TB, engine string, options ...Option) *Kit {
	t.Helper()
	var filled fill
	for _, o := range options {
		o(&filled)
	}
	kit := &Kit{Clock: clock.NewFake(Start)}
	var err error
	if engine == database.EngineSQLite {
		err = kit.useSQLite(t, filled)
	} else {
		err = kit.usePostgres(t, filled)
	}
	if err != nil {
		t.Fatal(err)
	}
	kit.DB = kit.Open(t, nil)
	kit.Owner = kit.DB
	if kit.owner != nil {
		kit.Owner = kit.Open(t, func(c *database.Config) { c.URL, c.CityURL = kit.owner.String(), "" })
	}
	return kit
}

// Config is how DB was opened, to hand to a whole application.
func (k *Kit) Config() database.Config { return k.config }

// Open opens the kit's data once more, as changed by change (nil for as it
// is), until the test ends.
func (k *Kit) Open(t testing.TB, change func(*database.Config)) *database.DB {
	t.Helper()
	cfg := k.config
	if change != nil {
		change(&cfg)
	}
	d, err := database.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("testkit: open %s: %v", cfg.Engine, err)
	}
	t.Cleanup(d.Close)
	return d
}

// SuperURL is the superuser's address of this test's database on PostgreSQL,
// for looking at rows without any wall; empty on SQLite.
func (k *Kit) SuperURL() string { return text(k.super) }

// OwnerURL is the owner role's address; empty on SQLite.
func (k *Kit) OwnerURL() string { return text(k.owner) }

// Pooled is the configuration of this kit's PostgreSQL database behind a real
// pgbouncer in transaction mode with size server connections per role.
func (k *Kit) Pooled(t testing.TB, size int) database.Config {
	t.Helper()
	host := pgbouncer(t, size, k.super, k.app, k.city)
	cfg := k.config
	cfg.Mode = database.RLSLocal
	cfg.URL, cfg.CityURL = at(k.app, host), at(k.city, host)
	return cfg
}

// Wired is the configuration of this kit's PostgreSQL database behind a wire
// that the test may cut.
func (k *Kit) Wired(t testing.TB) (database.Config, *Wire) {
	t.Helper()
	wire := NewWire(t, k.super.Host)
	cfg := k.config
	cfg.URL, cfg.CityURL = at(k.app, wire.Address()), at(k.city, wire.Address())
	return cfg, wire
}

func at(u *url.URL, host string) string {
	moved := *u
	moved.Host = host
	return moved.String()
}

func text(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// Option changes what a kit's database holds at first.
type Option func(*fill)

// fill is content put into a template once and copied for every test.
type fill struct {
	name string
	put  func(ctx context.Context, owner *database.DB) error
}

// Filled starts every test from a copy of a database that put has filled once
// for all tests of this run that use the same name. It opens the data as the
// owner. The name must change when what put writes changes.
func Filled(name string, put func(ctx context.Context, owner *database.DB) error) Option {
	return func(f *fill) { *f = fill{name, put} }
}
