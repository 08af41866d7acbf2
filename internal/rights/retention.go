package rights

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/retentionrun"
	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Days are a tenant's terms of keeping content.
type Days struct {
	Refused  int `json:"refused_days" doc:"不予受理、撤回的事项"`
	Closed   int `json:"closed_days" doc:"其他办结的事项"`
	Inbox    int `json:"inbox_days" doc:"站内消息"`
	Messages int `json:"message_days" doc:"短信记录"`
}

// Ages is what this room needs of those who keep what grows old.
type Ages interface {
	Days(ctx context.Context, tenant string) (Days, error)
	// Retain removes or anonymises what is due in a tenant; dry counts exactly what the next real run does.
	Retain(ctx context.Context, tenant string, days Days, dry bool) (Counts, error)
	// Tallies are the tenant's statistics, which a run may not change.
	Tallies(ctx context.Context, tenant string) (map[string]int, error)
}

// The night in which retention runs, local time.
const (
	nightFrom = 1
	nightTo   = 5
)

// Night runs the retention of every tenant that has not had it this night. One that fails does not keep the others.
func (s *Service) Night(ctx context.Context) error {
	local := s.now().In(deadline.Zone)
	if local.Hour() < nightFrom || local.Hour() >= nightTo {
		return nil
	}
	tenants, err := s.d.Tenants(ctx)
	if err != nil {
		return err
	}
	since := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	var failed []error
	for _, tenant := range tenants {
		ran, err := s.ranSince(ctx, tenant, since)
		if err == nil && !ran {
			_, err = s.Retain(ctx, tenant, false, uuid.Nil)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func (s *Service) ranSince(ctx context.Context, tenant string, since time.Time) (ran bool, err error) {
	err = s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		ran, err = tx.RetentionRun.Query().Where(retentionrun.Dry(false), retentionrun.AtGTE(since), retentionrun.Error("")).Exist(ctx)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("rights: retention runs: %w", err)
	}
	return ran, nil
}

// Retain runs one tenant's retention, or counts what it would do, and writes down the run. By is who asked; the nil id
// is the timer or the operator at the command line.
func (s *Service) Retain(ctx context.Context, tenant string, dry bool, by uuid.UUID) (Counts, error) {
	days, err := s.d.Ages.Days(ctx, tenant)
	if err != nil {
		return nil, err
	}
	counts, failure := s.d.Ages.Retain(ctx, tenant, days, dry)
	if counts == nil {
		counts = Counts{}
	}
	word := ""
	if failure != nil {
		word = "failed, see the log"
	}
	err = s.d.DB.Do(ctx, tenancy.As(ctx, tenant, "retention"), func(ctx context.Context, tx *database.Tx) error {
		c := tx.RetentionRun.Create().SetDry(dry).SetAt(s.now()).SetCounts(counts).SetError(word)
		if by != uuid.Nil {
			c.SetRunBy(by)
		}
		if err := c.Exec(ctx); err != nil || dry {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{
			Action: "retention.run", SubjectKind: "tenant", SubjectID: tenant, Facts: map[string]any{"counts": counts, "days": days},
		})
	})
	if err = errors.Join(failure, err); err != nil {
		return counts, fmt.Errorf("rights: retention of %s: %w", tenant, err)
	}
	return counts, nil
}

// ErrTallies means that a run changed a statistic, which must never be.
var ErrTallies = errors.New("rights: a retention run changed the statistics")

// RetainProven is Retain that compares the statistics before and after. Work that goes on meanwhile changes them too,
// so it is for a quiet hour.
func (s *Service) RetainProven(ctx context.Context, tenant string) (Counts, error) {
	before, err := s.d.Ages.Tallies(ctx, tenant)
	if err != nil {
		return nil, err
	}
	counts, err := s.Retain(ctx, tenant, false, uuid.Nil)
	if err != nil {
		return counts, err
	}
	after, err := s.d.Ages.Tallies(ctx, tenant)
	if err != nil {
		return counts, err
	}
	for k, n := range before {
		if after[k] != n {
			return counts, fmt.Errorf("%w: %s was %d and is %d", ErrTallies, k, n, after[k])
		}
	}
	return counts, nil
}

// Runs lists a tenant's newest runs, at most limit.
func (s *Service) Runs(ctx context.Context, tenant string, before uuid.UUID, limit int) (rows []*db.RetentionRun, err error) {
	err = s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		q := tx.RetentionRun.Query().Order(retentionrun.ByID(sql.OrderDesc())).Limit(limit)
		if before != uuid.Nil {
			q = q.Where(retentionrun.IDLT(before))
		}
		rows, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rights: retention runs: %w", err)
	}
	return rows, nil
}
