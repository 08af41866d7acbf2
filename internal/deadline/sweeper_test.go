package deadline

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

const tenant = "370202"

var tenancyOf = tenancy.Tenant(tenant)

// ward is a sweeper on a real database with a duty that counts.
type ward struct {
	t     *testing.T
	kit   *testkit.Kit
	mu    sync.Mutex
	fired map[uuid.UUID]int
	// rungs are all rungs told, 100 among them, and resumed the pauses that ended by themselves.
	rungs   map[uuid.UUID][]told
	turns   atomic.Int64
	resumed map[uuid.UUID]int
	fails   map[uuid.UUID]error
	moved   int
	days    OfficialDays
}

// told is a rung and when its row was held, counted over all rows.
type told struct {
	turn int64
	rung int
}

func wards(t *testing.T, test func(w *ward)) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		test(&ward{t: t, kit: kit, fired: map[uuid.UUID]int{}, rungs: map[uuid.UUID][]told{}, resumed: map[uuid.UUID]int{}, fails: map[uuid.UUID]error{}, days: days2026{}})
	})
}

func (w *ward) sweeper() *Sweeper {
	s := NewSweeper(SweeperDeps{
		DB: w.kit.DB, Clock: w.kit.Clock,
		Tenants:  func(context.Context) ([]string, error) { return []string{tenant, "370203"}, nil },
		Calendar: func(context.Context, string) (*Calendar, error) { return NewCalendar(w.days, nil), nil },
	})
	s.Handle("thing", Duty{
		Missed: func(_ context.Context, tx *database.Tx, d *db.Deadline) error {
			if err := w.fails[d.SubjectID]; err != nil {
				return err
			}
			w.tell(tx, d)
			tx.AfterCommit(func() {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.fired[d.SubjectID]++
			})
			return nil
		},
		Rung: func(_ context.Context, tx *database.Tx, d *db.Deadline) error {
			w.tell(tx, d)
			return nil
		},
		Resumed: func(_ context.Context, tx *database.Tx, d *db.Deadline) error {
			tx.AfterCommit(func() {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.resumed[d.SubjectID]++
			})
			return nil
		},
		Moved: func(_ context.Context, _ *database.Tx, _ *db.Deadline, _ time.Time) error {
			w.moved++
			return nil
		},
	})
	return s
}

// tell keeps a rung if its transaction commits, in the order in which the row
// was held: what runs after two commits may run the other way round.
func (w *ward) tell(tx *database.Tx, d *db.Deadline) {
	turn := w.turns.Add(1)
	tx.AfterCommit(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.rungs[d.SubjectID] = append(w.rungs[d.SubjectID], told{turn, d.Rung})
	})
}

func (w *ward) do(f func(ctx context.Context, tx *database.Tx) error) {
	w.t.Helper()
	if err := w.kit.DB.Do(w.t.Context(), tenancy.Tenant(tenant), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *ward) begin(clock, span string) Subject {
	w.t.Helper()
	s := Subject{Kind: "thing", ID: uuid.New()}
	w.beginOn(s, clock, span)
	return s
}

func (w *ward) beginOn(s Subject, clock, span string) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx *database.Tx) error {
		_, err := Begin(ctx, tx, NewCalendar(w.days, nil), Order{Subject: s, Clock: clock, Span: MustSpan(span), From: w.kit.Clock.Now()})
		return err
	})
}

func (w *ward) sweep(s *Sweeper) int {
	w.t.Helper()
	n, err := s.Sweep(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestADeadlineFiresOnceAtItsTime(t *testing.T) {
	wards(t, func(w *ward) {
		s := w.begin("verify", "2h")
		w.kit.Clock.Advance(2*time.Hour - time.Microsecond)
		if n := w.sweep(w.sweeper()); n != 0 {
			w.t.Fatalf("%d fired early", n)
		}
		w.kit.Clock.Advance(time.Microsecond)
		first := w.sweeper()
		if n := w.sweep(first); n != 1 || w.fired[s.ID] != 1 {
			w.t.Fatalf("%d fired", n)
		}
		w.kit.Clock.Advance(1000 * time.Hour)
		if n := w.sweep(first) + w.sweep(w.sweeper()); n != 0 {
			w.t.Fatalf("%d fired again, also after a restart", n)
		}
	})
}

func TestManySweepersFireEachOnce(t *testing.T) {
	wards(t, func(w *ward) {
		const n = 130
		for range n {
			w.begin("verify", "1h")
		}
		w.kit.Clock.Advance(time.Hour)
		var total atomic.Int64
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				fired, err := w.sweeper().Sweep(context.Background())
				if err != nil {
					w.t.Error(err)
				}
				total.Add(int64(fired))
			})
		}
		group.Wait()
		if total.Load() != n || len(w.fired) != n {
			w.t.Fatalf("%d fired, %d subjects", total.Load(), len(w.fired))
		}
		for id, times := range w.fired {
			if times != 1 {
				w.t.Errorf("%s fired %d times", id, times)
			}
		}
	})
}

func TestAStoppedOrReplacedDeadlineNeverFires(t *testing.T) {
	wards(t, func(w *ward) {
		kept, replaced, all := w.begin("verify", "1h"), w.begin("verify", "1h"), w.begin("verify", "1h")
		w.beginOn(all, "contact", "1h")
		w.do(func(ctx context.Context, tx *database.Tx) error {
			now := w.kit.Clock.Now()
			return errors.Join(Stop(ctx, tx, kept, "verify", now), StopAll(ctx, tx, all, now), Stop(ctx, tx, replaced, "other", now))
		})
		w.beginOn(replaced, "verify", "3h")
		w.kit.Clock.Advance(2 * time.Hour)
		if n := w.sweep(w.sweeper()); n != 0 {
			w.t.Fatalf("%d fired", n)
		}
		w.kit.Clock.Advance(time.Hour)
		if n := w.sweep(w.sweeper()); n != 1 || w.fired[replaced.ID] != 1 {
			w.t.Fatalf("the replacement fired %d times", n)
		}
	})
}

