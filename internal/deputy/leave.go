package deputy

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	rowdeputy "huying/ent/db/deputy"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// longestLeave bounds a leave: who is away longer gives up taking reports.
const longestLeave = 366 * 24 * time.Hour

// HeldView is one report that the deputy leaves behind, by number only.
type HeldView struct {
	ReportID uuid.UUID `json:"report_id"`
	Number   string    `json:"number" doc:"受理编号"`
	State    string    `json:"state"`
	Part     string    `json:"part" doc:"lead 牵头，joined 共同跟进，offered 等待接单"`
}

// LeaveView is a deputy's leave and what is handed over because of it.
type LeaveView struct {
	DeputyID     uuid.UUID  `json:"deputy_id"`
	From         *time.Time `json:"from,omitempty"`
	Until        *time.Time `json:"until,omitempty"`
	SubstituteID *uuid.UUID `json:"substitute_id,omitempty" doc:"请假期间接手的代表；没有则由街镇人大负责"`
	KeepCases    bool       `json:"keep_cases" doc:"会期：不再推荐新的，手上的仍由本人办"`
	Held         []HeldView `json:"held" doc:"将要移交的事项；会期中是仍由本人办的"`
	Version      int        `json:"version"`
}

type (
	leaveInput struct {
		ID   uuid.UUID `path:"id"`
		Body LeaveBody
	}
	deputyInput struct {
		ID uuid.UUID `path:"id"`
	}
	leaveOutput struct{ Body LeaveView }
)

// LeaveBody is the body of POST /deputies/{id}/leave.
type LeaveBody struct {
	Version      int        `json:"version,omitempty" minimum:"0" doc:"看到的版本；填了而资料已变化时返回 version_conflict"`
	From         *time.Time `json:"from,omitempty" doc:"从何时起；不填为现在"`
	Until        time.Time  `json:"until" doc:"到何时"`
	SubstituteID *uuid.UUID `json:"substitute_id,omitempty" doc:"请假期间请哪位代表接手"`
	KeepCases    bool       `json:"keep_cases,omitempty" doc:"会期：开会期间不推荐新的，手上的仍由本人办，不移交"`
	Reason       string     `json:"reason" minLength:"2" maxLength:"300" doc:"原因；不公开"`
}

// leave records a leave: nothing is offered meanwhile, and what is open is
// handed over by a job. It answers NotFound, Forbidden, Invalid or VersionConflict.
func (s *Service) leave(ctx context.Context, in *leaveInput) (*leaveOutput, error) {
	b, now := in.Body, s.d.Clock.Now()
	from := now
	if b.From != nil {
		from = *b.From
	}
	switch {
	case !b.Until.After(from) || !b.Until.After(now):
		return nil, fault.Invalid.New("请假时间有误", fault.Field{Name: "until", Message: "应晚于开始时间和现在"})
	case b.Until.Sub(from) > longestLeave:
		return nil, fault.Invalid.New("请假时间有误", fault.Field{Name: "until", Message: "一次请假不超过一年；长期不接单请改“是否接单”"})
	case b.KeepCases && b.SubstituteID != nil:
		return nil, fault.Invalid.New("接手的代表有误", fault.Field{Name: "substitute_id", Message: "会期中手上的仍由本人办，不用请人接手"})
	}
	return s.setLeave(ctx, in.ID, b.Version, "deputy.leave", b.Reason, func(ctx context.Context, tx *database.Tx, u *db.DeputyUpdate) error {
		u.SetLeaveFrom(from.UTC()).SetLeaveUntil(b.Until.UTC())
		if b.KeepCases {
			u.SetLeaveSubstituteID(in.ID)
			return nil
		}
		if b.SubstituteID == nil {
			u.ClearLeaveSubstituteID()
			return nil
		}
		wrong := ""
		if *b.SubstituteID == in.ID {
			wrong = "不能是本人"
		} else if away, err := s.Away(ctx, tx, *b.SubstituteID); err != nil {
			return err
		} else if away != "" {
			wrong = "这位代表" + away + "，请另选一位"
		}
		if wrong != "" {
			return fault.Invalid.New("接手的代表有误", fault.Field{Name: "substitute_id", Message: wrong})
		}
		u.SetLeaveSubstituteID(*b.SubstituteID)
		return nil
	})
}

