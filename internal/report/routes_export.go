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
			"q": "关键词或受理编号", "sort": "due：按时限先后", "rung": "承办时限已催办到百分之几及以上",
			"overdue": "true：已超时限的", "assigned_to_me": "true：等我办理的", "to_sign": "true：等我签批的", "to_call": "true：等待电话回访的",
			"paused": "true：暂停计时的", "disputed": "true：退单正在裁定的", "supervised": "true：有督办函等待说明的",
		},
	}, s.sendExport)
}

func (s *Service) sendExport(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f := ListInput{Status: c.Query("status"), Category: c.Query("category"), DivisionCode: c.Query("division_code"), Query: c.Query("q")}.filter()
	f.Overdue, f.AssignedToMe, f.ByClock = c.QueryBool("overdue"), c.QueryBool("assigned_to_me"), c.Query("sort") == "due"
	f.ToSign, f.ToCall, f.Paused, f.Disputed, f.Supervised = c.QueryBool("to_sign"), c.QueryBool("to_call"), c.QueryBool("paused"), c.QueryBool("disputed"), c.QueryBool("supervised")
	f.Rung = c.QueryInt("rung")
	file, err := s.Export(ctx, web.TenantOf(ctx), f, c.Query("format", "xlsx"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, file.Media)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+file.Name+`"`)
	return c.Send(file.Content)
}
