package report

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	entreport "huying/ent/db/report"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// hint tells who listens that the report changed: its reporter, and everybody whose worklist it may be in.
func (s *Service) hint(m *moment) {
	if s.Hints == nil {
		return
	}
	var people []uuid.UUID
	if m.report.DetachedAt == nil {
		people = append(people, m.report.ReporterID)
	}
	s.Hints.ReportChanged(m.tx, m.asker.tenant, m.report.ID, m.report.Version+1, people...)
}

// Readable gives those of the reports that the caller may read in the tenant.
func (s *Service) Readable(ctx context.Context, caller *auth.Caller, tenant string, ids []uuid.UUID) (out []uuid.UUID, err error) {
	who := asker{person: caller.PersonID, tenant: tenant, grants: caller.Grants}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Report.Query().Where(entreport.IDIn(ids...))
		for _, p := range s.visible(ctx, who, readPermission) {
			q.Where(p)
		}
		var err error
		out, err = q.IDs(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("readable: %w", err)
	}
	return out, nil
}
