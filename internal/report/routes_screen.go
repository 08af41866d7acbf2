package report

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"huying/internal/platform/web"
)

type (
	screenListInput struct {
		web.Paging
		State string `query:"state" enum:"waiting,passed,redacted,hidden" default:"waiting" doc:"等待、照原文、遮挡、不公开"`
	}
	screenListOutput struct{ Body web.Page[ScreenView] }
	screenInput      struct {
		ID   uuid.UUID `path:"id"`
		Body ScreenBody
	}
	screenOutput struct{ Body ScreenView }
)

// mountScreen mounts the screener's queue of texts.
func (s *Service) mountScreen(srv *web.Server) {
	const tag = "文字审核"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/screen-items", Permission: screenList, Tag: tag, Summary: "等待人工审核的文字",
		Detail: "命中敏感词或个人号码的文字，先到先审；本人回避的事项不在其中。",
	}, func(ctx context.Context, in *screenListInput) (*screenListOutput, error) {
		page, err := s.ScreenItems(ctx, web.TenantOf(ctx), in.State, in.Paging)
		if err != nil {
			return nil, err
		}
		return &screenListOutput{Body: page}, nil
	})
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/screen-items/{id}/decide", Permission: screenDecide, Tag: tag, Summary: "审核一段文字",
		Detail: "照原文公开、遮挡后公开（可改写）或不公开；承办人员始终看得到原文。", Body: web.JSON,
	}, func(ctx context.Context, in *screenInput) (*screenOutput, error) {
		v, err := s.Screen(ctx, web.TenantOf(ctx), in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		return &screenOutput{Body: v}, nil
	})
}
