package audit_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

const (
	shinan = "370202"
	shibei = "370203"
)

func tenants(codes ...string) func(context.Context) ([]string, error) {
	return func(context.Context) ([]string, error) { return codes, nil }
}

func sealer(kit *testkit.Kit, d *database.DB, a audit.Algorithm) *audit.Sealer {
	return audit.NewSealer(audit.SealerDeps{
		DB: d, Clock: kit.Clock, Log: slog.New(slog.DiscardHandler), Algorithm: a, Tenants: tenants(shinan, shibei),
	})
}

// line writes one line with something in every field.
func line(ctx context.Context, tx *database.Tx, n int) error {
	return audit.Write(ctx, tx, audit.Line{
		Action: "report.reveal", SubjectKind: "report", SubjectID: fmt.Sprint(n), Reason: "核实 <电话>",
		Facts: map[string]any{"n": n, "share": 0.1, "big": 1e21, "who": []string{"甲", "乙"}, "empty": nil},
		Actor: &audit.Actor{PersonID: uuid.New(), Kind: "staff", Role: "auditor", Tenant: shinan},
	})
}

func fill(t testing.TB, d *database.DB, tenant string, n int) {
	t.Helper()
	err := d.Do(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		for i := range n {
			if err := line(ctx, tx, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func seal(t testing.TB, s *audit.Sealer) int {
	t.Helper()
	n, err := s.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func verify(t testing.TB, d *database.DB, tenant string, anchors ...audit.Anchor) audit.Report {
	t.Helper()
	r, err := audit.Verify(t.Context(), d, tenant, anchors...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// intact fails unless the chain holds for exactly sealed lines with unsealed ones behind.
func intact(t *testing.T, d *database.DB, tenant string, sealed int64, unsealed int) audit.Report {
	t.Helper()
	r := verify(t, d, tenant)
	if !r.Intact() || r.Lines != sealed || r.Head.Seq != sealed || r.Unsealed != unsealed {
		t.Fatalf("want %d sealed and %d unsealed lines, found: %+v\n%s", sealed, unsealed, r, r)
	}
	return r
}

// bare opens the kit's data without any wall, as who owns the machine can.
func bare(t testing.TB, kit *testkit.Kit) *sql.DB {
	t.Helper()
	open := func() (*sql.DB, error) { return database.OpenSQLite(t.Context(), kit.Config().Path) }
	if kit.DB.Engine() == database.EnginePostgres {
		open = func() (*sql.DB, error) { return sql.Open("pgx", kit.SuperURL()) }
	}
	conn, err := open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	conn.SetMaxOpenConns(1)
	return conn
}

// modes runs a test on SQLite and on PostgreSQL in both modes of row-level security.
func modes(t *testing.T, test func(t *testing.T, kit *testkit.Kit, d *database.DB)) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		test(t, kit, kit.DB)
		if kit.DB.Engine() == database.EnginePostgres {
			t.Run("local", func(t *testing.T) {
				other := testkit.New(t, database.EnginePostgres)
				test(t, other, other.Open(t, func(c *database.Config) { c.Mode = database.RLSLocal }))
			})
		}
	})
}

func TestSeal_every_line_once_and_the_chain_holds(t *testing.T) {
	modes(t, func(t *testing.T, kit *testkit.Kit, d *database.DB) {
		s := sealer(kit, d, audit.SHA256)
		if n := seal(t, s); n != 0 {
			t.Fatalf("sealed %d lines of nothing", n)
		}
		intact(t, d, shinan, 0, 0)
		fill(t, d, shinan, 3)
		fill(t, d, shibei, 1203)
		if n := seal(t, s); n != 1206 {
			t.Fatalf("sealed %d of 1206", n)
		}
		first := intact(t, d, shinan, 3, 0)
		intact(t, d, shibei, 1203, 0)
		fill(t, d, shinan, 2)
		waiting := intact(t, d, shinan, 3, 2)
		if waiting.OldestUnsealed.IsZero() || !strings.Contains(waiting.String(), "尚未入链 2 条") {
			t.Errorf("the unsealed tail: %s", waiting)
		}
		if n := seal(t, s); n != 2 {
			t.Fatalf("sealed %d of 2", n)
		}
		if again := intact(t, d, shinan, 5, 0); again.Head == first.Head {
			t.Error("the head did not move")
		}
		if r := verify(t, d, shinan, first.Anchor()); !r.Intact() {
			t.Errorf("a head noted before: %s", r)
		}
	})
}

// A line whose transaction commits after later ones were sealed comes after them, and comes.
func TestSeal_finds_lines_that_commit_late(t *testing.T) {
	kit := testkit.New(t, database.EnginePostgres)
	s := sealer(kit, kit.DB, audit.SHA256)
	err := kit.DB.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
		if err := line(ctx, tx, 0); err != nil {
			return err
		}
		fill(t, kit.DB, shinan, 4)
		if n := seal(t, s); n != 4 {
			t.Errorf("sealed %d of the 4 that were committed", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	intact(t, kit.DB, shinan, 4, 1)
	if n := seal(t, s); n != 1 {
		t.Errorf("sealed %d, want the late line", n)
	}
	intact(t, kit.DB, shinan, 5, 0)
	var seq int64
	if err := bare(t, kit).QueryRowContext(t.Context(), "SELECT seq FROM audit_lines ORDER BY id LIMIT 1").Scan(&seq); err != nil || seq != 5 {
		t.Errorf("the late line has number %d (%v), want 5", seq, err)
	}
}

// Two processes seal while eight write and a third reads the chain: no line is lost, none is sealed twice, and the
// reader never sees a broken chain.
func TestSeal_by_two_sealers_under_writers(t *testing.T) {
	modes(t, func(t *testing.T, kit *testkit.Kit, d *database.DB) {
		const writers, rounds, each = 8, 12, 3
		other := kit.Open(t, func(c *database.Config) { c.Mode = d.Mode() })
		var writing, sealing sync.WaitGroup
		done := make(chan struct{})
		undo := errors.New("undo")
		for w := range writers {
			writing.Go(func() {
				for i := range rounds {
					err := d.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
						for n := range each {
							if err := line(ctx, tx, n); err != nil {
								return err
							}
						}
						if i%4 == 3 {
							return undo
						}
						return nil
					})
					if err != nil && !errors.Is(err, undo) {
						t.Errorf("writer %d: %v", w, err)
					}
				}
			})
		}
		for i, mine := range []*database.DB{d, other} {
			s := sealer(kit, mine, []audit.Algorithm{audit.SHA256, audit.SM3}[i])
			sealing.Go(func() {
				for {
					if _, err := s.Seal(t.Context()); err != nil {
						t.Errorf("sealer %d: %v", i, err)
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		sealing.Go(func() {
			for {
				if r, err := audit.Verify(t.Context(), other, shinan); err != nil || !r.Intact() {
					t.Errorf("while sealing: %v, %s", err, r)
				}
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		})
		writing.Wait()
		close(done)
		sealing.Wait()
		seal(t, sealer(kit, d, audit.SHA256))
		intact(t, d, shinan, writers*rounds*each*3/4, 0)
	})
}

func TestSeal_goes_on_under_another_algorithm(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		for i, a := range []audit.Algorithm{audit.SHA256, audit.SM3, audit.SM3, audit.SHA256} {
			fill(t, kit.DB, shinan, 2)
			seal(t, sealer(kit, kit.DB, a))
			r := intact(t, kit.DB, shinan, int64(2*i+2), 0)
			if !strings.HasPrefix(r.Head.Hash, string(a)+":") {
				t.Errorf("the head is %s, want %s", r.Head.Hash, a)
			}
		}
	})
}

// A tenant whose chain was tampered with stops alone, and loudly.
func TestSeal_of_one_tenant_fails_alone(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		s := sealer(kit, kit.DB, audit.SHA256)
		fill(t, kit.DB, shinan, 2)
		seal(t, s)
		if _, err := bare(t, kit).ExecContext(t.Context(), "DELETE FROM audit_heads"); err != nil {
			t.Fatal(err)
		}
		fill(t, kit.DB, shinan, 1)
		fill(t, kit.DB, shibei, 1)
		n, err := s.Seal(t.Context())
		if n != 1 || err == nil || !strings.Contains(err.Error(), shinan) || !database.IsUnique(err) {
			t.Errorf("sealed %d, %v; want the one of the other tenant and a refusal of the first", n, err)
		}
		intact(t, kit.DB, shibei, 1, 0)
		if r := verify(t, kit.DB, shinan); r.Intact() || r.Break.Class != audit.ClassHead || r.Unsealed != 1 {
			t.Errorf("%s", r)
		}
	})
}

func TestTenants_are_all_and_the_city(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		err := kit.Owner.Do(t.Context(), tenancy.Reference(), func(ctx context.Context, tx *database.Tx) error {
			for _, code := range []string{shibei, shinan} {
				if err := tx.Tenant.Create().SetCode(code).SetDivisionCode(code).SetName(code).SetHosts(nil).SetModules(nil).
					SetClocks(nil).SetSettings(nil).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := audit.Tenants(t.Context(), kit.DB)
		if err != nil || fmt.Sprint(got) != "[370202 370203 370200]" {
			t.Fatalf("%v, %v", got, err)
		}
		fill(t, kit.DB, tenancy.CityTenant, 1)
		if n := seal(t, audit.NewSealer(audit.SealerDeps{DB: kit.DB, Clock: kit.Clock, Log: slog.New(slog.DiscardHandler)})); n != 1 {
			t.Errorf("sealed %d of the city's one line", n)
		}
	})
}
