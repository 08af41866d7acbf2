package main

import (
	"context"

	"huying/internal/app"
)

type rollupTenants struct {
	Tenant []string `placeholder:"CODE" help:"Only these tenants; default all, and the city."`
}

type rollupRebuildCmd struct{ rollupTenants }

// Run prints what was counted of each tenant.
func (c rollupRebuildCmd) Run(ctx context.Context, g globals) error {
	return g.house(ctx, func(a *app.App) error { return a.RebuildRollups(ctx, c.Tenant, printFound) })
}

type rollupVerifyCmd struct{ rollupTenants }

// Run prints what was compared of each tenant, and fails when a counter differs.
func (c rollupVerifyCmd) Run(ctx context.Context, g globals) error {
	return g.house(ctx, func(a *app.App) error { return a.VerifyRollups(ctx, c.Tenant, printFound) })
}

func printFound(found app.Recounted) {
	// Printing to standard output fails when nobody reads it any more, which ends the command anyway.
	_ = printJSON(found)
}