// endLeave ends a leave early; what was handed over stays where it is.
func (s *Service) endLeave(ctx context.Context, in *deputyInput) (*leaveOutput, error) {
	return s.setLeave(ctx, in.ID, 0, "deputy.leave-end", "", func(_ context.Context, _ *database.Tx, u *db.DeputyUpdate) error {
		u.ClearLeaveFrom().ClearLeaveUntil().ClearLeaveSubstituteID()
		return nil
	})
}

func (s *Service) setLeave(ctx context.Context, id uuid.UUID, version int, action, reason string,
	set func(context.Context, *database.Tx, *db.DeputyUpdate) error,
) (*leaveOutput, error) {
	tenant, out := web.TenantOf(ctx), &leaveOutput{}
	err := s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		row, err := s.within(ctx, tx, id)
		if err != nil {
			return err
		}
		changed := fault.VersionConflict.New("资料已被他人修改，请刷新后再改").Fact("version", row.Version)
		if version != 0 && version != row.Version {
			return changed
		}
		u := tx.Deputy.Update().Where(rowdeputy.ID(id), rowdeputy.Version(row.Version)).AddVersion(1)
		if err := set(ctx, tx, u); err != nil {
			return err
		}
		if n, err := u.Save(ctx); err != nil {
			return fmt.Errorf("leave: %w", err)
		} else if n == 0 {
			return changed
		}
		if err := audit.Write(ctx, tx, audit.Line{Action: action, SubjectKind: "deputy", SubjectID: id.String(), Reason: reason}); err != nil {
			return err
		}
		if err := s.handOverSoon(ctx, tx, tenant); err != nil {
			return err
		}
		out.Body, err = s.viewLeave(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// held is the dry run: what would be handed over if this deputy left now.
func (s *Service) held(ctx context.Context, in *deputyInput) (*leaveOutput, error) {
	out := &leaveOutput{}
	err := s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		if _, err := s.within(ctx, tx, in.ID); err != nil {
			return err
		}
		var err error
		out.Body, err = s.viewLeave(ctx, tx, in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// within finds a deputy the caller may act for: oneself, one of the own street,
// or any of the tenant. Others are answered like unknown ones.
func (s *Service) within(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.Deputy, error) {
	row, err := tx.Deputy.Query().Where(rowdeputy.ID(id), rowdeputy.DeletedAtIsNil()).Only(ctx)
	if err != nil && !db.IsNotFound(err) {
		return nil, fmt.Errorf("deputy: %w", err)
	}
	if err != nil || !authz.AccessFrom(ctx).Covers(authz.Row{Division: row.HomeDivision, Holder: row.PersonID == auth.From(ctx).PersonID}) {
		return nil, fault.NotFound.New("没有这名代表")
	}
	return row, nil
}

func (s *Service) viewLeave(ctx context.Context, tx *database.Tx, id uuid.UUID) (LeaveView, error) {
	row, err := tx.Deputy.Query().Where(rowdeputy.ID(id)).Only(ctx)
	if err != nil {
		return LeaveView{}, fmt.Errorf("deputy: %w", err)
	}
	v := LeaveView{
		DeputyID: id, From: row.LeaveFrom, Until: row.LeaveUntil, SubstituteID: row.LeaveSubstituteID, KeepCases: keepsCases(row), Held: []HeldView{}, Version: row.Version,
	}
	if v.KeepCases {
		v.SubstituteID = nil
	}
	held, err := s.heldBy(ctx, tx, id)
	for _, h := range held {
		v.Held = append(v.Held, HeldView{ReportID: h.ReportID, Number: h.Number, State: h.State, Part: h.Part})
	}
	return v, err
}
