package division

import (
	"context"
	"fmt"
	"strings"

	"huying/ent/db"
	"huying/ent/db/place"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

func (s *Service) listTenants(ctx context.Context, _ *noInput) (*tenantsOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	return &tenantsOut{Body: web.NewPage(views(dir.Tenants(), viewTenant), "")}, nil
}

func views[T, V any](list []T, view func(T) V) []V {
	out := make([]V, len(list))
	for i, x := range list {
		out[i] = view(x)
	}
	return out
}

// listDivisions pages by code, which is unique below one parent.
func (s *Service) listDivisions(ctx context.Context, in *divisionsIn) (*divisionsOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var after string
	if in.Cursor != "" {
		c, err := web.DecodeCursor(in.Cursor)
		if err != nil {
			return nil, err
		}
		after = c.Key
	}
	var list []Division
	if in.Parent == "" {
		list = dir.cities()
	} else {
		if _, ok := dir.Division(in.Parent); !ok {
			return nil, invalid("parent", "没有这个区划。")
		}
		list = dir.Children(in.Parent)
	}
	for len(list) > 0 && list[0].Code <= after {
		list = list[1:]
	}
	next := ""
	if len(list) > in.Limit {
		list = list[:in.Limit]
		next = web.EncodeCursor(web.Cursor{Key: list[len(list)-1].Code})
	}
	return &divisionsOut{Body: web.NewPage(views(list, viewDivision), next)}, nil
}

func (s *Service) getDivision(ctx context.Context, in *divisionIn) (*divisionOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	d, ok := dir.Division(in.Code)
	if !ok {
		return nil, fault.NotFound.New("没有这个区划。")
	}
	return &divisionOut{Body: divisionDetail{
		divisionView: viewDivision(d), FullName: dir.FullName(d.Code),
		Ancestors: views(dir.Ancestors(d.Code), viewDivision), Versions: views(dir.Versions(d.Code), viewDivision),
	}}, nil
}

// listCategories gives what a tenant has open; without a tenant or when asked for all, the house's own list.
func (s *Service) listCategories(ctx context.Context, in *categoriesIn) (*categoriesOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if in.All {
		return &categoriesOut{Body: web.NewPage(views(dir.Categories(), viewCategory), "")}, nil
	}
	return &categoriesOut{Body: web.NewPage(views(dir.CategoriesOf(web.TenantOf(ctx)), viewCategory), "")}, nil
}

// getPlace gives one place by its id, so that a code on a sticker can say its name.
func (s *Service) getPlace(ctx context.Context, in *placeIn) (*placeOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var found *db.Place
	known := false
	err = s.db.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) (err error) {
		found, known, err = s.Place(ctx, tx, in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !known {
		return nil, fault.NotFound.New("没有这个地方，可能已经撤销。")
	}
	return &placeOut{Body: viewPlace(dir, found)}, nil
}

// listPlaces answers a query with its best matches on one page, a position with what is nearest to it, and neither with
// all places in order of id.
func (s *Service) listPlaces(ctx context.Context, in *placesIn) (*placesOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	tenant := web.TenantOf(ctx)
	if in.DivisionCode != "" {
		if _, ok := dir.Division(in.DivisionCode); !ok {
			return nil, invalid("division_code", "没有这个区划。")
		}
	}
	near, err := in.near()
	if err != nil {
		return nil, err
	}
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	var found []*db.Place
	next := ""
	err = s.db.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		if strings.TrimSpace(in.Q) != "" {
			found, err = searchPlaces(ctx, tx, tenant, in.Q, in.DivisionCode, in.Limit)
			return err
		}
		if near != nil {
			found, err = nearPlaces(ctx, tx, *near)
			found = found[:min(in.Limit, len(found))]
			return err
		}
		q := tx.Place.Query().Where(place.DeletedAtIsNil(), place.IDGT(start.ID)).Order(place.ByID()).Limit(in.Limit + 1)
		if in.DivisionCode != "" {
			q.Where(place.DivisionCodeGTE(in.DivisionCode), place.DivisionCodeLT(afterPrefix(in.DivisionCode)))
		}
		if found, err = q.All(ctx); err != nil {
			return fmt.Errorf("list places: %w", err)
		}
		if len(found) > in.Limit {
			found = found[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: found[in.Limit-1].ID})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &placesOut{Body: web.NewPage(views(found, func(p *db.Place) placeView { return viewPlace(dir, p) }), next)}, nil
}
