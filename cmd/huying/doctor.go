package main

import (
	"context"
	"fmt"

	"huying/internal/app"
	"huying/internal/platform/clock"
)

type doctorCmd struct{}

// Run prints what the doctor finds and fails when something must be repaired.
func (doctorCmd) Run(ctx context.Context, g globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	return app.Examine(ctx, cfg, clock.System(), func(f app.Finding) { fmt.Println(f) })
}
