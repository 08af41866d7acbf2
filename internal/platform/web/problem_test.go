package web_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"huying/internal/platform/web"
)

func TestFailures(t *testing.T) {
	cases := map[string]struct {
		status int
		code   string
		retry  string
	}{
		"panic":    {500, "internal", ""},
		"internal": {500, "internal", ""},
		"away":     {503, "unavailable", "5"},
		"slow":     {503, "unavailable", "5"},
		"fault":    {429, "too_many_requests", "90"},
	}
	for name, c := range cases {
		for _, how := range []string{"op", "raw"} {
			t.Run(how+"/"+name, func(t *testing.T) {
				s, log := newServer(t)
				a := call(t, s, get("/api/v1/fail/"+how+"/"+name))
				isProblem(t, a, c.status, c.code)
				if got := a.header.Get("Retry-After"); got != c.retry {
					t.Errorf("Retry-After %q", got)
				}
				for _, leak := range []string{"secret", "people", "10.0.0.7", "context deadline", "half"} {
					if strings.Contains(a.raw, leak) || strings.Contains(a.header.Get("Set-Cookie"), leak) && name == "panic" {
						t.Errorf("%q leaked: %s %v", leak, a.raw, a.header)
					}
				}
				id := a.body["request_id"].(string)
				if c.status >= 500 && strings.Count(log.String(), `"err":`) != 1 {
					t.Errorf("logged not exactly once:\n%s", log)
				}
				if !strings.Contains(log.String(), id) {
					t.Errorf("the log does not know %s", id)
				}
			})
		}
	}
	t.Run("facts_are_members_of_the_problem", func(t *testing.T) {
		s, _ := newServer(t)
		if a := call(t, s, get("/api/v1/fail/op/fault")); a.body["tries_left"] != 0.0 || a.body["detail"] != "请稍后再试" {
			t.Fatal(a.raw)
		}
	})
	t.Run("the_server_lives_on_after_a_panic", func(t *testing.T) {
		s, _ := newServer(t)
		call(t, s, get("/api/v1/fail/op/panic"))
		if a := call(t, s, get("/healthz")); a.status != 200 {
			t.Fatal(a.raw)
		}
	})
}

func TestUnmatched(t *testing.T) {
	s, _ := newServer(t)
	t.Run("an_unknown_path_is_404", func(t *testing.T) {
		isProblem(t, call(t, s, get("/api/v1/nowhere/13812345678")), 404, "not_found")
	})
	t.Run("an_unknown_method_is_405_and_says_which_are_known", func(t *testing.T) {
		a := call(t, s, httptest.NewRequest("DELETE", "/api/v1/things", nil))
		isProblem(t, a, 405, "method_not_allowed")
		if allow := a.header.Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "POST") {
			t.Errorf("Allow %q", allow)
		}
	})
}

