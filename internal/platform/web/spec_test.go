package web_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"huying/internal/platform/web"
)

func TestOpenAPI(t *testing.T) {
	s, _ := newServer(t)
	a := call(t, s, get("/openapi.json"))
	if a.status != 200 || a.body["openapi"] != "3.1.0" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Permission string `json:"x-permission"`
			Parameters []struct{ Name, In string }
			Security   []map[string][]string
			Responses  map[string]struct {
				Content map[string]any
			}
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal([]byte(a.raw), &doc); err != nil {
		t.Fatal(err)
	}
	t.Run("has_every_route_that_is_not_hidden", func(t *testing.T) {
		for _, r := range s.Routes() {
			_, there := doc.Paths[r.FullPath()][strings.ToLower(r.Method)]
			if there == r.Hidden {
				t.Errorf("%s %s: in the document %v, hidden %v", r.Method, r.FullPath(), there, r.Hidden)
			}
		}
	})
	t.Run("tells_permission_headers_and_sign_in", func(t *testing.T) {
		things := doc.Paths["/api/v1/things"]
		if things["get"].Permission != "thing.read" || len(things["get"].Security) != 1 || things["post"].Security != nil {
			t.Errorf("%+v", things)
		}
		names := map[string]bool{}
		for _, p := range things["get"].Parameters {
			names[p.In+" "+p.Name] = true
		}
		for _, p := range things["post"].Parameters {
			names["post "+p.In+" "+p.Name] = true
		}
		if !names["header X-Tenant"] || !names["post header Idempotency-Key"] || names["post header X-Tenant"] {
			t.Errorf("%v", names)
		}
	})
	t.Run("errors_are_our_problem", func(t *testing.T) {
		for _, path := range []string{"/api/v1/things", "/api/v1/stream"} {
			found := false
			for status, r := range doc.Paths[path]["post"].Responses {
				if _, ok := r.Content["application/problem+json"]; ok && status[0] != '2' {
					found = true
				}
			}
			if !found {
				t.Errorf("%s: %+v", path, doc.Paths[path]["post"].Responses)
			}
		}
		problem := string(doc.Components.Schemas["Problem"])
		if !strings.Contains(problem, `"request_id"`) || !strings.Contains(problem, `"code"`) || strings.Contains(a.raw, "ErrorModel") {
			t.Error(problem)
		}
	})
	t.Run("raw_routes_tell_their_form_and_answer", func(t *testing.T) {
		at := func(path ...string) any {
			var node any = a.body
			for _, name := range path {
				m, _ := node.(map[string]any)
				node = m[name]
			}
			return node
		}
		op := []string{"paths", "/api/v1/stream", "post"}
		form := append(op, "requestBody", "content", "multipart/form-data", "schema", "properties")
		if at(append(form, "title")...) == nil || at(append(form, "ids")...) != nil || at(append(form, "photo", "maxItems")...) != 9.0 {
			t.Errorf("form %v", at(form...))
		}
		if ref, _ := at(append(op, "responses", "200", "content", "application/json", "schema", "$ref")...).(string); !strings.HasSuffix(strings.ToLower(ref), "formanswer") {
			t.Errorf("answer %v", at(append(op, "responses")...))
		}
		if at("paths", "/api/v1/rude", "post", "responses", "200", "content", "image/jpeg") == nil {
			t.Error("no media")
		}
	})
	t.Run("does_not_loosen_clients_types", func(t *testing.T) {
		if strings.Contains(a.raw, `"additionalProperties": true`) {
			t.Error("additionalProperties is spelled out")
		}
	})
}

func TestDocs(t *testing.T) {
	s, _ := newServer(t, func(o *web.Options) { o.DemoNotice = "演示 <环境>" })
	a := call(t, s, get("/docs"))
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %v", a.status, a.header)
	}
	t.Run("loads_nothing_from_other_hosts", func(t *testing.T) {
		if m := regexp.MustCompile(`(?i)(src|href)="?https?:|url\(|@import|//cdn`).FindString(a.raw); m != "" {
			t.Error(m)
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "connect-src 'self'") {
			t.Error(csp)
		}
	})
	t.Run("says_that_it_is_a_demo", func(t *testing.T) {
		if !strings.Contains(a.raw, "演示 &lt;环境&gt;") {
			t.Error("no notice")
		}
		plain, _ := newServer(t)
		if strings.Contains(call(t, plain, get("/docs")).raw, `class="demo" role`) {
			t.Error("a notice without a demo")
		}
	})
}
