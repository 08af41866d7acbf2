package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
	"huying/internal/platform/web"
)

var policy = fstest.MapFS{
	"roles.csv": {Data: []byte("role,name,digits,needs,granted_by,apart_from\nvisitor,访客,,,,\ncitizen,群众,,,,\n" +
		"district_staff,区人大,6,,,\ncity_supervisor,市人大,4,,,\n")},
	"catalogue.csv": {Data: []byte("permission,kind,second_factor,meaning\nthing.read,read,no,看\nthing.make,write,no,做\n" +
		"thing.reveal,read,yes,揭示\nme.read,read,no,自己\nplace.read,read,no,地点\n")},
	"permissions.csv": {Data: []byte("role,permission,scope\nvisitor,place.read,tenant\ncitizen,me.read,own\n" +
		"citizen,thing.make,own\ndistrict_staff,thing.read,tenant\ncity_supervisor,thing.read,all\ndistrict_staff,thing.reveal,tenant\n")},
}

var (
	staffOf202 = auth.Caller{PersonID: uuid.New(), Kind: auth.KindStaff, AllGrants: []authz.Grant{{Role: "district_staff", Tenant: "370202", Division: "370202"}}}
	errAway    = errors.New("dial tcp 10.0.0.7:5432: connection refused")
)

func people() map[string]auth.Caller {
	both := staffOf202
	both.AllGrants = append(both.AllGrants[:1:1], authz.Grant{Role: "district_staff", Tenant: "370203", Division: "370203"})
	stale := staffOf202
	stale.MustChangePassword = true
	strong := staffOf202
	strong.SecondFactor = true
	return map[string]auth.Caller{
		"staff": staffOf202, "both": both, "stale": stale, "strong": strong,
		"citizen": {PersonID: uuid.New(), Kind: auth.KindCitizen},
		"city":    {PersonID: uuid.New(), Kind: auth.KindStaff, AllGrants: []authz.Grant{{Role: "city_supervisor", Tenant: "370200", Division: "3702"}}},
	}
}

type thingIn struct {
	Body struct {
		Title    string   `json:"title" minLength:"2" maxLength:"10"`
		Kind     string   `json:"kind,omitempty" enum:"a,b"`
		Tags     []string `json:"tags,omitempty" maxItems:"2"`
		Position *struct {
			Lat float64   `json:"lat" minimum:"-90" maximum:"90"`
			At  time.Time `json:"at,omitempty"`
		} `json:"position,omitempty"`
	}
}

type formFields struct {
	Title string   `json:"title"`
	IDs   []string `json:"ids"`
}

type formAnswer struct {
	Read int `json:"read"`
}

type said struct{ Body map[string]any }

// newServer mounts one of everything; the log is returned so that tests can look for what must not be there.
func newServer(t *testing.T, more ...func(*web.Options)) (*web.Server, *bytes.Buffer) {
	t.Helper()
	ix, err := authz.Load(policy)
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	callers := people()
	opts := web.Options{
		Authority: ix, Clock: clock.System(), Log: telemetry.NewLogger(log, "debug"), Metrics: telemetry.NewMetrics(),
		Authenticate: func(_ context.Context, token string, _ auth.Meta) (*auth.Caller, error) {
			if token == "away" {
				return nil, errAway
			}
			c, ok := callers[token]
			if !ok {
				return nil, fault.Unauthenticated.New("请重新登录")
			}
			return &c, nil
		},
		KnownTenant: func(_ context.Context, code string) (bool, error) { return code == "370202" || code == "370203", nil },
		Hosts:       map[string]string{"shinan.example": "370202"},
		HostTenant: func(_ context.Context, host string) (string, error) {
			return map[string]string{"shibei.example": "370203"}[host], nil
		},
		Transient: func(err error) bool { return errors.Is(err, errAway) },
		TrustedProxies: []netip.Prefix{
			netip.MustParsePrefix("0.0.0.0/8"),
		},
	}
	for _, m := range more {
		m(&opts)
	}
	s, err := web.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	mountThings(s)
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return s, log
}

