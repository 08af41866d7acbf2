package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
)

// What a signed-in person must do first.
var (
	// PasswordExpired: the person must change the password before anything else.
	PasswordExpired = fault.Define("password_change_required", 403, "请先修改密码")
	// SecondFactorRequired: the permission demands a session that proved a second factor.
	SecondFactorRequired = fault.Define("second_factor_required", 403, "需要二次验证")
)

type (
	tenantKey      struct{}
	idempotencyKey struct{}
)

type idempotency struct{ key, bodyHash string }

var (
	deviceForm      = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)
	idempotencyForm = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)
)

// TenantOf is the tenant the request speaks about, or empty on a route that needs none.
func TenantOf(ctx context.Context) string {
	t, _ := ctx.Value(tenantKey{}).(string)
	return t
}

// IdempotencyKey is the client's key for this create and the SHA-256 of the body it came with (hex), both empty
// when the client sent none. On a streamed route the hash is empty: the handler knows the parts.
func IdempotencyKey(ctx context.Context) (key, bodyHash string) {
	i, _ := ctx.Value(idempotencyKey{}).(idempotency)
	return i.key, i.bodyHash
}

// gate is everything that happens before a handler runs; see the package comment for the order.
func (s *Server) gate(r Route) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		if r.Fault != nil {
			defer func() { err = s.inItsWords(c, r, err) }()
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), r.Deadline)
		defer func() {
			// A streamed answer is written after the handler returned; its source lives until the deadline.
			if !c.Response().IsBodyStream() {
				cancel()
			}
		}()
		if err := checkQuery(c); err != nil {
			return err
		}
		ctx, err = s.admit(ctx, c, r)
		if err != nil {
			return err
		}
		if ctx, err = s.takeBody(ctx, c, r); err != nil {
			return err
		}
		c.SetUserContext(ctx)
		return c.Next()
	}
}

// admit finds the caller and the tenant and asks for the permission.
func (s *Server) admit(ctx context.Context, c *fiber.Ctx, r Route) (context.Context, error) {
	var caller *auth.Caller
	if r.Permission != Public {
		var err error
		if caller, err = s.caller(ctx, c); err != nil {
			return nil, err
		}
	}
	tenant, err := s.resolveTenant(ctx, c, r, caller)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, tenantKey{}, tenant)
	if r.Permission == Public {
		return ctx, nil
	}
	var grants []authz.Grant
	if caller != nil {
		caller.Tenant = tenant
		caller.Grants = grantsIn(caller, tenant)
		grants = caller.Grants
		ctx = auth.With(ctx, caller)
	}
	access := s.opts.Authority.Access(grants, tenant, r.Permission)
	if err := s.mayEnter(caller, access, r); err != nil {
		return nil, err
	}
	return authz.WithAccess(ctx, access), nil
}

// mayEnter says why a caller is kept out, most basic reason first.
func (s *Server) mayEnter(caller *auth.Caller, access authz.Access, r Route) error {
	if !access.OK() {
		if caller == nil {
			return fault.Unauthenticated.New("请登录后再操作")
		}
		return fault.Forbidden.New("您的账号没有办理此事的权限")
	}
	if caller == nil {
		return nil
	}
	if caller.MustChangePassword && !r.WhilePasswordExpired {
		return PasswordExpired.New("为了账号安全，请先修改密码")
	}
	if p, _ := s.opts.Authority.Permission(r.Permission); p.SecondFactor && !caller.SecondFactor {
		return SecondFactorRequired.New("办理此事前请先完成二次验证（动态口令）")
	}
	return nil
}

// caller reads the bearer token; a request without one is a visitor's and gives nil.
func (s *Server) caller(ctx context.Context, c *fiber.Ctx) (*auth.Caller, error) {
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		return nil, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" || s.opts.Authenticate == nil {
		return nil, fault.Unauthenticated.New("登录凭证无法识别，请重新登录")
	}
	o := telemetry.OriginOf(ctx)
	caller, err := s.opts.Authenticate(ctx, token, auth.Meta{Address: o.Address, Device: o.Device, UserAgent: c.Get(fiber.HeaderUserAgent)})
	if err != nil {
		return nil, err
	}
	// The caller may come from a cache shared by requests; what the gate adds must stay this request's own.
	own := *caller
	own.Address, own.Device = o.Address, o.Device
	return &own, nil
}

// takeBody reads the body within the route's limit, or leaves it for a streaming handler, and notes the
// idempotency key with what it covers.
func (s *Server) takeBody(ctx context.Context, c *fiber.Ctx, r Route) (context.Context, error) {
	var hash string
	if r.Stream {
		if err := limitStream(c, r); err != nil {
			return nil, err
		}
	} else {
		body, err := readBody(c, r)
		if err != nil {
			return nil, err
		}
		if err := checkJSON(c, body); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		hash = hex.EncodeToString(sum[:])
	}
	if !r.Idempotent {
		return ctx, nil
	}
	key := c.Get("Idempotency-Key")
	if key == "" {
		return ctx, nil
	}
	if !idempotencyForm.MatchString(key) {
		return nil, fault.Invalid.New("请检查请求头", fault.Field{Name: "Idempotency-Key", Message: "只能用字母、数字和 . _ : -，最多128位"})
	}
	return context.WithValue(ctx, idempotencyKey{}, idempotency{key, hash}), nil
}

// checkQuery refuses text in the query that is not UTF-8 or holds control characters.
func checkQuery(c *fiber.Ctx) error {
	var wrong []fault.Field
	for key, value := range c.Request().URI().QueryArgs().All() {
		if reason := badText(string(key)); reason != "" {
			wrong = append(wrong, fault.Field{Name: "query", Message: "参数名" + reason})
		} else if reason := badText(string(value)); reason != "" {
			wrong = append(wrong, fault.Field{Name: string(key), Message: reason})
		}
	}
	if len(wrong) > 0 {
		return fault.Invalid.New("查询参数有误", wrong...)
	}
	return nil
}
