package unit

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/handlingunit"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

func (s *Service) list(ctx context.Context, in *ListInput) (*ListOutput, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if in.Category != "" {
		if err := checkPlace(dir, web.TenantOf(ctx), in.Category, in.DivisionCode); err != nil {
			return nil, err
		}
	}
	out := &ListOutput{}
	err = s.view(ctx, func(ctx context.Context, tx *database.Tx) (err error) {
		if in.Category != "" {
			out.Body, err = s.named(ctx, tx, dir, in)
		} else {
			out.Body, err = s.page(ctx, tx, dir, in)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) view(ctx context.Context, fn func(context.Context, *database.Tx) error) error {
	return s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), fn)
}

func checkPlace(dir *division.Directory, tenant, category, code string) error {
	var wrong []fault.Field
	if _, known := dir.Category(category); !known {
		wrong = append(wrong, fault.Field{Name: "category", Message: "没有这个类别"})
	}
	if !ownDivision(dir, tenant, code) {
		wrong = append(wrong, fault.Field{Name: "division_code", Message: "本区市没有这个区划"})
	}
	if len(wrong) > 0 {
		return fault.Invalid.New("填写的内容有误", wrong...)
	}
	return nil
}

// ownDivision tells whether an open division lies in the tenant.
func ownDivision(dir *division.Directory, tenant, code string) bool {
	d, ok := dir.Division(code)
	return ok && d.Open() && division.TenantOf(code) == tenant
}

// named gives the catalogue's answer, best first, on one page.
func (s *Service) named(ctx context.Context, tx *database.Tx, dir *division.Directory, in *ListInput) (web.Page[View], error) {
	units, err := s.Catalogue(ctx, tx, Case{Category: in.Category, Division: in.DivisionCode, Source: in.Source})
	if err != nil {
		return web.Page[View]{}, err
	}
	ids := make([]uuid.UUID, len(units))
	for i, u := range units {
		ids[i] = u.ID
	}
	rows, err := tx.HandlingUnit.Query().Where(handlingunit.IDIn(ids...)).All(ctx)
	if err != nil {
		return web.Page[View]{}, fmt.Errorf("units: %w", err)
	}
	byID := make(map[uuid.UUID]*db.HandlingUnit, len(rows))
	for _, row := range rows {
		byID[row.ID] = row
	}
	items := make([]View, 0, len(units))
	for _, u := range units[:min(len(units), in.Limit)] {
		if row := byID[u.ID]; row != nil {
			items = append(items, viewUnit(row, dir))
		}
	}
	return web.NewPage(items, ""), nil
}

func (s *Service) page(ctx context.Context, tx *database.Tx, dir *division.Directory, in *ListInput) (web.Page[View], error) {
	start, err := in.Start()
	if err != nil {
		return web.Page[View]{}, err
	}
	q := tx.HandlingUnit.Query().Where(handlingunit.DeletedAtIsNil()).Order(handlingunit.ByID(sql.OrderDesc())).Limit(in.Limit + 1)
	if start.ID != uuid.Nil {
		q.Where(handlingunit.IDLT(start.ID))
	}
	if in.DivisionCode != "" {
		// A range, not LIKE: only plain comparison reaches an index under row-level security. ':' follows '9'.
		q.Where(handlingunit.DivisionCodeGTE(in.DivisionCode), handlingunit.DivisionCodeLT(in.DivisionCode+":"))
	}
	if in.ParentID != "" {
		parent, err := uuid.Parse(in.ParentID)
		if err != nil {
			return web.Page[View]{}, fault.Invalid.New("查询条件有误", fault.Field{Name: "parent_id", Message: "编号格式不对"})
		}
		q.Where(handlingunit.ParentID(parent))
	}
	if !in.Inactive {
		q.Where(handlingunit.Active(true))
	}
	rows, err := q.All(ctx)
	if err != nil {
		return web.Page[View]{}, fmt.Errorf("units: %w", err)
	}
	next := ""
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
	}
	items := make([]View, len(rows))
	for i, row := range rows {
		items[i] = viewUnit(row, dir)
	}
	return web.NewPage(items, next), nil
}

func (s *Service) get(ctx context.Context, in *OneInput) (*Output, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		row, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		out.Body = viewUnit(row, dir)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func one(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.HandlingUnit, error) {
	row, err := tx.HandlingUnit.Query().Where(handlingunit.ID(id), handlingunit.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.NotFound.New("没有这个单位")
	} else if err != nil {
		return nil, fmt.Errorf("unit: %w", err)
	}
	return row, nil
}
