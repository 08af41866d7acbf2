package open311

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// Root is where the protocol is served.
const Root = "/open311/v2"

const tag = "Open311"

// maxForm is more than the longest description and every answer need.
const maxForm web.Limit = 64 << 10

// asked is one request of the protocol with what every handler needs.
type asked struct {
	c      *fiber.Ctx
	tenant division.Tenant
	dir    *division.Directory
	// key is the one in the header; nil for the public.
	key *db.PartnerKey
}

func (a asked) arg(name string) string { return a.c.Query(name) }

// Mount adds the protocol's routes, which need no session, and those of the keys.
func (s *Room) Mount(srv *web.Server) {
	s.mountKeys(srv)
	s.mountDiscovery(srv, "/open311/discovery.{format}")
	s.mountDiscovery(srv, Root+"/discovery.{format}")
	window := map[string]string{"jurisdiction_id": "区市代码或网址", "start_date": "起", "end_date": "止，相距不超过90天"}
	s.get(srv, "/services.{format}", "服务类别", nil, func(a asked) (any, error) { return listOf("services", "service", services(a.dir)), nil })
	s.get(srv, "/services/{code}.{format}", "一个服务类别所问的内容", nil, func(a asked) (any, error) { return definition(a.dir, a.c.Params("code")) })
	s.get(srv, "/requests.{format}", "公开的事项，最多1000件", window, func(a asked) (any, error) {
		found, err := s.search(a.c.UserContext(), a.tenant, a.dir, a.arg, a.key)
		return listOf("service_requests", "request", found), err
	})
	s.get(srv, "/requests/{request}.{format}", "一件公开的事项", nil, func(a asked) (any, error) {
		found, err := s.one(a.c.UserContext(), a.tenant, a.dir, a.c.Params("request"), a.key)
		return listOf("service_requests", "request", found), err
	})
	s.get(srv, "/tokens/{token}.{format}", "凭提交时的凭据查编号；本端提交后立即给编号，凭据即编号", nil, func(a asked) (any, error) {
		found, err := s.one(a.c.UserContext(), a.tenant, a.dir, a.c.Params("token"), a.key)
		if err != nil {
			return nil, err
		}
		return listOf("service_requests", "request", []Token{{ID: found[0].ID, Token: a.c.Params("token")}}), nil
	})
	s.get(srv, "/servicerequestupdates.{format}", "事项的进展，最多1000条", window, func(a asked) (any, error) {
		found, err := s.updates(a.c.UserContext(), a.tenant, a.arg, a.key)
		return listOf("service_requests_updates", "request_update", found), err
	})
	s.mountPosts(srv)
}

func (s *Room) mountDiscovery(srv *web.Server, path string) {
	web.Raw(srv, route(http.MethodGet, path, "接口说明"), func(c *fiber.Ctx) error {
		dir, err := s.Territory.Directory(c.UserContext())
		if err != nil {
			return err
		}
		t, _ := dir.Tenant(web.TenantOf(c.UserContext()))
		return answer(c, http.StatusOK, s.discovery(c.BaseURL(), t.Settings.PublicPhone))
	})
}

func (s *Room) mountPosts(srv *web.Server) {
	post := func(path, summary, scope string, h func(a asked, args url.Values) (any, error)) {
		r := route(http.MethodPost, Root+path, summary)
		r.Body, r.Deadline, r.Idempotent, r.Status = maxForm, time.Minute, true, http.StatusCreated
		web.Raw(srv, r, func(c *fiber.Ctx) error {
			args, err := web.Values(c)
			if err != nil {
				return err
			}
			a, err := s.ask(c, args.Get("jurisdiction_id"))
			if err != nil {
				return err
			}
			key := args.Get("api_key")
			if key == "" {
				key = c.Get(keyHeader)
			}
			if a.key, err = s.admit(c.UserContext(), a.tenant.Code, key, scope); err != nil {
				return err
			}
			out, err := h(a, args)
			if err != nil {
				return err
			}
			return answer(c, http.StatusCreated, out)
		})
	}
	post("/requests.{format}", "提交一件事项，需要接口密钥", ScopeSubmit, func(a asked, args url.Values) (any, error) {
		key, _ := web.IdempotencyKey(a.c.UserContext())
		out, err := s.submit(a.c.UserContext(), a.tenant, args, a.key, key)
		return listOf("service_requests", "request", out), err
	})
	post("/servicerequestupdates.{format}", "发送一件事项的进展，需要接口密钥", ScopeUpdate, func(a asked, args url.Values) (any, error) {
		out, err := s.take(a.c.UserContext(), a.tenant, args, a.key)
		return listOf("service_request_updates", "request_update", out), err
	})
}

// keyHeader carries the key where there is no body: never a secret in a query string.
const keyHeader = "X-Api-Key"

func route(method, path, summary string) web.Route {
	return web.Route{
		Method: method, Path: path, Root: true, Permission: web.Public, Tenant: web.Optional, Tag: tag, Summary: summary, Media: "text/xml", Fault: refuse,
	}
}

// get mounts a reading route.
func (s *Room) get(srv *web.Server, path, summary string, query map[string]string, h func(a asked) (any, error)) {
	r := route(http.MethodGet, Root+path, summary)
	r.Query = query
	if r.Query == nil {
		r.Query = map[string]string{"jurisdiction_id": "区市代码或网址"}
	}
	web.Raw(srv, r, func(c *fiber.Ctx) error {
		a, err := s.ask(c, c.Query("jurisdiction_id"))
		if err != nil {
			return err
		}
		if key := c.Get(keyHeader); key != "" {
			if a.key, err = s.admit(c.UserContext(), a.tenant.Code, key, ScopeRead); err != nil {
				return err
			}
		}
		out, err := h(a)
		if err != nil {
			return err
		}
		return answer(c, http.StatusOK, out)
	})
}

// ask finds out what a request is about.
func (s *Room) ask(c *fiber.Ctx, jurisdiction string) (asked, error) {
	if _, known := media[c.Params("format")]; !known {
		return asked{}, fault.NotFound.New("只有 xml 和 json 两种格式")
	}
	dir, err := s.Territory.Directory(c.UserContext())
	if err != nil {
		return asked{}, err
	}
	t, err := s.jurisdiction(c.UserContext(), dir, jurisdiction)
	return asked{c: c, tenant: t, dir: dir}, err
}

var media = map[string]string{"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}

// formatOf is the format that was asked for; XML, which the protocol requires, where that is not known.
func formatOf(c *fiber.Ctx) string {
	if strings.HasSuffix(c.Path(), ".json") {
		return "json"
	}
	return "xml"
}

// answer writes a value in the format that was asked for.
func answer(c *fiber.Ctx, status int, value any) error {
	format := formatOf(c)
	var body []byte
	var err error
	if format == "json" {
		body, err = json.Marshal(value)
	} else if body, err = xml.MarshalIndent(value, "", "  "); err == nil {
		body = append([]byte(xml.Header), body...)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, media[format])
	return c.Status(status).Send(body)
}

// refuse words a refusal as the protocol does.
func refuse(c *fiber.Ctx, e *fault.Error) error {
	return answer(c, statusOf(e), listOf("errors", "error", errorsOf(e)))
}
