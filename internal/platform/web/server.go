package web

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/telemetry"
)

// Prefix stands before the path of every route that is not mounted at the root.
const Prefix = "/api/v1"

// Authority answers what a set of grants may do in a tenant, and what a permission demands of the session;
// *authz.Index is the one that serves.
type Authority interface {
	Access(grants []authz.Grant, tenant, permission string) authz.Access
	Permission(name string) (authz.Permission, bool)
}

// Options are what a server needs from the rest of the house.
type Options struct {
	// Authenticate turns a bearer token into its caller, or fails with fault.Unauthenticated.
	Authenticate func(ctx context.Context, bearer string, meta auth.Meta) (*auth.Caller, error)
	// Authority decides permissions.
	Authority Authority
	// KnownTenant reports whether a code names a tenant that is open.
	KnownTenant func(ctx context.Context, code string) (bool, error)
	// Hosts maps a host name (lower case, no port) to the tenant it belongs to.
	Hosts map[string]string
	// HostTenant gives the tenant a host name is mapped to where Hosts does not say, or "".
	HostTenant func(ctx context.Context, host string) (string, error)
	// Enter adds to every request's context what the house wants to know about the door it came in by: base is
	// scheme://host as the client wrote it. May be nil.
	Enter func(ctx context.Context, base string) context.Context
	// TrustedProxies are the networks whose X-Forwarded-For and X-Request-Id are believed.
	TrustedProxies []netip.Prefix
	// Transient reports whether an error means that a dependency is away for the moment.
	Transient func(error) bool
	// Ready names each part that readiness depends on and how to ask it.
	Ready map[string]func(ctx context.Context) error
	// DemoNotice is shown on every page when the product runs with demo data; empty otherwise.
	DemoNotice string
	// PublicURL is where clients reach this server, for the OpenAPI document; may be empty.
	PublicURL string
	// ReadTimeout is how long a client may take over the headers and the first bytes of the body; 20 s by default.
	ReadTimeout time.Duration
	// Version is written into the OpenAPI document.
	Version string
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *telemetry.Metrics
}

// Server holds the mounted routes. Mount everything first, then ask Err, then serve.
type Server struct {
	opts Options
	app  *fiber.App
	api  huma.API

	mu       sync.Mutex
	routes   []Route
	faults   []error
	pending  *Route
	handlers map[string]string

	specOnce sync.Once
	spec     []byte
	specErr  error
	draining drainFlag
}

// Limits of the connection itself; what a route allows stands on the route.
const (
	readTimeout  = 20 * time.Second
	idleTimeout  = 75 * time.Second
	writeTimeout = 3 * time.Minute
	headerBytes  = 16 << 10
)

// New makes a server with the operations routes (/healthz, /readyz, /metrics, /openapi.json, /docs) mounted.
func New(opts Options) (*Server, error) {
	if opts.Authority == nil || opts.Clock == nil || opts.Log == nil {
		return nil, errors.New("web: Authority, Clock and Log are needed")
	}
	if opts.Metrics == nil {
		opts.Metrics = telemetry.NewMetrics()
	}
	if opts.ReadTimeout == 0 {
		opts.ReadTimeout = readTimeout
	}
	speakChinese()
	s := &Server{opts: opts, handlers: map[string]string{}}
	s.app = fiber.New(fiber.Config{
		AppName:                      "Huying",
		DisableStartupMessage:        true,
		Immutable:                    true,
		CaseSensitive:                true,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               headerBytes,
		ReadTimeout:                  opts.ReadTimeout,
		IdleTimeout:                  idleTimeout,
		WriteTimeout:                 writeTimeout,
		ErrorHandler:                 s.onError,
	})
	s.app.Use(s.observe)
	s.api = humafiber.NewWithGroup(s.app, gatedRouter{s.app, s}, apiConfig(opts))
	s.mountOperations()
	return s, nil
}

// Err joins every mistake found while mounting; serving with one is refused.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.faults...)
}

// Routes lists what is mounted, in order, with full paths; the attack suite and the matrix tests walk it.
func (s *Server) Routes() []Route {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Route(nil), s.routes...)
}

// Fiber gives the underlying application to tests (app.Test) and to the code that listens.
func (s *Server) Fiber() *fiber.App { return s.app }

// OpenAPI is the document of the mounted operations; mount everything before asking.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }
