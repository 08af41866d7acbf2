package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/web"
)

func TestMount(t *testing.T) {
	ix, err := authz.Load(policy)
	if err != nil {
		t.Fatal(err)
	}
	good := web.Route{Method: "POST", Path: "/x", Permission: "thing.make", Summary: "x", Body: web.JSON}
	bad := map[string]struct {
		change func(*web.Route)
		says   string
	}{
		"without_a_permission":               {func(r *web.Route) { r.Permission = "" }, "no permission"},
		"with_one_the_policy_does_not_know":  {func(r *web.Route) { r.Permission = "thing.burn" }, "thing.burn"},
		"that_takes_a_body_without_a_limit":  {func(r *web.Route) { r.Body = 0 }, "body limit"},
		"without_a_summary":                  {func(r *web.Route) { r.Summary = "" }, "summary"},
		"that_is_typed_and_streams_its_body": {func(r *web.Route) { r.Stream = true }, "stream"},
	}
	for name, c := range bad {
		t.Run("a_route_"+name+"_is_refused", func(t *testing.T) {
			s, err := web.New(web.Options{Authority: ix, Clock: clock.System(), Log: discard})
			if err != nil {
				t.Fatal(err)
			}
			r := good
			c.change(&r)
			web.Op(s, r, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
			if err := s.Err(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v", err)
			}
		})
	}
	t.Run("an_input_that_huma_would_leave_empty_is_refused", func(t *testing.T) {
		type hidden struct {
			ID string `path:"id"`
		}
		s, _ := web.New(web.Options{Authority: ix, Clock: clock.System(), Log: discard})
		web.Op(s, good, func(context.Context, *struct{ hidden }) (*struct{}, error) { return nil, nil })
		if err := s.Err(); err == nil || !strings.Contains(err.Error(), "hidden") {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("twice_the_same_route_is_refused", func(t *testing.T) {
		s, _ := web.New(web.Options{Authority: ix, Clock: clock.System(), Log: discard})
		for range 2 {
			web.Raw(s, good, func(*fiber.Ctx) error { return nil })
		}
		if s.Err() == nil {
			t.Fatal("accepted")
		}
	})
	t.Run("every_mounted_route_is_listed_with_its_permission", func(t *testing.T) {
		s, _ := newServer(t)
		seen := map[string]string{}
		for _, r := range s.Routes() {
			if r.Permission == "" {
				t.Errorf("%s %s has no permission", r.Method, r.FullPath())
			}
			seen[r.Method+" "+r.FullPath()] = r.Permission
		}
		if seen["GET /api/v1/things"] != "thing.read" || seen["GET /healthz"] != web.Public {
			t.Fatalf("routes %v", seen)
		}
	})
}

func TestGate(t *testing.T) {
	s, _ := newServer(t)
	cases := map[string]struct {
		path    string
		headers []string
		status  int
		code    string // of the problem, or the tenant of a good answer
	}{
		"visitor/is_sent_to_sign_in":                          {"/things", []string{"X-Tenant", "370202"}, 401, "unauthenticated"},
		"visitor/may_do_what_visitors_may":                    {"/places", []string{"X-Tenant", "370202"}, 200, "370202"},
		"visitor/must_name_the_tenant":                        {"/places", nil, 400, "tenant_required"},
		"visitor/may_leave_an_optional_tenant_out":            {"/maybe", nil, 200, ""},
		"visitor/an_optional_tenant_must_exist":               {"/maybe", []string{"X-Tenant", "999999"}, 400, "tenant_unknown"},
		"visitor/an_unknown_tenant_is_a_problem":              {"/places", []string{"X-Tenant", "370299"}, 400, "tenant_unknown"},
		"visitor/a_malformed_tenant_is_a_problem":             {"/places", []string{"X-Tenant", "370202' OR 1=1"}, 400, "tenant_unknown"},
		"visitor/the_city_tenant_does_not_exist_for_others":   {"/places", []string{"X-Tenant", "370200"}, 400, "tenant_unknown"},
		"visitor/the_host_names_the_tenant":                   {"/places", []string{"Host", "ShiNan.example:8443"}, 200, "370202"},
		"visitor/host_and_header_may_agree":                   {"/places", []string{"Host", "shinan.example", "X-Tenant", "370202"}, 200, "370202"},
		"visitor/host_and_header_must_not_differ":             {"/places", []string{"Host", "shinan.example", "X-Tenant", "370203"}, 400, "tenant_mismatch"},
		"visitor/the_directory_names_the_tenant_of_a_host":    {"/places", []string{"Host", "shibei.example"}, 200, "370203"},
		"staff/the_only_tenant_of_the_grants_is_taken":        {"/things", []string{"Authorization", "Bearer staff"}, 200, "370202"},
		"staff/of_two_tenants_must_choose":                    {"/things", []string{"Authorization", "Bearer both"}, 400, "tenant_required"},
		"staff/of_two_tenants_may_choose":                     {"/things", []string{"Authorization", "Bearer both", "X-Tenant", "370203"}, 200, "370203"},
		"staff/without_a_grant_there_is_refused":              {"/things", []string{"Authorization", "Bearer staff", "X-Tenant", "370203"}, 403, "forbidden"},
		"staff/the_scheme_is_not_case_sensitive":              {"/things", []string{"Authorization", "bearer staff"}, 200, "370202"},
		"staff/another_scheme_is_refused":                     {"/things", []string{"Authorization", "Basic c3RhZmY="}, 401, "unauthenticated"},
		"staff/a_bad_token_is_refused_even_where_visitors_go": {"/places", []string{"Authorization", "Bearer nobody", "X-Tenant", "370202"}, 401, "unauthenticated"},
		"staff/an_expired_password_closes_everything":         {"/things", []string{"Authorization", "Bearer stale"}, 403, "password_change_required"},
		"staff/an_expired_password_leaves_the_way_out":        {"/me", []string{"Authorization", "Bearer stale"}, 200, ""},
		"staff/revealing_needs_a_second_factor":               {"/reveal", []string{"Authorization", "Bearer staff"}, 403, "second_factor_required"},
		"staff/revealing_works_with_a_second_factor":          {"/reveal", []string{"Authorization", "Bearer strong"}, 200, "370202"},
		"citizen/may_not_do_what_staff_may":                   {"/things", []string{"Authorization", "Bearer citizen", "X-Tenant", "370203"}, 403, "forbidden"},
		"citizen/needs_no_tenant_for_own_matters":             {"/me", []string{"Authorization", "Bearer citizen"}, 200, ""},
		"city/reads_every_tenant":                             {"/things", []string{"Authorization", "Bearer city", "X-Tenant", "370203"}, 200, "370203"},
		"city/is_at_home_in_its_own":                          {"/things", []string{"Authorization", "Bearer city"}, 200, "370200"},
		"away/when_sessions_cannot_be_read":                   {"/things", []string{"Authorization", "Bearer away"}, 503, "unavailable"},
		"public/a_bad_token_does_not_matter":                  {"/open/1", []string{"Authorization", "Bearer nobody"}, 200, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a := call(t, s, get("/api/v1"+c.path), c.headers...)
			if c.status >= 400 {
				isProblem(t, a, c.status, c.code)
				return
			}
			if got, _ := a.body["tenant"].(string); a.status != c.status || got != c.code {
				t.Fatalf("got %d %s", a.status, a.raw)
			}
		})
	}
}

// A caller may be shared by many requests through a cache; what one request learns must not reach the next.
func TestGate_leaves_a_cached_caller_alone(t *testing.T) {
	shared := &auth.Caller{Kind: auth.KindCitizen}
	s, _ := newServer(t, func(o *web.Options) {
		o.Authenticate = func(context.Context, string, auth.Meta) (*auth.Caller, error) { return shared, nil }
	})
	call(t, s, get("/api/v1/places"), "Authorization", "Bearer x", "X-Tenant", "370202", "X-Device-Id", "phone-1")
	if shared.Tenant != "" || shared.Device != "" || shared.Grants != nil {
		t.Fatalf("changed: %+v", shared)
	}
}

func TestOrigin(t *testing.T) {
	s, _ := newServer(t) // app.Test speaks from 0.0.0.0, which these options trust
	cases := map[string]struct{ forwarded, want string }{
		"the_nearest_untrusted_hop_is_the_client": {"6.6.6.6, 203.0.113.9, 0.0.0.3", "203.0.113.9"},
		"a_forged_left_part_is_ignored":           {"127.0.0.1, 198.51.100.4", "198.51.100.4"},
		"rubbish_stops_the_walk":                  {"203.0.113.9, <script>, 0.0.0.5", "0.0.0.5"},
		"without_the_header_the_peer_counts":      {"", "0.0.0.0"},
		"a_mapped_address_is_unmapped":            {"::ffff:203.0.113.9", "203.0.113.9"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a := call(t, s, get("/api/v1/maybe"), "X-Forwarded-For", c.forwarded)
			if a.body["address"] != c.want {
				t.Fatalf("got %v", a.body["address"])
			}
		})
	}
	t.Run("an_untrusted_peer_names_neither_address_nor_request", func(t *testing.T) {
		s, _ := newServer(t, func(o *web.Options) { o.TrustedProxies = nil })
		a := call(t, s, get("/api/v1/maybe"), "X-Forwarded-For", "203.0.113.9", "X-Request-Id", "chosen-by-client")
		if a.body["address"] != "0.0.0.0" || a.header.Get("X-Request-Id") == "chosen-by-client" {
			t.Fatalf("%s %v", a.raw, a.header)
		}
	})
	t.Run("a_trusted_peer_names_the_request", func(t *testing.T) {
		if a := call(t, s, get("/api/v1/maybe"), "X-Request-Id", "edge-12345678"); a.header.Get("X-Request-Id") != "edge-12345678" {
			t.Fatal(a.header)
		}
		if a := call(t, s, get("/api/v1/maybe"), "X-Request-Id", "bad id; rm -rf"); len(a.header.Get("X-Request-Id")) != 36 {
			t.Fatal(a.header)
		}
	})
	t.Run("only_a_trusted_peer_says_https", func(t *testing.T) {
		for trusted, want := range map[bool]string{true: "https://m.example", false: "http://m.example"} {
			var base string
			s, _ := newServer(t, func(o *web.Options) {
				o.Enter = func(ctx context.Context, b string) context.Context { base = b; return ctx }
				if !trusted {
					o.TrustedProxies = nil
				}
			})
			a := call(t, s, get("/healthz"), "Host", "m.example", "X-Forwarded-Proto", "https")
			if base != want || (a.header.Get("Strict-Transport-Security") != "") != trusted {
				t.Errorf("trusted %v: %q %v", trusted, base, a.header)
			}
		}
	})
	t.Run("every_answer_is_guarded_by_headers", func(t *testing.T) {
		for _, path := range []string{"/healthz", "/nowhere", "/api/v1/fail/op/panic"} {
			h := call(t, s, get(path)).header
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Frame-Options") != "DENY" || h.Get("Content-Security-Policy") == "" || h.Get("X-Request-Id") == "" {
				t.Errorf("%s: %v", path, h)
			}
		}
	})
	t.Run("the_log_line_has_the_template_not_the_path", func(t *testing.T) {
		s, log := newServer(t)
		call(t, s, get("/api/v1/open/13812345678?q=13912345678"))
		if line := log.String(); strings.Contains(line, "138123") || strings.Contains(line, "139123") || !strings.Contains(line, `"route":"/api/v1/open/:id"`) {
			t.Fatal(line)
		}
	})
}
