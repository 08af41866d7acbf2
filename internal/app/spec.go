package app

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"huying/internal/platform/config"
)

// Spec is the OpenAPI document of all mounted routes, the demo's included. It builds the real house on a database in
// a directory of its own, without an object store, and removes it again.
func Spec(ctx context.Context) (spec []byte, err error) {
	dir, err := os.MkdirTemp("", "huying-spec-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := config.Default()
	cfg.Data.Dir, cfg.Demo.On, cfg.Jobs.Work = dir, true, false
	if cfg, err = WithoutStore(cfg).Settle(); err != nil {
		return nil, err
	}
	a, err := Build(ctx, cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Close(ctx)) }()
	return a.Web.Spec()
}

// WithoutStore is the configuration for tasks that never touch a photo. Only one process may run the embedded store,
// and building the house asks nothing of a store, so an address where nobody answers is enough.
func WithoutStore(cfg config.Config) config.Config {
	if cfg.Objects.Store == config.EmbeddedStore {
		cfg.Objects = config.Objects{Store: config.S3Store, Endpoint: "127.0.0.1:1", AccessKey: "none", SecretKey: "none"}
	}
	return cfg
}
