package app

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/deputy"
	"huying/internal/desk"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/idempotency"
	"huying/internal/identity"
	"huying/internal/notify"
	"huying/internal/open311"
	"huying/internal/opendata"
	"huying/internal/oversight"
	"huying/internal/partner"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/outbound"
	"huying/internal/platform/web"
	"huying/internal/report"
	"huying/internal/rights"
	"huying/internal/screening"
	"huying/internal/station"
	"huying/internal/supervision"
	"huying/internal/unit"
)

// Rooms are the services of the house: the shelf first, then the rooms.
type Rooms struct {
	Audit     *audit.Service
	Notify    *notify.Service
	Division  *division.Service
	Identity  *identity.Service
	Evidence  *evidence.Service
	Screening *screening.Service

	Deputy      *deputy.Service
	Desk        *desk.Service
	Station     *station.Service
	Unit        *unit.Service
	Report      *report.Service
	Rights      *rights.Service
	Oversight   *oversight.Service
	Supervision *supervision.Service
	Open311     *open311.Room
	Partner     *partner.Room
	OpenData    *opendata.Room
}

// buildRooms builds every service and connects the methods they need of one another.
func (a *App) buildRooms() (err error) {
	if err := a.buildShelf(); err != nil {
		return err
	}
	a.Rights = rights.New(rights.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Tenants: a.allTenants, Publications: publications{a},
		People: rightsPeople{a}, Store: a.Store, Ages: ages{a}, Lookers: lookers{a},
		Holdings: []rights.Holding{reportHolding{a}, smallHolding{a}, noticeHolding{a}, identityHolding{a}},
	})
	a.Desk = desk.New(desk.Deps{DB: a.DB, Clock: a.Clock})
	a.Station = station.New(station.Deps{DB: a.DB, Clock: a.Clock, Territory: a.Division})
	a.Deputy = deputy.New(deputy.Deps{
		DB: a.DB, Clock: a.Clock, Index: a.Index, People: a.Identity, Territory: a.Division,
		Reports: handOvers{a}, Jobs: a.Jobs,
		Recuse: func(ctx context.Context, tx *database.Tx, person uuid.UUID, kind, key, reason string) error {
			return a.Report.RecuseExisting(ctx, tx, person, kind, key, reason)
		},
	})
	a.Unit = unit.New(unit.Deps{
		DB: a.DB, Clock: a.Clock, Index: a.Index, Staff: a.Identity, Territory: a.Division,
	})
	a.Oversight = oversight.New(oversight.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Index: a.Index, Territory: a.Division, CityAudit: a.Audit, People: shownNames{people{a.Identity}}, Tenants: a.allTenants,
		Roles: func(ctx context.Context, tenant, role string) ([]uuid.UUID, error) {
			return a.Identity.PeopleWith(ctx, tenant, role, "")
		},
		Tell: func(ctx context.Context, tx *database.Tx, d oversight.Digest) error {
			return a.Notify.Person(ctx, tx, notify.Notice{PersonID: d.PersonID, Template: "oversight_week", Params: d.Params, SMS: true, Once: d.Once, OnceAt: d.OnceAt})
		},
	})
	a.Oversight.RegisterWeekly(a.Jobs)
	a.Report = report.New(report.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Index: a.Index, Territory: a.Division, Deputies: deputies{a.Deputy},
		Units: units{a.Unit}, Stations: stations{a.Station}, People: people{a.Identity}, Notices: notices{a}, Links: a.Notify, Hints: a.Notify, Steps: steps{a.Oversight}, Partners: partnersOf{a}, Consents: consents{a.Rights},
		Evidence: a.Evidence, Keys: a.Keys, Jobs: a.Jobs, CityAudit: a.Audit,
		Screening:     a.Screening,
		Codes:         a.Keys,
		RespondentKey: deputy.RespondentKey, SameRespondent: deputy.SameRespondent,
	})
	a.Supervision = supervision.New(supervision.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Jobs: a.Jobs, Index: a.Index, Territory: a.Division, Reports: supervised{a.Report},
		People: people{a.Identity}, Notices: supervisionNotices{a.Notify}, CityAudit: a.Audit, Calendar: a.Report.Calendar,
	})
	a.Partner = partner.New(partner.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Keys: a.Keys, Jobs: a.Jobs, Territory: a.Division, Reports: matters{a}, Tenants: a.allTenants,
		Out:     outbound.New(outbound.Options{Allow: a.Config.Partners.AllowNetworks, Timeout: a.Config.Partners.Timeout}),
		DropDir: a.Config.Partners.DropDir,
	})
	a.Partner.Register(a.Jobs, a.Config.Partners.PullEvery)
	a.OpenData = opendata.New(opendata.Deps{Clock: a.Clock, Territory: a.Division, Reports: publicFacts{a}})
	a.Open311 = open311.New(open311.Deps{
		DB: a.DB, Clock: a.Clock, Territory: a.Division, Reports: requests{a}, Hosts: a.Config.HTTP.HostMap(), PublicURL: a.Config.HTTP.PublicURL,
	})
	jobs.Register(a.Jobs, a.Report.Worker())
	a.Deputy.RegisterHandOver(a.Jobs, a.allTenants)
	jobs.Register(a.Jobs, a.Report.CrowdWorker())
	jobs.Register(a.Jobs, a.Report.FollowersWorker())
	jobs.Register(a.Jobs, a.Report.CityLetters())
	jobs.Register(a.Jobs, a.Report.CityAnswers())
	jobs.Register(a.Jobs, a.Report.TogetherWorker())
	jobs.Register(a.Jobs, a.Report.TransferWorker())
	(&idempotency.Forgetter{DB: a.DB, Clock: a.Clock, Tenants: a.allTenants}).Register(a.Jobs)
	a.Sweeper = deadline.NewSweeper(deadline.SweeperDeps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Tenants: a.allTenants, Calendar: a.Report.Calendar,
	})
	a.Sweeper.Handle(report.SubjectKind, a.Report.Duty())
	a.Sweeper.Handle(supervision.SubjectKind, a.Supervision.Duty())
	return nil
}

