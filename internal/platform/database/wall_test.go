package database_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db/report"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

const (
	shinan = "370202"
	shibei = "370203"
)

func newReport(ctx context.Context, tx *database.Tx, number string) (uuid.UUID, error) {
	id := uuid.Must(uuid.NewV7())
	err := tx.Report.Create().SetID(id).SetNumber(number).SetThreadID(id).SetCategory("road").SetDescription("路面破损").
		SetDivisionCode("370202001").SetReporterID(uuid.New()).Exec(ctx)
	return id, err
}

func mustReport(t *testing.T, d *database.DB, tenant, number string) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	err := d.Do(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		id, err = newReport(ctx, tx, number)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func countIn(t *testing.T, d *database.DB, scope tenancy.Scope) int {
	t.Helper()
	var n int
	err := d.View(t.Context(), scope, func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.Report.Query().Count(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// modes runs a test on SQLite and on PostgreSQL in both modes of row-level security.
func modes(t *testing.T, test func(t *testing.T, d *database.DB)) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		test(t, kit.DB)
		if kit.DB.Engine() == database.EnginePostgres {
			t.Run("local", func(t *testing.T) {
				test(t, testkit.New(t, database.EnginePostgres).Open(t, func(c *database.Config) { c.Mode = database.RLSLocal }))
			})
		}
	})
}

func TestReads_see_only_the_scope(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		mustReport(t, d, shinan, "a1")
		mustReport(t, d, shinan, "a2")
		mustReport(t, d, shibei, "b1")
		for name, want := range map[string]struct {
			scope tenancy.Scope
			rows  int
		}{
			"own tenant":         {tenancy.Tenant(shinan), 2},
			"other tenant":       {tenancy.Tenant("370211"), 0},
			"city over both":     {tenancy.City([]string{shinan, shibei}), 3},
			"city over one":      {tenancy.City([]string{shibei}), 1},
			"door for a tenant":  {tenancy.DoorFor(shibei), 1},
			"city over an empty": {tenancy.City([]string{"370283"}), 0},
		} {
			if got := countIn(t, d, want.scope); got != want.rows {
				t.Errorf("%s: %d rows, want %d", name, got, want.rows)
			}
		}
	})
}

func TestScopes_that_reach_no_tenant_are_refused(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		for name, scope := range map[string]tenancy.Scope{
			"person": tenancy.Person(uuid.New()), "door": tenancy.Door(), "reference": tenancy.Reference(),
			"city over nothing": tenancy.City(nil),
		} {
			err := d.View(t.Context(), scope, func(ctx context.Context, tx *database.Tx) error {
				_, err := tx.Report.Query().Count(ctx)
				return err
			})
			if !errors.Is(err, tenancy.ErrForbidden) {
				t.Errorf("%s: %v, want ErrForbidden", name, err)
			}
		}
		if err := d.View(t.Context(), tenancy.Scope{}, nil); !errors.Is(err, tenancy.ErrNoScope) {
			t.Errorf("no scope: %v", err)
		}
		if err := d.View(t.Context(), tenancy.Tenant("37020x"), nil); !errors.Is(err, tenancy.ErrBadTenant) {
			t.Errorf("malformed tenant: %v", err)
		}
	})
}

func TestPeople_are_reached_only_through_the_door(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		for _, scope := range []tenancy.Scope{tenancy.Tenant(shinan), tenancy.City([]string{shinan}), tenancy.Person(uuid.New())} {
			err := d.View(t.Context(), scope, func(ctx context.Context, tx *database.Tx) error {
				_, err := tx.Person.Query().Count(ctx)
				return err
			})
			if !errors.Is(err, tenancy.ErrForbidden) {
				t.Errorf("%v read people: %v", scope.Kind(), err)
			}
		}
	})
}

