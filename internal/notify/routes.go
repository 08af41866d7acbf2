package notify

import (
	"net/http"

	"huying/internal/platform/web"
)

// Mount mounts the room's routes; the outbox only in demo mode.
func (s *Service) Mount(srv *web.Server) {
	const tag = "消息"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/notices", Permission: "notice.list", Tag: tag, Tenant: web.None,
		Summary: "本人的消息，最新在前",
	}, s.inbox)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/notices/unread", Permission: "notice.list", Tag: tag, Tenant: web.None,
		Summary: "本人未读消息的条数",
	}, s.unread)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/notices/{id}/read", Permission: "notice.read", Tag: tag, Tenant: web.None, Body: web.NoBody,
		Summary: "把一条消息标为已读", Status: http.StatusNoContent,
	}, s.read)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/notices/read", Permission: "notice.read", Tag: tag, Tenant: web.None, Body: web.NoBody,
		Summary: "把本人全部消息标为已读", Status: http.StatusNoContent,
	}, s.readAll)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/notices/reports", Permission: "notice.list", Tag: tag, Tenant: web.None,
		Summary: "本人的消息，按事项归并", Detail: "从最新的1000条消息里归并，最近有消息的在前。",
	}, s.threads)
	s.mountPreferences(srv)
	s.mountMessages(srv)
	s.mountGateway(srv)
	s.mountEvents(srv)
	if !s.d.Demo {
		return
	}
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/dev/outbox", Permission: web.Public, Tag: "演示", Tenant: web.None,
		Summary: "演示模式：本应发出的短信，最新在前", Detail: "只在演示模式开放；登录验证码从这里读取。",
	}, s.outbox)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/dev/sms-answers", Permission: web.Public, Tag: "演示", Tenant: web.None, Body: web.JSON,
		Summary: "演示模式：以某个手机号回复短信", Detail: "只在演示模式开放；例如回复 1、2、3 评价。",
	}, s.devAnswer)
}
