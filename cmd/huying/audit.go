package main

import (
	"context"
	"fmt"

	"huying/internal/app"
)

type auditVerifyCmd struct {
	Tenant []string `placeholder:"CODE" help:"Only these tenants; default all, and the city."`
	Anchor []string `placeholder:"TENANT:SEQ:ALGORITHM:HEX" help:"A head that an earlier run printed or the log holds: the chain must go through it. May be repeated."`
}

// Run prints what it found of each chain, the head to note elsewhere included.
func (c auditVerifyCmd) Run(ctx context.Context, g globals) error {
	return g.house(ctx, func(a *app.App) error {
		return a.VerifyAudit(ctx, c.Tenant, c.Anchor, func(report fmt.Stringer) { fmt.Println(report) })
	})
}
