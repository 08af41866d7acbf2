package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/valyala/fasthttp"

	"huying/internal/app"
	"huying/internal/app/demo"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// tenant is the district that is measured. The desk and the deputies of its
// first street work on what is submitted.
const (
	tenant    = "370203"
	patience  = 60 * time.Second
	sealsWait = 30 * time.Minute
)

// house is the product at work in this process.
type house struct {
	Options
	app     *app.App
	rec     *recorder
	base    string
	reports int
	street  string
	people  map[string]person
	bare    *bare

	client *fasthttp.Client
	stop   context.CancelFunc
	served chan error
}

// open builds the product on the seeded data and lets it answer on a free port.
func open(ctx context.Context, o Options) (*house, error) {
	h := &house{Options: o, rec: newRecorder(), people: map[string]person{}, served: make(chan error, 1)}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	h.base = "http://" + ln.Addr().String()
	cfg := o.Config
	cfg.HTTP.Listen = ln.Addr().String()
	cfg.HTTP.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} // so that it takes the ids its requests are recorded by
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	if h.app, err = app.Build(ctx, cfg, app.Options{Log: log, OnSQL: h.rec.hear}); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	go func() { h.served <- h.app.Serve(serving, ln) }()
	h.client = &fasthttp.Client{MaxConnsPerHost: 256, ReadTimeout: patience, WriteTimeout: patience, NoDefaultUserAgentHeader: true}
	if err := h.prepare(ctx); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// prepare waits until nothing of the seeding is left to be done in the
// background, counts, and opens the bare side.
func (h *house) prepare(ctx context.Context) (err error) {
	if h.reports, err = h.count(ctx); err != nil {
		return err
	}
	if h.reports == 0 {
		return errors.New("bench: no reports; fill the installation with huying seed first")
	}
	if err := h.awaitSeals(ctx); err != nil {
		return err
	}
	h.bare, err = openBare(ctx, h.Config)
	return err
}

// count counts the reports of all tenants.
func (h *house) count(ctx context.Context) (n int, err error) {
	dir, err := h.app.Division.Directory(ctx)
	if err != nil {
		return 0, err
	}
	streets := dir.Children(tenant)
	if len(streets) == 0 {
		return 0, fmt.Errorf("bench: no streets in %s", tenant)
	}
	h.street = streets[0].Code
	for _, t := range dir.Tenants() {
		err := h.app.DB.View(ctx, tenancy.Tenant(t.Code), func(ctx context.Context, tx *database.Tx) error {
			more, err := tx.Report.Query().Count(ctx)
			n += more
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("bench: count reports: %w", err)
		}
	}
	return n, nil
}

// awaitSeals lets the sealer of the audit trail catch up with what was seeded:
// it would take part in every figure.
func (h *house) awaitSeals(ctx context.Context) error {
	until := clock.System().Now().Add(sealsWait)
	for told := false; ; told = true {
		waiting := false
		dir, err := h.app.Division.Directory(ctx)
		if err != nil {
			return err
		}
		for _, t := range dir.Tenants() {
			err := h.app.DB.View(ctx, tenancy.Tenant(t.Code), func(ctx context.Context, tx *database.Tx) error {
				more, err := unsealed(ctx, tx)
				waiting = waiting || more
				return err
			})
			if err != nil {
				return err
			}
		}
		if !waiting {
			return nil
		}
		if !told {
			h.note("the audit lines of the seeding are being sealed first")
		}
		if clock.System().Now().After(until) {
			return fmt.Errorf("bench: the audit trail is not sealed after %s", sealsWait)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (h *house) close() error {
	if h.bare != nil {
		h.bare.close()
	}
	h.stop()
	return <-h.served
}

// person is somebody signed in.
type person struct {
	name, tenant, token string
	since               time.Time
}

// sent is a request and its answer.
type sent struct {
	status int
	body   []byte
}

// do sends one request of a person. id names the request to the recorder.
func (h *house) do(p person, method, path string, body []byte, id string) (sent, error) {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	req.Header.SetMethod(method)
	req.SetRequestURI(h.base + path)
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	if p.tenant != "" {
		req.Header.Set("X-Tenant", p.tenant)
	}
	if id != "" {
		req.Header.Set("X-Request-Id", id)
	}
	if body != nil {
		req.Header.SetContentType("application/json")
		req.Header.Set("Idempotency-Key", uuid.NewString())
		req.SetBodyRaw(body)
	}
	if err := h.client.Do(req, res); err != nil {
		return sent{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return sent{res.StatusCode(), append([]byte{}, res.Body()...)}, nil
}

// must sends a request that has to succeed and reads its answer into out, unless that is nil.
func (h *house) must(p person, method, path string, body, out any) error {
	return h.mustAs(p, method, path, body, out, "")
}

func (h *house) mustAs(p person, method, path string, body, out any, id string) error {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	a, err := h.do(p, method, "/api/v1"+path, content, id)
	if err != nil {
		return err
	}
	if a.status/100 != 2 {
		return fmt.Errorf("%s %s as %s: %d %.300s", method, path, p.name, a.status, a.body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(a.body, out)
}

// fresh is how long a sign-in is used again; tokens live three times as long.
const fresh = 5 * time.Minute

// staff signs a documented account in, or gives it as it was just signed in.
func (h *house) staff(username string) (person, error) {
	now := clock.System().Now()
	if p, known := h.people[username]; known && now.Sub(p.since) < fresh {
		return p, nil
	}
	p := person{name: username, tenant: tenant, since: now}
	if !strings.HasPrefix(username, "3702") {
		p.tenant = tenancy.CityTenant
	}
	var session struct {
		AccessToken string `json:"access_token"`
	}
	err := h.must(p, http.MethodPost, "/auth/sessions", map[string]string{"username": username, "password": demo.Password}, &session)
	p.token = session.AccessToken
	if err == nil {
		h.people[username] = p
	}
	return p, err
}

// citizen signs a phone in by the code that the demo would have sent.
func (h *house) citizen(ctx context.Context, phone string) (person, error) {
	p := person{name: phone, tenant: tenant}
	if err := h.must(p, http.MethodPost, "/auth/sms-codes", map[string]string{"phone": phone}, nil); err != nil {
		return p, err
	}
	for range 300 {
		var outbox struct {
			Items []struct {
				Phone  string            `json:"phone"`
				Params map[string]string `json:"params"`
			} `json:"items"`
		}
		if err := h.must(p, http.MethodGet, "/dev/outbox?phone="+phone, nil, &outbox); err != nil {
			return p, err
		}
		for _, m := range outbox.Items {
			if code := m.Params["code"]; m.Phone == phone && code != "" {
				var session struct {
					AccessToken string `json:"access_token"`
				}
				err := h.must(p, http.MethodPost, "/auth/sms-sessions", map[string]string{"phone": phone, "code": code}, &session)
				p.token = session.AccessToken
				return p, err
			}
		}
		select {
		case <-ctx.Done():
			return p, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return p, fmt.Errorf("no code for %s in the outbox", phone)
}

// number is a phone that nobody has, another one each time.
func number() string {
	return fmt.Sprintf("19955%06d", uuid.New().ID()%1_000_000)
}
