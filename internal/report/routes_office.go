package report

import (
	"context"

	"github.com/google/uuid"

	"huying/internal/platform/web"
)

// mountOffice adds the actions of rows 3 to 7, 13 and 15.
func (s *Service) mountOffice(srv *web.Server) {
	bodied(s, srv, "reject", "不予受理（街镇人大提出，区市人大签批；检举控告由负责人决定）", s.rejectStep, nil)
	bodiless(s, srv, "appeal", "申请复核", s.appealStep)
	bodied(s, srv, "decide-appeal", "复核决定", s.decideAppealStep, nil)
	bodied(s, srv, "legal-route", "转法定程序（区市人大签批）", s.legalRouteStep, func(b LegalRouteBody) []uuid.UUID { return b.UploadIDs })
	s.mountSplit(srv)
	s.mountMerging(srv)
	s.mountFollowing(srv)
	web.Op(srv, actionRoute("comment", "内部备注，或反映人的补充说明"), func(ctx context.Context, in *bodiedInput[CommentBody]) (*viewOutput, error) {
		id, err := s.Comment(ctx, web.TenantOf(ctx), in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		return s.show(ctx, id)
	})
	bodiless(s, srv, "refer-up", "报区市人大", s.referUpStep)
	bodiless(s, srv, "dispatch-village", "交社区（村）先行处理", s.committeeStep)
}

// mountSplit adds row 7. Where the parts are is looked up before the
// transaction, as a submission's place is.
func (s *Service) mountSplit(srv *web.Server) {
	web.Op(srv, actionRoute("split", "拆分"), func(ctx context.Context, in *bodiedInput[SplitBody]) (*viewOutput, error) {
		id, err := s.Split(ctx, web.TenantOf(ctx), in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		return s.show(ctx, id)
	})
}

// mountMerging adds row 6, whose actions touch two reports and more.
func (s *Service) mountMerging(srv *web.Server) {
	web.Op(srv, actionRoute("merge", "合并：把本件并入另一件，或把几件并入本件"), func(ctx context.Context, in *bodiedInput[MergeBody]) (*viewOutput, error) {
		id, err := s.Merge(ctx, web.TenantOf(ctx), in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		return s.show(ctx, id)
	})
	web.Op(srv, actionRoute("unmerge", "取消合并"), func(ctx context.Context, in *bodilessInput[PlainBody]) (*viewOutput, error) {
		var body PlainBody
		if in.Body != nil {
			body = *in.Body
		}
		id, err := s.Unmerge(ctx, web.TenantOf(ctx), in.ID, body)
		if err != nil {
			return nil, err
		}
		return s.show(ctx, id)
	})
}

type followOutput struct{ Body FollowView }

// mountFollowing adds following, which needs no part in the report.
func (s *Service) mountFollowing(srv *web.Server) {
	for name, do := range map[string]func(context.Context, string, string) (FollowView, error){"follow": s.Follow, "unfollow": s.Unfollow} {
		summary := map[string]string{"follow": "我也遇到：关注一件公开的事项", "unfollow": "不再关注"}[name]
		route := actionRoute(name, summary)
		route.Body = web.NoBody
		web.Op(srv, route, func(ctx context.Context, in *RefInput) (*followOutput, error) {
			out, err := do(ctx, web.TenantOf(ctx), in.ID)
			return &followOutput{Body: out}, err
		})
	}
}
