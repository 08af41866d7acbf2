package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"huying/internal/app"
	"huying/internal/app/demo"
	"huying/internal/app/seed"
	"huying/internal/platform/config"
)

// largestBase is how many lives are told one by one before they are copied.
const largestBase = 10_000

type seedCmd struct {
	Reports int    `required:"" help:"How many reports there shall be, e.g. 1000000."`
	Data    string `placeholder:"DIR" help:"Directory of a SQLite installation; otherwise the configured database."`
}

// Run fills an empty installation with invented people and lives, and copies
// the lives until there are enough.
func (c seedCmd) Run(ctx context.Context, g globals) error {
	base := config.Default()
	base.Demo.On, base.Log.Level = true, "warn"
	over := map[string]any{}
	if c.Data != "" {
		over["data.dir"] = c.Data
	}
	cfg, err := g.load(&base, over)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Data.Dir, 0o750); err != nil {
		return fmt.Errorf("data.dir: %w", err)
	}
	if err := c.tell(ctx, cfg); err != nil {
		return err
	}
	out, err := seed.Multiply(ctx, cfg, c.Reports, func(done, total int) {
		fmt.Fprintf(os.Stderr, "\r  %d / %d", min(done, total), total)
	})
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return err
	}
	fmt.Printf("%d 件（原有 %d 件），新增 %d 行，用时 %.0f 秒\n", out.After, out.Before, out.Rows, out.Took.Seconds())
	return nil
}

// tell fills an empty installation with the base of lives.
func (c seedCmd) tell(ctx context.Context, cfg config.Config) error {
	if cfg.Database.Engine == config.Postgres {
		if err := app.Migrate(ctx, cfg); err != nil {
			return err
		}
	}
	if cfg.Objects.Store == config.EmbeddedStore {
		cfg.Objects.Dir = filepath.Join(cfg.Data.Dir, "objects")
	}
	a, err := app.Build(ctx, cfg, app.Options{})
	if err != nil {
		return err
	}
	o := demo.Full(a.Clock.Now())
	o.Reports = min(c.Reports, largestBase)
	o.Pictured = min(o.Pictured, o.Reports/5)
	o.Note = func(format string, args ...any) { fmt.Fprintf(os.Stderr, "  "+format+"\n", args...) }
	deps := demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence}
	_, err = demo.Seed(ctx, deps, o)
	if errors.Is(err, demo.ErrFilled) {
		err = nil
	}
	return errors.Join(err, a.Close(ctx))
}
