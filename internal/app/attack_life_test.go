package app_test

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/internal/app/apptest"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// teachLife gives the attacker a proposed class, a transfer and a congress of
// the first district to reach for.
func (a *attack) teachLife() {
	a.t.Helper()
	c := a.h.Shinan
	err := a.h.App.DB.Do(a.t.Context(), tenancy.Tenant(c.Tenant), func(ctx context.Context, tx *database.Tx) error {
		class, err := tx.ClassProposal.Create().SetClassKey("thread:" + a.report.ID).SetCategory("road").SetDivisionCode(c.Community).
			SetReason("90日内第三次").SetCount(3).Save(ctx)
		if err != nil {
			return err
		}
		id := uuid.New()
		err = tx.ReportTransfer.Create().SetID(id).SetTransferID(id).SetSide("receiver").SetFromTenant("370211").SetToTenant(c.Tenant).
			SetReportID(uuid.New()).SetReportNumber("370211-2026-000001").SetCategory("road").SetReason("位置在贵区").
			SetDueAt(a.h.App.Clock.Now().Add(24 * time.Hour)).Exec(ctx)
		if err != nil {
			return err
		}
		congress, err := tx.Congress.Query().FirstID(ctx)
		if err != nil {
			return err
		}
		reported := uuid.MustParse(a.report.ID)
		block, err := tx.SenderBlock.Create().SetPersonID(uuid.New()).SetReportID(reported).SetReason("反复辱骂").SetProposedBy(uuid.New()).
			SetBlockedUntil(a.h.App.Clock.Now().Add(24 * time.Hour)).Save(ctx)
		if err != nil {
			return err
		}
		text, err := tx.TextTemplate.Create().SetKind("reply").SetTitle("已处理").SetBody("已处理。").Save(ctx)
		if err != nil {
			return err
		}
		notice, err := tx.SupervisionNotice.Create().SetFromTenant(c.Tenant).SetToTenant(c.Tenant).SetUnitID(c.Unit).SetKind("letter").
			SetTitle("抢修迟缓").SetLetter("近来抢修迟缓，请说明。").SetAsks([]string{"原因"}).SetDays(5).SetDraftedBy(uuid.New()).SetState("open").
			SetDueAt(a.h.App.Clock.Now().Add(24 * time.Hour)).Save(ctx)
		if err != nil {
			return err
		}
		note, err := tx.BoardNote.Create().SetDivisionCode(c.Tenant).SetFirstDay(20260301).SetLastDay(20260302).SetText("台风过境").SetWrittenBy(uuid.New()).Save(ctx)
		if err != nil {
			return err
		}
		a.ids["notes"] = []any{note.ID.String(), apptest.NeverIssued}
		a.ids["supervision-notices"] = []any{notice.ID.String(), apptest.NeverIssued}
		a.ids["class_id"] = []any{class.ID.String(), apptest.NeverIssued}
		a.ids["sender-blocks"] = []any{block.ID.String(), apptest.NeverIssued}
		a.ids["text-templates"] = []any{text.ID.String(), apptest.NeverIssued}
		a.ids["class-proposals"] = []any{class.ID.String(), apptest.NeverIssued}
		a.ids["transfers"] = []any{id.String(), apptest.NeverIssued}
		a.ids["congresses"] = []any{congress.String(), apptest.NeverIssued}
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
}
