package unit

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/handlingunit"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/idempotency"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

func (s *Service) do(ctx context.Context, fn func(context.Context, *database.Tx) error) error {
	return s.d.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), fn)
}

// create registers a unit. It answers Invalid or CodeTaken.
func (s *Service) create(ctx context.Context, in *CreateInput) (*Output, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if !ownDivision(dir, web.TenantOf(ctx), in.Body.DivisionCode) {
		return nil, fault.Invalid.New("单位资料有误", fault.Field{Name: "division_code", Message: "本区市没有这个区划"})
	}
	if err := s.checkHead(ctx, in.Body.HeadPersonID); err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.do(ctx, func(ctx context.Context, tx *database.Tx) (err error) {
		out.Body, err = idempotency.Once(ctx, tx, "POST /units", s.d.Clock.Now(), func(ctx context.Context) (View, error) {
			row, err := s.insert(ctx, tx, in.Body)
			if err != nil {
				return View{}, err
			}
			return viewUnit(row, dir), nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) insert(ctx context.Context, tx *database.Tx, b CreateBody) (*db.HandlingUnit, error) {
	taken, err := tx.HandlingUnit.Query().Where(handlingunit.Code(b.Code)).Exist(ctx)
	if err != nil {
		return nil, fmt.Errorf("unit: %w", err)
	}
	if taken {
		return nil, codeTaken(b.Code)
	}
	if b.ParentID != nil {
		if err := checkParent(ctx, tx, uuid.Nil, *b.ParentID); err != nil {
			return nil, err
		}
	}
	row, err := tx.HandlingUnit.Create().SetCreatedAt(s.d.Clock.Now()).SetCode(b.Code).SetName(b.Name).SetKind(handlingunit.Kind(b.Kind)).
		SetLevel(handlingunit.Level(b.Level)).SetDivisionCode(b.DivisionCode).SetNillableParentID(b.ParentID).SetHeadName(b.HeadName).
		SetNillableHeadPersonID(b.HeadPersonID).SetPhone(b.Phone).Save(ctx)
	if database.IsUnique(err) {
		return nil, codeTaken(b.Code)
	} else if err != nil {
		return nil, fmt.Errorf("create unit: %w", err)
	}
	return row, audit.Write(ctx, tx, audit.Line{Action: "unit.create", SubjectKind: "unit", SubjectID: row.ID.String()})
}

func codeTaken(code string) error {
	return CodeTaken.New("编码 "+code+" 已被本区市另一个单位使用", fault.Field{Name: "code", Message: "请换一个编码"})
}

// checkHead refuses a head who holds no role in this tenant, alike for a stranger and for nobody.
func (s *Service) checkHead(ctx context.Context, person *uuid.UUID) error {
	if person == nil {
		return nil
	}
	grants, err := s.d.Staff.GrantsOf(ctx, *person)
	if err != nil {
		return fmt.Errorf("unit: head: %w", err)
	}
	tenant := web.TenantOf(ctx)
	if !slices.ContainsFunc(grants, func(g authz.Grant) bool { return g.Tenant == tenant }) {
		return fault.Invalid.New("单位资料有误", fault.Field{Name: "head_person_id", Message: "这个人在本区市没有职务，请先建立账号"})
	}
	return nil
}

// checkParent refuses a parent of another tenant, one that is not there, and a circle.
func checkParent(ctx context.Context, tx *database.Tx, id, parent uuid.UUID) error {
	rows, err := tx.HandlingUnit.Query().Where(handlingunit.DeletedAtIsNil()).
		Select(handlingunit.FieldID, handlingunit.FieldParentID).All(ctx)
	if err != nil {
		return fmt.Errorf("units: %w", err)
	}
	known, parents := false, make(map[uuid.UUID]uuid.UUID, len(rows))
	for _, row := range rows {
		known = known || row.ID == parent
		if row.ParentID != nil {
			parents[row.ID] = *row.ParentID
		}
	}
	if !known {
		return fault.Invalid.New("单位资料有误", fault.Field{Name: "parent_id", Message: "本区市没有这个上级单位"})
	}
	if Circular(id, parent, parents) {
		return fault.Invalid.New("单位资料有误", fault.Field{Name: "parent_id", Message: "单位不能成为自己的上级"})
	}
	return nil
}

// update changes the fields that are named. It answers NotFound, VersionConflict or Invalid.
func (s *Service) update(ctx context.Context, in *UpdateInput) (*Output, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.checkHead(ctx, in.Body.HeadPersonID); err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.do(ctx, func(ctx context.Context, tx *database.Tx) error {
		old, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, dir, old, in.Body); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Line{Action: "unit.update", SubjectKind: "unit", SubjectID: in.ID.String()}); err != nil {
			return err
		}
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

func change(ctx context.Context, tx *database.Tx, dir *division.Directory, old *db.HandlingUnit, b UpdateBody) error {
	if b.DivisionCode != nil && !ownDivision(dir, old.TenantID, *b.DivisionCode) {
		return fault.Invalid.New("单位资料有误", fault.Field{Name: "division_code", Message: "本区市没有这个区划"})
	}
	if b.ParentID != nil {
		if err := checkParent(ctx, tx, old.ID, *b.ParentID); err != nil {
			return err
		}
	}
	u := tx.HandlingUnit.Update().Where(handlingunit.ID(old.ID), handlingunit.Version(b.Version)).AddVersion(1).
		SetNillableName(b.Name).SetNillableDivisionCode(b.DivisionCode).SetNillableParentID(b.ParentID).SetNillableHeadName(b.HeadName).
		SetNillableHeadPersonID(b.HeadPersonID).SetNillablePhone(b.Phone).SetNillableActive(b.Active)
	if b.Kind != nil {
		u.SetKind(handlingunit.Kind(*b.Kind))
	}
	if b.Level != nil {
		u.SetLevel(handlingunit.Level(*b.Level))
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("update unit: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("资料已被他人修改，请刷新后再改").Fact("version", old.Version)
	}
	return nil
}
