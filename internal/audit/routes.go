package audit

import (
	"net/http"

	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/audit", Permission: "audit.list", Tag: "审计",
		Summary: "审计记录，最新在前", Detail: "只有审计员可以查看；跨区市查看本身也会留痕。",
	}, s.list)
}
