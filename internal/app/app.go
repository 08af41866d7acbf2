package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/objects"
	"huying/internal/platform/telemetry"
	"huying/internal/platform/web"
	"huying/policy"
)

// Version is the version of the product, set when a release is linked.
var Version = "0.1.0-dev"

// Options are what a test, or a command, chooses beside the configuration. The zero value is production.
type Options struct {
	// Clock is the system's unless given.
	Clock clock.Clock
	// Log writes JSON to standard error unless given.
	Log *slog.Logger
	// Embedded is a gateway that runs already (there is one per process); the app then does not end it.
	Embedded *objects.Embedded
	// Tokens issues and verifies access tokens; by default this house's own, under its clock.
	Tokens *auth.Tokens
	// Mount adds routes that only a command knows of, such as the demo's plays.
	Mount func(a *App, srv *web.Server)
	// OnSQL sees every statement.
	OnSQL func(ctx context.Context, query string, args []any)
}

// App is the built house. Its fields are the parts that commands, the demo and tests speak to.
type App struct {
	Config  config.Config
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *telemetry.Metrics
	DB      *database.DB
	Store   *objects.Store
	Keys    *crypto.Keyring
	Tokens  *auth.Tokens
	Index   *authz.Index
	Jobs    *jobs.Queue
	Sweeper *deadline.Sweeper
	Sealer  *audit.Sealer
	Web     *web.Server
	Rooms

	store   store
	door    web.Options
	hints   *fanout
	stop    context.CancelFunc
	running sync.WaitGroup
	started bool
	closing []func(context.Context) error
	// endTraces sends the spans that are left.
	endTraces func(context.Context) error
}

// OnClose adds what has to end before the parts it stands on are closed.
func (a *App) OnClose(end func(context.Context) error) { a.closing = append(a.closing, end) }

// Build opens everything, builds every room and mounts every route. It works no jobs and listens to nothing yet.
// What it opened is closed again when it fails; otherwise Close ends it.
func Build(ctx context.Context, cfg config.Config, opts Options) (_ *App, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration:\n%w", err)
	}
	a := &App{Config: cfg, Clock: opts.Clock, Log: opts.Log, Metrics: telemetry.NewMetrics()}
	if a.Clock == nil {
		a.Clock = clock.System()
	}
	if a.Log == nil {
		a.Log = telemetry.NewLogger(os.Stderr, cfg.Log.Level)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close(context.WithoutCancel(ctx)))
		}
	}()
	if err := a.open(ctx, opts); err != nil {
		return nil, err
	}
	if err := a.buildRooms(); err != nil {
		return nil, err
	}
	if err := a.buildDoor(opts.Mount); err != nil {
		return nil, err
	}
	return a, nil
}

// open opens what the rooms stand on.
func (a *App) open(ctx context.Context, opts Options) (err error) {
	a.endTraces, err = telemetry.StartTracing(ctx, telemetry.Tracing{
		Endpoint: a.Config.Trace.Endpoint, Authorization: a.Config.Trace.Authorization.Reveal(),
		Sample: a.Config.Trace.Sample, Version: Version,
	}, a.Log)
	if err != nil {
		return err
	}
	if a.Index, err = authz.Load(policy.FS); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	if a.Keys, err = openKeys(a.Config, a.Clock); err != nil {
		return err
	}
	if a.Tokens = opts.Tokens; a.Tokens == nil {
		a.Tokens, err = auth.NewTokens(auth.TokenOptions{
			Issuer: "huying", Audience: "huying", Lifetime: a.Config.Identity.TokenLifetime, Keys: a.Keys, Clock: a.Clock,
		})
		if err != nil {
			return err
		}
	}
	if a.DB, err = openDatabase(ctx, a.Config, opts); err != nil {
		return err
	}
	if a.store, err = openStore(ctx, a.Config.Objects, opts); err != nil {
		return err
	}
	a.Store = a.store.client
	a.Jobs = jobs.New(a.DB, jobs.Options{
		Work: a.Config.Jobs.Work, MaxWorkers: a.Config.Jobs.Workers, PollInterval: a.Config.Jobs.PollInterval, Log: a.Log,
	})
	return nil
}

// Start begins the background work: the queue, the deadline sweeper, the audit sealer and the fold of the boards'
// counters where this process works jobs, and the watch on the key ring. It returns at once; Close ends it.
func (a *App) Start(ctx context.Context) error {
	// The signal that stops the process must let running jobs finish, so background work has a context of its own.
	ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.Jobs.Start(ctx); err != nil {
		return err
	}
	a.started = true
	a.running.Go(func() {
		a.Keys.Watch(ctx, a.Config.Keys.File, keyWatch, func(err error) {
			a.Log.ErrorContext(ctx, "the key ring could not be read again; the present one stays", "err", err)
		})
	})
	if a.hints != nil {
		a.running.Go(func() { a.hints.send(ctx) })
		if address := a.hintsAddress(); address != "" {
			a.running.Go(func() { a.hints.listen(ctx, address) })
			a.hints.await(ctx)
		}
	}
	if a.Config.Jobs.Work {
		a.running.Go(func() { a.Sweeper.Run(ctx, a.Config.Jobs.SweepEvery) })
		a.running.Go(func() { a.Sealer.Run(ctx) })
		a.running.Go(func() { a.Oversight.Run(ctx) })
	}
	return nil
}

// Close ends background work, letting running jobs finish until ctx ends, and closes what Build opened. It is safe
// on an App that was never started.
func (a *App) Close(ctx context.Context) error {
	var errs []error
	for _, end := range a.closing {
		errs = append(errs, end(ctx))
	}
	a.closing = nil
	if a.started {
		errs = append(errs, a.Jobs.Stop(ctx))
		a.started = false
	}
	if a.stop != nil {
		a.stop()
		a.running.Wait()
	}
	if a.endTraces != nil {
		errs = append(errs, a.endTraces(ctx))
	}
	if a.DB != nil {
		a.DB.Close()
	}
	return errors.Join(append(errs, a.store.close())...)
}
