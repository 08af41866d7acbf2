package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"huying/internal/app"
	"huying/internal/audit"
)

type auditVerifyCmd struct {
	Tenant []string `placeholder:"CODE" help:"Only these tenants; default all, and the city."`
	Anchor []string `placeholder:"TENANT:SEQ:ALGORITHM:HEX" help:"A head that an earlier run printed or the log holds: the chain must go through it. May be repeated."`
}

// errChainBroken makes the command fail, so that a timer notices.
var errChainBroken = errors.New("an audit chain is broken")

// Run prints what it found of each chain, the head to note elsewhere included.
func (c auditVerifyCmd) Run(ctx context.Context, g globals) error {
	anchors := make([]audit.Anchor, len(c.Anchor))
	for i, text := range c.Anchor {
		var err error
		if anchors[i], err = audit.ParseAnchor(text); err != nil {
			return err
		}
	}
	return withApp(ctx, g, func(a *app.App) error {
		tenants := c.Tenant
		if len(tenants) == 0 {
			var err error
			if tenants, err = audit.Tenants(ctx, a.DB); err != nil {
				return err
			}
		}
		for _, anchor := range anchors {
			if !slices.Contains(tenants, anchor.Tenant) {
				tenants = append(tenants, anchor.Tenant)
			}
		}
		intact := true
		for _, tenant := range tenants {
			report, err := audit.Verify(ctx, a.DB, tenant, anchors...)
			if err != nil {
				return err
			}
			fmt.Println(report)
			intact = intact && report.Intact()
		}
		if !intact {
			return errChainBroken
		}
		return nil
	})
}
