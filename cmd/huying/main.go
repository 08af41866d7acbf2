// Command huying is the whole product in one binary: the server, the queue worker, the migrations, the demo and the
// tools of the people who run it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"huying/internal/platform/config"
)

// commands is what can be typed.
type commands struct {
	globals

	Serve   serveCmd   `cmd:"" help:"Answer requests and, unless jobs.work is false, work the queue."`
	Worker  workerCmd  `cmd:"" help:"Work the queue only."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to this version and fill empty reference tables."`
	Demo    demoCmd    `cmd:"" help:"A city with invented people: run it, or walk one report through it."`
	Seed    seedCmd    `cmd:"" help:"Fill an installation with many invented reports, for measuring."`
	Bench   benchCmd   `cmd:"" help:"Measure the product on seeded reports; record its plans."`
	Picture pictureCmd `cmd:"" name:"bench-picture" hidden:""`
	Admin   adminCmd   `cmd:"" help:"What the people who run an installation do from a shell."`
	Openapi openapiCmd `cmd:"" name:"openapi" help:"Print the OpenAPI 3.1 document."`
	Doctor  doctorCmd  `cmd:"" help:"Look at an installation, say what is wrong and what to do; changes nothing."`
	Config  configCmd  `cmd:"" help:"Print the configuration as it applies, secrets redacted."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// globals are the flags of every command.
type globals struct {
	File string            `name:"config" short:"c" env:"HUYING_CONFIG" type:"existingfile" help:"YAML file with settings."`
	Set  map[string]string `short:"s" placeholder:"SECTION.KEY=VALUE" help:"Override one setting; may be repeated."`
}

// load reads the configuration: base, file, environment, --set, then the command's own flags.
func (g globals) load(base *config.Config, flags map[string]any) (config.Config, error) {
	all := map[string]any{}
	for key, value := range g.Set {
		all[key] = value
	}
	for key, value := range flags {
		if s, isText := value.(string); !isText || s != "" {
			all[key] = value
		}
	}
	cfg, err := config.Load(config.Sources{Base: base, File: g.File, Environ: os.Environ(), Flags: all})
	if err != nil {
		return cfg, fmt.Errorf("the configuration is wrong:\n%w", err)
	}
	return cfg, nil
}

func main() {
	var cli commands
	parsed := kong.Parse(&cli,
		kong.Name("huying"),
		kong.Description("Huying (呼应): every call from the people gets an answer. Settings also come from HUYING_<SECTION>_<KEY>; `huying config` lists them."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the default action is back: a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	parsed.BindTo(ctx, (*context.Context)(nil))
	err := parsed.Run(cli.globals)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "huying:", err)
		os.Exit(1)
	}
}

type configCmd struct{}

// Run prints what applies, even when parts of it are wrong.
func (configCmd) Run(g globals) error {
	cfg, err := g.load(nil, nil)
	fmt.Print(cfg.String())
	return err
}
