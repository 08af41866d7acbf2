// Package roomtest gives a room's tests the part of the house they stand on: the shelf over a real
// database of each engine, and the HTTP door with callers of the test's choosing. The whole
// product, with sign-in and stores, is booted by internal/app/apptest.
package roomtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/division"
	"huying/internal/identity"
	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
	"huying/internal/platform/web"
	"huying/policy"
)

// Bench is the shelf on one engine and a server that rooms mount themselves on.
type Bench struct {
	*testkit.Kit
	Index    *authz.Index
	Division *division.Service
	Identity *identity.Service
	Server   *web.Server

	callers map[string]auth.Caller
}

// Engines runs test on both engines with the reference data filled in; mount builds the rooms.
func Engines(t *testing.T, mount func(b *Bench), test func(t *testing.T, b *Bench)) {
	t.Helper()
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		b := &Bench{Kit: kit, callers: map[string]auth.Caller{}}
		b.build(t)
		mount(b)
		if err := b.Server.Err(); err != nil {
			t.Fatal(err)
		}
		test(t, b)
	}, testkit.Filled("reference_with_questions", division.EnsureReference))
}

func (b *Bench) build(t *testing.T) {
	t.Helper()
	quiet := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	check := func(e error) {
		t.Helper()
		if e != nil {
			t.Fatal(e)
		}
	}
	b.Index, err = authz.Load(policy.FS)
	check(err)
	material, err := crypto.Generate(b.Clock.Now())
	check(err)
	keys, err := crypto.New(material)
	check(err)
	tokens, err := auth.NewTokens(auth.TokenOptions{Issuer: "huying", Audience: "huying", Lifetime: 15 * time.Minute, Keys: keys, Clock: b.Clock})
	check(err)
	queue := jobs.New(b.DB, jobs.Options{})
	b.Division = division.New(division.Deps{DB: b.DB, Clock: b.Clock, Log: quiet})
	b.Identity, err = identity.New(identity.Deps{
		DB: b.DB, Clock: b.Clock, Keys: keys, Tokens: tokens, Index: b.Index, Log: quiet,
		Notify: notify.New(notify.Deps{DB: b.DB, Clock: b.Clock, Keys: keys, Jobs: queue, Log: quiet}),
	})
	check(err)
	b.Server, err = web.New(web.Options{
		Authenticate: b.authenticate, Authority: b.Index, KnownTenant: b.Division.KnownTenant,
		Transient: database.IsUnavailable, Clock: b.Clock, Log: quiet,
	})
	check(err)
}

func (b *Bench) authenticate(_ context.Context, bearer string, _ auth.Meta) (*auth.Caller, error) {
	c, ok := b.callers[bearer]
	if !ok {
		return nil, fault.Unauthenticated.New("没有这个人")
	}
	return &c, nil
}

// Caller makes somebody who may ask from now on: a staff member with these grants and a second
// factor, or a citizen when there are none.
func (b *Bench) Caller(name string, grants ...authz.Grant) auth.Caller {
	kind := auth.KindStaff
	if len(grants) == 0 {
		kind = auth.KindCitizen
	}
	c := auth.Caller{PersonID: uuid.Must(uuid.NewV7()), Kind: kind, AllGrants: grants, SecondFactor: true}
	b.callers[name] = c
	return c
}

// CallerAs lets an existing person ask under a name.
func (b *Bench) CallerAs(name string, person uuid.UUID, grants ...authz.Grant) {
	c := b.Caller(name, grants...)
	c.PersonID = person
	b.callers[name] = c
}

// Do runs fn in a transaction of the tenant and fails the test on an error.
func (b *Bench) Do(t *testing.T, tenant string, fn func(context.Context, *database.Tx) error) {
	t.Helper()
	if err := b.DB.Do(t.Context(), tenancy.Tenant(tenant), fn); err != nil {
		t.Fatal(err)
	}
}

// Answer is what a request got.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Code is the code of a problem, "" when it is none.
func (a Answer) Code() string {
	var p struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(a.Body, &p)
	return p.Code
}

// Fields are the names of the wrong fields of a problem, sorted.
func (a Answer) Fields() []string {
	var p struct {
		Errors []struct {
			Field string `json:"field"`
		} `json:"errors"`
	}
	_ = json.Unmarshal(a.Body, &p)
	var names []string
	for _, e := range p.Errors {
		names = append(names, e.Field)
	}
	slices.Sort(names)
	return names
}

// Into reads the body, and fails the test unless the status is the expected one.
func (a Answer) Into(t *testing.T, status int, to any) {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if to == nil {
		return
	}
	if err := json.Unmarshal(a.Body, to); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
}

// Ask sends a request below /api/v1 as caller ("" is a visitor) in a tenant; body is JSON unless nil.
func (b *Bench) Ask(t *testing.T, caller, tenant, method, path string, body any, headers ...string) Answer {
	t.Helper()
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	return b.send(t, caller, tenant, method, path, in, append([]string{"Content-Type", "application/json"}, headers...))
}

// Upload sends a file as the part "file".
func (b *Bench) Upload(t *testing.T, caller, tenant, path string, file []byte) Answer {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "table")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.send(t, caller, tenant, http.MethodPost, path, &form, []string{"Content-Type", w.FormDataContentType()})
}

func (b *Bench) send(t *testing.T, caller, tenant, method, path string, body io.Reader, headers []string) Answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, web.Prefix+path, body)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if caller != "" {
		r.Header.Set("Authorization", "Bearer "+caller)
	}
	if tenant != "" {
		r.Header.Set(web.TenantHeader, tenant)
	}
	res, err := b.Server.Fiber().Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: text}
}
