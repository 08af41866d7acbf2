package rights

import (
	"net/http"

	"huying/internal/platform/web"
)

const tag = "个人信息"

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	s.mountConsents(srv)
}

func (s *Service) mountConsents(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/consent-notices", Permission: "consent.notices", Tag: tag, Tenant: web.None,
		Summary: "收集和公开个人信息前的告知内容",
	}, s.getNotices)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me/consents", Permission: "consent.list", Tag: tag, Tenant: web.None,
		Summary: "本人同意和撤回的记录，最新在前",
	}, s.getConsents)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/me/consents", Permission: "consent.decide", Tag: tag, Tenant: web.None, Body: web.JSON,
		Summary: "同意或撤回一项用途",
		Detail:  "撤回立即生效：已公开的不再公开，办结事项的准确位置删除。不影响受理和办理，也不影响撤回前已做的事。",
	}, s.postConsent)
}
