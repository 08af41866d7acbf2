package report

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/web"
)

func (s *Service) mountExport(srv *web.Server) {
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/reports/export", Permission: exportPermission, Tag: tag, Deadline: time.Minute,
		Summary: "导出事项列表", Detail: fmt.Sprintf("筛选条件与列表相同，一次最多%d件；没有反映人的信息。导出留痕。", exportMax),
		Media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Query: map[string]string{
			"format": "xlsx 或 csv，默认 xlsx", "status": "一个或几个状态，逗号分开", "category": "问题类别", "division_code": "区划代码，含下级",
			"q": "关键词或受理编号", "overdue": "true：已超时限的", "assigned_to_me": "true：等我办理的", "sort": "due：按时限先后",
		},
	}, s.sendExport)
}

func (s *Service) sendExport(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f := ListInput{Status: c.Query("status"), Category: c.Query("category"), DivisionCode: c.Query("division_code"), Query: c.Query("q")}.filter()
	f.Overdue, f.AssignedToMe, f.ByClock = c.QueryBool("overdue"), c.QueryBool("assigned_to_me"), c.Query("sort") == "due"
	file, err := s.Export(ctx, web.TenantOf(ctx), f, c.Query("format", "xlsx"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, file.Media)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+file.Name+`"`)
	return c.Send(file.Content)
}
