package app_test

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/schema"
	"huying/internal/app/apptest"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// teachScreening gives the attacker a word, a waiting text and a crowd alert of
// the first district to reach for.
func (a *attack) teachScreening() {
	a.t.Helper()
	c := a.h.Shinan
	err := a.h.App.DB.Do(a.t.Context(), tenancy.Tenant(c.Tenant), func(ctx context.Context, tx *database.Tx) error {
		word, err := tx.ScreenWord.Create().SetWord("某某牌").Save(ctx)
		if err != nil {
			return err
		}
		item, err := tx.ScreenItem.Create().SetSubjectKind("report").SetSubjectID(uuid.MustParse(a.report.ID)).SetField("description").
			SetDivisionCode(c.Community).SetHits([]schema.ScreenHit{{Kind: "word", Start: 0, Length: 2}}).Save(ctx)
		if err != nil {
			return err
		}
		now := a.h.App.Clock.Now()
		alert, err := tx.CrowdAlert.Create().SetPlaceKey("division:" + c.Community + ":road").SetDivisionCode(c.Community).SetPeople(10).
			SetFirstAt(now.Add(-time.Hour)).SetLastAt(now).Save(ctx)
		if err != nil {
			return err
		}
		a.ids["screen-words"] = []any{word.ID.String(), apptest.NeverIssued}
		a.ids["screen-items"] = []any{item.ID.String(), apptest.NeverIssued}
		a.ids["crowd-alerts"] = []any{alert.ID.String(), apptest.NeverIssued}
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
}
