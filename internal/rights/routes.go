package rights

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

const tag = "个人信息"

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	s.mountConsents(srv)
	s.mountRequests(srv)
	s.mountRetention(srv)
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

func (s *Service) mountRequests(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/me/data-export", Permission: "rights.copy", Tag: tag, Tenant: web.None, Body: web.JSON,
		Status: http.StatusAccepted, Summary: "申请本人信息的副本",
		Detail: "做好后7天内可下载，是一个ZIP文件。没有二次验证的登录须带短信验证码 code（先请求 /auth/sms-codes）。",
	}, s.postCopy)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me/data-requests", Permission: "rights.list", Tag: tag, Tenant: web.None,
		Summary: "本人的副本和注销申请，最新在前",
	}, s.getRequests)
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/me/data-requests/{id}/file", Permission: "rights.copy-read", Tag: tag, Tenant: web.None,
		Summary: "下载做好的副本", Media: "application/zip", Deadline: copyTime,
	}, s.sendCopy)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me/looks", Permission: "rights.looks", Tag: tag, Tenant: web.None,
		Summary: "谁看过我的姓名电话和原始照片，最新在前", Detail: "显示岗位、时间和理由，不显示工作人员姓名。",
	}, s.getLooks)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me/erasure/preview", Permission: "rights.list", Tag: tag, Tenant: web.None,
		Summary: "注销前看清楚：会删除什么，依法保留什么", Deadline: time.Minute,
	}, s.getPreview)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/me/erasure", Permission: "rights.erase", Tag: tag, Tenant: web.None, Body: web.JSON,
		Status: http.StatusAccepted, Summary: "注销账号并删除本人信息",
		Detail: "7天后执行，其间可以撤销。有工作角色的账号须先由授予单位收回角色。",
	}, s.postErasure)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/me/erasure", Permission: "rights.erase", Tag: tag, Tenant: web.None,
		Status: http.StatusNoContent, Summary: "撤销注销申请",
	}, s.deleteErasure)
}

func (s *Service) mountRetention(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/retention/plan", Permission: "retention.list", Tag: tag,
		Summary: "保留期限，以及下一次清理将清除多少", Detail: "只计数，不清除；与随后真正执行的数目相同。", Deadline: time.Minute,
	}, s.getPlan)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/retention/runs", Permission: "retention.list", Tag: tag,
		Summary: "历次清理的记录，最新在前",
	}, s.getRuns)
}

// sendCopy streams the caller's own copy; no cache keeps it.
func (s *Service) sendCopy(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return fault.NotFound.New("没有这个申请")
	}
	object, err := s.OpenCopy(ctx, auth.From(ctx).PersonID, id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="huying-`+id.String()+`.zip"`)
	c.Context().Response.SetBodyStream(object, int(object.Size))
	return nil
}
