package report

import (
	"context"

	"huying/internal/platform/web"
)

// mountRedact mounts the one action that makes new photos before it acts.
func (s *Service) mountRedact(srv *web.Server) {
	route := actionRoute("redact", "遮挡照片的一部分")
	route.Detail = "公开版重新制作并盖掉所选部分，旧的公开版从存储中删除；原件不变。"
	web.Op(srv, route, func(ctx context.Context, in *bodiedInput[RedactBody]) (*viewOutput, error) {
		id, err := s.redact(ctx, web.TenantOf(ctx), in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		return s.show(ctx, id)
	})
}
