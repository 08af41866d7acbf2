package report

import (
	"context"
	"fmt"
	"net/http"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/classproposal"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// ClassView is a proposal that repeated reports are one matter (类案).
type ClassView struct {
	ID             uuid.UUID   `json:"id"`
	Category       string      `json:"category"`
	CategoryName   string      `json:"category_name"`
	DivisionCode   string      `json:"division_code"`
	DivisionName   string      `json:"division_name"`
	PlaceID        *uuid.UUID  `json:"place_id,omitempty"`
	Reason         string      `json:"reason"`
	Count          int         `json:"count" doc:"90日内反复的次数"`
	ReportIDs      []uuid.UUID `json:"report_ids"`
	State          string      `json:"state" doc:"proposed 待研究，taken 作为一类问题解决，dismissed 不作为一类"`
	DecisionReason string      `json:"decision_reason,omitempty"`
	DecidedAt      *time.Time  `json:"decided_at,omitempty"`
	CreatedAt      time.Time   `json:"created_at"`
	Version        int         `json:"version"`
}

type (
	classListInput struct {
		web.Paging
		State string `query:"state" enum:"proposed,taken,dismissed" doc:"不填为全部"`
	}
	classPageOutput  struct{ Body web.Page[ClassView] }
	classOutput      struct{ Body ClassView }
	classDecideInput struct {
		ID   uuid.UUID `path:"id"`
		Body ClassDecision
	}
)

// ClassDecision is the body of POST /class-proposals/{id}/decide.
type ClassDecision struct {
	Version  int    `json:"version,omitempty" minimum:"0" doc:"看到的版本；填了而此项已变化时返回 version_conflict"`
	Decision string `json:"decision" enum:"take,dismiss" doc:"作为一类问题解决，或不作为一类"`
	Reason   string `json:"reason" minLength:"2" maxLength:"300" doc:"理由"`
}

func (s *Service) mountClasses(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/class-proposals", Permission: "class-proposal.list", Tag: tag, Summary: "反复出现、建议归为一类的问题",
	}, s.listClasses)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/class-proposals/{id}/decide", Permission: "class-proposal.decide", Tag: tag,
		Summary: "决定是否归为一类", Body: web.JSON,
	}, s.decideClass)
}

// listClasses lists proposals, newest first.
func (s *Service) listClasses(ctx context.Context, in *classListInput) (*classPageOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &classPageOutput{}
	err = s.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.ClassProposal.Query().Order(classproposal.ByID(entsql.OrderDesc())).Limit(in.Limit + 1)
		if in.State != "" {
			q.Where(classproposal.StateEQ(classproposal.State(in.State)))
		}
		if start.ID != uuid.Nil {
			q.Where(classproposal.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("classes: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		views := make([]ClassView, len(rows))
		for i, row := range rows {
			views[i] = viewClass(row, dir)
		}
		out.Body = web.NewPage(views, next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// decideClass takes or dismisses a proposal, once. It answers NotFound,
// VersionConflict, or Conflict when it is decided already.
func (s *Service) decideClass(ctx context.Context, in *classDecideInput) (*classOutput, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &classOutput{}
	err = s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.ClassProposal.Query().Where(classproposal.ID(in.ID)).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这项建议")
		} else if err != nil {
			return fmt.Errorf("class: %w", err)
		}
		changed := fault.VersionConflict.New("这项建议刚刚有变化，请刷新后再决定").Fact("version", row.Version)
		if in.Body.Version != 0 && in.Body.Version != row.Version {
			return changed
		}
		if row.State != classproposal.StateProposed {
			return fault.Conflict.New("这项建议已有决定")
		}
		n, err := tx.ClassProposal.Update().Where(classproposal.ID(row.ID), classproposal.Version(row.Version)).
			SetState(map[string]classproposal.State{"take": classproposal.StateTaken, "dismiss": classproposal.StateDismissed}[in.Body.Decision]).
			SetDecidedBy(auth.From(ctx).PersonID).SetDecidedAt(s.Clock.Now()).SetDecisionReason(in.Body.Reason).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("decide class: %w", err)
		}
		if n == 0 {
			return changed
		}
		if row, err = tx.ClassProposal.Query().Where(classproposal.ID(row.ID)).Only(ctx); err != nil {
			return fmt.Errorf("class: %w", err)
		}
		out.Body = viewClass(row, dir)
		return audit.Write(ctx, tx, audit.Line{
			Action: "class." + in.Body.Decision, SubjectKind: "class_proposal", SubjectID: row.ID.String(), Reason: in.Body.Reason,
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func viewClass(row *db.ClassProposal, dir *division.Directory) ClassView {
	v := ClassView{
		ID: row.ID, Category: row.Category, CategoryName: row.Category, DivisionCode: row.DivisionCode,
		DivisionName: dir.FullName(row.DivisionCode), PlaceID: row.PlaceID, Reason: row.Reason, Count: row.Count,
		ReportIDs: row.ReportIds, State: string(row.State), DecisionReason: row.DecisionReason, DecidedAt: row.DecidedAt,
		CreatedAt: row.CreatedAt, Version: row.Version,
	}
	if c, ok := dir.Category(row.Category); ok {
		v.CategoryName = c.Name
	}
	return v
}