func TestWrites_stay_in_the_one_tenant(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		foreign := mustReport(t, d, shibei, "b1")
		err := d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
			n, err := tx.Report.Update().Where(report.ID(foreign)).SetTitle("stolen").Save(ctx)
			if err != nil || n != 0 {
				t.Errorf("update of a foreign row: %d rows, %v", n, err)
			}
			n, err = tx.Report.Delete().Where(report.ID(foreign)).Exec(ctx)
			if err != nil || n != 0 {
				t.Errorf("delete of a foreign row: %d rows, %v", n, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, use := range map[string]func(context.Context, *database.Tx) error{
			"create in another tenant": func(ctx context.Context, tx *database.Tx) error {
				return tx.Place.Create().SetTenantID(shibei).SetName("x").SetDivisionCode("370203001").Exec(ctx)
			},
			"update by id alone": func(ctx context.Context, tx *database.Tx) error {
				return tx.Report.UpdateOneID(foreign).SetTitle("stolen").Exec(ctx)
			},
			"delete by id alone": func(ctx context.Context, tx *database.Tx) error {
				return tx.Report.DeleteOneID(foreign).Exec(ctx)
			},
			"reference data": func(ctx context.Context, tx *database.Tx) error {
				return tx.Category.Create().SetCode("x").SetName("x").Exec(ctx)
			},
			"raw statement without a tenant": func(ctx context.Context, tx *database.Tx) error {
				_, err := tx.Exec(ctx, "DELETE FROM reports")
				return err
			},
		} {
			if err := d.Do(t.Context(), tenancy.Tenant(shinan), use); err == nil {
				t.Errorf("%s was allowed", name)
			}
		}
		for _, scope := range []tenancy.Scope{tenancy.City([]string{shinan}), tenancy.Person(uuid.New())} {
			if err := d.Do(t.Context(), scope, nil); !errors.Is(err, tenancy.ErrForbidden) {
				t.Errorf("a reading scope may write: %v", err)
			}
		}
		if got := countIn(t, d, tenancy.Tenant(shibei)); got != 1 {
			t.Errorf("the other tenant has %d reports, want its 1", got)
		}
	})
}

// The database refuses a row that points into another tenant, whatever the code says.
func TestForeign_keys_do_not_leave_the_tenant(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		foreign := mustReport(t, d, shibei, "b1")
		err := d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
			return tx.ReportRecusal.Create().SetReportID(foreign).SetPersonID(uuid.New()).Exec(ctx)
		})
		if err == nil {
			t.Fatal("a recusal of one tenant points to a report of another")
		}
	})
}

func TestTransactions_commit_whole_or_not_at_all(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		failed, ran := errors.New("no"), 0
		err := d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
			tx.AfterCommit(func() { ran++ })
			if _, err := newReport(ctx, tx, "a1"); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) || ran != 0 || countIn(t, d, tenancy.Tenant(shinan)) != 0 {
			t.Fatalf("after a failure: %v, %d follow-ups", err, ran)
		}
		func() {
			defer func() { _ = recover() }()
			_ = d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
				if _, err := newReport(ctx, tx, "a2"); err != nil {
					return err
				}
				panic("in the middle")
			})
		}()
		if n := countIn(t, d, tenancy.Tenant(shinan)); n != 0 {
			t.Fatalf("%d reports survive a panic", n)
		}
		err = d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
			tx.AfterCommit(func() { ran++ })
			_, err := newReport(ctx, tx, "a3")
			return err
		})
		if err != nil || ran != 1 || countIn(t, d, tenancy.Tenant(shinan)) != 1 {
			t.Fatalf("after success: %v, %d follow-ups", err, ran)
		}
	})
}

func TestVersion_lets_one_of_two_writers_through(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		id := mustReport(t, d, shinan, "a1")
		write := func() (n int) {
			_ = d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) (err error) {
				n, err = tx.Report.Update().Where(report.ID(id), report.Version(1)).AddVersion(1).Save(ctx)
				return err
			})
			return n
		}
		if first, second := write(), write(); first != 1 || second != 0 {
			t.Fatalf("first %d, second %d", first, second)
		}
	})
}

func TestErrors_are_told_apart(t *testing.T) {
	modes(t, func(t *testing.T, d *database.DB) {
		mustReport(t, d, shinan, "same")
		err := d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
			_, err := newReport(ctx, tx, "same")
			return err
		})
		if !database.IsUnique(err) || database.IsUnavailable(err) {
			t.Fatalf("a doubled number: %v", err)
		}
		if !database.IsUnavailable(context.DeadlineExceeded) {
			t.Fatal("too slow is unavailable")
		}
	})
}
