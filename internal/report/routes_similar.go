package report

import (
	"context"
	"net/http"
	"time"

	"huying/internal/platform/web"
)

const (
	similarAsk  = "report.similar"
	similarList = "report.similar-list"
)

type (
	similarInput  struct{ Body SimilarAsk }
	similarOutput struct{ Body SimilarAnswer }
	mergeOutput   struct{ Body web.Page[MergeCandidate] }
)

// mountSimilar mounts looking for near-duplicates, before sending and for offices.
func (s *Service) mountSimilar(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/reports/similar", Permission: similarAsk, Tag: tag, Summary: "提交前：附近有没有人反映过同一件事",
		Detail: "只比对，不保存。别人不公开的反映只给件数。", Body: web.JSON, Deadline: time.Minute,
	}, func(ctx context.Context, in *similarInput) (*similarOutput, error) {
		a, err := s.Similar(ctx, web.TenantOf(ctx), in.Body)
		return &similarOutput{Body: a}, err
	})
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/reports/{id}/similar", Permission: similarList, Tag: tag, Summary: "可能是同一件事的事项，供合并",
	}, func(ctx context.Context, in *RefInput) (*mergeOutput, error) {
		found, err := s.SimilarTo(ctx, web.TenantOf(ctx), in.ID)
		return &mergeOutput{Body: web.NewPage(found, "")}, err
	})
}