func TestOneBadRowNeitherFiresNorBlocks(t *testing.T) {
	wards(t, func(w *ward) {
		bad, good := w.begin("verify", "1h"), w.begin("verify", "1h")
		w.fails[bad.ID] = errors.New("the handler cannot")
		w.kit.Clock.Advance(time.Hour)
		s := w.sweeper()
		if n, err := s.Sweep(w.t.Context()); n != 1 || err == nil || w.fired[good.ID] != 1 {
			w.t.Fatalf("%d fired, err %v", n, err)
		}
		if n := w.sweep(s); n != 0 {
			w.t.Fatalf("the bad row was tried again at once: %d", n)
		}
		delete(w.fails, bad.ID)
		w.kit.Clock.Advance(retryAfter)
		if n := w.sweep(s); n != 1 || w.fired[bad.ID] != 1 {
			w.t.Fatalf("after the cause was gone: %d", n)
		}
	})
}

func TestARecheckedDeadlineComesBack(t *testing.T) {
	wards(t, func(w *ward) {
		s := w.begin("verify", "1h")
		w.kit.Clock.Advance(time.Hour)
		w.sweep(w.sweeper())
		w.do(func(ctx context.Context, tx *database.Tx) error {
			d, err := tx.Deadline.Query().Where(entdeadline.SubjectID(s.ID)).Only(ctx)
			if err != nil {
				return err
			}
			return Recheck(ctx, tx, d, w.kit.Clock.Now().Add(time.Hour))
		})
		w.kit.Clock.Advance(time.Hour)
		if n := w.sweep(w.sweeper()); n != 1 || w.fired[s.ID] != 2 {
			w.t.Fatalf("%d", n)
		}
	})
}

// days2027 knows one year more: New Year's Day is a holiday.
type days2027 struct{ days2026 }

func (d days2027) Workday(day time.Time) (bool, bool) {
	local := day.In(Zone)
	if local.Year() == 2027 {
		return weekday(local) && local.YearDay() != 1, true
	}
	return d.days2026.Workday(day)
}

func TestProvisionalDeadlinesSettleWhenTheYearIsKnown(t *testing.T) {
	wards(t, func(w *ward) {
		w.kit.Clock.Set(local("2026-12-31 10:00"))
		s := w.begin("verify", "1wd")
		read := func() (d *db.Deadline) {
			w.do(func(ctx context.Context, tx *database.Tx) (err error) {
				d, err = tx.Deadline.Query().Where(entdeadline.SubjectID(s.ID)).Only(ctx)
				return err
			})
			return d
		}
		if d := read(); !d.Provisional || !d.DueAt.Equal(local("2027-01-01 17:30")) {
			w.t.Fatalf("%+v", d)
		}
		if n, err := w.sweeper().Settle(w.t.Context()); n != 0 || err != nil {
			w.t.Fatalf("settled %d without knowing more, %v", n, err)
		}
		w.days = days2027{}
		if n, err := w.sweeper().Settle(w.t.Context()); n != 1 || err != nil || w.moved != 1 {
			w.t.Fatalf("settled %d, told %d, %v", n, w.moved, err)
		}
		d := read()
		if d.Provisional || !d.DueAt.Equal(local("2027-01-04 17:30")) || !d.FirstDueAt.Equal(local("2027-01-01 17:30")) {
			w.t.Fatalf("%+v", d)
		}
		w.kit.Clock.Set(local("2027-01-04 17:29"))
		if n := w.sweep(w.sweeper()); n != 0 {
			w.t.Fatal("fired at the old time")
		}
	})
}

func TestAPromiseMayBeShorterNeverLonger(t *testing.T) {
	wards(t, func(w *ward) {
		now := w.kit.Clock.Now()
		for _, c := range []struct{ ask, want time.Duration }{{3 * time.Hour, 3 * time.Hour}, {30 * time.Hour, 24 * time.Hour}} {
			w.do(func(ctx context.Context, tx *database.Tx) error {
				d, err := Begin(ctx, tx, NewCalendar(w.days, nil), Order{
					Subject: Subject{"thing", uuid.New()}, Clock: "handling", Span: MustSpan("24h"), From: now, NotAfter: now.Add(c.ask),
				})
				if err == nil && d.DueAt.Sub(now) != c.want {
					w.t.Errorf("asked for %s, due after %s", c.ask, d.DueAt.Sub(now))
				}
				return err
			})
		}
	})
}

func TestRunSweepsUntilItsContextEnds(t *testing.T) {
	w := &ward{t: t, kit: testkit.New(t, database.EngineSQLite), fired: map[uuid.UUID]int{}, rungs: map[uuid.UUID][]told{}, resumed: map[uuid.UUID]int{}, fails: map[uuid.UUID]error{}, days: days2026{}}
	s := w.begin("verify", "1h")
	w.kit.Clock.Advance(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.sweeper().Run(ctx, time.Millisecond)
	}()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		w.mu.Lock()
		fired := w.fired[s.ID]
		w.mu.Unlock()
		if fired == 1 {
			break
		}
	}
	cancel()
	<-done
	if w.fired[s.ID] != 1 {
		t.Fatalf("fired %d times", w.fired[s.ID])
	}
}
