package unit

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/dispatchrule"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// rulesFor reads the lines of the catalogue that may speak about a category, with their units.
func (s *Service) rulesFor(ctx context.Context, tx *database.Tx, category string) ([]Rule, map[uuid.UUID]Unit, error) {
	rows, err := tx.DispatchRule.Query().
		Where(dispatchrule.CategoryIn(category, CategoryOther), dispatchrule.Active(true)).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("dispatch rules: %w", err)
	}
	rules := make([]Rule, len(rows))
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		rules[i], ids[i] = ruleOf(row), row.UnitID
	}
	units, err := s.Units(ctx, tx, ids)
	return rules, units, err
}

func ruleOf(row *db.DispatchRule) Rule {
	return Rule{
		Category: row.Category, DivisionCode: row.DivisionCode, Source: row.Source, UnitID: row.UnitID,
		Default: row.IsDefault, HandlerID: row.HandlerID,
	}
}

// Catalogue gives every active unit that the dispatch catalogue names for the case, best first;
// none when nobody is named.
func (s *Service) Catalogue(ctx context.Context, tx *database.Tx, c Case) ([]Unit, error) {
	rules, units, err := s.rulesFor(ctx, tx, c.Category)
	if err != nil {
		return nil, err
	}
	return Rank(c, rules, units), nil
}

// UnitFor gives the first unit of the catalogue; false when it names none.
func (s *Service) UnitFor(ctx context.Context, tx *database.Tx, c Case) (Unit, bool, error) {
	units, err := s.Catalogue(ctx, tx, c)
	if err != nil || len(units) == 0 {
		return Unit{}, false, err
	}
	return units[0], true, nil
}

// InCatalogue tells whether the catalogue names this unit for the case; a street office dispatches
// to no other (row 14 of the state table). Where nobody said what makes the problem, the units of
// every source are in it: the office that looked is free to choose among them.
func (s *Service) InCatalogue(ctx context.Context, tx *database.Tx, c Case, unitID uuid.UUID) (bool, error) {
	rules, units, err := s.rulesFor(ctx, tx, c.Category)
	if err != nil {
		return false, err
	}
	for _, r := range rules {
		if r.UnitID != unitID || !units[unitID].Active {
			continue
		}
		if c.Source == "" {
			r.Source = ""
		}
		if r.covers(c) {
			return true, nil
		}
	}
	return false, nil
}

// Handlers gives, for those of the units whose rule names one, who in the unit gets the case: only
// somebody who works there still.
func (s *Service) Handlers(ctx context.Context, tx *database.Tx, c Case, ids []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	rules, units, err := s.rulesFor(ctx, tx, c.Category)
	if err != nil {
		return nil, err
	}
	scope, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]uuid.UUID{}
	for _, id := range ids {
		person := Handler(c, id, rules, units)
		if person == nil {
			continue
		}
		works, err := s.WorksIn(ctx, scope.TenantCode(), id, *person)
		if err != nil {
			return nil, err
		}
		if works {
			out[id] = *person
		}
	}
	return out, nil
}
