package oversight

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
)

// weeklyHour is the hour of a Monday, in the tenants' zone, from which the week before is told.
const weeklyHour = 8

// Digest is what one leader is told of a week.
type Digest struct {
	PersonID uuid.UUID
	Params   map[string]string
	// Once names the week, so that it is told once however often the job runs; OnceAt is its Monday.
	Once   string
	OnceAt time.Time
}

// WeeklyArgs is the job that tells leaders of the week before.
type WeeklyArgs struct{}

// Kind of the job.
func (WeeklyArgs) Kind() string { return "oversight_weekly" }

type weeklyWorker struct {
	river.WorkerDefaults[WeeklyArgs]
	s *Service
}

// Work tells every tenant's leaders on a Monday; on another day there is nothing to do.
func (w *weeklyWorker) Work(ctx context.Context, _ *river.Job[WeeklyArgs]) error {
	return w.s.Weekly(ctx)
}

// RegisterWeekly lets the queue look every hour whether a week is to be told.
func (s *Service) RegisterWeekly(q *jobs.Queue) {
	jobs.Register(q, &weeklyWorker{s: s})
	q.Every(time.Hour, func() river.JobArgs { return WeeklyArgs{} })
}

// Weekly tells the head of each district, and the city's leaders of all of them, what the week before was like. A week in
// which nothing was submitted is not told.
func (s *Service) Weekly(ctx context.Context) error {
	now := s.d.Clock.Now()
	monday := midnight(now)
	if monday.Weekday() != time.Monday || now.Before(monday.Add(weeklyHour*time.Hour)) {
		return nil
	}
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	week := span{monday.AddDate(0, 0, -7), monday}
	city, cityStock := Counts{}, Counts{}
	var failed []error
	for _, t := range dir.Tenants() {
		r := reach{dir: dir, tenants: []string{t.Code}}
		scope := tenancy.As(ctx, t.Code, "tell the week before")
		var period, ever Counts
		err := s.d.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) (err error) {
			if period, err = one(ctx, tx, r, Day, week.from(), week.to()); err != nil {
				return err
			}
			ever, err = one(ctx, tx, r, Ever, 0, 0)
			return err
		})
		if err != nil {
			failed = append(failed, err)
			continue
		}
		city.Add(period)
		cityStock.Add(ever)
		d, _ := dir.Division(t.Code)
		failed = append(failed, s.tellWeek(ctx, t.Code, d.Name, []string{"district_head"}, viewFigures(period, ever, 1), monday))
	}
	failed = append(failed, s.tellWeek(ctx, tenancy.CityTenant, "全市", []string{"city_supervisor", "city_leader"}, viewFigures(city, cityStock, 1), monday))
	return errors.Join(failed...)
}

// one sums a tenant's own cells.
func one(ctx context.Context, tx *database.Tx, r reach, grain Grain, from, to int) (Counts, error) {
	cells, err := read(ctx, tx, ask{tenants: r.tenants, grain: grain, divisions: r.tenants, categories: []string{""}, from: from, to: to})
	sum := Counts{}
	for _, c := range cells {
		sum.Add(c)
	}
	return sum, err
}

func (s *Service) tellWeek(ctx context.Context, tenant, name string, roles []string, f Figures, monday time.Time) error {
	if f.Submitted == 0 {
		return nil
	}
	late := 0
	for rung, n := range f.Rungs {
		if percent, err := strconv.Atoi(rung); err == nil && percent >= redRung {
			late += n
		}
	}
	params := map[string]string{
		"name": name, "submitted": strconv.Itoa(f.Submitted), "resolved": strconv.Itoa(f.Resolved), "unsatisfied": strconv.Itoa(f.Unsatisfied), "late": strconv.Itoa(late),
	}
	seen := map[uuid.UUID]bool{}
	for _, role := range roles {
		people, err := s.d.Roles(ctx, tenant, role)
		if err != nil {
			return fmt.Errorf("whom to tell of the week: %w", err)
		}
		for _, p := range people {
			seen[p] = true
		}
	}
	err := s.d.DB.Do(ctx, tenancy.As(ctx, tenant, "tell the week before"), func(ctx context.Context, tx *database.Tx) error {
		for p := range seen {
			d := Digest{PersonID: p, Params: params, Once: "week:" + tenant + monday.Format(":20060102"), OnceAt: monday}
			if err := s.d.Tell(ctx, tx, d); err != nil {
				return fmt.Errorf("digest: %w", err)
			}
		}
		return nil
	})
	// All were told in one transaction, so one that was told before says that all were.
	if database.IsUnique(err) {
		return nil
	}
	return err
}
