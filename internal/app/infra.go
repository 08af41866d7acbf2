package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"huying/internal/division"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
)

// Migrate brings the database to this program's schema and fills the reference tables that are empty. On PostgreSQL
// it connects as the owner (database.owner_url), which serve never does.
func Migrate(ctx context.Context, cfg config.Config) error {
	if cfg.Database.Engine == config.SQLite {
		if err := os.MkdirAll(filepath.Dir(cfg.Database.Path), 0o750); err != nil {
			return fmt.Errorf("data directory: %w", err)
		}
		if err := database.MigrateSQLite(ctx, cfg.Database.Path); err != nil {
			return err
		}
		return fillReference(ctx, database.Config{Engine: database.EngineSQLite, Path: cfg.Database.Path})
	}
	if cfg.Database.OwnerURL == "" {
		return errors.New("database.owner_url: needed to migrate PostgreSQL")
	}
	owner := cfg.Database.OwnerURL.Reveal()
	if err := database.MigratePostgres(ctx, owner); err != nil {
		return err
	}
	return fillReference(ctx, database.Config{Engine: database.EnginePostgres, URL: owner})
}

func fillReference(ctx context.Context, cfg database.Config) error {
	db, err := database.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	return division.EnsureReference(ctx, db)
}

// openDatabase opens the database as the app role. A SQLite file is migrated first: the one-binary installation has
// nobody else to do it.
func openDatabase(ctx context.Context, cfg config.Config, opts Options) (*database.DB, error) {
	if cfg.Database.Engine == config.SQLite {
		if err := Migrate(ctx, cfg); err != nil {
			return nil, err
		}
	}
	return database.Open(ctx, database.Config{
		Engine: cfg.Database.Engine, Path: cfg.Database.Path,
		URL: cfg.Database.URL.Reveal(), CityURL: cfg.Database.CityURL.Reveal(),
		Mode: database.RLSMode(cfg.Database.RLSMode), MaxConns: cfg.Database.MaxConns,
		AcquireTimeout: cfg.Database.AcquireTimeout, OnSQL: opts.OnSQL,
	})
}

// openKeys reads the key ring. Only a one-binary installation makes one when there is none: several processes that
// each made their own could not read each other's rows.
func openKeys(cfg config.Config, c clock.Clock) (*crypto.Keyring, error) {
	var (
		m   crypto.Material
		err error
	)
	if cfg.Database.Engine == config.SQLite {
		if err := os.MkdirAll(filepath.Dir(cfg.Keys.File), 0o750); err != nil {
			return nil, fmt.Errorf("key ring: %w", err)
		}
		m, err = crypto.ReadOrCreate(cfg.Keys.File, c.Now())
	} else {
		m, err = crypto.Read(cfg.Keys.File)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (keys.file; `huying admin create-keys` makes one)", err)
	}
	return crypto.New(m)
}

// store is the object store and, where this process runs it, the gateway behind it.
type store struct {
	client   *objects.Store
	embedded *objects.Embedded
	owned    bool
}

func openStore(ctx context.Context, cfg config.Objects, opts Options) (store, error) {
	if cfg.Store == config.S3Store {
		client, err := objects.Open(objects.Config{
			Endpoint: cfg.Endpoint, Region: cfg.Region, AccessKey: cfg.AccessKey, SecretKey: cfg.SecretKey.Reveal(),
			Secure: cfg.Secure, PublicURL: cfg.PublicURL,
		})
		return store{client: client}, err
	}
	st := store{embedded: opts.Embedded}
	if st.embedded == nil {
		if err := os.MkdirAll(cfg.Dir, 0o750); err != nil {
			return st, fmt.Errorf("objects: %w", err)
		}
		var err error
		if st.embedded, err = objects.StartEmbedded(ctx, cfg.Dir); err != nil {
			return st, err
		}
		st.owned = true
	}
	client, err := st.embedded.Store(cfg.PublicURL)
	if err != nil {
		return st, errors.Join(err, st.close())
	}
	st.client = client
	return st, nil
}

func (s store) close() error {
	if !s.owned {
		return nil
	}
	return s.embedded.Close()
}
