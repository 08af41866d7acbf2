package report

import (
	"context"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/personreport"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportfollower"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// mineStretch is how much of the person's index one look reads.
const mineStretch = 100

// listMine walks the person's own index across tenants.
func (s *Service) listMine(ctx context.Context, f Filter, before uuid.UUID, limit int) (web.Page[Item], error) {
	caller := auth.From(ctx)
	if caller == nil {
		return web.Page[Item]{}, fault.Unauthenticated.New("请先登录")
	}
	who := askerOf(ctx, "")
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return web.Page[Item]{}, err
	}
	if err := f.check(dir); err != nil {
		return web.Page[Item]{}, err
	}
	var rows []*db.Report
	// Who follows a report sees of it what the public sees.
	following := map[uuid.UUID]bool{}
	for len(rows) <= limit {
		index, err := s.mineIDs(ctx, caller.PersonID, before, mineStretch)
		if err != nil {
			return web.Page[Item]{}, err
		}
		byTenant, follows := map[string][]uuid.UUID{}, map[string][]uuid.UUID{}
		for _, e := range index {
			if e.Relation == personreport.RelationFollower {
				follows[e.Tenant] = append(follows[e.Tenant], e.ReportID)
			}
			before = e.ReportID
			byTenant[e.Tenant] = append(byTenant[e.Tenant], e.ReportID)
		}
		for tenant, ids := range follows {
			if err := s.followedOf(ctx, tenant, caller.PersonID, ids, following); err != nil {
				return web.Page[Item]{}, err
			}
		}
		for tenant, ids := range byTenant {
			own := who
			own.tenant = tenant
			conditions := append(f.conditions(own, s.Clock.Now()), entreport.IDIn(ids...), notMoved(f))
			words, err := s.search(ctx, tenancy.Tenant(tenant), tenant, f.Query)
			if err != nil {
				return web.Page[Item]{}, err
			}
			conditions = append(conditions, words.conditions...)
			more, err := s.page(ctx, tenancy.Tenant(tenant), conditions, uuid.Nil, len(ids))
			if err != nil {
				return web.Page[Item]{}, err
			}
			rows = append(rows, more...)
		}
		if len(index) < mineStretch {
			break
		}
	}
	return pageOf(rows, limit, func(row *db.Report) Item {
		if following[row.ID] && row.ReporterID != caller.PersonID {
			return viewPublicItem(row, dir, s.Clock.Now())
		}
		return viewItem(row, dir, s.Clock.Now())
	}), nil
}

// followedOf gives which of these reports the person follows.
func (s *Service) followedOf(ctx context.Context, tenant string, person uuid.UUID, ids []uuid.UUID, into map[uuid.UUID]bool) error {
	return s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.ReportFollower.Query().Where(reportfollower.PersonID(person), reportfollower.ReportIDIn(ids...)).All(ctx)
		if err != nil {
			return fmt.Errorf("followed reports: %w", err)
		}
		for _, f := range rows {
			into[f.ReportID] = true
		}
		return nil
	})
}

// mineIDs is one stretch of the person's own index of reports, newest first.
func (s *Service) mineIDs(ctx context.Context, person uuid.UUID, before uuid.UUID, limit int) (rows []*db.PersonReport, err error) {
	err = s.DB.View(ctx, tenancy.Person(person), func(ctx context.Context, tx *database.Tx) error {
		q := tx.PersonReport.Query().Order(personreport.ByReportID(entsql.OrderDesc())).Limit(limit)
		if before != uuid.Nil {
			q = q.Where(personreport.ReportIDLT(before))
		}
		rows, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("person's index: %w", err)
	}
	return rows, nil
}

// notMoved leaves out a report that goes on under a new number in another
// district, unless exactly such are asked for: the person sees one thread.
func notMoved(f Filter) predicate {
	if slices.Contains(f.Status, string(Transferred)) {
		return func(*entsql.Selector) {}
	}
	return entreport.Or(entreport.StateNEQ(entreport.StateTransferred), entreport.WentToNumber(""))
}
