package unit_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db/handlingunit"
	"huying/internal/platform/database"
	"huying/internal/roomtest"
	"huying/internal/unit"
)

func TestCommittees(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *unit.Service) {
		const community, next = "370202001001", "370202001002"
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			make := func(code, division string, kind handlingunit.Kind) uuid.UUID {
				u, err := tx.HandlingUnit.Create().SetCode(code).SetName(code).SetKind(kind).
					SetLevel(handlingunit.LevelCommunity).SetDivisionCode(division).Save(ctx)
				if err != nil {
					t.Fatal(err)
				}
				return u.ID
			}
			mine, other := make("jwh1", community, handlingunit.KindVillage), make("jwh2", next, handlingunit.KindVillage)
			firm := make("firm", community, handlingunit.KindEnterprise)
			for _, id := range []uuid.UUID{mine, other, firm} {
				if err := tx.DispatchRule.Create().SetCategory("garbage").SetDivisionCode(street).SetUnitID(id).SetListed(true).Exec(ctx); err != nil {
					return err
				}
			}
			return tx.DispatchRule.Create().SetCategory("road").SetDivisionCode(street).SetUnitID(mine).Exec(ctx)
		})
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			for _, c := range []struct {
				name, category, division, want string
			}{
				{"the_community's_own", "garbage", community, "jwh1"},
				{"a_grid_cell_is_in_its_community", "garbage", community + "001", "jwh1"},
				{"the_neighbour's_own", "garbage", next, "jwh2"},
				{"a_rule_that_is_not_listed", "road", community, ""},
				{"no_rule", "noise", community, ""},
				{"a_street_has_none", "garbage", street, ""},
			} {
				found, err := s.Committees(ctx, tx, c.category, c.division)
				if err != nil {
					return err
				}
				got := ""
				for _, u := range found {
					got += u.Name
				}
				if got != c.want {
					t.Errorf("%s: %q, want %q", c.name, got, c.want)
				}
			}
			return nil
		})
	})
}
