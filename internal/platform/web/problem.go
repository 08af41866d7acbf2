package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
)

// retryAfter is what clients are told when a dependency is away.
const retryAfter = 5 * time.Second

// asFault is the one place where any error becomes a fault.
func (s *Server) asFault(err error) *fault.Error {
	e, ok := fault.As(err)
	if ok && e.Kind != fault.Internal {
		if e.Kind == fault.Unavailable && e.RetryAfter == 0 {
			e.RetryAfter = retryAfter
		}
		return e
	}
	if s.isTransient(err) {
		return fault.Unavailable.With(err, "系统正忙或正在恢复，请稍后重试，您填写的内容不会丢失").After(retryAfter)
	}
	var fe *fiber.Error
	if errors.As(err, &fe) {
		return kindOfStatus(fe.Code).With(err, detailOfStatus[fe.Code])
	}
	if ok {
		err = errors.Unwrap(e) // what is answered is worded here, whoever called it internal
	}
	return fault.Internal.With(err, "系统出错了，请稍后再试；如仍不行，请把请求编号告诉工作人员")
}

func (s *Server) isTransient(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		s.opts.Transient != nil && s.opts.Transient(err)
}

// problem logs an error once, where it deserves that, and gives what Huma sends.
func (s *Server) problem(ctx context.Context, err error) error {
	e := s.asFault(err)
	s.logFault(ctx, e)
	p := e.Wire(telemetry.RequestID(ctx))
	if e.RetryAfter > 0 {
		return huma.ErrorWithHeaders(p, http.Header{fiber.HeaderRetryAfter: {seconds(e.RetryAfter)}})
	}
	return p
}

// onError answers every error that reaches Fiber: the gate's, Raw handlers', and Fiber's own 404 and 405.
func (s *Server) onError(c *fiber.Ctx, err error) error {
	ctx := c.UserContext()
	if telemetry.RequestID(ctx) == "" {
		// The request could not even be read, so nothing has run yet.
		ctx = s.begin(c)
	}
	e := s.asFault(err)
	s.logFault(ctx, e)
	c.Response().ResetBody()
	if e.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, seconds(e.RetryAfter))
	}
	if e.Kind == fault.Unauthenticated {
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="huying"`)
	}
	body, err := e.Wire(telemetry.RequestID(ctx)).MarshalJSON()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(e.Kind.Status).Send(body)
}

// inItsWords answers an error of a route that words refusals itself.
func (s *Server) inItsWords(c *fiber.Ctx, r Route, err error) error {
	if err == nil {
		return nil
	}
	e := s.asFault(err)
	s.logFault(c.UserContext(), e)
	c.Response().ResetBody()
	if e.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, seconds(e.RetryAfter))
	}
	return r.Fault(c, e)
}

func (s *Server) logFault(ctx context.Context, e *fault.Error) {
	switch {
	case e.Kind == fault.Unavailable:
		s.opts.Log.WarnContext(ctx, "a dependency is away", "err", e)
	case e.Kind.Status >= 500:
		attrs := []any{"err", e}
		var p *panicked
		if errors.As(e, &p) {
			attrs = append(attrs, "stack", p.stack)
		}
		s.opts.Log.ErrorContext(ctx, "request failed", attrs...)
	default:
		s.opts.Log.DebugContext(ctx, "request refused", "code", e.Kind.Code, "err", e)
	}
}

func seconds(d time.Duration) string {
	return strconv.Itoa(int(math.Ceil(d.Seconds())))
}

func kindOfStatus(status int) *fault.Kind {
	switch status {
	case http.StatusUnauthorized:
		return fault.Unauthenticated
	case http.StatusForbidden:
		return fault.Forbidden
	case http.StatusNotFound:
		return fault.NotFound
	case http.StatusMethodNotAllowed:
		return fault.MethodNotAllowed
	case http.StatusNotAcceptable:
		return fault.NotAcceptable
	case http.StatusRequestTimeout:
		return fault.RequestTimeout
	case http.StatusConflict:
		return fault.Conflict
	case http.StatusRequestEntityTooLarge:
		return fault.TooLarge
	case http.StatusUnsupportedMediaType:
		return fault.UnsupportedMedia
	case http.StatusUnprocessableEntity:
		return fault.Invalid
	case http.StatusTooManyRequests:
		return fault.TooMany
	case http.StatusServiceUnavailable:
		return fault.Unavailable
	}
	if status >= 400 && status < 500 {
		return fault.BadRequest
	}
	return fault.Internal
}

var detailOfStatus = map[int]string{
	http.StatusBadRequest:            "请求无法读取，请检查后重试",
	http.StatusNotFound:              "没有这个地址，请核对网址",
	http.StatusMethodNotAllowed:      "这个地址不支持这种请求方式",
	http.StatusRequestTimeout:        "请求没有及时传完，请检查网络后重试",
	http.StatusUnsupportedMediaType:  "请用 application/json 提交",
	http.StatusUnprocessableEntity:   "请按提示修改后再提交",
	http.StatusNotAcceptable:         "只能以 JSON 答复，请检查请求头 Accept",
	http.StatusRequestEntityTooLarge: "内容过大",

	http.StatusRequestHeaderFieldsTooLarge: "请求头过大",
}
