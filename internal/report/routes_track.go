package report

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/deadline"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

//go:embed track.html
var trackHTML string

var trackPage = template.Must(template.New("track").Funcs(template.FuncMap{
	"day": func(t time.Time) string { return t.In(deadline.Zone).Format("2006年1月2日 15:04") },
}).Parse(trackHTML))

// trackPolicy lets the page use its own style and nothing else.
const trackPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const noIndex = "noindex, nofollow, noarchive"

type trackInput struct {
	Token string `path:"token" maxLength:"64"`
}

type lookupInput struct{ Body LookupBody }

type trackOutput struct {
	Robots string `header:"X-Robots-Tag"`
	Body   *TrackView
}

// mountTrack mounts the page that a link in a message opens, and what stands behind it.
func (s *Service) mountTrack(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/track/{token}", Permission: web.Public, Tag: tag, Tenant: web.None,
		Summary: "短信链接：不登录查看进展", Detail: "只有进展、状态、承诺时间和负责的一方；没有姓名、电话、正文、照片和详细地址。链接无效、已撤回或已匿名的都是404。",
	}, func(ctx context.Context, in *trackInput) (*trackOutput, error) {
		v, err := s.Track(ctx, in.Token)
		return &trackOutput{Robots: noIndex, Body: v}, err
	})
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/public/track", Permission: web.Public, Tag: tag, Tenant: web.None, Body: web.JSON,
		Summary: "凭受理编号和查询码（或手机号）查看进展", Detail: "对不上的一律404，次数有限制。查询码与手机号不写进网址。",
	}, func(ctx context.Context, in *lookupInput) (*trackOutput, error) {
		v, err := s.Lookup(ctx, in.Body)
		return &trackOutput{Robots: noIndex, Body: v}, err
	})
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/t/{token}", Root: true, Permission: web.Public, Tenant: web.None, Hidden: true,
	}, s.serveTrack)
}

// serveTrack is the page itself, readable without a script and in large type.
func (s *Service) serveTrack(c *fiber.Ctx) error {
	v, err := s.Track(c.UserContext(), c.Params("token"))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	c.Set("X-Robots-Tag", noIndex)
	c.Set(fiber.HeaderContentSecurityPolicy, trackPolicy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	var page bytes.Buffer
	if err := trackPage.Execute(&page, v); err != nil {
		return err
	}
	if v == nil {
		c.Status(http.StatusNotFound)
	}
	return c.Send(page.Bytes())
}
