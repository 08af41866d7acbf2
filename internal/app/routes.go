package app

import (
	"context"
	"time"

	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/web"
)

// demoNotice stands on every page while the product runs with invented people.
const demoNotice = "演示环境：人物、单位与诉求均为虚构，账号密码公开，请勿填写真实信息。"

// Bounds of what passes through to the embedded object store: the largest photo or short video, on a weak network.
const (
	storeBody     web.Limit = 100 << 20
	storeDeadline           = 10 * time.Minute
)

// buildDoor makes the server and mounts every room's routes.
func (a *App) buildDoor(more func(*App, *web.Server)) error {
	opts := web.Options{
		Authenticate: a.Identity.Authenticate, Authority: a.Index,
		KnownTenant: a.Division.KnownTenant, HostTenant: a.tenantOfHost, Hosts: a.Config.HTTP.HostMap(),
		Enter:          objects.WithPublicBase,
		TrustedProxies: a.Config.HTTP.TrustedProxies, Transient: database.IsUnavailable,
		Ready: map[string]func(context.Context) error{
			"database": a.DB.Ping,
			"objects":  a.Store.Ping,
			"schema":   a.DB.CheckSchema,
			"queue":    func(ctx context.Context) error { _, err := a.Jobs.Depth(ctx); return err },
		},
		ReadTimeout: a.Config.HTTP.ReadTimeout, PublicURL: a.Config.HTTP.PublicURL, Version: Version,
		Clock: a.Clock, Log: a.Log, Metrics: a.Metrics,
	}
	if a.Config.Demo.On {
		opts.DemoNotice = demoNotice
	}
	a.door = opts
	srv, err := web.New(opts)
	if err != nil {
		return err
	}
	a.Web = srv
	a.measure()
	a.mountRooms(srv)
	if more != nil {
		more(a, srv)
	}
	a.mountStore(srv)
	if err := a.mountFront(srv); err != nil {
		return err
	}
	return srv.Err()
}

// tenantOfHost asks the directory which tenant a host name belongs to.
func (a *App) tenantOfHost(ctx context.Context, host string) (string, error) {
	dir, err := a.Division.Directory(ctx)
	if err != nil {
		return "", err
	}
	t, _ := dir.TenantByHost(host)
	return t.Code, nil
}

// mountStore lets phones reach the embedded object store through our own listener.
func (a *App) mountStore(srv *web.Server) {
	if a.store.embedded == nil {
		return
	}
	web.Raw(srv, web.Route{
		Method: "*", Path: "/" + objects.BucketPrefix + "*", Root: true, Permission: web.Public, Tenant: web.None,
		Body: storeBody, Stream: true, Deadline: storeDeadline, Hidden: true,
	}, a.store.embedded.Handler())
}
