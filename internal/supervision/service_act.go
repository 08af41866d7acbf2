package supervision

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/supervisionnotice"
	"huying/internal/deadline"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// act carries out one step of the caller on a notice of the request's tenant. fill checks the step and gives what only
// it knows. It answers NotFound, Forbidden, Conflict, VersionConflict, or what fill answers.
func (s *Service) act(ctx context.Context, id uuid.UUID, version int, action string, fill func(ctx context.Context, n *db.SupervisionNotice, st *step) error) (*oneOutput, error) {
	tenant := web.TenantOf(ctx)
	err := s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		if err := s.lock(ctx, tx, id); err != nil {
			return err
		}
		n, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		if !mayAct(ctx, n, action) {
			return fault.Forbidden.New("这一步不由您办理")
		}
		if version != 0 && version != n.Version {
			return fault.VersionConflict.New("这份通知刚刚有变化，请刷新后再操作").Fact("version", n.Version)
		}
		if _, err := Next(string(n.State), action); err != nil {
			return err
		}
		st := s.step(ctx, action, n)
		if fill != nil {
			if err := fill(ctx, n, &st); err != nil {
				return err
			}
		}
		return s.apply(ctx, tx, n, st)
	})
	if err != nil {
		return nil, err
	}
	out := &oneOutput{}
	out.Body, err = s.view(ctx, tenant, id)
	return out, err
}

// one is a notice of the transaction's tenant that the caller may see.
func one(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.SupervisionNotice, error) {
	q := tx.SupervisionNotice.Query().Where(supervisionnotice.ID(id))
	for _, p := range seen(ctx) {
		q.Where(p)
	}
	n, err := q.Only(ctx)
	if db.IsNotFound(err) {
		return nil, notFound()
	}
	if err != nil {
		return nil, fmt.Errorf("supervision notice: %w", err)
	}
	return n, nil
}

// mayAct says whether the caller is of the side whose action it is, in the part that the permission of the request gives.
func mayAct(ctx context.Context, n *db.SupervisionNotice, action string) bool {
	a, _ := actOf(action)
	return mine(authz.AccessFrom(ctx), n, a.side)
}

func mine(access authz.Access, n *db.SupervisionNotice, side Side) bool {
	switch {
	case side == From:
		return n.TenantID == n.FromTenant && access.Reaches(authz.ScopeTenant)
	case side == Timer || n.TenantID != n.ToTenant:
		return false
	case n.UnitID == nil:
		return access.Reaches(authz.ScopeTenant)
	}
	return slices.Contains(access.UnitIDs(), *n.UnitID)
}

func (s *Service) sign(ctx context.Context, in *versionInput) (*oneOutput, error) {
	return s.act(ctx, in.ID, in.Body.Version, Sign, func(ctx context.Context, n *db.SupervisionNotice, st *step) error {
		if n.DraftedBy == auth.From(ctx).PersonID {
			return fault.Forbidden.New("拟写的人不能自己签发")
		}
		due, err := s.dueIn(ctx, n.ToTenant, n.Days, st.At)
		st.DueAt = &due
		return err
	})
}

func (s *Service) refuse(ctx context.Context, in *reasonInput) (*oneOutput, error) {
	return s.act(ctx, in.ID, in.Body.Version, Refuse, func(ctx context.Context, n *db.SupervisionNotice, st *step) error {
		st.Text = strings.TrimSpace(in.Body.Reason)
		if n.DraftedBy == auth.From(ctx).PersonID {
			return fault.Forbidden.New("拟写的人不能自己决定")
		}
		return nil
	})
}

func (s *Service) answer(ctx context.Context, in *answerInput) (*oneOutput, error) {
	return s.act(ctx, in.ID, in.Body.Version, Answer, func(_ context.Context, n *db.SupervisionNotice, st *step) error {
		if wrong := checkAnswer(n.Asks, in.Body.Answers); len(wrong) > 0 {
			return fault.Invalid.New("答复不完整", wrong...)
		}
		if len([]rune(strings.Join(in.Body.Answers, ""))) > 8000 {
			return invalid("answers", "合计最多8000字")
		}
		st.Data["answers"] = in.Body.Answers
		return nil
	})
}

// sendBack begins a new round with a clock of its own. That the earlier answer was late stays on the notice.
func (s *Service) sendBack(ctx context.Context, in *reasonInput) (*oneOutput, error) {
	return s.act(ctx, in.ID, in.Body.Version, SendBack, func(ctx context.Context, n *db.SupervisionNotice, st *step) error {
		st.Text = strings.TrimSpace(in.Body.Reason)
		due, err := s.dueIn(ctx, n.ToTenant, n.Days, st.At)
		st.DueAt = &due
		return err
	})
}

func (s *Service) accept(ctx context.Context, in *acceptInput) (*oneOutput, error) {
	return s.act(ctx, in.ID, in.Body.Version, Accept, func(_ context.Context, _ *db.SupervisionNotice, st *step) error {
		st.Text, st.Result = strings.TrimSpace(in.Body.Note), strings.TrimSpace(in.Body.Result)
		return nil
	})
}

func (s *Service) progress(ctx context.Context, in *progressInput) (*oneOutput, error) {
	return s.act(ctx, in.ID, 0, Progress, func(_ context.Context, _ *db.SupervisionNotice, st *step) error {
		st.Text = strings.TrimSpace(in.Body.Text)
		return nil
	})
}

func (s *Service) hearing(ctx context.Context, in *sessionInput) (*oneOutput, error) {
	return s.session(ctx, in, Hearing)
}

func (s *Service) inspection(ctx context.Context, in *sessionInput) (*oneOutput, error) {
	return s.session(ctx, in, Inspection)
}

// session calls a hearing or an inspection, or records one that was held.
func (s *Service) session(ctx context.Context, in *sessionInput, action string) (*oneOutput, error) {
	b := in.Body
	return s.act(ctx, in.ID, 0, action, func(_ context.Context, _ *db.SupervisionNotice, st *step) error {
		if wrong := checkSession(b, st.At); len(wrong) > 0 {
			return fault.Invalid.New("有内容需要修改", wrong...)
		}
		st.Text = strings.TrimSpace(b.Findings)
		st.Data["stage"], st.Data["place"], st.Data["participants"] = b.Stage, b.Place, b.Participants
		st.Data["held_at"], st.Data["when"] = b.At.UTC(), b.At.In(deadline.Zone).Format("1月2日15:04")
		return nil
	})
}
