package web

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
)

// Public is the permission of a route that is open to everyone and does not look at who is asking.
const Public = "public"

// TenantMode says whether a route speaks about one tenant. The zero value is the strict one.
type TenantMode int

// A route needs a tenant, uses one when it is given, or knows nothing of tenants.
const (
	Needed TenantMode = iota
	Optional
	None
)

// Limit is how many bytes of body a route reads.
type Limit int64

// The usual limits. A route for a method that carries a body must choose one.
const (
	NoBody Limit = -1
	JSON   Limit = 1 << 20
	Part   Limit = 10 << 20
	Form   Limit = 95 << 20
)

// DefaultDeadline is the time a route has when it does not say otherwise.
const DefaultDeadline = 15 * time.Second

// Route is one line of a room's table.
type Route struct {
	// Method is an HTTP method, or "*" for a Raw route that takes them all.
	Method string
	// Path is below /api/v1 and writes parameters as {id}.
	Path string
	// Root mounts the path as it is written, outside /api/v1.
	Root bool
	// Permission is checked at the gate; Public must be said explicitly.
	Permission string
	Tag        string
	Summary    string
	Detail     string
	// Body is how many bytes are read; needed for POST, PUT and PATCH (NoBody where there is none).
	Body Limit
	// Stream leaves the body unread for a Raw handler, which reads it through web.Body or web.Parts.
	Stream bool
	// Deadline is how long the request may take; the context of the handler ends with it.
	Deadline time.Duration
	// Status of success; by default 200, or 204 without an answer body.
	Status int
	// Idempotent accepts the Idempotency-Key header; read it with web.IdempotencyKey.
	Idempotent bool
	// Tenant says whether the route needs a tenant; it does unless said otherwise.
	Tenant TenantMode
	// WhilePasswordExpired keeps the route open to a person who must first change the password.
	WhilePasswordExpired bool
	// Hidden keeps a Raw route out of the OpenAPI document.
	Hidden bool
	// Query describes the query parameters of a Raw route, by name.
	Query map[string]string
	// Form describes the multipart body of a Raw route.
	Form *FormDoc
	// Answer is a value of the type a Raw route answers as JSON; Media is its content type when it is not JSON.
	Answer any
	Media  string
	// Fault words a refusal where a Raw route speaks a protocol with errors of its own; without it a refusal leaves as
	// problem+json.
	Fault func(c *fiber.Ctx, e *fault.Error) error
	// Doc says the rest about the OpenAPI operation, where the fields above do not reach.
	Doc func(api *huma.OpenAPI, op *huma.Operation)
}

// FormDoc describes a multipart/form-data body: the fields of a struct by their JSON names, and files.
type FormDoc struct {
	// Fields is a value of the struct; Without names those of its fields the form does not have.
	Fields  any
	Without []string
	// Files is the name of the parts that are files, at most MaxFiles of them.
	Files    string
	MaxFiles int
}

// FullPath is the path as a client writes it, with {id} parameters.
func (r Route) FullPath() string {
	if r.Root {
		return r.Path
	}
	return Prefix + r.Path
}

// check returns what is wrong with the line.
func (r Route) check() error {
	at := r.Method + " " + r.FullPath()
	switch {
	case r.Permission == "":
		return fmt.Errorf("web: %s has no permission", at)
	case !strings.HasPrefix(r.Path, "/"):
		return fmt.Errorf("web: %s: the path must start with a slash", at)
	case takesBody(r.Method) && r.Body == 0:
		return fmt.Errorf("web: %s has no body limit", at)
	case r.Summary == "" && !r.Hidden:
		return fmt.Errorf("web: %s has no summary", at)
	}
	return nil
}

func takesBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch || method == "*"
}

// Op mounts a typed operation. Huma reads and checks I and writes O; whatever error h returns goes through the fault
// mapper. Mistakes in the route are collected and reported by Server.Err.
func Op[I, O any](s *Server, r Route, h func(ctx context.Context, in *I) (*O, error)) {
	if !s.accept(&r) {
		return
	}
	if r.Stream {
		s.refuse(fmt.Errorf("web: %s %s: a typed operation cannot stream its body", r.Method, r.FullPath()))
		return
	}
	if name := unbound(reflect.TypeFor[I]()); name != "" {
		s.refuse(fmt.Errorf("web: %s %s: embedded %s must be exported, or Huma binds none of its fields", r.Method, r.FullPath(), name))
		return
	}
	op := s.operation(r)
	s.pending = &r
	defer func() { s.pending = nil }()
	huma.Register(s.api, *op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// unbound finds an embedded struct that Huma would silently leave empty because its type is not exported.
func unbound(t reflect.Type) string {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous || f.Type.Kind() != reflect.Struct {
			continue
		}
		if !f.IsExported() {
			return f.Name
		}
		if name := unbound(f.Type); name != "" {
			return name
		}
	}
	return ""
}

// Raw mounts a plain Fiber handler behind the same gate: multipart, SSE, XML, health, proxies.
// The handler's ctx is c.UserContext().
func Raw(s *Server, r Route, h fiber.Handler) {
	if !s.accept(&r) {
		return
	}
	if !r.Hidden {
		s.document(r)
	}
	path := fiberPath(r.FullPath())
	if r.Method == "*" {
		s.app.All(path, s.gate(r), h)
		return
	}
	s.app.Add(r.Method, path, s.gate(r), h)
}

// accept checks a line, fills its defaults and records it.
func (s *Server) accept(r *Route) bool {
	if r.Deadline == 0 {
		r.Deadline = DefaultDeadline
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := r.check()
	if _, known := s.opts.Authority.Permission(r.Permission); err == nil && r.Permission != Public && !known {
		err = fmt.Errorf("web: %s %s: the policy knows no permission %q", r.Method, r.FullPath(), r.Permission)
	}
	key := r.Method + " " + fiberPath(r.FullPath())
	if at, taken := s.handlers[key]; taken && err == nil {
		err = fmt.Errorf("web: %s is mounted twice (%s)", key, at)
	}
	if err != nil {
		s.faults = append(s.faults, err)
		return false
	}
	s.handlers[key] = r.Permission
	s.routes = append(s.routes, *r)
	return true
}

func (s *Server) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, err)
}

// gatedRouter puts the gate before the handler Huma mounts.
type gatedRouter struct {
	fiber.Router
	s *Server
}

// Add mounts Huma's handler behind the gate of the route being mounted.
func (g gatedRouter) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	r := *g.s.pending
	g.s.app.Add(method, path, append([]fiber.Handler{g.s.gate(r)}, handlers...)...)
	return g
}

func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}
