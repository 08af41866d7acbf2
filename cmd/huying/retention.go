package main

import (
	"context"
	"errors"

	"huying/internal/app"
)

type retentionCmd struct {
	DryRun bool     `help:"Count what a run would do and remove nothing."`
	Real   bool     `name:"run" help:"Remove and anonymise what is due."`
	Tenant []string `placeholder:"CODE" help:"Only these tenants; default all, and the city."`
}

// Run prints the counts of each tenant. A real run fails when it changed a statistic.
func (c retentionCmd) Run(ctx context.Context, g globals) error {
	if c.DryRun == c.Real {
		return errors.New("say either --dry-run or --run")
	}
	return g.house(ctx, func(a *app.App) error {
		all := map[string]map[string]int{}
		err := a.Retention(ctx, c.Tenant, c.DryRun, func(tenant string, counts map[string]int) { all[tenant] = counts })
		return errors.Join(printJSON(all), err)
	})
}
