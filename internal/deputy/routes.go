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
