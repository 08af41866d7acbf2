package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"huying/internal/app/bench"
	"huying/internal/app/seed"
	"huying/internal/platform/config"
)

type benchCmd struct {
	Run    benchRunCmd    `cmd:"" default:"withargs" help:"Measure against bare counterparts and print a verdict per line."`
	Growth benchGrowthCmd `cmd:"" help:"Compare kept runs of different sizes."`
	Plans  benchPlansCmd  `cmd:"" help:"Record the plans of what the product sends and judge them."`
}

// measured is where the seeded reports are.
type measured struct {
	Reports int    `default:"10000" help:"How many reports are seeded into an installation that has none."`
	Data    string `placeholder:"DIR" help:"Directory of a SQLite installation, made and filled when it is not there; otherwise the configured database."`
}

// prepare fills an installation without reports and gives its configuration. What is filled already is used as it is.
func (c measured) prepare(ctx context.Context, g globals) (config.Config, error) {
	base := config.Default()
	base.Demo.On, base.Log.Level = true, "error"
	over := map[string]any{}
	if c.Data != "" {
		over["data.dir"] = c.Data
	}
	cfg, err := g.load(&base, over)
	if err != nil {
		return cfg, err
	}
	_, err = seed.Ensure(ctx, cfg, c.Reports, func(format string, args ...any) { fmt.Fprintf(os.Stderr, "  "+format+"\n", args...) })
	return cfg, err
}

type benchRunCmd struct {
	measured
	Rounds  int           `default:"5" help:"Rounds of every comparison; their median counts."`
	Round   time.Duration `default:"3s" help:"How long one side of a round takes."`
	Clients int           `default:"8" help:"Clients of the reads."`
	Only    string        `placeholder:"b,c" help:"Only these lines."`
	Keep    string        `type:"path" placeholder:"FILE" help:"Keep the figures for huying bench growth."`
}

// Run measures; a promise that is not kept is an error at the end.
func (c benchRunCmd) Run(ctx context.Context, g globals) error {
	cfg, err := c.prepare(ctx, g)
	if err != nil {
		return err
	}
	o := bench.Options{Config: cfg, Rounds: c.Rounds, Round: c.Round, Clients: c.Clients, Out: os.Stderr}
	if c.Only != "" {
		o.Only = strings.Split(c.Only, ",")
	}
	result, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	result.Print(os.Stdout)
	if c.Keep != "" {
		if err := result.Save(c.Keep); err != nil {
			return err
		}
	}
	return result.Verdict()
}

type benchGrowthCmd struct {
	Files []string `arg:"" help:"Files of huying bench --keep."`
}

// Run compares.
func (c benchGrowthCmd) Run() error { return bench.Growth(os.Stdout, c.Files) }

type pictureCmd struct {
	File string `arg:""`
}

// Run makes the public copies of one photo and ends: huying bench measures it as a process.
func (c pictureCmd) Run(ctx context.Context) error { return bench.Picture(ctx, c.File) }

type benchPlansCmd struct {
	measured
	Write string `type:"path" placeholder:"FILE" help:"Where the plans are written down."`
}

// Run records the plans; a plan with a fault is an error at the end.
func (c benchPlansCmd) Run(ctx context.Context, g globals) error {
	cfg, err := c.prepare(ctx, g)
	if err != nil {
		return err
	}
	return bench.Plans(ctx, bench.Options{Config: cfg, Out: os.Stdout}, c.Write)
}
