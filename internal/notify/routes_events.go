package notify

import (
	"bufio"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/auth"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

const eventsDetail = "text/event-stream，用 fetch 读取，令牌放在 Authorization 里，不放在网址里。" +
	"事件 hint 只有 {kind, tenant, id, version}：kind 为 notice（本人的新消息）或 report（本人看得到的事项有变化）；内容另行查询。" +
	"事件 resync 表示可能漏了，请重新查询列表；bye 表示连接到时或服务停止，请带着新令牌和 Last-Event-ID 重连。每20秒一次心跳。"

// mountEvents mounts the stream of hints.
func (s *Service) mountEvents(srv *web.Server) {
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/events", Permission: "notice.listen", Tag: "消息", Tenant: web.Optional,
		Summary: "即时提示：有新消息，或工作列表里的事项有变化", Detail: eventsDetail, Media: "text/event-stream",
		Deadline: streamLife + time.Minute,
	}, s.serveEvents)
}

func (s *Service) serveEvents(c *fiber.Ctx) error {
	ctx := c.UserContext()
	caller := auth.From(ctx)
	if caller == nil {
		return fault.Unauthenticated.New("请登录后再操作")
	}
	version, serves, err := s.sessionOf(ctx, caller)
	if err != nil {
		return err
	}
	if !serves {
		return fault.Unauthenticated.New("登录已失效，请重新登录")
	}
	l, missed, ok := s.hub.join(caller, c.Get("Last-Event-ID"))
	if !ok {
		return fault.TooMany.New("打开的页面太多，请关闭一些再试").After(time.Minute)
	}
	conn := c.Context().Conn()
	extend := func() {
		//nolint:forbidigo // a deadline of the connection, no time of the product
		if err := conn.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
			s.d.Log.DebugContext(ctx, "a stream's connection is gone", "err", err)
		}
	}
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetConnectionClose()
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		st := stream{s: s, l: l, w: w, extend: extend, version: version}
		st.run(ctx, missed)
	})
	return nil
}
