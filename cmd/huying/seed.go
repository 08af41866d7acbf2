package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"huying/internal/app"
	"huying/internal/app/seed"
	"huying/internal/platform/config"
)

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
	note := func(format string, args ...any) { fmt.Fprintf(os.Stderr, "  "+format+"\n", args...) }
	if err := seed.Tell(ctx, cfg, c.Reports, note); err != nil {
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
	return recountAll(ctx, cfg)
}

// recountAll counts the copies for the boards: they were made past every counter.
func recountAll(ctx context.Context, cfg config.Config) error {
	cfg.Jobs.Work = false
	a, err := app.Build(ctx, app.WithoutStore(cfg), app.Options{})
	if err != nil {
		return err
	}
	return errors.Join(a.RebuildRollups(ctx, nil, func(app.Recounted) {}), a.Close(ctx))
}
