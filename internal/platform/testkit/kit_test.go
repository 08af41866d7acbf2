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

func TestFilled(t *testing.T) {
	times := map[string]int{}
	filled := Filled("kit_test", func(ctx context.Context, owner *database.DB) error {
		times[owner.Engine()]++
		return owner.Do(ctx, tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			return tx.NumberSequence.Create().SetKind("kit").SetYear(2026).SetLast(7).Exec(ctx)
		})
	})
	for range 2 {
		Engines(t, func(t *testing.T, kit *Kit) {
			err := kit.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				n, err := tx.NumberSequence.Query().Count(ctx)
				if n != 1 {
					t.Errorf("%d rows in a filled database, want 1", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}, filled)
	}
	for engine, n := range times {
		if n > 1 {
			t.Errorf("%s was filled %d times, want once", engine, n)
		}
	}
}

func TestFaultyWaysToPostgres(t *testing.T) {
	kit := New(t, database.EnginePostgres)
	count := func(d *database.DB) error {
		return d.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			_, err := tx.Station.Query().Count(ctx)
			return err
		})
	}
	cfg := kit.Pooled(t, 2)
	pooled := kit.Open(t, func(c *database.Config) { *c = cfg })
	if err := count(pooled); err != nil {
		t.Errorf("through pgbouncer: %v", err)
	}
	cfg, wire := kit.Wired(t)
	wired := kit.Open(t, func(c *database.Config) { *c = cfg })
	if err := count(wired); err != nil {
		t.Errorf("through the wire: %v", err)
	}
	wire.Cut()
	if err := count(wired); !database.IsUnavailable(err) {
		t.Errorf("with the wire cut: %v, want a fault that says the database is away", err)
	}
	wire.Heal()
	if err := count(wired); err != nil {
		t.Errorf("after healing: %v", err)
	}
}
