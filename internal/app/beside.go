package app

import (
	"context"
	"errors"
	"fmt"

	"huying/internal/platform/clock"
)

// Beside builds a second house on the same data under another clock. It works
// no jobs and fires no deadlines by itself; the demo plays the past in it. Its
// tokens are this house's: no key was there to sign them in the past.
func (a *App) Beside(ctx context.Context, clk clock.Clock) (*App, error) {
	cfg := a.Config
	cfg.Jobs.Work = false
	b, err := Build(ctx, cfg, Options{Clock: clk, Log: a.Log, Embedded: a.store.embedded, Tokens: a.Tokens})
	if err != nil {
		return nil, fmt.Errorf("a house beside: %w", err)
	}
	if err := b.Jobs.Start(ctx); err != nil { // it takes jobs in for the other house to work
		return nil, errors.Join(fmt.Errorf("a house beside: %w", err), b.Close(ctx))
	}
	b.started = true
	return b, nil
}
