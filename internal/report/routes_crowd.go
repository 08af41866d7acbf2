package report

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"huying/internal/platform/web"
)

type (
	crowdInput struct {
		web.Paging
		Unseen bool `query:"unseen" doc:"只看还没有人查看的"`
	}
	crowdOutput struct{ Body web.Page[CrowdView] }
	seenInput   struct {
		ID   uuid.UUID `path:"id"`
		Body *SeenBody
	}
	seenOutput struct{ Body CrowdView }
)

// mountCrowd mounts the alerts about places many people are angry about.
func (s *Service) mountCrowd(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/crowd-alerts", Permission: crowdList, Tag: tag, Summary: "多人集中反映的地点",
		Detail: "时间窗和人数由本区市设置，默认72小时内10人；同一地点在一个时间窗内只提醒一次。",
	}, func(ctx context.Context, in *crowdInput) (*crowdOutput, error) {
		page, err := s.CrowdAlerts(ctx, web.TenantOf(ctx), in.Unseen, in.Paging)
		return &crowdOutput{Body: page}, err
	})
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/crowd-alerts/{id}/seen", Permission: crowdSeen, Tag: tag, Summary: "已查看集中反映提醒", Body: web.JSON,
	}, func(ctx context.Context, in *seenInput) (*seenOutput, error) {
		var b SeenBody
		if in.Body != nil {
			b = *in.Body
		}
		v, err := s.SeeCrowd(ctx, web.TenantOf(ctx), in.ID, b)
		return &seenOutput{Body: v}, err
	})
}
