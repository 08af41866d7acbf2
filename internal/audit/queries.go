package audit

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqljson"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/auditline"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
)

// descending is newest first: ids are UUIDv7.
var descending = sql.OrderDesc()

// Filter narrows a list of lines; zero fields do not.
type Filter struct {
	ActorID uuid.UUID
	Action  string
	// Actions, when given, are the only ones.
	Actions     []string
	SubjectKind string
	SubjectID   string
	// ReportID finds lines about a report, and those that name it among their facts.
	ReportID uuid.UUID
	From, To time.Time
	// Before is the id of the last line of the page before; Limit is the page's size.
	Before uuid.UUID
	Limit  int
}

// List returns the tenant's lines, newest first, at most one more than f.Limit. The look is recorded first: in the
// tenant, or in the city's when the caller holds nothing there.
func (s *Service) List(ctx context.Context, tenant string, f Filter) ([]*db.AuditLine, error) {
	return s.lines(ctx, tenant, "audit.read", "lines", f)
}

// Of returns the newest lines of one action on one subject, in the caller's own transaction: a room shows what was
// changed in it. Lines before the given id, or from the newest on.
func Of(ctx context.Context, tx *database.Tx, action, subjectID string, before uuid.UUID, limit int) ([]*db.AuditLine, error) {
	q := tx.AuditLine.Query().Order(auditline.ByID(descending)).Limit(limit)
	Filter{Action: action, SubjectID: subjectID, Before: before}.narrow(q)
	lines, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("audit: lines of %s: %w", action, err)
	}
	return lines, nil
}

func (s *Service) lines(ctx context.Context, tenant, action, what string, f Filter) ([]*db.AuditLine, error) {
	scope, err := s.open(ctx, tenant, action, what, f.facts())
	if err != nil {
		return nil, err
	}
	var lines []*db.AuditLine
	err = s.d.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
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

// facts are the filters as a line keeps them, under keys of their own: a question about a report is no look at it.
func (f Filter) facts() map[string]any {
	out := map[string]any{}
	for k, v := range map[string]string{"action": f.Action, "subject_kind": f.SubjectKind, "subject_id": f.SubjectID} {
		if v != "" {
			out[k] = v
		}
	}
	for k, v := range map[string]uuid.UUID{"asked_actor": f.ActorID, "asked_report": f.ReportID} {
		if v != uuid.Nil {
			out[k] = v.String()
		}
	}
	for k, v := range map[string]time.Time{"from": f.From, "to": f.To} {
		if !v.IsZero() {
			out[k] = v.UTC()
		}
	}
	return out
}

func (f Filter) narrow(q *db.AuditLineQuery) {
	if f.ActorID != uuid.Nil {
		q.Where(auditline.ActorID(f.ActorID))
	}
	if f.Action != "" {
		q.Where(auditline.Action(f.Action))
	}
	if len(f.Actions) > 0 {
		q.Where(auditline.ActionIn(f.Actions...))
	}
	if f.ReportID != uuid.Nil {
		id := f.ReportID.String()
		q.Where(auditline.Or(auditline.SubjectID(id), func(sel *sql.Selector) {
			sel.Where(sqljson.ValueEQ(auditline.FieldFacts, id, sqljson.Path("report_id")))
		}))
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
