package supervision

import (
	"net/http"

	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	const tag = "督办通知"
	act := func(action, permission, summary string) web.Route {
		return web.Route{
			Method: http.MethodPost, Path: "/supervision-notices/{id}/" + action, Permission: permission, Tag: tag, Summary: summary, Body: web.JSON,
		}
	}
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/supervision-notices", Permission: listPermission, Tag: tag, Summary: "督办通知",
		Detail: "人大看本级发出和收到的，单位看致本单位的。",
	}, s.list)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/supervision-notices/{id}", Permission: listPermission, Tag: tag, Summary: "一份督办通知和它的全部经过",
	}, s.get)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/supervision-notices", Permission: "supervision-notice.draft", Tag: tag, Summary: "拟写致单位的督办通知",
		Detail: "由另一名签发人签发后生效。", Body: web.JSON, Status: http.StatusCreated, Idempotent: true,
	}, s.draft)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/city-supervision-notices", Permission: "supervision-notice.issue", Tag: tag, Summary: "市人大签发督办通知",
		Detail: "致区市人大，或致市级单位；每个去向一份。", Body: web.JSON, Status: http.StatusCreated, Idempotent: true,
	}, s.issue)
	web.Op(srv, act("sign", "supervision-notice.sign", "签发"), s.sign)
	web.Op(srv, act("refuse", "supervision-notice.sign", "不签发"), s.refuse)
	web.Op(srv, act("answer", "supervision-notice.answer", "逐项答复"), s.answer)
	web.Op(srv, act("send-back", "supervision-notice.judge", "退回重答"), s.sendBack)
	web.Op(srv, act("accept", "supervision-notice.judge", "认可答复并办结"), s.accept)
	web.Op(srv, act("progress", "supervision-notice.progress", "报告进展"), s.progress)
	web.Op(srv, act("hearing", "supervision-notice.session", "通知或记录听证会"), s.hearing)
	web.Op(srv, act("inspection", "supervision-notice.session", "通知或记录现场检查"), s.inspection)
}
