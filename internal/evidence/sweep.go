package evidence

import (
	"context"
	"fmt"
	"time"

	"huying/ent/db"
	"huying/ent/db/upload"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

const (
	// sweepGrace is longer than any request that began before an upload expired.
	sweepGrace = 10 * time.Minute
	// sweepBatch bounds one round; the next comes soon.
	sweepBatch = 500
)

// SweepResult counts what a sweep removed.
type SweepResult struct {
	Uploads int // rows
	Objects int // versions in the store
}

// Sweep removes a tenant's uploads that nobody attached in time, with their objects, and whatever is older than that
// in staging. It may be killed anywhere and run again: rows go last.
func (s *Service) Sweep(ctx context.Context, tenant string) (SweepResult, error) {
	var done SweepResult
	scope := tenancy.As(ctx, tenant, "evidence sweep")
	rows, err := s.expire(ctx, scope)
	if err != nil {
		return done, err
	}
	for _, row := range rows {
		n, err := s.removeObjects(ctx, row)
		done.Objects += n
		if err != nil {
			return done, err
		}
		if err := s.forget(ctx, scope, row); err != nil {
			return done, err
		}
		done.Uploads++
	}
	n, err := s.emptyStaging(ctx, tenant)
	done.Objects += n
	return done, err
}

// expire marks what is due, so that no transaction can attach it any more, and returns all that is marked.
func (s *Service) expire(ctx context.Context, scope tenancy.Scope) ([]*db.Upload, error) {
	var rows []*db.Upload
	due := s.Clock.Now().Add(-sweepGrace)
	err := s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Upload.Update().Where(upload.StateIn(upload.StateTicketed, upload.StateVerified, upload.StateRejected),
			upload.ExpiresAtLT(due)).AddVersion(1).SetState(upload.StateExpired).SetUpdatedAt(s.Clock.Now()).Save(ctx)
		if err != nil {
			return err
		}
		rows, err = tx.Upload.Query().Where(upload.StateEQ(upload.StateExpired)).Order(upload.ByID()).Limit(sweepBatch).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: sweep: %w", err)
	}
	return rows, nil
}

func (s *Service) removeObjects(ctx context.Context, row *db.Upload) (int, error) {
	staged, err := s.Store.RemoveAll(ctx, objects.Staging, row.TenantID, "uploads/"+row.ID.String()+"/")
	if err != nil {
		return staged, fmt.Errorf("evidence: sweep %s: %w", row.ID, err)
	}
	kept, err := s.Store.RemoveAll(ctx, objects.Evidence, row.TenantID, folder(row.ID))
	if err != nil {
		return staged + kept, fmt.Errorf("evidence: sweep %s: %w", row.ID, err)
	}
	return staged + kept, nil
}

func (s *Service) forget(ctx context.Context, scope tenancy.Scope, row *db.Upload) error {
	err := s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Upload.Delete().Where(upload.ID(row.ID), upload.StateEQ(upload.StateExpired)).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("evidence: sweep: %w", err)
	}
	return nil
}

// emptyStaging removes by age alone: nothing in staging is of use longer than an upload may wait.
func (s *Service) emptyStaging(ctx context.Context, tenant string) (int, error) {
	old := s.Clock.Now().Add(-s.OrphanAge - sweepGrace)
	var stale []objects.Ref
	err := s.Store.Versions(ctx, objects.Staging, tenant, "", func(v objects.Stored) error {
		if v.Modified.Before(old) {
			stale = append(stale, v.Ref)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("evidence: sweep staging: %w", err)
	}
	for i, ref := range stale {
		if err := s.Store.Remove(ctx, ref); err != nil {
			return i, fmt.Errorf("evidence: sweep staging: %w", err)
		}
	}
	return len(stale), nil
}