func mountThings(s *web.Server) {
	route := func(method, path, permission string) web.Route {
		return web.Route{Method: method, Path: path, Permission: permission, Summary: path, Tag: "things"}
	}
	echo := func(ctx context.Context, _ *struct{}) (*said, error) {
		o := telemetry.OriginOf(ctx)
		body := map[string]any{"tenant": web.TenantOf(ctx), "address": o.Address, "device": o.Device, "access": authz.AccessFrom(ctx).OK()}
		if c := auth.From(ctx); c != nil {
			body["person"] = c.PersonID.String()
		}
		return &said{body}, nil
	}
	web.Op(s, route("GET", "/things", "thing.read"), echo)
	web.Op(s, route("GET", "/places", "place.read"), echo)
	web.Op(s, route("GET", "/reveal", "thing.reveal"), echo)
	me := route("GET", "/me", "me.read")
	me.Tenant, me.WhilePasswordExpired = web.None, true
	web.Op(s, me, echo)
	maybe := route("GET", "/maybe", "place.read")
	maybe.Tenant = web.Optional
	web.Op(s, maybe, echo)
	open := route("GET", "/open/{id}", web.Public)
	open.Tenant = web.None
	web.Op(s, open, func(_ context.Context, in *struct {
		ID    string `path:"id"`
		Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
		Q     string `query:"q"`
	},
	) (*said, error) {
		return &said{map[string]any{"id": in.ID, "q": in.Q, "limit": in.Limit}}, nil
	})
	create := route("POST", "/things", web.Public)
	create.Tenant, create.Body, create.Idempotent, create.Status = web.None, web.JSON, true, http.StatusCreated
	web.Op(s, create, func(ctx context.Context, in *thingIn) (*said, error) {
		key, hash := web.IdempotencyKey(ctx)
		return &said{map[string]any{"title": in.Body.Title, "key": key, "hash": hash}}, nil
	})
	mountFailures(s, route)
}

// mountFailures mounts one route per way a handler can fail, and the streamed ones.
func mountFailures(s *web.Server, route func(method, path, permission string) web.Route) {
	failures := map[string]func(ctx context.Context) error{
		"panic":    func(context.Context) error { panic("secret internals of the handler") },
		"internal": func(context.Context) error { return errors.New("pq: relation people does not exist") },
		"away":     func(context.Context) error { return errors.Join(errors.New("load report"), errAway) },
		"slow":     func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"fault": func(context.Context) error {
			return fault.TooMany.New("请稍后再试").After(90*time.Second).Fact("tries_left", 0)
		},
	}
	for name, fail := range failures {
		typed := route("GET", "/fail/op/"+name, web.Public)
		typed.Tenant, typed.Deadline = web.None, 80*time.Millisecond
		web.Op(s, typed, func(ctx context.Context, _ *struct{}) (*said, error) { return nil, fail(ctx) })
		raw := route("GET", "/fail/raw/"+name, web.Public)
		raw.Tenant, raw.Deadline = web.None, 80*time.Millisecond
		web.Raw(s, raw, func(c *fiber.Ctx) error {
			c.Cookie(&fiber.Cookie{Name: "half", Value: "done"})
			return fail(c.UserContext())
		})
	}
	stream := route("POST", "/stream", web.Public)
	stream.Tenant, stream.Body, stream.Stream, stream.Deadline = web.None, 1<<20, true, 2*time.Second
	stream.Form = &web.FormDoc{Fields: formFields{}, Without: []string{"ids"}, Files: "photo", MaxFiles: 9}
	stream.Answer, stream.Query = formAnswer{}, map[string]string{"reason": "why"}
	web.Raw(s, stream, func(c *fiber.Ctx) error {
		n, err := io.Copy(io.Discard, web.Body(c))
		if err != nil {
			return err
		}
		return c.JSON(fiber.Map{"read": n})
	})
	rude := stream
	rude.Path, rude.Form, rude.Answer, rude.Media = "/rude", nil, nil, "image/jpeg"
	web.Raw(s, rude, func(c *fiber.Ctx) error { return c.SendString("not reading") })
}

type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// field gives the message of one named field of a problem, or "".
func (a answer) field(name string) string {
	list, _ := a.body["errors"].([]any)
	for _, e := range list {
		if m := e.(map[string]any); m["field"] == name {
			return m["message"].(string)
		}
	}
	return ""
}

func call(t *testing.T, s *web.Server, req *http.Request, headers ...string) answer {
	t.Helper()
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.Fiber().Test(req, 60_000)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, _ := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.body)
	return a
}

func get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, path, nil) }

func post(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// isProblem checks what every problem promises.
func isProblem(t *testing.T, a answer, status int, code string) {
	t.Helper()
	if a.status != status || a.body["code"] != code {
		t.Fatalf("want %d %s, got %d %s", status, code, a.status, a.raw)
	}
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q", ct)
	}
	if a.body["request_id"] == "" || a.body["request_id"] != a.header.Get("X-Request-Id") {
		t.Errorf("request id %v, header %q", a.body["request_id"], a.header.Get("X-Request-Id"))
	}
	if a.body["type"] != "urn:huying:problem:"+code || a.body["status"] != float64(status) || a.body["title"] == "" {
		t.Errorf("members: %s", a.raw)
	}
}

var discard = slog.New(slog.DiscardHandler)
