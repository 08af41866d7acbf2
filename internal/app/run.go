package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"huying/internal/platform/web"
)

// keyWatch is how often the key ring file is looked at for new keys.
const keyWatch = 30 * time.Second

// Serve starts the background work and answers on ln until ctx ends; then it drains: it takes nothing new, lets
// requests and jobs finish within http.drain_timeout, and closes everything. The error says what was cut short.
func (a *App) Serve(ctx context.Context, ln net.Listener) error {
	if err := a.Start(ctx); err != nil {
		return errors.Join(err, a.Close(ctx))
	}
	failed := make(chan error, 1)
	go func() { failed <- a.Web.Fiber().Listener(ln) }()
	a.Log.InfoContext(ctx, "listening", "listen", ln.Addr().String(), "database", a.DB.Engine(), "objects", a.Config.Objects.Store)
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serve: %w", err), a.Close(context.WithoutCancel(ctx)))
	case <-ctx.Done():
	}
	return a.drain(context.WithoutCancel(ctx))
}

// Work starts the background work and listens for nothing but questions about the process itself (jobs.listen), for a
// process that only works the queue.
func (a *App) Work(ctx context.Context) error {
	if err := a.listenForQuestions(); err != nil {
		return errors.Join(err, a.Close(ctx))
	}
	if err := a.Start(ctx); err != nil {
		return errors.Join(err, a.Close(ctx))
	}
	a.Log.InfoContext(ctx, "working the queue", "workers", a.Config.Jobs.Workers)
	<-ctx.Done()
	return a.drain(context.WithoutCancel(ctx))
}

// listenForQuestions serves health, readiness and metrics alone.
func (a *App) listenForQuestions() error {
	if a.Config.Jobs.Listen == "" {
		return nil
	}
	srv, err := web.New(a.door)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", a.Config.Jobs.Listen)
	if err != nil {
		return fmt.Errorf("jobs.listen: %w", err)
	}
	a.running.Go(func() {
		if err := srv.Fiber().Listener(ln); err != nil {
			a.Log.Error("nobody answers on jobs.listen any more", "err", err)
		}
	})
	a.OnClose(func(ctx context.Context) error {
		srv.Drain()
		return srv.Fiber().ShutdownWithContext(ctx)
	})
	return nil
}

func (a *App) drain(ctx context.Context) error {
	a.Log.InfoContext(ctx, "draining", "timeout", a.Config.HTTP.DrainTimeout.String())
	ctx, cancel := context.WithTimeout(ctx, a.Config.HTTP.DrainTimeout)
	defer cancel()
	a.Web.Drain()
	a.Notify.Drain()
	var errs []error
	if err := a.Web.Fiber().ShutdownWithContext(ctx); err != nil {
		errs = append(errs, fmt.Errorf("requests cut short: %w", err))
	}
	errs = append(errs, a.Close(ctx))
	err := errors.Join(errs...)
	a.Log.InfoContext(ctx, "stopped", "clean", err == nil)
	return err
}
