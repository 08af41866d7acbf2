package app

import (
	"context"

	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/deputy"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/identity"
	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/web"
	"huying/internal/unit"
)

// Rooms are the services of the house: the shelf first, then the rooms.
type Rooms struct {
	Audit    *audit.Service
	Notify   *notify.Service
	Division *division.Service
	Identity *identity.Service
	Evidence *evidence.Service

	Deputy *deputy.Service
	Unit   *unit.Service
}

// buildRooms builds every service and connects the methods they need of one another.
func (a *App) buildRooms() (err error) {
	if err := a.buildShelf(); err != nil {
		return err
	}
	a.Deputy = deputy.New(deputy.Deps{
		DB: a.DB, Clock: a.Clock, Index: a.Index, People: a.Identity, Territory: a.Division,
	})
	a.Unit = unit.New(unit.Deps{
		DB: a.DB, Clock: a.Clock, Index: a.Index, Staff: a.Identity, Territory: a.Division,
	})
	a.Sweeper = deadline.NewSweeper(deadline.SweeperDeps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Tenants: a.allTenants, Calendar: a.calendar,
	})
	return nil
}

func (a *App) buildShelf() (err error) {
	a.Audit = audit.New(audit.Deps{DB: a.DB, Clock: a.Clock})
	a.Division = division.New(division.Deps{DB: a.DB, Clock: a.Clock, Log: a.Log})
	a.Notify = notify.New(notify.Deps{
		DB: a.DB, Clock: a.Clock, Keys: a.Keys, Jobs: a.Jobs, Demo: a.Config.Demo.On, Log: a.Log,
	})
	a.Identity, err = identity.New(identity.Deps{
		DB: a.DB, Clock: a.Clock, Keys: a.Keys, Tokens: a.Tokens, Index: a.Index, Notify: a.Notify, Jobs: a.Jobs,
		Config: identity.Config{Demo: a.Config.Demo.On}, Log: a.Log,
	})
	if err != nil {
		return err
	}
	a.Evidence = evidence.New(evidence.Deps{
		DB: a.DB, Store: a.Store, Clock: a.Clock, Jobs: a.Jobs, Log: a.Log, Tenants: a.openTenants,
	})
	return nil
}

// mountRooms mounts every room's table of routes.
func (a *App) mountRooms(srv *web.Server) {
	a.Identity.Mount(srv)
	a.Division.Mount(srv)
	a.Evidence.Mount(srv)
	a.Deputy.Mount(srv)
	a.Notify.Mount(srv)
	a.Audit.Mount(srv)
}

// openTenants lists the districts; the city's reserved tenant has no citizens and is not among them.
func (a *App) openTenants(ctx context.Context) ([]string, error) {
	dir, err := a.Division.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, t := range dir.Tenants() {
		codes = append(codes, t.Code)
	}
	return codes, nil
}

// allTenants lists the districts and the city, whose own matters have clocks too.
func (a *App) allTenants(ctx context.Context) ([]string, error) {
	codes, err := a.openTenants(ctx)
	return append(codes, auth.CityTenant), err
}

// calendar is the official calendar with a tenant's own office hours.
func (a *App) calendar(ctx context.Context, tenant string) (*deadline.Calendar, error) {
	dir, err := a.Division.Directory(ctx)
	if err != nil {
		return nil, err
	}
	_, _ = dir.Tenant(tenant)
	return deadline.NewCalendar(dir.Calendar(), nil), nil
}
