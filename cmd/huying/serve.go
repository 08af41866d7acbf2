package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"huying/internal/app"
	"huying/internal/platform/config"
)

type serveCmd struct {
	Listen string `placeholder:"HOST:PORT" help:"http.listen"`
	Data   string `placeholder:"DIR" help:"data.dir"`
}

// Run serves until a signal, then drains.
func (c serveCmd) Run(ctx context.Context, g globals) error {
	cfg, err := g.load(nil, map[string]any{"http.listen": c.Listen, "data.dir": c.Data})
	if err != nil {
		return err
	}
	return serve(ctx, cfg, nil)
}

// serve listens first, so that a taken port is known before anything is opened, then builds and runs.
func serve(ctx context.Context, cfg config.Config, prepare func(context.Context, *app.App) error) error {
	return serveWith(ctx, cfg, app.Options{}, prepare)
}

func serveWith(ctx context.Context, cfg config.Config, opts app.Options, prepare func(context.Context, *app.App) error) error {
	ln, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	a, err := app.Build(ctx, cfg, opts)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if prepare != nil {
		if err := prepare(ctx, a); err != nil {
			return errors.Join(err, ln.Close(), a.Close(ctx))
		}
	}
	return a.Serve(ctx, ln)
}

type workerCmd struct{}

// Run works the queue until a signal, then drains.
func (workerCmd) Run(ctx context.Context, g globals) error {
	cfg, err := g.load(nil, map[string]any{"jobs.work": true})
	if err != nil {
		return err
	}
	a, err := app.Build(ctx, cfg, app.Options{})
	if err != nil {
		return err
	}
	return a.Work(ctx)
}

type migrateCmd struct{}

// Run migrates.
func (migrateCmd) Run(ctx context.Context, g globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	return app.Migrate(ctx, cfg)
}

type openapiCmd struct{}

// Run prints the document of the routes as they are mounted: it builds the real house in a directory of its own.
func (openapiCmd) Run(ctx context.Context) (err error) {
	spec, err := app.Spec(ctx)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(spec)
	return err
}
