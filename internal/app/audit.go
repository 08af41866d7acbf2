package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"huying/internal/audit"
)

// ErrChainBroken makes a verification fail, so that a timer notices.
var ErrChainBroken = errors.New("an audit chain is broken")

// VerifyAudit verifies the audit chains of the tenants, all of them and the city's when none is named, and those of
// the anchors; each finding is told. A chain that does not hold is ErrChainBroken in the end.
func (a *App) VerifyAudit(ctx context.Context, tenants, heads []string, tell func(fmt.Stringer)) error {
	anchors := make([]audit.Anchor, len(heads))
	for i, text := range heads {
		var err error
		if anchors[i], err = audit.ParseAnchor(text); err != nil {
			return err
		}
	}
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
		tell(report)
		intact = intact && report.Intact()
	}
	if !intact {
		return ErrChainBroken
	}
	return nil
}
