package report

import (
	"context"
	"net/http"

	"huying/ent/db/reporttransfer"
	"huying/internal/platform/web"
)

// mountTransfers mounts row 40: the request on the report, and the answers on
// the transfer, each in its own tenant.
func (s *Service) mountTransfers(srv *web.Server) {
	const tag = "跨区移交"
	bodied(s, srv, "transfer", "提出跨区移交", s.transferStep, nil)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/transfers", Permission: "transfer.list", Tag: tag, Summary: "跨区移交列表",
		Detail: "side：sender 本区市提出的，receiver 对方移交来的，city 等市人大裁定的。",
	}, s.listTransfers)
	decide := func(name, summary string, side reporttransfer.Side, yes bool) {
		web.Op(srv, transferRoute(tag, name, summary), func(ctx context.Context, in *transferInput) (*transferOutput, error) {
			return s.decideTransfer(ctx, web.TenantOf(ctx), in, side, yes)
		})
	}
	decide("agree", "同意接收", reporttransfer.SideReceiver, true)
	decide("disagree", "不同意接收（由市人大裁定）", reporttransfer.SideReceiver, false)
	decide("order", "市人大裁定移交", reporttransfer.SideCity, true)
	decide("refuse", "市人大裁定不移交", reporttransfer.SideCity, false)
	web.Op(srv, transferRoute(tag, "cancel", "撤回移交请求"), func(ctx context.Context, in *transferInput) (*transferOutput, error) {
		return s.cancelTransfer(ctx, web.TenantOf(ctx), in)
	})
}

func transferRoute(tag, name, summary string) web.Route {
	return web.Route{
		Method: http.MethodPost, Path: "/transfers/{id}/" + name, Permission: "transfer." + name, Tag: tag, Summary: summary, Body: web.JSON,
	}
}
