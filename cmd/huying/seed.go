package main

import (
	"context"
	"errors"
	"fmt"
	"os"

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
	out, err := seed.Ensure(ctx, cfg, c.Reports, note)
	if err != nil {
		return err
	}
	if out.After == 0 {
		return errors.New("seed: this installation has people already; begin with an empty one")
	}
	fmt.Printf("%d 件（逐件讲述 %d 件），批量写入 %d 行，用时 %.0f 秒\n", out.After, out.Before, out.Rows, out.Took.Seconds())
	return nil
}
