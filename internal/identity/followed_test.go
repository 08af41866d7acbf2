package identity_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db/personreport"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

func TestFollowedReportsAreKeptAndDropped(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		me, own, followed := uuid.New(), uuid.New(), uuid.New()
		must(t, b.kit.DB.Do(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
			return tx.PersonReport.Create().SetPersonID(me).SetTenant("370202").SetReportID(own).Exec(ctx)
		}))
		list := func() (n int, relation personreport.Relation) {
			t.Helper()
			must(t, b.kit.DB.View(t.Context(), tenancy.Person(me), func(ctx context.Context, tx *database.Tx) error {
				rows, err := tx.PersonReport.Query().All(ctx)
				for _, r := range rows {
					if r.ReportID == own {
						relation = r.Relation
					}
				}
				n = len(rows)
				return err
			}))
			return n, relation
		}
		for _, report := range []uuid.UUID{followed, followed, own} {
			must(t, b.KeepFollowed(t.Context(), "370202", me, report))
		}
		if n, relation := list(); n != 2 || relation != personreport.RelationReporter {
			t.Errorf("%d reports, the own one as %s", n, relation)
		}
		for _, report := range []uuid.UUID{followed, followed, own} {
			must(t, b.DropFollowed(t.Context(), me, report))
		}
		if n, _ := list(); n != 1 {
			t.Errorf("%d reports left, want the own one", n)
		}
	})
}
