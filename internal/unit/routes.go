package unit

import (
	"context"
	"io"
	"net/http"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	const units = "承办单位"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/units", Permission: "unit.list", Tag: units, Summary: "承办单位目录",
	}, s.list)
	// Before {id}, which would take the word for an id.
	web.Template(srv, web.Route{
		Path: "/units/import-template", Permission: "unit.template", Tag: units, Summary: "下载承办单位导入模板",
	}, "units.xlsx", unitColumns())
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/units/{id}", Permission: "unit.read", Tag: units, Summary: "一个承办单位",
	}, s.get)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/units", Permission: "unit.create", Tag: units, Summary: "登记承办单位",
		Body: web.JSON, Status: http.StatusCreated, Idempotent: true,
	}, s.create)
	web.Op(srv, web.Route{
		Method: http.MethodPatch, Path: "/units/{id}", Permission: "unit.update", Tag: units, Summary: "修改承办单位",
		Body: web.JSON,
	}, s.update)
	web.Import(srv, web.Route{
		Path: "/units/import", Permission: "unit.import", Tag: units, Summary: "批量导入承办单位",
	}, func(ctx context.Context, file io.Reader, o sheet.Options) (sheet.Result, error) {
		return s.ImportUnits(ctx, web.TenantOf(ctx), file, o)
	})
	web.Import(srv, web.Route{
		Path: "/staff/import", Permission: "staff.import", Tag: units, Summary: "批量导入工作人员账号与角色",
	}, func(ctx context.Context, file io.Reader, o sheet.Options) (sheet.Result, error) {
		caller := auth.From(ctx)
		giver := authz.Holder{PersonID: caller.PersonID, Grants: caller.Grants}
		return s.ImportStaff(ctx, web.TenantOf(ctx), giver, file, o)
	})
	web.Template(srv, web.Route{
		Path: "/staff/import-template", Permission: "staff.template", Tag: units, Summary: "下载工作人员导入模板",
	}, "staff.xlsx", staffColumns(s.d.Index.Roles()))
	s.mountCatalogue(srv)
	s.mountTexts(srv)
}
