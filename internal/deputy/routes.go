package deputy

import (
	"context"
	"io"
	"net/http"

	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	const deputies, recusals = "代表", "回避"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/deputies", Permission: "deputy.list", Tag: deputies, Summary: "查找代表",
		Detail: "给出位置、区划、小区、联络站或问题类别时，按选区、距离、专业和在办件数推荐并说明理由；否则列出全部。",
	}, s.list)
	// Before {id}, which would take the word for an id.
	web.Template(srv, web.Route{
		Path: "/deputies/import-template", Permission: "deputy.template", Tag: deputies, Summary: "下载代表导入模板",
	}, "deputies.xlsx", columns())
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/deputies/{id}", Permission: "deputy.read", Tag: deputies, Summary: "一名代表的公开资料",
	}, s.get)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/deputies", Permission: "deputy.create", Tag: deputies, Summary: "登记代表",
		Body: web.JSON, Status: http.StatusCreated, Idempotent: true,
	}, s.create)
	web.Op(srv, web.Route{
		Method: http.MethodPatch, Path: "/deputies/{id}", Permission: "deputy.update", Tag: deputies, Summary: "修改代表资料",
		Body: web.JSON,
	}, s.update)
	web.Import(srv, web.Route{
		Path: "/deputies/import", Permission: "deputy.import", Tag: deputies, Summary: "批量导入代表",
	}, func(ctx context.Context, file io.Reader, o sheet.Options) (sheet.Result, error) {
		return s.Import(ctx, web.TenantOf(ctx), file, o)
	})

	s.mountAbsence(srv)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/recusals", Permission: "recusal.list", Tag: recusals, Summary: "回避登记",
	}, s.recusals)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/recusals", Permission: "recusal.create", Tag: recusals, Summary: "登记回避",
		Body: web.JSON, Status: http.StatusCreated, Idempotent: true,
	}, s.recuse)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/recusals/{id}", Permission: "recusal.delete", Tag: recusals, Summary: "撤销回避登记",
	}, s.endRecusal)
}

// mountAbsence mounts leave and the end of a term, each with its dry run.
func (s *Service) mountAbsence(srv *web.Server) {
	const deputies, congresses = "代表", "人大届次"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/deputies/{id}/held", Permission: "deputy.held", Tag: deputies,
		Summary: "一名代表手上的事项", Detail: "请假或离任时将要移交的事项；只预览，不改变什么。",
	}, s.held)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/deputies/{id}/leave", Permission: "deputy.leave", Tag: deputies,
		Summary: "登记代表请假", Detail: "请假期间不再推荐新事项，手上的事项请接手的代表或街镇人大负责。", Body: web.JSON,
	}, s.leave)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/deputies/{id}/leave", Permission: "deputy.leave", Tag: deputies, Summary: "销假",
	}, s.endLeave)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/congresses", Permission: "congress.list", Tag: congresses, Summary: "各级人大届次",
	}, s.congresses)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/congresses/{id}/closing", Permission: "congress.list", Tag: congresses,
		Summary: "预览换届", Detail: "届满后谁不再有代表资格，手上哪些事项将移交；只预览，不改变什么。",
	}, s.closing)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/congresses/{id}/close", Permission: "congress.close", Tag: congresses,
		Summary: "确认届满", Body: web.JSON,
	}, s.closeTerm)
}