func TestValidation(t *testing.T) {
	s, _ := newServer(t)
	cases := map[string]struct {
		body, field, says string
		status            int
	}{
		"a_missing_field_is_named":       {`{}`, "title", "必填", 422},
		"a_missing_nested_field_too":     {`{"title":"路灯","position":{}}`, "position.lat", "必填", 422},
		"too_short":                      {`{"title":"路"}`, "title", "不能少于 2 个字", 422},
		"too_long_counts_characters":     {`{"title":"一二三四五六七八九十一"}`, "title", "不能超过 10 个字", 422},
		"out_of_the_world":               {`{"title":"路灯","position":{"lat":91}}`, "position.lat", "不能大于 90", 422},
		"a_wrong_type":                   {`{"title":7}`, "title", "请填写文字", 422},
		"an_unknown_choice":              {`{"title":"路灯","kind":"z"}`, "kind", "只能是其中之一：a, b", 422},
		"too_many":                       {`{"title":"路灯","tags":["a","b","c"]}`, "tags", "最多只能有 2 项", 422},
		"a_wrong_item":                   {`{"title":"路灯","tags":["a",1]}`, "tags[1]", "请填写文字", 422},
		"a_time_that_is_none":            {`{"title":"路灯","position":{"lat":1,"at":"yesterday"}}`, "position.at", "请填写日期时间", 422},
		"a_list_for_an_object":           {`[1]`, "body", "请填写对象", 422},
		"null_for_an_object":             {`null`, "body", "请填写对象", 422},
		"broken_json":                    {`{"title":`, "", "", 400},
		"nothing_at_all":                 {``, "", "", 400},
		"a_nul_in_a_field":               {`{"title":"路\u0000灯"}`, "title", "控制字符", 422},
		"an_escape_character":            {`{"title":"路\u001b[31m灯"}`, "title", "控制字符", 422},
		"invalid_utf8_in_a_field":        {"{\"title\":\"路\xff灯\"}", "title", "UTF-8", 422},
		"half_a_surrogate":               {`{"title":"路灯\ud83d"}`, "title", "UTF-8", 422},
		"a_nul_deep_inside":              {`{"title":"路灯","x":[{"y":"\u0000"}]}`, "x[0].y", "控制字符", 422},
		"a_field_name_with_a_nul":        {`{"title":"路灯","a\u0007b":1}`, "body", "字段名", 422},
		"absurd_nesting":                 {strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "", "", 400},
		"a_number_that_is_too_large":     {`{"title":"路灯","position":{"lat":1e999}}`, "", "", 400},
		"a_text_that_ends_in_escapes":    {`{"title":"路灯\\"}`, "", "", 201},
		"whole_surrogates_are_fine":      {`{"title":"路灯\ud83d\ude00"}`, "", "", 201},
		"line_ends_are_fine":             {`{"title":"路\n灯\t"}`, "", "", 201},
		"fields_we_do_not_know_are_fine": {`{"title":"路灯","later":true}`, "", "", 201},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			a := call(t, s, post("/api/v1/things", c.body))
			if a.status != c.status {
				t.Fatalf("got %d %s", a.status, a.raw)
			}
			if c.field != "" && !strings.Contains(a.field(c.field), c.says) {
				t.Fatalf("field %s: %q in %s", c.field, a.field(c.field), a.raw)
			}
			for _, leak := range []string{"expected", "invalid character", "json:", "cannot unmarshal", "parsing time", "body."} {
				if strings.Contains(a.raw, leak) {
					t.Errorf("%q leaked: %s", leak, a.raw)
				}
			}
		})
	}
	t.Run("a_form_is_415", func(t *testing.T) {
		isProblem(t, call(t, s, post("/api/v1/things", "title=x"), "Content-Type", "application/x-www-form-urlencoded"), 415, "unsupported_media_type")
	})
	t.Run("a_query_is_named", func(t *testing.T) {
		for query, field := range map[string]string{
			"limit=0": "limit", "limit=x": "limit", "limit=101": "limit", "q=%00": "q", "q=a%ff": "q", "q=%c2%9b": "q", "%00=1": "query",
		} {
			a := call(t, s, get("/api/v1/open/1?"+query))
			isProblem(t, a, 422, "invalid_input")
			if a.field(field) == "" {
				t.Errorf("%s: %s", query, a.raw)
			}
		}
		if a := call(t, s, get("/api/v1/open/1?q=100%25_%27%22%E7%81%AF")); a.body["q"] != `100%_'"灯` || a.body["limit"] != 20.0 {
			t.Errorf("%s", a.raw)
		}
	})
}

func TestIdempotencyKey(t *testing.T) {
	s, _ := newServer(t)
	t.Run("reaches_the_handler_with_the_hash_of_the_body", func(t *testing.T) {
		a := call(t, s, post("/api/v1/things", `{"title":"路灯"}`), "Idempotency-Key", "k-1")
		b := call(t, s, post("/api/v1/things", `{"title":"路牌"}`), "Idempotency-Key", "k-1")
		if a.body["key"] != "k-1" || len(a.body["hash"].(string)) != 64 || a.body["hash"] == b.body["hash"] {
			t.Fatal(a.raw, b.raw)
		}
	})
	t.Run("of_another_form_is_refused", func(t *testing.T) {
		for _, key := range []string{"a b", strings.Repeat("k", 129), "键"} {
			a := call(t, s, post("/api/v1/things", `{"title":"路灯"}`), "Idempotency-Key", key)
			isProblem(t, a, 422, "invalid_input")
		}
	})
}

func TestReady(t *testing.T) {
	sick := errors.New("dial tcp 10.0.0.7:9000: refused")
	s, _ := newServer(t, func(o *web.Options) {
		o.Ready = map[string]func(context.Context) error{
			"database": func(context.Context) error { return nil },
			"objects":  func(context.Context) error { return sick },
		}
	})
	a := call(t, s, get("/readyz"))
	if a.status != 503 || a.header.Get("Retry-After") == "" || !strings.Contains(a.raw, `"sick":["objects"]`) || strings.Contains(a.raw, "10.0.0.7") {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	sick = nil
	if a := call(t, s, get("/readyz")); a.status != 200 || !strings.Contains(a.raw, `"database":"ok"`) {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	s.Drain()
	if a := call(t, s, get("/readyz")); a.status != 503 || !strings.Contains(a.raw, "draining") {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if a := call(t, s, get("/healthz")); a.status != 200 {
		t.Fatal("a draining process is still alive")
	}
}

func TestMetricsLabels(t *testing.T) {
	s, _ := newServer(t)
	call(t, s, get("/api/v1/open/42"))
	call(t, s, get("/api/v1/wild/path/43"))
	a := call(t, s, get("/metrics"))
	if !strings.Contains(a.raw, `route="/api/v1/open/:id",status="2xx"`) || !strings.Contains(a.raw, `route="unmatched",status="4xx"`) {
		t.Fatal("labels are missing")
	}
	if strings.Contains(a.raw, "/wild/") || strings.Contains(a.raw, "/42") {
		t.Fatal("a path became a label")
	}
}
