package evidence

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// sweepEvery is the pause between two sweeps of all tenants.
const sweepEvery = 15 * time.Minute

// SweepArgs is the periodic job that sweeps every tenant.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "evidence_sweep" }

// RemoveCopiesArgs is the job that removes the public copies of a report whose photos were withdrawn.
type RemoveCopiesArgs struct {
	Tenant   string    `json:"tenant"`
	ReportID uuid.UUID `json:"report_id"`
}

// Kind names the job.
func (RemoveCopiesArgs) Kind() string { return "evidence_remove_copies" }

// SealArgs is the job that raises the retention of a report's originals to compliance, where the tenant wants that.
type SealArgs struct {
	Tenant   string    `json:"tenant"`
	ReportID uuid.UUID `json:"report_id"`
}

// Kind names the job.
func (SealArgs) Kind() string { return "evidence_seal" }

// StoredVersion is one version of one object of a tenant's evidence.
type StoredVersion struct {
	Key     string `json:"key"`
	Version string `json:"version"`
}

// RemoveVersionsArgs is the job that removes copies which newer ones replaced. It names them one by one: whatever is
// written beside them meanwhile is somebody else's.
type RemoveVersionsArgs struct {
	Tenant  string          `json:"tenant"`
	Objects []StoredVersion `json:"objects"`
}

// Kind names the job.
func (RemoveVersionsArgs) Kind() string { return "evidence_remove_versions" }

func (s *Service) registerJobs() {
	if s.Jobs == nil {
		return
	}
	jobs.Register(s.Jobs, &sweeper{service: s})
	jobs.Register(s.Jobs, river.WorkFunc(func(ctx context.Context, j *river.Job[RemoveCopiesArgs]) error {
		return s.removeCopies(ctx, j.Args.Tenant, j.Args.ReportID)
	}))
	jobs.Register(s.Jobs, river.WorkFunc(func(ctx context.Context, j *river.Job[SealArgs]) error {
		return s.seal(ctx, j.Args.Tenant, j.Args.ReportID)
	}))
	jobs.Register(s.Jobs, river.WorkFunc(func(ctx context.Context, j *river.Job[RemoveVersionsArgs]) error {
		return s.removeVersions(ctx, j.Args)
	}))
	if s.Tenants != nil {
		s.Jobs.Every(sweepEvery, func() river.JobArgs { return SweepArgs{} })
	}
}

// sweeper works the periodic job, which may take longer than other jobs.
type sweeper struct {
	river.WorkerDefaults[SweepArgs]
	service *Service
}

// Timeout is below the pause between two sweeps.
func (*sweeper) Timeout(*river.Job[SweepArgs]) time.Duration { return sweepEvery - time.Minute }

// Work sweeps all tenants.
func (w *sweeper) Work(ctx context.Context, _ *river.Job[SweepArgs]) error {
	return w.service.sweepAll(ctx)
}

// sweepAll goes on to the next tenant when one fails, and then reports all failures so that River tries again.
func (s *Service) sweepAll(ctx context.Context) error {
	tenants, err := s.Tenants(ctx)
	if err != nil {
		return fmt.Errorf("evidence: sweep: %w", err)
	}
	var failed []error
	for _, tenant := range tenants {
		done, err := s.Sweep(ctx, tenant)
		if err != nil {
			failed = append(failed, err)
		}
		if done != (SweepResult{}) {
			s.Log.InfoContext(ctx, "orphans swept", "tenant", tenant, "uploads", done.Uploads, "objects", done.Objects)
		}
	}
	return errors.Join(failed...)
}

func (s *Service) removeCopies(ctx context.Context, tenant string, reportID uuid.UUID) error {
	photos, err := s.photosOf(ctx, tenancy.As(ctx, tenant, "remove public copies"), reportID)
	if err != nil {
		return err
	}
	for _, p := range photos {
		if p.CopiesRemovedAt == nil {
			continue
		}
		// The copies of a companion stand in its own folder, not in that of the photo's upload.
		if p.MediumKey == "" {
			continue
		}
		if _, err := s.Store.RemoveAll(ctx, objects.Evidence, tenant, path.Dir(p.MediumKey)+"/"); err != nil {
			return fmt.Errorf("evidence: remove copies of %s: %w", p.ID, err)
		}
	}
	return nil
}

func (s *Service) removeVersions(ctx context.Context, in RemoveVersionsArgs) error {
	for _, o := range in.Objects {
		ref := objects.Ref{Area: objects.Evidence, Tenant: in.Tenant, Key: o.Key, Version: o.Version}
		if err := s.Store.Remove(ctx, ref); err != nil {
			return fmt.Errorf("evidence: remove replaced copy %s: %w", o.Key, err)
		}
	}
	return nil
}

// seal raises the lock of a report's originals to compliance, and then says so in their rows.
func (s *Service) seal(ctx context.Context, tenant string, reportID uuid.UUID) error {
	scope := tenancy.As(ctx, tenant, "seal originals")
	photos, err := s.photosOf(ctx, scope, reportID)
	if err != nil {
		return err
	}
	for _, p := range photos {
		if p.LockMode == Compliant || p.OriginalRemovedAt != nil {
			continue
		}
		ref := objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: p.OriginalKey, Version: p.OriginalVersion}
		keep := objects.Retention{Compliance: true, Until: s.lockEnd(tenant, p.CreatedAt)}
		if err := s.Store.Retain(ctx, ref, keep); err != nil {
			return fmt.Errorf("evidence: seal %s: %w", p.ID, err)
		}
		err := s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
			return tx.Photo.Update().Where(photo.ID(p.ID)).AddVersion(1).SetLockMode(Compliant).SetRetainUntil(keep.Until).
				SetUpdatedAt(s.Clock.Now()).Exec(ctx)
		})
		if err != nil {
			return fmt.Errorf("evidence: seal %s: %w", p.ID, err)
		}
	}
	return nil
}

func (s *Service) photosOf(ctx context.Context, scope tenancy.Scope, reportID uuid.UUID) ([]*db.Photo, error) {
	var rows []*db.Photo
	err := s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		var err error
		rows, err = tx.Photo.Query().Where(photo.SubjectKind(subjectReport), photo.SubjectID(reportID)).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: read photos: %w", err)
	}
	return rows, nil
}
