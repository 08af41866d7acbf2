package unit

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/dispatchrule"
	"huying/ent/db/handlingunit"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// rules lists the catalogue, newest line first.
func (s *Service) rules(ctx context.Context, in *RulesInput) (*RulesOutput, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &RulesOutput{}
	err = s.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		q, err := s.matching(ctx, tx, in)
		if err != nil {
			return err
		}
		if start.ID != uuid.Nil {
			q.Where(dispatchrule.IDLT(start.ID))
		}
		rows, err := q.Order(dispatchrule.ByID(sql.OrderDesc())).Limit(in.Limit + 1).All(ctx)
		if err != nil {
			return fmt.Errorf("dispatch rules: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		views, err := s.viewRules(ctx, tx, dir, rows)
		out.Body = web.NewPage(views, next)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// matching turns the filters into conditions.
func (s *Service) matching(ctx context.Context, tx *database.Tx, in *RulesInput) (*db.DispatchRuleQuery, error) {
	q := tx.DispatchRule.Query()
	if in.Category != "" {
		q.Where(dispatchrule.Category(in.Category))
	}
	if in.DivisionCode != "" {
		q.Where(dispatchrule.DivisionCodeGTE(in.DivisionCode), dispatchrule.DivisionCodeLT(in.DivisionCode+":"))
	}
	if in.Source != "" {
		q.Where(dispatchrule.Source(in.Source))
	}
	if !in.Inactive {
		q.Where(dispatchrule.Active(true))
	}
	if in.UnitID != "" {
		id, err := uuid.Parse(in.UnitID)
		if err != nil {
			return nil, fault.Invalid.New("查询条件有误", fault.Field{Name: "unit_id", Message: "编号格式不对"})
		}
		q.Where(dispatchrule.UnitID(id))
	}
	if in.Query != "" {
		ids, err := tx.HandlingUnit.Query().Where(handlingunit.NameContains(in.Query)).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("units by name: %w", err)
		}
		q.Where(dispatchrule.Or(dispatchrule.UnitIDIn(ids...), dispatchrule.NoteContains(in.Query)))
	}
	return q, nil
}

func (s *Service) viewRules(ctx context.Context, tx *database.Tx, dir *division.Directory, rows []*db.DispatchRule) ([]RuleView, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.UnitID
	}
	units, err := s.Units(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	views := make([]RuleView, len(rows))
	for i, row := range rows {
		views[i] = viewRule(row, units[row.UnitID], dir)
	}
	return views, nil
}

func (s *Service) oneRule(ctx context.Context, tx *database.Tx, dir *division.Directory, id uuid.UUID) (RuleView, error) {
	row, err := tx.DispatchRule.Query().Where(dispatchrule.ID(id)).Only(ctx)
	if err != nil {
		return RuleView{}, fmt.Errorf("dispatch rule: %w", err)
	}
	views, err := s.viewRules(ctx, tx, dir, []*db.DispatchRule{row})
	if err != nil {
		return RuleView{}, err
	}
	return views[0], nil
}

// storedRule reads a line, or answers NotFound.
func (s *Service) storedRule(ctx context.Context, id uuid.UUID) (row *db.DispatchRule, err error) {
	err = s.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		row, err = tx.DispatchRule.Query().Where(dispatchrule.ID(id)).Only(ctx)
		if db.IsNotFound(err) {
			return noRule()
		}
		return err
	})
	return row, err
}
