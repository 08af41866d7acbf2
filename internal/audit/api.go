package audit

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/web"
)

type listInput struct {
	web.Paging
	ActorID     uuid.UUID `query:"actor_id" format:"uuid" doc:"只看此人的操作"`
	Action      string    `query:"action" maxLength:"60" doc:"只看此类操作，例如 report.reveal"`
	SubjectKind string    `query:"subject_kind" maxLength:"30" doc:"对象种类，例如 report"`
	SubjectID   string    `query:"subject_id" maxLength:"64" doc:"对象编号"`
	From        time.Time `query:"from" doc:"不早于"`
	To          time.Time `query:"to" doc:"早于"`
}

type listOutput struct {
	Body web.Page[lineView]
}

// lineView is one line on the wire.
type lineView struct {
	ID          uuid.UUID      `json:"id"`
	At          time.Time      `json:"at"`
	ActorID     *uuid.UUID     `json:"actor_id,omitempty"`
	ActorKind   string         `json:"actor_kind"`
	ActorRole   string         `json:"actor_role"`
	ActorTenant string         `json:"actor_tenant,omitempty"`
	Address     string         `json:"address,omitempty"`
	RequestID   string         `json:"request_id,omitempty"`
	Action      string         `json:"action"`
	SubjectKind string         `json:"subject_kind,omitempty"`
	SubjectID   string         `json:"subject_id,omitempty"`
	Reason      string         `json:"reason,omitempty"`
	Facts       map[string]any `json:"facts,omitempty"`
}

func viewLine(l *db.AuditLine) lineView {
	return lineView{
		ID: l.ID, At: l.CreatedAt.UTC(), ActorID: l.ActorID, ActorKind: l.ActorKind, ActorRole: l.ActorRole, ActorTenant: l.ActorTenant,
		Address: l.Address, RequestID: l.RequestID, Action: l.Action, SubjectKind: l.SubjectKind, SubjectID: l.SubjectID,
		Reason: l.Reason, Facts: l.Facts,
	}
}

func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	return s.page(ctx, "lines", Filter{
		ActorID: in.ActorID, Action: in.Action, SubjectKind: in.SubjectKind, SubjectID: in.SubjectID,
		From: in.From, To: in.To, Before: start.ID, Limit: in.Limit,
	})
}

// page answers one page of lines.
func (s *Service) page(ctx context.Context, what string, f Filter) (*listOutput, error) {
	lines, err := s.lines(ctx, web.TenantOf(ctx), "audit.read", what, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(lines) > f.Limit {
		lines = lines[:f.Limit]
		next = web.EncodeCursor(web.Cursor{ID: lines[f.Limit-1].ID})
	}
	items := make([]lineView, len(lines))
	for i, l := range lines {
		items[i] = viewLine(l)
	}
	return &listOutput{Body: web.NewPage(items, next)}, nil
}