func (a *App) buildShelf() (err error) {
	a.Audit = audit.New(audit.Deps{DB: a.DB, Clock: a.Clock})
	a.Sealer = audit.NewSealer(audit.SealerDeps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, Algorithm: audit.Algorithm(a.Config.Audit.Algorithm),
	})
	a.Screening = screening.NewService(screening.Deps{DB: a.DB, Clock: a.Clock})
	a.Division = division.New(division.Deps{
		DB: a.DB, Clock: a.Clock, Log: a.Log, KnownClock: report.KnownClock, SMSSwitchable: notify.Switchable, Tiles: tiles(a.Config.Maps),
		Names: func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
			return shownNames{people{a.Identity}}.Names(ctx, ids)
		},
	})
	if a.Notify, err = a.buildNotify(); err != nil {
		return err
	}
	a.Identity, err = identity.New(identity.Deps{
		DB: a.DB, Clock: a.Clock, Keys: a.Keys, Tokens: a.Tokens, Index: a.Index, Notify: a.Notify, Jobs: a.Jobs,
		OwnsReport: func(ctx context.Context, person uuid.UUID, number string) (bool, error) {
			return a.Report.OwnsReport(ctx, person, number)
		},
		Config: identity.Config{Demo: a.Config.Demo.On}, Log: a.Log,
	})
	if err != nil {
		return err
	}
	a.Evidence = evidence.New(evidence.Deps{
		DB: a.DB, Store: a.Store, Clock: a.Clock, Jobs: a.Jobs, Log: a.Log, Tenants: a.openTenants,
		Retention: a.evidenceLock,
	})
	return nil
}

// mountRooms mounts every room's table of routes.
func (a *App) mountRooms(srv *web.Server) {
	a.Identity.Mount(srv)
	a.Division.Mount(srv)
	a.Evidence.Mount(srv)
	a.Screening.Mount(srv)
	a.Report.Mount(srv)
	a.Deputy.Mount(srv)
	a.Station.Mount(srv)
	a.Desk.Mount(srv)
	a.Unit.Mount(srv)
	a.Notify.Mount(srv)
	a.Audit.Mount(srv)
	a.Rights.Mount(srv)
	a.Oversight.Mount(srv)
	a.Supervision.Mount(srv)
	a.Open311.Mount(srv)
	a.Partner.Mount(srv)
	a.OpenData.Mount(srv)
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

// evidenceLock is the lock on originals that a tenant decided for, else the default. The directory is in memory; a
// submission has read it already when its photos are locked.
func (a *App) evidenceLock(tenant string) evidence.Retention {
	keep := evidence.DefaultRetention
	dir, err := a.Division.Directory(context.Background())
	if err != nil {
		a.Log.Error("the default lock is taken for originals", "tenant", tenant, "error", err)
		return keep
	}
	if t, known := dir.Tenant(tenant); known {
		keep.Compliance = t.Settings.EvidenceLock.Mode == evidence.Compliant
		if days := t.Settings.EvidenceLock.Days; days > 0 {
			keep.Period = time.Duration(days) * 24 * time.Hour
		}
	}
	return keep
}
