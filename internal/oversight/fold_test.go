package oversight_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"huying/ent/db/report"
	"huying/ent/db/rollupcell"
	"huying/internal/oversight"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

const shinan = "370202"

// city is one tenant's history as the room of reports would write it.
type city struct {
	kit *testkit.Kit
	s   *oversight.Service
	n   int
	mu  sync.Mutex
}

func newCity(kit *testkit.Kit, db *database.DB) *city {
	return &city{kit: kit, s: oversight.New(oversight.Deps{
		DB: db, Clock: kit.Clock, Tenants: func(context.Context) ([]string, error) { return []string{shinan}, nil },
	})}
}

// told is one report as far as it has come.
type told struct {
	id                 uuid.UUID
	number             string
	division, category string
	state              string
	rung               int
	made               time.Time
}

var errChangedMind = errors.New("rolled back on purpose")

// take writes one step of a report and counts it, in one transaction; rolled back when lost.
func (c *city) take(ctx context.Context, r *told, action, to string, rung int, lost bool) error {
	now := c.kit.Clock.Now()
	before := *r
	err := c.kit.DB.Do(ctx, tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
		if r.state == "" {
			c.mu.Lock()
			c.n++
			r.number, r.id, r.made = fmt.Sprintf("%s-2026-%06d", shinan, c.n), uuid.Must(uuid.NewV7()), now
			c.mu.Unlock()
			err := tx.Report.Create().SetID(r.id).SetNumber(r.number).SetThreadID(r.id).SetCategory(r.category).SetDescription("路面坏了").
				SetDivisionCode(r.division).SetReporterID(uuid.New()).SetState(report.State(to)).SetRung(rung).SetCreatedAt(now).Exec(ctx)
			if err != nil {
				return err
			}
		} else if err := tx.Report.Update().Where(report.ID(r.id)).SetState(report.State(to)).SetRung(rung).Exec(ctx); err != nil {
			return err
		}
		data := map[string]any{}
		if action == "rung" {
			data["rung"] = rung
		}
		if action == "rate" {
			data["result"] = 1 + len(r.number)%3
		}
		err := tx.ReportEvent.Create().SetReportID(r.id).SetAction(action).SetFromState(r.state).SetToState(to).SetData(data).SetAt(now).Exec(ctx)
		if err != nil {
			return err
		}
		step := oversight.Step{Division: r.division, Category: r.category, Submitted: r.made, At: now, Action: action, From: r.state, To: to}
		step.Rung, step.Result = oversight.Particulars(data)
		if err := c.s.Stepped(ctx, tx, step, r.rung, rung); err != nil {
			return err
		}
		r.state, r.rung = to, rung
		if lost {
			return errChangedMind
		}
		return nil
	})
	if err != nil {
		*r = before
		if errors.Is(err, errChangedMind) {
			return nil
		}
	}
	return err
}

var (
	places     = []string{"370202", "370202001", "370202001001", "370202001002", "370202002001", "370202001001003"}
	categories = []string{"road", "light", "noise"}
	nextOf     = map[string][]string{
		"": {"submitted"}, "submitted": {"open", "dispatched", "rejected"}, "open": {"accepted"}, "accepted": {"dispatched"},
		"dispatched": {"handling", "transferred"}, "handling": {"handling", "replied", "carried_over"}, "replied": {"resolved", "handling"},
		"resolved": {"closed", "reopened"}, "reopened": {"dispatched"}, "carried_over": {"handling"}, "closed": {"reopened"},
	}
)

func drawStep(rt *rapid.T, r *told) (action, to string, rung int) {
	ways := nextOf[r.state]
	if len(ways) == 0 {
		return "comment", r.state, r.rung
	}
	to = rapid.SampledFrom(ways).Draw(rt, "to")
	action = "step"
	switch {
	case r.state == "":
		action = "submit"
	case to == r.state:
		return "rung", to, rapid.SampledFrom([]int{80, 100, 150, 200}).Draw(rt, "rung")
	case to == "reopened" || to == "closed":
		action = "rate"
	}
	return action, to, 0
}

