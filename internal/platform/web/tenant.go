package web

import (
	"context"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/fault"
)

// How the tenant of a request can be wrong. None of them is ever answered by guessing.
var (
	TenantRequired = fault.Define("tenant_required", 400, "请说明是哪个区市")
	TenantUnknown  = fault.Define("tenant_unknown", 400, "没有这个区市")
	TenantMismatch = fault.Define("tenant_mismatch", 400, "区市与网址不一致")
)

// TenantHeader names the tenant when the host name does not.
const TenantHeader = "X-Tenant"

var tenantForm = regexp.MustCompile(`^[0-9]{6}$`)

// resolveTenant follows the contract: the host name beats the header and must agree with it; then the header; then
// the only tenant of the caller's grants.
func (s *Server) resolveTenant(ctx context.Context, c *fiber.Ctx, r Route, caller *auth.Caller) (string, error) {
	if r.Tenant == None {
		return "", nil
	}
	byHost, err := s.tenantOfHost(ctx, hostName(string(c.Context().Host())))
	if err != nil {
		return "", err
	}
	byHeader := strings.TrimSpace(c.Get(TenantHeader))
	if byHost != "" && byHeader != "" && byHost != byHeader {
		return "", TenantMismatch.New("这个网址属于另一个区市，请核对请求头 "+TenantHeader,
			fault.Field{Name: TenantHeader, Message: "与网址所属区市不一致"})
	}
	code := byHost
	if code == "" {
		code = byHeader
	}
	if code == "" && caller != nil {
		code = onlyTenant(caller.AllGrants)
	}
	if code == "" {
		if r.Tenant == Optional {
			return "", nil
		}
		return "", TenantRequired.New("请用请求头 "+TenantHeader+" 写明区市代码，例如 370202",
			fault.Field{Name: TenantHeader, Message: "请填写六位区市代码"})
	}
	known, err := s.tenantIsKnown(ctx, code, caller)
	if err != nil {
		return "", err
	}
	if !known {
		return "", TenantUnknown.New("请核对区市代码", fault.Field{Name: TenantHeader, Message: "没有这个区市，或尚未开通"})
	}
	return code, nil
}

func (s *Server) tenantOfHost(ctx context.Context, host string) (string, error) {
	if tenant := s.opts.Hosts[host]; tenant != "" || s.opts.HostTenant == nil || host == "" {
		return tenant, nil
	}
	return s.opts.HostTenant(ctx, host)
}

func (s *Server) tenantIsKnown(ctx context.Context, code string, caller *auth.Caller) (bool, error) {
	if !tenantForm.MatchString(code) {
		return false, nil
	}
	// The city's reserved tenant exists only for those who work there.
	if code == auth.CityTenant {
		return caller != nil && slices.ContainsFunc(caller.AllGrants, func(g authz.Grant) bool { return g.Tenant == auth.CityTenant }), nil
	}
	if s.opts.KnownTenant == nil {
		return true, nil
	}
	return s.opts.KnownTenant(ctx, code)
}

// onlyTenant is the one tenant all grants share, or empty.
func onlyTenant(grants []authz.Grant) string {
	only := ""
	for _, g := range grants {
		if g.Tenant == "" {
			continue
		}
		if only != "" && g.Tenant != only {
			return ""
		}
		only = g.Tenant
	}
	return only
}

// grantsIn gives the grants that count in a tenant: its own, the city's, and the citizen's that every signed-in
// person carries, except that staff and deputies are nobody in a tenant where they hold no grant.
func grantsIn(caller *auth.Caller, tenant string) []authz.Grant {
	kept := caller.AllGrants
	if tenant != "" {
		kept = auth.GrantsIn(caller.AllGrants, tenant)
	}
	kept = slices.Clip(kept)
	belongs := slices.ContainsFunc(kept, func(g authz.Grant) bool { return g.Tenant == tenant })
	if caller.Kind == auth.KindCitizen || tenant == "" || belongs {
		kept = append(kept, authz.Citizen)
	}
	return kept
}

func hostName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
