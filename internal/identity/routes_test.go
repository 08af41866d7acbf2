package identity_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/audit"
	"huying/internal/identity"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/testkit"
	"huying/internal/platform/web"
	"huying/policy"
)

// desk is a bench with its routes behind the real gate.
type desk struct {
	*bench
	srv *web.Server
}

func newDesk(t *testing.T, cfg identity.Config) *desk {
	t.Helper()
	b := newBench(t, testkit.New(t, database.EngineSQLite), cfg)
	index, err := authz.Load(policy.FS)
	must(t, err)
	srv, err := web.New(web.Options{
		Authenticate: b.Authenticate, Authority: index, Clock: b.kit.Clock, Transient: database.IsUnavailable,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	must(t, err)
	b.Mount(srv)
	b.notify.Mount(srv)
	audit.New(audit.Deps{DB: b.kit.DB, Clock: b.kit.Clock}).Mount(srv)
	must(t, srv.Err())
	return &desk{bench: b, srv: srv}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (d *desk) do(t *testing.T, method, path, token string, body any, headers ...string) answer {
	t.Helper()
	var payload io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		must(t, err)
		payload = bytes.NewReader(raw)
	}
	req := httptest.NewRequest(method, path, payload)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := d.srv.Fiber().Test(req, 20_000)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	must(t, err)
	a := answer{status: res.StatusCode, header: res.Header, raw: string(raw), body: map[string]any{}}
	_ = json.Unmarshal(raw, &a.body)
	return a
}

func (a answer) is(t *testing.T, status int, code string) answer {
	t.Helper()
	got, _ := a.body["code"].(string)
	if a.status != status || got != code {
		t.Fatalf("want %d %q, got %d: %s", status, code, a.status, a.raw)
	}
	return a
}

func (a answer) text(name string) string { s, _ := a.body[name].(string); return s }

type m = map[string]any

func TestRoutesOfSigningIn(t *testing.T) {
	d := newDesk(t, identity.Config{})
	t.Run("a code is always accepted, known number or not, with the same body", func(t *testing.T) {
		d.citizen(t, "13900000001")
		known := d.do(t, "POST", "/api/v1/auth/sms-codes", "", m{"phone": "13900000001"}).is(t, 202, "")
		unknown := d.do(t, "POST", "/api/v1/auth/sms-codes", "", m{"phone": "13900000002"}).is(t, 202, "")
		if known.raw != unknown.raw {
			t.Fatalf("%s ≠ %s", known.raw, unknown.raw)
		}
		for range 10 {
			d.do(t, "POST", "/api/v1/auth/sms-codes", "", m{"phone": "13900000002"}).is(t, 202, "")
		}
	})
	t.Run("bad input names the field", func(t *testing.T) {
		for _, body := range []any{m{"phone": "110"}, m{"phone": ""}, m{}, m{"phone": strings.Repeat("1", 4000)}} {
			a := d.do(t, "POST", "/api/v1/auth/sms-codes", "", body).is(t, 422, "invalid_input")
			if !strings.Contains(a.raw, `"field":"phone"`) {
				t.Errorf("%s", a.raw)
			}
		}
		d.do(t, "POST", "/api/v1/auth/sms-sessions", "", m{"phone": "13900000001", "code": "000000"}).is(t, 401, "code_wrong")
	})
	t.Run("signing in answers the contract's three fields", func(t *testing.T) {
		a := d.do(t, "POST", "/api/v1/auth/sms-sessions", "", m{"phone": phone, "code": d.code(t, phone)}).is(t, 200, "")
		if a.text("access_token") == "" || a.text("refresh_token") == "" || a.body["expires_in"] != float64(900) {
			t.Fatalf("%s", a.raw)
		}
		if a.header.Get("Set-Cookie") != "" {
			t.Fatal("a cookie nobody asked for")
		}
		b := d.do(t, "POST", "/api/v1/auth/refresh", "", m{"refresh_token": a.text("refresh_token")}).is(t, 200, "")
		d.do(t, "POST", "/api/v1/auth/refresh", "", m{"refresh_token": a.text("refresh_token")}).is(t, 401, "refresh_reused")
		d.do(t, "POST", "/api/v1/auth/refresh", "", m{"refresh_token": b.text("refresh_token")}).is(t, 401, "unauthenticated")
		d.do(t, "GET", "/api/v1/me", b.text("access_token"), nil).is(t, 401, "unauthenticated")
	})
	t.Run("a browser's refresh token lives in a cookie alone", func(t *testing.T) {
		a := d.do(t, "POST", "/api/v1/auth/sms-sessions", "", m{"phone": phone, "code": d.code(t, phone), "cookie": true}).is(t, 200, "")
		cookie := a.header.Get("Set-Cookie")
		for _, part := range []string{"huying_refresh=", "HttpOnly", "SameSite=Strict", "Secure", "Path=/api/v1/auth"} {
			if !strings.Contains(cookie, part) {
				t.Errorf("%q lacks %q", cookie, part)
			}
		}
		if a.text("refresh_token") != "" {
			t.Fatal("the token is in the body too")
		}
		name, _, _ := strings.Cut(cookie, ";")
		b := d.do(t, "POST", "/api/v1/auth/refresh", "", nil, "Cookie", name).is(t, 200, "")
		next, _, _ := strings.Cut(b.header.Get("Set-Cookie"), ";")
		if next == name || !strings.HasPrefix(next, "huying_refresh=") || b.text("refresh_token") != "" {
			t.Fatalf("%q then %q", name, next)
		}
		end := d.do(t, "DELETE", "/api/v1/auth/session", b.text("access_token"), nil)
		if end.status != 204 || !strings.Contains(end.header.Get("Set-Cookie"), "Max-Age=0") {
			t.Fatalf("%d %q", end.status, end.header.Get("Set-Cookie"))
		}
		d.do(t, "POST", "/api/v1/auth/refresh", "", nil, "Cookie", next).is(t, 401, "unauthenticated")
		d.do(t, "POST", "/api/v1/auth/refresh", "", nil).is(t, 401, "unauthenticated")
	})
	t.Run("the lock tells when to come back", func(t *testing.T) {
		for range 5 {
			d.do(t, "POST", "/api/v1/auth/sessions", "", m{"username": "nobody", "password": "x"}).is(t, 401, "credentials_wrong")
		}
		if a := d.do(t, "POST", "/api/v1/auth/sessions", "", m{"username": "nobody", "password": "x"}).is(t, 429, "sign_in_locked"); a.header.Get("Retry-After") == "" {
			t.Fatal("no Retry-After")
		}
	})
	t.Run("the public keys are published", func(t *testing.T) {
		a := d.do(t, "GET", "/.well-known/jwks.json", "", nil).is(t, 200, "")
		if !strings.Contains(a.raw, `"kty":"OKP"`) || strings.Contains(a.raw, `"d":`) {
			t.Fatalf("%s", a.raw)
		}
	})
	t.Run("tokens of every wrong make are refused alike", func(t *testing.T) {
		for _, token := range []string{"x", "eyJhbGciOiJub25lIn0.e30.", strings.Repeat("a", 5000), "a.b.c", "Bearer"} {
			d.do(t, "GET", "/api/v1/me", token, nil).is(t, 401, "unauthenticated")
		}
	})
}

func TestRoutesOfOneself(t *testing.T) {
	d := newDesk(t, identity.Config{})
	d.staff(t, "370202.staff", grant("district_staff", "370202"))
	token := d.signIn(t, "370202.staff").AccessToken
	t.Run("me tells name, grants and permissions, never a whole number", func(t *testing.T) {
		a := d.do(t, "GET", "/api/v1/me", token, nil).is(t, 200, "")
		permissions, _ := a.body["permissions"].([]any)
		if !strings.Contains(a.raw, `"division_code":"370202"`) || !slices.Contains(permissions, any("report.dispatch")) || a.text("username") != "370202.staff" {
			t.Fatalf("%s", a.raw)
		}
		c := d.do(t, "GET", "/api/v1/me", d.citizen(t, phone).AccessToken, nil).is(t, 200, "")
		if c.text("phone") != "138****5678" || strings.Contains(c.raw, phone) {
			t.Fatalf("%s", c.raw)
		}
	})
	t.Run("visitors are sent to sign in", func(t *testing.T) {
		for _, path := range []string{"/api/v1/me", "/api/v1/me/sessions", "/api/v1/notices", "/api/v1/notices/unread"} {
			d.do(t, "GET", path, "", nil).is(t, 401, "unauthenticated")
		}
	})
	t.Run("a session of another, and one that never was, are not found alike", func(t *testing.T) {
		other := d.citizen(t, "13900000001")
		rows, err := d.Sessions(t.Context(), other.PersonID)
		must(t, err)
		foreign := d.do(t, "DELETE", "/api/v1/me/sessions/"+rows[0].ID.String(), token, nil).is(t, 404, "not_found")
		never := d.do(t, "DELETE", "/api/v1/me/sessions/"+uuid.NewString(), token, nil).is(t, 404, "not_found")
		if foreign.text("detail") != never.text("detail") {
			t.Fatal("told apart")
		}
		d.do(t, "GET", "/api/v1/me", other.AccessToken, nil).is(t, 200, "")
	})
	t.Run("a first password opens nothing but changing it", func(t *testing.T) {
		_, err := d.AddStaff(t.Context(), identity.NewStaff{Username: "new.staff", Password: password, MustChange: true})
		must(t, err)
		first := d.signIn(t, "new.staff").AccessToken
		d.do(t, "GET", "/api/v1/me", first, nil).is(t, 200, "")
		d.do(t, "GET", "/api/v1/me/sessions", first, nil).is(t, 403, "password_change_required")
		d.do(t, "PATCH", "/api/v1/me/password", first, m{"current_password": password, "new_password": "short"}).is(t, 422, "invalid_input")
		if a := d.do(t, "PATCH", "/api/v1/me/password", first, m{"current_password": password, "new_password": "another-fish-lamp-78"}); a.status != 204 {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		d.do(t, "GET", "/api/v1/me/sessions", first, nil).is(t, 200, "")
	})
	t.Run("sign out everywhere", func(t *testing.T) {
		again := d.signIn(t, "370202.staff").AccessToken
		if a := d.do(t, "DELETE", "/api/v1/me/sessions", again, nil); a.status != 204 {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		for _, s := range []string{token, again} {
			d.do(t, "GET", "/api/v1/me", s, nil).is(t, 401, "unauthenticated")
		}
	})
}

func TestRoutesOfGrants(t *testing.T) {
	d := newDesk(t, identity.Config{})
	d.staff(t, "370202.admin", grant("tenant_admin", "370202"))
	d.staff(t, "370203.admin", grant("tenant_admin", "370203"))
	d.staff(t, "370202001.office", grant("street_office", "370202001"))
	d.staff(t, "auditor", authz.Grant{Role: "auditor", Tenant: "370200", Division: "3702"})
	d.staff(t, "target")
	admin, foreign := d.proven(t, "370202.admin"), d.proven(t, "370203.admin")
	body := m{"username": "target", "role": "district_staff", "division_code": "370202"}
	var id string
	t.Run("not without a second factor", func(t *testing.T) {
		d.staff(t, "370202.admin2", grant("tenant_admin", "370202"))
		d.do(t, "POST", "/api/v1/grants", d.signIn(t, "370202.admin2").AccessToken, body).is(t, 403, "second_factor_required")
	})
	t.Run("given, listed in its own tenant only, and taken", func(t *testing.T) {
		id = d.do(t, "POST", "/api/v1/grants", admin, body).is(t, 201, "").text("id")
		if a := d.do(t, "GET", "/api/v1/grants?limit=100", admin, nil).is(t, 200, ""); !strings.Contains(a.raw, id) {
			t.Fatalf("%s", a.raw)
		}
		if a := d.do(t, "GET", "/api/v1/grants?limit=100", foreign, nil).is(t, 200, ""); strings.Contains(a.raw, "370202") {
			t.Fatalf("%s", a.raw)
		}
		d.do(t, "DELETE", "/api/v1/grants/"+id, foreign, nil).is(t, 404, "not_found")
		if a := d.do(t, "DELETE", "/api/v1/grants/"+id, admin, nil); a.status != 204 {
			t.Fatalf("%d %s", a.status, a.raw)
		}
	})
	t.Run("another tenant in the header is no way in", func(t *testing.T) {
		d.do(t, "POST", "/api/v1/grants", admin, m{"username": "target", "role": "district_staff", "division_code": "370203"}, "X-Tenant", "370203").is(t, 403, "forbidden")
		d.do(t, "POST", "/api/v1/grants", admin, m{"username": "target", "role": "district_staff", "division_code": "370203"}).is(t, 422, "invalid_input")
	})
	t.Run("a street office sees its street's grants alone and gives no district role", func(t *testing.T) {
		office := d.proven(t, "370202001.office")
		d.do(t, "POST", "/api/v1/grants", office, body).is(t, 403, "grant_refused")
	})
	t.Run("a refused grant makes no person of a new number", func(t *testing.T) {
		d.do(t, "POST", "/api/v1/grants", admin, m{"phone": "13911112222", "role": "tenant_admin", "division_code": "370202"}).is(t, 403, "grant_refused")
		d.do(t, "POST", "/api/v1/grants", admin, m{"role": "district_staff", "division_code": "370202"}).is(t, 422, "invalid_input")
		for _, row := range d.everyRow(t) {
			if strings.Contains(row, d.keys.Blind("person.phone", "13911112222")) {
				t.Fatal("a person was made")
			}
		}
	})
	t.Run("the auditor reads the lines, page by page, and each look across is a line itself", func(t *testing.T) {
		auditor := d.signIn(t, "auditor").AccessToken
		a := d.do(t, "GET", "/api/v1/audit?limit=2", auditor, nil, "X-Tenant", "370202").is(t, 200, "")
		if a.text("next_cursor") == "" {
			t.Fatalf("%s", a.raw)
		}
		b := d.do(t, "GET", "/api/v1/audit?limit=2&cursor="+a.text("next_cursor"), auditor, nil, "X-Tenant", "370202").is(t, 200, "")
		if a.raw == b.raw || len(d.lines(t, "370200", "city.read")) != 2 {
			t.Fatalf("%d lines in the city", len(d.lines(t, "370200", "city.read")))
		}
		d.do(t, "GET", "/api/v1/audit", admin, nil).is(t, 403, "forbidden")
		d.do(t, "GET", "/api/v1/audit?cursor=x", auditor, nil, "X-Tenant", "370202").is(t, 422, "invalid_input")
	})
}

// proven signs somebody in who has passed a second factor, as giving and taking roles asks.
func (d *desk) proven(t *testing.T, username string) string {
	t.Helper()
	token := d.signIn(t, username).AccessToken
	secret := d.do(t, "POST", "/api/v1/me/totp", token, nil).is(t, 200, "").text("secret")
	d.do(t, "POST", "/api/v1/me/totp/confirm", token, m{"code": totpNow(t, secret, d.kit.Clock.Now())}).is(t, 200, "")
	return token
}

func TestRoutesOfTheSecondFactor(t *testing.T) {
	d := newDesk(t, identity.Config{})
	token := d.citizen(t, phone).AccessToken
	a := d.do(t, "POST", "/api/v1/me/totp", token, nil).is(t, 200, "")
	d.do(t, "POST", "/api/v1/me/totp/confirm", token, m{"code": "000000"}).is(t, 401, "credentials_wrong")
	b := d.do(t, "POST", "/api/v1/me/totp/confirm", token, m{"code": totpNow(t, a.text("secret"), d.kit.Clock.Now())}).is(t, 200, "")
	codes, _ := b.body["recovery_codes"].([]any)
	me := d.do(t, "GET", "/api/v1/me", token, nil).is(t, 200, "")
	if me.body["second_factor"] != true || me.body["recovery_codes_left"] != float64(10) || len(codes) != 10 {
		t.Fatalf("%s", me.raw)
	}
	d.do(t, "POST", "/api/v1/me/totp", token, nil).is(t, 409, "totp_state")
	later := d.citizen(t, phone).AccessToken
	if a := d.do(t, "POST", "/api/v1/auth/second-factor", later, m{"code": codes[0]}); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	d.kit.Clock.Advance(time.Minute)
	if a := d.do(t, "POST", "/api/v1/me/totp/disable", later, m{"code": totpNow(t, a.text("secret"), d.kit.Clock.Now())}); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
}
