package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/telemetry"
)

// RequestIDHeader carries the id of the request on every answer.
const RequestIDHeader = "X-Request-Id"

// DeviceHeader carries the client's own stable device id.
const DeviceHeader = "X-Device-Id"

var requestIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// machineTime is for measuring and for deadlines of connections, which an injected clock must not move.
func machineTime() time.Time {
	return time.Now() //nolint:forbidigo // no time of the product
}

// drainFlag turns true once, when the server stops taking new work.
type drainFlag struct{ on atomic.Bool }

// Drain makes readiness fail and closes each connection after its present answer; part of a graceful stop.
func (s *Server) Drain() { s.draining.on.Store(true) }

// observe surrounds every request, matched or not: origin, headers, panic, metrics, one log line.
func (s *Server) observe(c *fiber.Ctx) error {
	started := machineTime()
	done := s.opts.Metrics.Begin()
	ctx := s.begin(c)
	ctx, span := telemetry.Begin(telemetry.JoinTrace(ctx, s.parentOf(c)), c.Method(), telemetry.SpanServer)
	c.SetUserContext(ctx)
	if err := s.runRecovered(c); err != nil {
		c.SetUserContext(ctx)
		if err := s.onError(c, err); err != nil {
			return err
		}
	}
	finishBody(c)
	if s.draining.on.Load() {
		c.Context().SetConnectionClose()
	}
	took := machineTime().Sub(started)
	status := c.Response().StatusCode()
	route := routeLabel(c)
	done(c.Method(), route, status, took)
	endSpan(c, span, route, status)
	s.logRequest(c, route, status, took)
	return nil
}

// parentOf is the trace a request belongs to already. Only a trusted proxy's word counts: a stranger could have every
// request traced.
func (s *Server) parentOf(c *fiber.Ctx) string {
	if !s.trusts(peerAddress(c.Context().RemoteAddr())) {
		return ""
	}
	return c.Get("traceparent")
}

func endSpan(c *fiber.Ctx, span telemetry.Span, route string, status int) {
	span.Name(c.Method() + " " + route)
	span.Set("http.request.method", c.Method())
	span.Set("http.route", route)
	span.Set("huying.request_id", telemetry.RequestID(c.UserContext()))
	span.Set("huying.tenant", TenantOf(c.UserContext()))
	span.Status(status)
	span.End(nil)
}

// begin gives the request its origin and the headers every answer carries.
func (s *Server) begin(c *fiber.Ctx) context.Context {
	origin := s.origin(c)
	ctx := telemetry.WithOrigin(context.Background(), origin)
	scheme := s.scheme(c)
	if s.opts.Enter != nil {
		ctx = s.opts.Enter(ctx, scheme+"://"+string(c.Context().Host()))
	}
	c.SetUserContext(ctx)
	setSecurityHeaders(c)
	if scheme == "https" {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
	c.Set(RequestIDHeader, origin.RequestID)
	return ctx
}

// scheme is how the client reached the edge; only a trusted proxy may say https.
func (s *Server) scheme(c *fiber.Ctx) string {
	forwarded := strings.EqualFold(c.Get(fiber.HeaderXForwardedProto), "https") && s.trusts(peerAddress(c.Context().RemoteAddr()))
	if forwarded || c.Context().IsTLS() {
		return "https"
	}
	return "http"
}

// panicked is a panic on its way to the fault mapper; its stack is for the log.
type panicked struct {
	value any
	stack string
}

// Error names the panic.
func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// runRecovered runs the rest of the chain and turns a panic into an error.
func (s *Server) runRecovered(c *fiber.Ctx) (err error) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		s.opts.Metrics.Panicked()
		// What the handler had begun to answer, cookies above all, must not travel with the problem.
		id := telemetry.RequestID(c.UserContext())
		c.Response().Reset()
		setSecurityHeaders(c)
		c.Set(RequestIDHeader, id)
		err = &panicked{value: v, stack: string(debug.Stack())}
	}()
	return c.Next()
}

func (s *Server) logRequest(c *fiber.Ctx, route string, status int, took time.Duration) {
	level := slog.LevelInfo
	if strings.HasPrefix(route, "/healthz") || strings.HasPrefix(route, "/readyz") || route == "/metrics" {
		level = slog.LevelDebug
	}
	ctx := c.UserContext()
	attrs := []slog.Attr{
		slog.String("method", c.Method()), slog.String("route", route), slog.Int("status", status),
		slog.Int64("ms", took.Milliseconds()), slog.String("address", telemetry.OriginOf(ctx).Address),
	}
	if t := TenantOf(ctx); t != "" {
		attrs = append(attrs, slog.String("tenant", t))
	}
	if caller := auth.From(ctx); caller != nil {
		attrs = append(attrs, slog.String("person_id", caller.PersonID.String()))
	}
	s.opts.Log.LogAttrs(ctx, level, "request", attrs...)
}

// routeLabel is the template of the matched route, so that labels stay bounded.
func routeLabel(c *fiber.Ctx) string {
	if path := c.Route().Path; path != "" && path != "/" {
		return path
	}
	if c.Path() == "/" {
		return "/"
	}
	return "unmatched"
}

func (s *Server) origin(c *fiber.Ctx) telemetry.Origin {
	peer := peerAddress(c.Context().RemoteAddr())
	o := telemetry.Origin{Address: peer.String()}
	if !peer.IsValid() {
		o.Address = ""
	}
	if s.trusts(peer) {
		o.Address = s.clientBehind(c.Get(fiber.HeaderXForwardedFor), peer)
		if id := c.Get(RequestIDHeader); requestIDForm.MatchString(id) {
			o.RequestID = id
		}
	}
	if o.RequestID == "" {
		o.RequestID = uuid.Must(uuid.NewV7()).String()
	}
	if d := c.Get(DeviceHeader); deviceForm.MatchString(d) {
		o.Device = d
	}
	return o
}

// clientBehind walks X-Forwarded-For from the right and stops at the first address no proxy of ours has: what stands
// left of it was written by the client and proves nothing.
func (s *Server) clientBehind(forwarded string, peer netip.Addr) string {
	client := peer
	hops := strings.Split(forwarded, ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = hop.Unmap()
		if !s.trusts(client) {
			break
		}
	}
	return client.String()
}

func (s *Server) trusts(a netip.Addr) bool {
	for _, p := range s.opts.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func peerAddress(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		if ip, ok := netip.AddrFromSlice(tcp.IP); ok {
			return ip.Unmap()
		}
	}
	return netip.Addr{}
}

// setSecurityHeaders sets what every answer carries; a route may set a wider policy of its own.
func setSecurityHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
}
