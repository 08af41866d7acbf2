package database

import (
	"context"
	"fmt"
	"time"
)

// Engine names.
const (
	EngineSQLite   = "sqlite"
	EnginePostgres = "postgres"
)

// RLSMode says how PostgreSQL learns the scope.
type RLSMode string

const (
	// RLSSession sets app.* once per connection and changes them only when a
	// connection changes hands. Needs a direct connection.
	RLSSession RLSMode = "session"
	// RLSLocal opens every unit of work with SET LOCAL. Works behind pgbouncer
	// in transaction mode and on Citus.
	RLSLocal RLSMode = "local"
)

// Config of a database.
type Config struct {
	// Engine is sqlite or postgres.
	Engine string
	// Path of the SQLite file.
	Path string
	// URL of PostgreSQL for the app role; CityURL for the SELECT-only role of the city.
	URL, CityURL string
	// Mode of row-level security; default session.
	Mode RLSMode
	// MaxConns per pool; default 4 × cores on PostgreSQL, 8 readers on SQLite.
	MaxConns int
	// AcquireTimeout bounds connecting to PostgreSQL; default 5 s. A wait for a free connection ends with its context.
	AcquireTimeout time.Duration
	// OnSQL, when set, sees every statement; tests record with it.
	OnSQL func(ctx context.Context, query string, args []any)
}

func (c Config) withDefaults() Config {
	if c.Mode == "" {
		c.Mode = RLSSession
	}
	if c.AcquireTimeout == 0 {
		c.AcquireTimeout = 5 * time.Second
	}
	if c.OnSQL == nil {
		c.OnSQL = func(context.Context, string, []any) {}
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.Engine != EngineSQLite && c.Engine != EnginePostgres:
		return fmt.Errorf("database.engine: %q is neither sqlite nor postgres", c.Engine)
	case c.Engine == EngineSQLite && c.Path == "":
		return fmt.Errorf("database.path: the SQLite file is needed")
	case c.Engine == EnginePostgres && c.URL == "":
		return fmt.Errorf("database.url: the PostgreSQL address of role huying_app is needed")
	case c.Mode != RLSSession && c.Mode != RLSLocal:
		return fmt.Errorf("database.rls_mode: %q is neither session nor local", c.Mode)
	}
	return nil
}
