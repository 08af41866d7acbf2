package desk

import (
	"net/http"

	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	const tag = "工作台"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me/desk", Permission: "desk.read", Tag: tag, Summary: "本人的工作台：保存的筛选、显示的列、常用语",
	}, s.get)
	web.Op(srv, web.Route{
		Method: http.MethodPut, Path: "/me/desk", Permission: "desk.save", Tag: tag, Summary: "保存本人的工作台",
		Detail: "整个替换；带回读到的 version，别的窗口先改过则 409。", Body: web.JSON,
	}, s.put)
}
