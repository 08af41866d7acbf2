package report

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entrating "huying/ent/db/rating"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/rating"
)

// Keep says how long an ended matter keeps its content, by how it ended.
type Keep struct {
	// Refused is for rejected and withdrawn ones, Closed for all others.
	Refused, Closed time.Duration
}

func (k Keep) of(state flow.State) time.Duration {
	if state == Rejected || state == Withdrawn {
		return k.Refused
	}
	return k.Closed
}

// Aged counts what retention did to reports, or would do.
type Aged struct {
	Reports, Photos int
	// OriginalsDue of these photos have no lock any more, OriginalsLocked still have.
	OriginalsDue, OriginalsLocked int
}

// retention is one run over one tenant's reports.
type retention struct {
	s      *Service
	tenant string
	keep   Keep
	dry    bool
	about  Subjects
	now    time.Time
	seen   map[uuid.UUID]bool
	done   Aged
}

// Retain anonymises what ended long enough ago, a whole thread at a time: while one report of a thread is live or too
// young, the others wait. Reports whose reporter erased the own data are due as soon as they end. A dry run counts
// exactly what the next real run does. It works in small transactions and may be killed and run again.
func (s *Service) Retain(ctx context.Context, tenant string, keep Keep, dry bool, about Subjects) (Aged, error) {
	r := &retention{s: s, tenant: tenant, keep: keep, dry: dry, about: about, now: s.Clock.Now(), seen: map[uuid.UUID]bool{}}
	for _, state := range endedStates() {
		if err := r.walk(ctx, state); err != nil {
			return r.done, fmt.Errorf("report: retention of %s: %w", tenant, err)
		}
	}
	return r.done, nil
}

// walk looks at the tenant's reports of one state, the oldest first, along the index made for it.
func (r *retention) walk(ctx context.Context, state entreport.State) error {
	cutoff := r.now.Add(-r.keep.of(flow.State(state)))
	var after *db.Report
	for {
		var rows []*db.Report
		err := r.s.DB.View(ctx, tenancy.Tenant(r.tenant), func(ctx context.Context, tx *database.Tx) (err error) {
			q := tx.Report.Query().Where(entreport.StateEQ(state), entreport.AnonymisedAtIsNil(), entreport.ClosedAtNotNil(),
				entreport.Or(entreport.ClosedAtLT(cutoff), entreport.DetachedAtNotNil()))
			if after != nil {
				q = q.Where(entreport.Or(entreport.ClosedAtGT(*after.ClosedAt),
					entreport.And(entreport.ClosedAt(*after.ClosedAt), entreport.IDGT(after.ID))))
			}
			rows, err = q.Order(entreport.ByClosedAt(), entreport.ByID()).Limit(ownBatch).All(ctx)
			return err
		})
		if err != nil {
			return err
		}
		for _, thread := range threadsOf(rows) {
			if r.seen[thread] {
				continue
			}
			if err := r.thread(ctx, thread); err != nil {
				return err
			}
		}
		if len(rows) < ownBatch {
			return nil
		}
		after = rows[len(rows)-1]
	}
}

// thread anonymises all reports of a thread when all of them are due.
func (r *retention) thread(ctx context.Context, thread uuid.UUID) error {
	rows, due, err := r.load(ctx, thread)
	if err != nil || !due {
		return err
	}
	r.seen[thread] = true
	if r.dry {
		return r.count(ctx, rows)
	}
	if err := r.s.clearElsewhere(ctx, r.tenant, rows, r.about); err != nil {
		return err
	}
	photos := 0
	err = r.s.retry(ctx, r.tenant, "anonymise by age", func(ctx context.Context, tx *database.Tx) error {
		photos = 0
		aliases := Aliases{}
		for _, row := range rows {
			rel, err := r.s.load(ctx, tx, row.ID.String(), true)
			if err != nil {
				return err
			}
			if rel.report.AnonymisedAt != nil || Live(rel.state()) {
				continue
			}
			n, err := r.s.anonymise(ctx, tx, rel.report, aliases)
			if err != nil {
				return err
			}
			photos += n
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.done.Reports, r.done.Photos = r.done.Reports+len(rows), r.done.Photos+photos
	return nil
}

// load reads a thread's reports that have content, and says whether all of them are due.
func (r *retention) load(ctx context.Context, thread uuid.UUID) (rows []*db.Report, due bool, err error) {
	err = r.s.DB.View(ctx, tenancy.Tenant(r.tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err = tx.Report.Query().Where(entreport.ThreadID(thread), entreport.AnonymisedAtIsNil()).Order(entreport.ByID()).All(ctx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			state := flow.State(row.State)
			if Live(state) || row.ClosedAt == nil {
				return nil
			}
			if row.ClosedAt.Before(r.now.Add(-r.keep.of(state))) {
				continue
			}
			erased, err := tx.ReportEvent.Query().Where(reportevent.ReportID(row.ID), reportevent.Action(actErased)).Exist(ctx)
			if err != nil || !erased {
				return err
			}
		}
		due = len(rows) > 0
		return nil
	})
	return rows, due, err
}

// count is what a dry run does instead.
func (r *retention) count(ctx context.Context, rows []*db.Report) error {
	ids := make([]uuid.UUID, len(rows))
	err := r.s.DB.View(ctx, tenancy.Tenant(r.tenant), func(ctx context.Context, tx *database.Tx) error {
		for i, row := range rows {
			ids[i] = row.ID
			photos, err := r.s.Evidence.List(ctx, tx, row.ID)
			if err != nil {
				return err
			}
			o := r.s.Evidence.Due(photos)
			r.done.Photos += len(photos)
			r.done.OriginalsDue, r.done.OriginalsLocked = r.done.OriginalsDue+o.Removed, r.done.OriginalsLocked+o.Kept
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.done.Reports += len(rows)
	return r.about(ctx, r.tenant, ids)
}

// Tally are the numbers of a tenant's reports that nothing here may change.
type Tally map[string]int

// Tallies counts reports by state, category, community and day, and sums ratings, for the proof that a run changed none.
func (s *Service) Tallies(ctx context.Context, tenant string) (Tally, error) {
	t := Tally{}
	after := uuid.Nil
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		for {
			rows, err := tx.Report.Query().Where(entreport.IDGT(after)).Order(entreport.ByID()).Limit(termBatch).All(ctx)
			if err != nil {
				return err
			}
			for _, r := range rows {
				after = r.ID
				t["state:"+string(r.State)]++
				t["category:"+r.Category]++
				t["community:"+community(r.DivisionCode)]++
				t["day:"+r.CreatedAt.UTC().Format(time.DateOnly)]++
				t["round"] += r.Round
			}
			if len(rows) < termBatch {
				break
			}
		}
		for mark := rating.Satisfied; mark <= rating.Unsatisfied; mark++ {
			n, err := tx.Rating.Query().Where(entrating.Result(mark)).Count(ctx)
			if err != nil {
				return err
			}
			t["rating:"+rating.Word(mark)] = n
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("report: tallies: %w", err)
	}
	return t, nil
}
