package partner

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// Mount adds the room's routes.
func (s *Room) Mount(srv *web.Server) {
	const tag = "合作系统"
	op := func(method, path, permission, summary string) web.Route {
		r := web.Route{Method: method, Path: path, Permission: permission, Tag: tag, Summary: summary}
		if method == http.MethodPost {
			r.Body = web.NoBody
		}
		return r
	}
	withBody := func(r web.Route, status int) web.Route {
		r.Body, r.Status = web.JSON, status
		return r
	}
	web.Op(srv, op(http.MethodGet, "/partners", "partner.list", "合作系统"), s.list)
	web.Op(srv, op(http.MethodGet, "/partners/{id}", "partner.list", "一个合作系统"), s.get)
	create := withBody(op(http.MethodPost, "/partners", "partner.create", "登记合作系统"), http.StatusCreated)
	create.Detail = "消息推送和工单系统的签名密钥只在这一次的答复里出现。"
	web.Op(srv, create, s.create)
	web.Op(srv, withBody(op(http.MethodPut, "/partners/{id}", "partner.update", "修改合作系统"), 0), s.update)
	web.Op(srv, op(http.MethodDelete, "/partners/{id}", "partner.delete", "停止与合作系统往来"), s.remove)
	web.Op(srv, op(http.MethodPost, "/partners/{id}/rotate-secret", "partner.rotate", "更换签名密钥，旧的再用一天"), s.rotate)
	web.Op(srv, op(http.MethodPost, "/partners/{id}/ping", "partner.ping", "发一条测试消息"), s.ping)
	web.Op(srv, op(http.MethodGet, "/partners/{id}/deliveries", "partner.deliveries", "消息推送记录，保留30天"), s.deliveries)
	web.Op(srv, op(http.MethodPost, "/partners/{id}/deliveries/{delivery_id}/replay", "partner.replay", "重发一条消息"), s.replayOne)
	web.Op(srv, withBody(op(http.MethodPost, "/partners/{id}/replay", "partner.replay", "重发一段时间以来未送达的消息"), 0), s.replaySince)
	web.Op(srv, op(http.MethodGet, "/partners/{id}/reconciliation", "partner.reconcile", "对账：双方不一致的事项"), s.reconcile)
	web.Op(srv, op(http.MethodPost, "/partners/{id}/links/{link_id}/retry", "partner.retry", "重新推送一件未送达的事项"), s.retry)
	web.Raw(srv, web.Route{
		Method: http.MethodPost, Path: "/work-orders/{id}", Permission: web.Public, Tag: tag, Summary: "合作系统发来工单消息",
		Detail: "请求头按 Standard Webhooks 签名；同一 id 重发不重复办理。", Body: web.JSON, Deadline: time.Minute, Answer: Ack{},
	}, s.takeOrder)
}

// takeOrder takes a work order over HTTP.
func (s *Room) takeOrder(c *fiber.Ctx) error {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return fault.Forbidden.New("合作系统、签名或时间不对")
	}
	ctx := c.UserContext()
	p, order, err := s.verified(ctx, web.TenantOf(ctx), id, func(name string) string { return c.Get(name) }, c.Body())
	if err != nil {
		return err
	}
	ack, err := s.Receive(ctx, p, order)
	if err != nil {
		return err
	}
	return c.JSON(ack)
}
