package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"huying/internal/platform/fault"
)

var problemType = reflect.TypeFor[*fault.Problem]()

//go:embed docs.html
var docsPage []byte

// docsPolicy lets the page run its own script and style and nothing else.
var docsPolicy = "default-src 'none'; style-src " + hashOf("style") + "; script-src " + hashOf("script") +
	"; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func hashOf(tag string) string {
	_, rest, _ := bytes.Cut(docsPage, []byte("<"+tag+">"))
	inner, _, _ := bytes.Cut(rest, []byte("</"+tag+">"))
	sum := sha256.Sum256(inner)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// readyTimeout bounds each question readiness asks.
const readyTimeout = 3 * time.Second

// mountOperations mounts what the people who run the product need.
func (s *Server) mountOperations() {
	open := func(method, path, summary string) Route {
		return Route{
			Method: method, Path: path, Root: true, Permission: Public, Tag: "运行", Summary: summary, Tenant: None, Hidden: true,
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		Raw(s, open(method, "/healthz", "进程是否活着"), func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
		Raw(s, open(method, "/readyz", "能否接受请求"), s.serveReady)
	}
	Raw(s, open(http.MethodGet, "/metrics", "Prometheus 指标"),
		adaptor.HTTPHandler(promhttp.HandlerFor(s.opts.Metrics.Registry, promhttp.HandlerOpts{})))
	Raw(s, open(http.MethodGet, "/openapi.json", "OpenAPI 3.1 文档"), func(c *fiber.Ctx) error {
		spec, err := s.Spec()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "no-cache")
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
		return c.Send(spec)
	})
	Raw(s, open(http.MethodGet, "/docs", "接口文档"), s.serveDocs)
}

// readiness is what /readyz answers; Parts names each dependency as "ok" or "unavailable".
type readiness struct {
	Status string            `json:"status"`
	Parts  map[string]string `json:"parts"`
	Sick   []string          `json:"sick"`
}

// serveReady asks every part at once and answers 503 naming the sick ones. Why a part is sick stands in the log.
func (s *Server) serveReady(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), readyTimeout)
	defer cancel()
	state := readiness{Status: "ok", Parts: map[string]string{}, Sick: []string{}}
	var (
		mu sync.Mutex
		wg sync.WaitGroup
	)
	for name, ask := range s.opts.Ready {
		wg.Go(func() {
			err := ask(ctx)
			mu.Lock()
			defer mu.Unlock()
			state.Parts[name] = "ok"
			if err != nil {
				s.opts.Log.WarnContext(ctx, "not ready", "part", name, "err", err)
				state.Parts[name] = "unavailable"
				state.Sick = append(state.Sick, name)
			}
		})
	}
	wg.Wait()
	if s.draining.on.Load() {
		state.Sick = append(state.Sick, "draining")
	}
	slices.Sort(state.Sick)
	if len(state.Sick) > 0 {
		state.Status = "unavailable"
		c.Set(fiber.HeaderRetryAfter, seconds(retryAfter))
		c.Status(http.StatusServiceUnavailable)
	}
	return c.JSON(state)
}

// serveDocs answers the one self-contained page; it loads nothing from other hosts.
func (s *Server) serveDocs(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, docsPolicy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	notice := ""
	if s.opts.DemoNotice != "" {
		notice = `<p class="demo" role="note">` + html.EscapeString(s.opts.DemoNotice) + `</p>`
	}
	return c.Send(bytes.Replace(docsPage, []byte("<!--notice-->"), []byte(notice), 1))
}

// DemoNotice is the text every page of a demo shows, or empty.
func (s *Server) DemoNotice() string { return strings.TrimSpace(s.opts.DemoNotice) }
