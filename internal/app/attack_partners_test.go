package app_test

import (
	"context"

	"github.com/google/uuid"

	"huying/internal/app/apptest"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// teachPartners gives the attacker an api key and a partner of the first district to reach for, and its report as Open311
// names it.
func (a *attack) teachPartners() {
	a.t.Helper()
	err := a.h.App.DB.Do(a.t.Context(), tenancy.Tenant(a.h.Shinan.Tenant), func(ctx context.Context, tx *database.Tx) error {
		key, err := tx.PartnerKey.Create().SetName("某系统").SetPrefix("hyk_abcdef").SetHash("00").SetScopes([]string{"submit"}).SetCreatedBy(uuid.New()).Save(ctx)
		if err != nil {
			return err
		}
		p, err := tx.Partner.Create().SetKind("webhook").SetName("某系统").SetURL("https://hooks.example/x").SetActive(false).Save(ctx)
		if err != nil {
			return err
		}
		d, err := tx.PartnerDelivery.Create().SetPartnerID(p.ID).SetMessageID("msg_1").SetEvent("ping").SetPayload([]byte("{}")).Save(ctx)
		if err != nil {
			return err
		}
		l, err := tx.PartnerLink.Create().SetPartnerID(p.ID).SetReportID(uuid.MustParse(a.report.ID)).SetNumber(a.report.Number).SetDirection("sent").Save(ctx)
		if err != nil {
			return err
		}
		a.ids["partner-keys"] = []any{key.ID.String(), apptest.NeverIssued}
		a.ids["partners"] = []any{p.ID.String(), apptest.NeverIssued}
		a.ids["work-orders"] = a.ids["partners"]
		a.ids["partner_id"] = a.ids["partners"]
		a.ids["delivery_id"] = []any{d.ID.String(), apptest.NeverIssued}
		a.ids["link_id"] = []any{l.ID.String(), apptest.NeverIssued}
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.ids["request"] = []any{a.report.Number, "370202-2026-999999"}
	a.ids["services"] = []any{"road", "road"}
}
