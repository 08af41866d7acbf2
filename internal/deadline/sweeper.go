package deadline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

const (
	// sweepBatch bounds how many due rows one tenant's look takes.
	sweepBatch = 100
	// retryAfter is how long a row whose handler failed is left alone, so that
	// one bad row never keeps others waiting.
	retryAfter = time.Minute
	// settleEvery is how often provisional rows are compared with the calendar.
	settleEvery = 6 * time.Hour
)

// Handler acts on what happened to a deadline. It runs in the transaction that
// marks the row: both happen or neither. The row is as it is now, but for
// FiredAt, which is nil the first time its due time is told.
type Handler func(ctx context.Context, tx *database.Tx, d *db.Deadline) error

// Lock locks the subject's own row, where the engine can. Actions lock the
// subject before its deadlines; taking the locks in the same order here keeps
// an action and the sweeper from waiting for each other.
type Lock func(ctx context.Context, tx *database.Tx, subject uuid.UUID) error

// Moved is told that a provisional deadline became firm at another time.
type Moved func(ctx context.Context, tx *database.Tx, d *db.Deadline, was time.Time) error

// Duty is what a room does about the deadlines of one kind of subject. All but
// Missed may be nil.
type Duty struct {
	Lock Lock
	// Missed is told when the due time has come, and again after a Recheck.
	Missed Handler
	// Rung is told of every other rung of the ladder, in d.Rung.
	Rung Handler
	// Resumed is told when a pause ended by itself.
	Resumed Handler
	Moved   Moved
}

// Sweeper fires the rungs of deadlines and ends their pauses. Any number of
// processes may run one: a row is claimed inside the transaction that handles
// it, one rung at a time, so that after a long sleep every rung is told once
// and in order, and a clock set back tells nothing twice.
type Sweeper struct {
	db       *database.DB
	clock    clock.Clock
	log      *slog.Logger
	tenants  func(context.Context) ([]string, error)
	calendar func(ctx context.Context, tenant string) (*Calendar, error)
	duties   map[string]Duty
	hold     sync.Mutex
}

// SweeperDeps are what a sweeper needs. Tenants lists every tenant, the city's
// own included when it has clocks.
type SweeperDeps struct {
	DB       *database.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Tenants  func(context.Context) ([]string, error)
	Calendar func(ctx context.Context, tenant string) (*Calendar, error)
}

// NewSweeper makes a sweeper without handlers.
func NewSweeper(d SweeperDeps) *Sweeper {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	return &Sweeper{
		db: d.DB, clock: d.Clock, log: d.Log, tenants: d.Tenants, calendar: d.Calendar,
		duties: map[string]Duty{},
	}
}

// Handle registers what to do for one kind of subject, before Run.
func (s *Sweeper) Handle(subjectKind string, d Duty) { s.duties[subjectKind] = d }

// Hold keeps Run of this sweeper from sweeping until release is called, and waits for a sweep under way to end first.
// A demo holds its own while it acts a play whose clock is behind.
func (s *Sweeper) Hold() (release func()) {
	s.hold.Lock()
	return s.hold.Unlock
}

func (s *Sweeper) unheld(ctx context.Context) (int, error) {
	defer s.Hold()()
	return s.Sweep(ctx)
}

