package main

import (
	"context"
	"errors"

	"huying/internal/platform/database"
)

type distributeCmd struct {
	DryRun bool `help:"Only say what would be done to each table."`
}

// Run distributes the database that database.owner_url names and prints a line for each table.
func (c distributeCmd) Run(ctx context.Context, g globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	if cfg.Database.OwnerURL == "" {
		return errors.New("database.owner_url: the owner's address of the Citus coordinator is needed")
	}
	return database.Distribute(ctx, cfg.Database.OwnerURL.Reveal(), c.DryRun, func(d database.Distribution) {
		_ = printJSON(d) // fails when nobody reads it any more, which ends the command anyway
	})
}
