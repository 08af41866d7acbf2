package report

import (
	"context"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// tenantsAtOnce is how many tenants the city's list asks at the same time where one statement cannot ask them all.
const tenantsAtOnce = 5

// across reads a page of every tenant of a reading, and one row more of each.
func (s *Service) across(ctx context.Context, r reading, f Filter, permission string, start web.Cursor, limit int) ([]*db.Report, error) {
	if len(r.tenants) > 1 && !f.ByClock && f.Query == "" && f.Box == nil {
		return s.newest(ctx, r, f, permission, start.ID, limit)
	}
	found := make([][]*db.Report, len(r.tenants))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(tenantsAtOnce)
	for i, t := range r.tenants {
		group.Go(func() (err error) {
			found[i], err = s.stretch(ctx, r.scope(t), r.in(t), f, permission, start, limit)
			return err
		})
	}
	err := group.Wait()
	return slices.Concat(found...), err
}

// newest asks all tenants in one statement: the newest of each by its own index, and of these the newest. An order over a
// list of tenants would sort all their reports.
func (s *Service) newest(ctx context.Context, r reading, f Filter, permission string, before uuid.UUID, limit int) (rows []*db.Report, err error) {
	ofEach := func(sel *entsql.Selector) {
		var all *entsql.Selector
		for i, t := range r.tenants {
			who := r.in(t)
			one := entsql.Dialect(sel.Dialect()).Select(entreport.FieldTenantID, entreport.FieldID).From(entsql.Table(entreport.Table))
			one.Where(entsql.EQ(one.C(entreport.FieldTenantID), t))
			for _, c := range append(s.visible(ctx, who, permission), f.conditions(who, s.Clock.Now())...) {
				c(one)
			}
			older(entreport.FieldID, before)(one)
			one.OrderBy(entsql.Desc(one.C(entreport.FieldID))).Limit(limit + 1)
			part := entsql.Dialect(sel.Dialect()).Select(entreport.FieldTenantID, entreport.FieldID).From(one.As(fmt.Sprintf("of%d", i)))
			if all == nil {
				all = part
				continue
			}
			all.UnionAll(part)
		}
		all.As("newest")
		sel.Join(all).OnP(entsql.And(
			entsql.ColumnsEQ(sel.C(entreport.FieldTenantID), all.C(entreport.FieldTenantID)),
			entsql.ColumnsEQ(sel.C(entreport.FieldID), all.C(entreport.FieldID))))
	}
	err = s.DB.View(ctx, tenancy.City(r.tenants), func(ctx context.Context, tx *database.Tx) error {
		rows, err = tx.Report.Query().Where(ofEach).Order(entreport.ByID(entsql.OrderDesc())).Limit(limit + 1).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list reports of %d tenants: %w", len(r.tenants), err)
	}
	return rows, nil
}