// Run sweeps every interval (at most 30 s) until ctx ends. Errors are logged;
// the next pass tries again.
func (s *Sweeper) Run(ctx context.Context, every time.Duration) {
	if every <= 0 || every > 30*time.Second {
		every = 30 * time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	var settled time.Time
	for {
		if _, err := s.unheld(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "deadline sweep failed", "err", err)
		}
		if now := s.clock.Now(); now.Sub(settled) >= settleEvery {
			if _, err := s.Settle(ctx); err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "settling provisional deadlines failed", "err", err)
			} else {
				settled = now
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep fires everything that is due now in every tenant and says how many
// rows it fired. One tenant's failure does not stop the others.
func (s *Sweeper) Sweep(ctx context.Context) (int, error) {
	return s.each(ctx, s.sweepTenant)
}

// Settle recomputes the provisional deadlines the calendar has since learnt
// about and says how many became firm.
func (s *Sweeper) Settle(ctx context.Context) (int, error) {
	return s.each(ctx, s.settleTenant)
}

func (s *Sweeper) each(ctx context.Context, work func(context.Context, string) (int, error)) (int, error) {
	tenants, err := s.tenants(ctx)
	if err != nil {
		return 0, fmt.Errorf("tenants of the sweep: %w", err)
	}
	total, failed := 0, []error(nil)
	for _, tenant := range tenants {
		n, err := work(ctx, tenant)
		total += n
		if err != nil {
			failed = append(failed, fmt.Errorf("tenant %s: %w", tenant, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return total, errors.Join(failed...)
}

func (s *Sweeper) sweepTenant(ctx context.Context, tenant string) (int, error) {
	fired, failed := 0, []error(nil)
	for progress := true; progress && ctx.Err() == nil; {
		progress = false
		due, err := s.due(ctx, tenant)
		if err != nil {
			return fired, errors.Join(append(failed, err)...)
		}
		if len(due) == 0 {
			break
		}
		cal, err := s.calendar(ctx, tenant)
		if err != nil {
			return fired, errors.Join(append(failed, fmt.Errorf("calendar: %w", err))...)
		}
		for _, row := range due {
			done, err := s.fire(ctx, tenant, cal, row)
			if err != nil {
				failed = append(failed, err, s.postpone(ctx, tenant, row.ID))
				continue
			}
			if done {
				fired++
				progress = true
			}
		}
	}
	return fired, errors.Join(failed...)
}

func (s *Sweeper) due(ctx context.Context, tenant string) (rows []*db.Deadline, err error) {
	err = s.db.View(ctx, tenancy.As(ctx, tenant, "deadline sweep"), func(ctx context.Context, tx *database.Tx) error {
		rows, err = tx.Deadline.Query().Where(entdeadline.NextCheckAtLTE(s.clock.Now())).
			Order(entdeadline.ByNextCheckAt()).Limit(sweepBatch).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("due deadlines: %w", err)
	}
	return rows, nil
}

// fire claims one row and handles it. Another process that holds the row makes
// it invisible here (SKIP LOCKED); one that was faster leaves it no longer due.
func (s *Sweeper) fire(ctx context.Context, tenant string, cal *Calendar, seen *db.Deadline) (done bool, err error) {
	duty, known := s.duties[seen.SubjectKind]
	if !known {
		return false, fmt.Errorf("deadline %s: no duty for %q", seen.ID, seen.SubjectKind)
	}
	err = s.db.Do(ctx, tenancy.As(ctx, tenant, "deadline missed"), func(ctx context.Context, tx *database.Tx) error {
		if duty.Lock != nil {
			if err := duty.Lock(ctx, tx, seen.SubjectID); err != nil {
				return err
			}
		}
		row, err := s.claim(ctx, tx, seen.ID)
		if row == nil || err != nil {
			return err
		}
		handle, err := s.turn(ctx, tx, cal, duty, row)
		if handle == nil || err != nil {
			return err
		}
		done = true
		if err := handle(ctx, tx, row); err != nil {
			return fmt.Errorf("handle %s: %w", row.Kind, err)
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("deadline %s: %w", seen.ID, err)
	}
	return done, nil
}

// claim reads a due row for this transaction; nil when it is no longer due or
// another holds it.
func (s *Sweeper) claim(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.Deadline, error) {
	query := tx.Deadline.Query().Where(entdeadline.ID(id), entdeadline.NextCheckAtLTE(s.clock.Now()))
	if tx.Engine() == database.EnginePostgres {
		query = query.ForUpdate(entsql.WithLockAction(entsql.SkipLocked))
	}
	row, err := query.Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	return row, nil
}

// turn marks what happens to a claimed row now and says who is told; nil when
// it was looked at too early and is put right.
func (s *Sweeper) turn(ctx context.Context, tx *database.Tx, cal *Calendar, duty Duty, d *db.Deadline) (Handler, error) {
	now := s.clock.Now()
	if d.PausedAt != nil {
		if _, err := resume(ctx, tx, cal, d, now); err != nil {
			return nil, err
		}
		return orNobody(duty.Resumed), nil
	}
	rung := ladderOf(d).next(d.Rung)
	switch {
	case rung == 0:
		_, err := at(tx, d).SetFiredAt(now).ClearNextCheckAt().Save(ctx)
		return duty.Missed, err
	case cal.RungAt(d, rung).After(now):
		_, err := lookNext(at(tx, d), cal, d).Save(ctx)
		return nil, err
	}
	d.Rung = rung
	change, handler := at(tx, d).SetRung(rung), orNobody(duty.Rung)
	if rung == 100 {
		change.SetFiredAt(now)
		handler = duty.Missed
	}
	if _, err := lookNext(change, cal, d).Save(ctx); err != nil {
		return nil, fmt.Errorf("mark rung: %w", err)
	}
	d.Version++
	return handler, nil
}

func orNobody(h Handler) Handler {
	if h == nil {
		return func(context.Context, *database.Tx, *db.Deadline) error { return nil }
	}
	return h
}

func (s *Sweeper) postpone(ctx context.Context, tenant string, id uuid.UUID) error {
	return s.db.Do(ctx, tenancy.As(ctx, tenant, "deadline retry"), func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Deadline.Update().Where(entdeadline.ID(id), entdeadline.NextCheckAtNotNil()).
			SetNextCheckAt(s.clock.Now().Add(retryAfter)).AddVersion(1).Save(ctx)
		return err
	})
}

func (s *Sweeper) settleTenant(ctx context.Context, tenant string) (int, error) {
	cal, err := s.calendar(ctx, tenant)
	if err != nil {
		return 0, fmt.Errorf("calendar: %w", err)
	}
	settled := 0
	err = s.db.Do(ctx, tenancy.As(ctx, tenant, "settle provisional deadlines"), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Deadline.Query().
			Where(entdeadline.Provisional(true), entdeadline.StoppedAtIsNil(), entdeadline.FiredAtIsNil(), entdeadline.PausedAtIsNil()).All(ctx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			due, provisional := cal.Add(row.StartedAt, Span{N: row.Amount, Unit: Unit(row.Unit)})
			if provisional {
				continue
			}
			was := row.DueAt
			row.DueAt = due
			n, err := lookNext(at(tx, row), cal, row).SetDueAt(due).SetProvisional(false).Save(ctx)
			if err != nil {
				return err
			}
			settled += n
			if moved := s.duties[row.SubjectKind].Moved; moved != nil && n == 1 && !due.Equal(was) {
				if err := moved(ctx, tx, row, was); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return settled, err
}
