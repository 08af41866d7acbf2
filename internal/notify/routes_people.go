package notify

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/web"
)

// mountPreferences mounts how a person wants to be told.
func (s *Service) mountPreferences(srv *web.Server) {
	const tag = "消息"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me/notice-preferences", Permission: "notice.preferences", Tag: tag, Tenant: web.None,
		Summary: "本人的提醒设置",
	}, s.getPreferences)
	web.Op(srv, web.Route{
		Method: http.MethodPut, Path: "/me/notice-preferences", Permission: "notice.prefer", Tag: tag, Tenant: web.None, Body: web.JSON,
		Summary: "修改本人的提醒设置", Detail: "没有写的项按常用设置。类别见答复里的 groups，kept 为 true 的不能关闭。",
	}, s.putPreferences)
}

// mountMessages mounts what those who watch over sending need.
func (s *Service) mountMessages(srv *web.Server) {
	const tag = "短信"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/sms-messages", Permission: "sms.list", Tag: tag,
		Summary: "短信发送情况，最新在前", Detail: "只有模板和隐去中间四位的手机号，没有短信内容。",
	}, s.messages)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/notice-templates", Permission: "tenant.settings", Tag: tag,
		Summary: "全部提醒的文字，哪些可以不发短信", Detail: "不发短信的在区市设置的 sms_off 里指定。",
	}, listTemplates)
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/sms-templates", Permission: "sms.list", Tag: tag, Media: "text/csv", Tenant: web.Optional,
		Summary: "全部短信模板（CSV），用于向运营商报备",
	}, func(c *fiber.Ctx) error {
		table, err := TemplatesCSV()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="huying-sms-templates.csv"`)
		return c.Send(table)
	})
}
