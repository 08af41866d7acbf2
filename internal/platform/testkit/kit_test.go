package testkit

import (
	"context"
	"testing"

	"huying/ent/db/station"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

func TestEngines(t *testing.T) {
	for _, round := range []string{"first", "second"} {
		t.Run(round, func(t *testing.T) {
			Engines(t, func(t *testing.T, kit *Kit) {
				ctx := t.Context()
				err := kit.DB.View(ctx, tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
					n, err := tx.Station.Query().Where(station.NameNEQ("")).Count(ctx)
					if n != 0 {
						t.Errorf("a fresh database has %d stations", n)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}
