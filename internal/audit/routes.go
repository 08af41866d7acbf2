package audit

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/audit", Permission: "audit.list", Tag: "审计",
		Summary: "审计记录，最新在前", Detail: "只有审计员可以查看；跨区市查看本身也会留痕。",
	}, s.list)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/audit/looks", Permission: "audit.list", Tag: "审计",
		Summary: "谁看过谁的信息：姓名电话、原始照片、证据包、跨区市查看、审计查阅", Detail: "只有操作的记录，没有内容。",
	}, s.getLooks)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/audit/looks/actors", Permission: "audit.list", Tag: "审计", Deadline: time.Minute,
		Summary: "每人查看的次数，异常的在前", Detail: "异常只是提示：明显多于他人、短时间集中、查看从未经手的事项、夜间查看。",
	}, s.getActors)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/audit/grants", Permission: "audit.list", Tag: "审计",
		Summary: "角色的授予和收回、密码重置，最新在前",
	}, s.getGrants)
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/audit/export", Permission: "audit.export", Tag: "审计", Deadline: time.Minute,
		Summary: "导出审计报表", Detail: "导出本身也会留痕。", Media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Query: map[string]string{"kind": "looks、grants 或 actors", "format": "xlsx 或 csv，默认 xlsx", "from": "不早于", "to": "早于，一次最多92天"},
	}, s.sendExport)
}

// sendExport answers with a report as a file that no cache keeps.
func (s *Service) sendExport(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var times [2]time.Time
	for i, name := range []string{"from", "to"} {
		text := c.Query(name)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fault.Invalid.New("时间格式不对", fault.Field{Name: name, Message: "应为 2026-11-22T00:00:00Z 这样的时间"})
		}
		times[i] = at
	}
	file, err := s.Export(ctx, web.TenantOf(ctx), c.Query("kind"), c.Query("format", "xlsx"), times[0], times[1])
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, file.Media)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+file.Name+`"`)
	return c.Send(file.Content)
}
