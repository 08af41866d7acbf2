package station

import (
	"net/http"

	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	const tag = "联络站"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/stations", Permission: "station.list", Tag: tag, Summary: "查找联络站",
		Detail: "给出位置则由近到远，一页为止。",
	}, s.list)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/stations/{id}", Permission: "station.read", Tag: tag, Summary: "一个联络站",
	}, s.get)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/stations", Permission: "station.create", Tag: tag, Summary: "登记联络站",
		Body: web.JSON, Status: http.StatusCreated, Idempotent: true,
	}, s.create)
	web.Op(srv, web.Route{
		Method: http.MethodPatch, Path: "/stations/{id}", Permission: "station.update", Tag: tag, Summary: "修改联络站资料",
		Body: web.JSON,
	}, s.update)
}