// TestCountersAlwaysEqualARecount tells random histories, some steps rolled back, folds at random moments, and recounts.
func TestCountersAlwaysEqualARecount(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		c := newCity(kit, kit.DB)
		rounds := 0
		rapid.Check(t, func(rt *rapid.T) {
			if rounds++; rounds > 12 { // one database for all; a dozen long histories
				return
			}
			var reports []*told
			for range rapid.IntRange(5, 40).Draw(rt, "steps") {
				kit.Clock.Advance(time.Duration(rapid.IntRange(1, 40).Draw(rt, "hours")) * time.Hour)
				if len(reports) == 0 || rapid.IntRange(0, 3).Draw(rt, "new") == 0 {
					reports = append(reports, &told{division: rapid.SampledFrom(places).Draw(rt, "place"), category: rapid.SampledFrom(categories).Draw(rt, "category")})
				}
				r := reports[rapid.IntRange(0, len(reports)-1).Draw(rt, "report")]
				action, to, rung := drawStep(rt, r)
				if err := c.take(t.Context(), r, action, to, rung, rapid.IntRange(0, 5).Draw(rt, "lost") == 0); err != nil {
					rt.Fatal(err)
				}
				switch rapid.IntRange(0, 9).Draw(rt, "then") {
				case 0:
					if _, err := c.s.Fold(t.Context()); err != nil {
						rt.Fatal(err)
					}
				case 1:
					if _, err := c.s.Rebuild(t.Context(), shinan); err != nil {
						rt.Fatal(err)
					}
				}
			}
			if _, err := c.s.Verify(t.Context(), shinan); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

// TestAFoldThatDiesAnywhereLosesAndDoublesNothing ends a fold at each of its statements in turn.
func TestAFoldThatDiesAnywhereLosesAndDoublesNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		var dies context.CancelFunc
		left := 0
		fragile := newCity(kit, kit.Open(t, func(cfg *database.Config) {
			cfg.OnSQL = func(context.Context, string, []any) {
				if left--; left == 0 && dies != nil {
					dies()
				}
			}
		}))
		c := newCity(kit, kit.DB)
		for at := 1; ; at++ {
			r := &told{division: places[at%len(places)], category: "road"}
			for _, to := range []string{"submitted", "dispatched", "handling", "replied", "resolved"} {
				kit.Clock.Advance(time.Hour)
				if err := c.take(t.Context(), r, "step", to, 0, false); err != nil {
					t.Fatal(err)
				}
			}
			var ctx context.Context
			ctx, dies = context.WithCancel(t.Context())
			left = at
			n, err := fragile.s.FoldTenant(ctx, shinan)
			survived := left > 0
			dies()
			dies = nil
			if found, err := c.s.Verify(t.Context(), shinan); err != nil {
				t.Fatalf("died at statement %d, %+v: %v", at, found, err)
			}
			if survived {
				if err != nil || n == 0 {
					t.Fatalf("a fold that nothing stopped: %d, %v", n, err)
				}
				if at < 5 {
					t.Fatalf("only %d statements were tried", at)
				}
				return
			}
		}
	})
}

// TestManyWriteWhileTwoFold has writers and two folders at once, and a rebuild between them.
func TestManyWriteWhileTwoFold(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		c := newCity(kit, kit.DB)
		var writers, folders sync.WaitGroup
		done := make(chan struct{})
		for w := range 4 {
			writers.Go(func() {
				for i := range 15 {
					r := &told{division: places[(w+i)%len(places)], category: categories[i%3]}
					for _, to := range []string{"submitted", "dispatched", "handling"} {
						if err := c.take(t.Context(), r, "step", to, 0, i%5 == 4); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		for range 2 {
			folders.Go(func() {
				for {
					if _, err := c.s.Fold(t.Context()); err != nil {
						t.Error(err)
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		if _, err := c.s.Rebuild(t.Context(), shinan); err != nil && !database.IsUnavailable(err) {
			t.Error(err)
		}
		writers.Wait()
		close(done)
		folders.Wait()
		if _, err := c.s.Verify(t.Context(), shinan); err != nil {
			t.Fatal(err)
		}
	})
}

func TestVerifyFindsAWrongCellAndRebuildMendsIt(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		c := newCity(kit, kit.DB)
		r := &told{division: places[2], category: "road"}
		for _, to := range []string{"submitted", "dispatched"} {
			if err := c.take(t.Context(), r, "step", to, 0, false); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.s.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := kit.DB.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
			return tx.RollupCell.Update().Where(rollupcell.GrainEQ(rollupcell.GrainMonth), rollupcell.DivisionCode(places[2])).SetCounts(`{"in:submitted":2}`).Exec(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.s.Verify(t.Context(), shinan); !errors.Is(err, oversight.ErrDiffers) {
			t.Fatalf("a cell was changed: %v", err)
		}
		if found, err := c.s.Rebuild(t.Context(), shinan); err != nil || found.Steps != 2 {
			t.Fatalf("%+v, %v", found, err)
		}
		if _, err := c.s.Verify(t.Context(), shinan); err != nil {
			t.Fatal(err)
		}
	})
}
