package unit

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
)

// mountCatalogue mounts the routes of the dispatch catalogue.
func (s *Service) mountCatalogue(srv *web.Server) {
	const catalogue = "派单目录"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/dispatch-rules", Permission: "dispatch-rule.list", Tag: catalogue, Summary: "派单目录",
	}, s.rules)
	web.Op(srv, web.Route{
		Method: http.MethodPut, Path: "/dispatch-rules", Permission: "dispatch-rule.save", Tag: catalogue, Summary: "增改派单目录中的一条",
		Detail: "同一类别、区划、来源和单位只有一条；再次提交则替换。", Body: web.JSON,
	}, s.saveRule)
	web.Template(srv, web.Route{
		Path: "/dispatch-rules/import-template", Permission: "dispatch-rule.template", Tag: catalogue, Summary: "下载派单目录导入模板",
	}, "dispatch-rules.xlsx", ruleColumns())
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/dispatch-rules/export", Permission: "dispatch-rule.export", Tag: catalogue, Summary: "导出派单目录",
		Detail: "XLSX，列与导入模板相同，可改后再导入。", Media: web.TableType,
	}, s.sendRules)
	web.Import(srv, web.Route{
		Path: "/dispatch-rules/import", Permission: "dispatch-rule.import", Tag: catalogue, Summary: "批量导入派单目录",
	}, func(ctx context.Context, file io.Reader, o sheet.Options) (sheet.Result, error) {
		return s.ImportRules(ctx, web.TenantOf(ctx), file, o)
	})
	web.Op(srv, web.Route{
		Method: http.MethodPatch, Path: "/dispatch-rules/{id}", Permission: "dispatch-rule.change", Tag: catalogue,
		Summary: "修改或停用派单目录中的一条", Body: web.JSON,
	}, s.changeRule)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/dispatch-rules/{id}", Permission: "dispatch-rule.delete", Tag: catalogue, Summary: "删除派单目录中的一条",
	}, s.deleteRule)
}

// sendRules answers the export as a file.
func (s *Service) sendRules(c *fiber.Ctx) error {
	var b bytes.Buffer
	if err := s.ExportRules(c.UserContext(), web.TenantOf(c.UserContext()), &b); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, web.TableType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="dispatch-rules.xlsx"`)
	return c.Send(b.Bytes())
}
