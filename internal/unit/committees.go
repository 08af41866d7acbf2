package unit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/dispatchrule"
	"huying/internal/platform/database"
)

// communityDigits is the length of a community's or village's code.
const communityDigits = 12

// Committees gives the active village's or residents' committees (居村委会) of the community at this
// place that the catalogue lists for the category, default first: they may try first what is listed
// (row 15 of the state table). A place above community level has none.
func (s *Service) Committees(ctx context.Context, tx *database.Tx, category, divisionCode string) ([]Unit, error) {
	if len(divisionCode) < communityDigits {
		return nil, nil
	}
	community := divisionCode[:communityDigits]
	rows, err := tx.DispatchRule.Query().
		Where(dispatchrule.Category(category), dispatchrule.Listed(true), dispatchrule.Active(true)).
		Order(dispatchrule.ByIsDefault(), dispatchrule.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("listed rules: %w", err)
	}
	slices.Reverse(rows)
	var ids []uuid.UUID
	for _, row := range rows {
		if strings.HasPrefix(community, row.DivisionCode) && !slices.Contains(ids, row.UnitID) {
			ids = append(ids, row.UnitID)
		}
	}
	units, err := s.Units(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var out []Unit
	for _, id := range ids {
		u, ok := units[id]
		if ok && u.Active && u.Kind == "village" && u.Level == "community" && u.DivisionCode == community {
			out = append(out, u)
		}
	}
	return out, nil
}
