package audit

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/auditline"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// descending is newest first: ids are UUIDv7.
var descending = sql.OrderDesc()

// Filter narrows a list of lines; zero fields do not.
type Filter struct {
	ActorID     uuid.UUID
	Action      string
	SubjectKind string
	SubjectID   string
	From, To    time.Time
	// Before is the id of the last line of the page before; Limit is the page's size.
	Before uuid.UUID
	Limit  int
}

// List returns the tenant's lines, newest first, at most one more than f.Limit. A caller who holds
// nothing in that tenant reads it across tenants, which is recorded first.
func (s *Service) List(ctx context.Context, tenant string, f Filter) ([]*db.AuditLine, error) {
	scope := tenancy.Tenant(tenant)
	if c := auth.From(ctx); c != nil && crosses(c, tenant) {
		if err := s.CrossTenantRead(ctx, []string{tenant}, "audit"); err != nil {
			return nil, err
		}
		scope = tenancy.City([]string{tenant})
	}
	var lines []*db.AuditLine
	err := s.d.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		q := tx.AuditLine.Query().Order(auditline.ByID(descending)).Limit(f.Limit + 1)
		f.narrow(q)
		var err error
		lines, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("audit: list: %w", err)
	}
	return lines, nil
}

func (f Filter) narrow(q *db.AuditLineQuery) {
	if f.ActorID != uuid.Nil {
		q.Where(auditline.ActorID(f.ActorID))
	}
	if f.Action != "" {
		q.Where(auditline.Action(f.Action))
	}
	if f.SubjectKind != "" {
		q.Where(auditline.SubjectKind(f.SubjectKind))
	}
	if f.SubjectID != "" {
		q.Where(auditline.SubjectID(f.SubjectID))
	}
	if !f.From.IsZero() {
		q.Where(auditline.CreatedAtGTE(f.From))
	}
	if !f.To.IsZero() {
		q.Where(auditline.CreatedAtLT(f.To))
	}
	if f.Before != uuid.Nil {
		q.Where(auditline.IDLT(f.Before))
	}
}

// crosses says whether reading tenant leaves the tenants in which the caller holds a grant.
func crosses(c *auth.Caller, tenant string) bool {
	for _, g := range c.AllGrants {
		if g.Tenant == tenant {
			return false
		}
	}
	return true
}
