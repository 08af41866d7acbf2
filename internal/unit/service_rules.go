package unit

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/dispatchrule"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// saveRule adds a line to the catalogue, or replaces the one of the same category, division, source
// and unit; a new default takes the place of the old one. It answers Invalid naming the fields.
func (s *Service) saveRule(ctx context.Context, in *SaveRuleInput) (*RuleOutput, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if err := checkPlace(dir, web.TenantOf(ctx), b.Category, b.DivisionCode); err != nil {
		return nil, err
	}
	if problem := sourceProblem(dir, b.Category, b.Source); problem != "" {
		return nil, ruleFault("source", problem)
	}
	if err := s.checkHandler(ctx, b.HandlerID, b.UnitID); err != nil {
		return nil, err
	}
	out := &RuleOutput{}
	err = s.do(ctx, func(ctx context.Context, tx *database.Tx) error {
		if u, found, err := s.Unit(ctx, tx, b.UnitID); err != nil {
			return err
		} else if !found || !u.Active {
			return ruleFault("unit_id", "本区市没有这个单位，或已停用")
		}
		id, _, err := putRule(ctx, tx, b)
		if err != nil {
			return err
		}
		if out.Body, err = s.oneRule(ctx, tx, dir, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{Action: "dispatch-rule.save", SubjectKind: "dispatch_rule", SubjectID: id.String()})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func ruleFault(field, problem string) error {
	return fault.Invalid.New("派单目录有误", fault.Field{Name: field, Message: problem})
}

// sourceProblem says why a category cannot have a line about this source.
func sourceProblem(dir *division.Directory, category, source string) string {
	if source == "" {
		return ""
	}
	c, _ := dir.Category(category)
	if len(c.Sources()) == 0 {
		return "这个类别不按来源派单，请留空"
	}
	if slices.ContainsFunc(c.Sources(), func(r division.Ready) bool { return r.Key == source }) {
		return ""
	}
	words := ""
	for _, r := range c.Sources() {
		words += "、" + r.Key + "（" + r.Label + "）"
	}
	return "只能是：" + words[len("、"):]
}

// unitRoles are who inside a unit can have a case in hand.
var unitRoles = []string{"unit_clerk", "unit_head", "city_unit"}

// checkHandler refuses somebody who does not work in the unit, alike for a stranger and for nobody.
func (s *Service) checkHandler(ctx context.Context, person *uuid.UUID, unitID uuid.UUID) error {
	if person == nil {
		return nil
	}
	works, err := s.WorksIn(ctx, web.TenantOf(ctx), unitID, *person)
	if err != nil {
		return err
	}
	if !works {
		return ruleFault("handler_id", "这个人不是该单位的经办人或负责人")
	}
	return nil
}

// WorksIn tells whether somebody is a clerk or the head of the unit now.
func (s *Service) WorksIn(ctx context.Context, tenant string, unitID, person uuid.UUID) (bool, error) {
	for _, role := range unitRoles {
		people, err := s.d.Staff.PeopleOfUnit(ctx, tenant, role, unitID)
		if err != nil {
			return false, fmt.Errorf("people of the unit: %w", err)
		}
		if slices.Contains(people, person) {
			return true, nil
		}
	}
	return false, nil
}

// putRule writes one line by what identifies it and says whether it was new.
func putRule(ctx context.Context, tx *database.Tx, b RuleBody) (id uuid.UUID, created bool, err error) {
	if err := yield(ctx, tx, b.Default, b.Category, b.DivisionCode, b.Source, b.UnitID); err != nil {
		return uuid.Nil, false, err
	}
	active := b.Active == nil || *b.Active
	row, err := tx.DispatchRule.Query().Where(dispatchrule.Category(b.Category), dispatchrule.DivisionCode(b.DivisionCode),
		dispatchrule.Source(b.Source), dispatchrule.UnitID(b.UnitID)).Only(ctx)
	switch {
	case err == nil:
		u := tx.DispatchRule.Update().Where(dispatchrule.ID(row.ID), dispatchrule.Version(row.Version)).AddVersion(1).
			SetIsDefault(b.Default).SetListed(b.Listed).SetActive(active).SetNote(b.Note)
		if b.HandlerID != nil {
			u.SetHandlerID(*b.HandlerID)
		} else {
			u.ClearHandlerID()
		}
		_, err = u.Save(ctx)
	case db.IsNotFound(err):
		created = true
		row, err = tx.DispatchRule.Create().SetCategory(b.Category).SetDivisionCode(b.DivisionCode).SetSource(b.Source).
			SetUnitID(b.UnitID).SetIsDefault(b.Default).SetListed(b.Listed).SetActive(active).SetNote(b.Note).
			SetNillableHandlerID(b.HandlerID).Save(ctx)
	}
	if err != nil {
		return uuid.Nil, false, fmt.Errorf("save dispatch rule: %w", err)
	}
	return row.ID, created, nil
}

// yield takes the place of the default from the other units of the same category, division and source.
func yield(ctx context.Context, tx *database.Tx, isDefault bool, category, code, source string, unit uuid.UUID) error {
	if !isDefault {
		return nil
	}
	_, err := tx.DispatchRule.Update().Where(dispatchrule.Category(category), dispatchrule.DivisionCode(code),
		dispatchrule.Source(source), dispatchrule.IsDefault(true), dispatchrule.UnitIDNEQ(unit)).
		SetIsDefault(false).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("old default: %w", err)
	}
	return nil
}

// changeRule changes the fields that are named. It answers NotFound, VersionConflict or Invalid.
func (s *Service) changeRule(ctx context.Context, in *ChangeRuleInput) (*RuleOutput, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	old, err := s.storedRule(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if err := s.checkHandler(ctx, b.HandlerID, old.UnitID); err != nil {
		return nil, err
	}
	out := &RuleOutput{}
	err = s.do(ctx, func(ctx context.Context, tx *database.Tx) error {
		if err := yield(ctx, tx, b.Default != nil && *b.Default, old.Category, old.DivisionCode, old.Source, old.UnitID); err != nil {
			return err
		}
		u := tx.DispatchRule.Update().Where(dispatchrule.ID(in.ID), dispatchrule.Version(b.Version)).AddVersion(1).
			SetNillableIsDefault(b.Default).SetNillableListed(b.Listed).SetNillableActive(b.Active).SetNillableNote(b.Note)
		if b.NoHandler {
			u.ClearHandlerID()
		} else if b.HandlerID != nil {
			u.SetHandlerID(*b.HandlerID)
		}
		n, err := u.Save(ctx)
		if err != nil {
			return fmt.Errorf("change dispatch rule: %w", err)
		}
		if n == 0 {
			return fault.VersionConflict.New("这一条已被他人修改，请刷新后再改").Fact("version", old.Version)
		}
		if out.Body, err = s.oneRule(ctx, tx, dir, in.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{Action: "dispatch-rule.change", SubjectKind: "dispatch_rule", SubjectID: in.ID.String()})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// deleteRule takes a line out of the catalogue; reports that were dispatched by it stay where they are.
func (s *Service) deleteRule(ctx context.Context, in *DeleteRuleInput) (*struct{}, error) {
	return nil, s.do(ctx, func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.DispatchRule.Delete().Where(dispatchrule.ID(in.ID)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("delete dispatch rule: %w", err)
		}
		if n == 0 {
			return noRule()
		}
		return audit.Write(ctx, tx, audit.Line{Action: "dispatch-rule.delete", SubjectKind: "dispatch_rule", SubjectID: in.ID.String()})
	})
}

func noRule() error { return fault.NotFound.New("派单目录中没有这一条") }
