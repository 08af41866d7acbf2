package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"huying/internal/platform/web"
)

// listen serves on a real port: what fasthttp does with a connection cannot be seen through app.Test.
func listen(t *testing.T, patience time.Duration) string {
	t.Helper()
	s, _ := newServer(t, func(o *web.Options) { o.ReadTimeout = patience })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Fiber().Listener(ln) }()
	t.Cleanup(func() { _ = s.Fiber().Shutdown() })
	return ln.Addr().String()
}

// talk writes raw bytes and reads answers until the connection ends or n answers came.
func talk(t *testing.T, address, request string, n int) []answer {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Minute))
	go func() { _, _ = io.WriteString(conn, request) }()
	r := bufio.NewReader(conn)
	var got []answer
	for range n {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return got
		}
		raw, _ := io.ReadAll(resp.Body)
		a := answer{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
		_ = json.Unmarshal(raw, &a.body)
		got = append(got, a)
	}
	return got
}

func chunked(path, chunk string, times int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", path)
	for range times {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	b.WriteString("0\r\n\r\n")
	return b.String()
}

func declared(path string, length int, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, length, body)
}

func TestBody(t *testing.T) {
	address, impatient := listen(t, time.Minute), listen(t, time.Second)
	big := strings.Repeat("a", 1<<20)
	next := "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

	for _, path := range []string{"/api/v1/things", "/api/v1/stream"} {
		t.Run("ten_megabytes_are_413"+path, func(t *testing.T) {
			body := `{"title":"` + strings.Repeat("a", 10<<20) + `"}`
			got := talk(t, address, declared(path, len(body), body)+next, 2)
			if len(got) == 0 {
				t.Fatal("no answer")
			}
			isProblem(t, got[0], 413, "body_too_large")
			if len(got) == 2 && got[1].raw != `{"status":"ok"}` {
				t.Fatalf("the body was taken for a request: %s", got[1].raw)
			}
		})
		t.Run("chunks_cannot_go_round_the_limit"+path, func(t *testing.T) {
			got := talk(t, address, chunked(path, big, 4), 1)
			if len(got) != 1 {
				t.Fatal("no answer")
			}
			isProblem(t, got[0], 413, "body_too_large")
		})
		t.Run("a_body_shorter_than_promised_is_408"+path, func(t *testing.T) {
			got := talk(t, impatient, declared(path, 500, `{"title":"`), 1)
			if len(got) != 1 {
				t.Fatal("no answer")
			}
			isProblem(t, got[0], 408, "request_timeout")
		})
	}
	t.Run("a_long_body_that_stalls_is_408", func(t *testing.T) {
		got := talk(t, impatient, declared("/api/v1/stream", 200_000, big[:100_000]), 1)
		if len(got) != 1 {
			t.Fatal("no answer")
		}
		isProblem(t, got[0], 408, "request_timeout")
	})
	t.Run("a_target_that_is_no_url_is_taken_literally", func(t *testing.T) {
		got := talk(t, address, "GET /api/v1/open/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 1)
		if len(got) != 1 || got[0].body["id"] != "%zz" {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("a_broken_chunk_is_400", func(t *testing.T) {
		request := "POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n"
		got := talk(t, address, request, 1)
		if len(got) != 1 || got[0].status != 400 {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("what_a_handler_leaves_unread_is_never_the_next_request", func(t *testing.T) {
		smuggled := "GET /api/v1/open/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
		for _, path := range []string{"/api/v1/rude", "/nowhere", "/api/v1/me"} {
			body := strings.Repeat("x", 20_000) + smuggled
			got := talk(t, address, declared(path, len(body), body)+next, 3)
			for _, a := range got {
				if strings.Contains(a.raw, "smuggled") {
					t.Fatalf("%s: %s", path, a.raw)
				}
			}
			if len(got) != 2 || got[1].raw != `{"status":"ok"}` {
				t.Fatalf("%s: the next request was not answered: %+v", path, got)
			}
		}
	})
	t.Run("requests_share_a_connection", func(t *testing.T) {
		body := `{"title":"路灯"}`
		got := talk(t, address, declared("/api/v1/things", len(body), body)+chunked("/api/v1/things", body, 1)+next, 3)
		if len(got) != 3 || got[0].status != 201 || got[1].status != 201 || got[2].status != 200 {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("a_request_may_wait_for_100_continue", func(t *testing.T) {
		body := `{"title":"路灯"}`
		request := strings.Replace(declared("/api/v1/things", len(body), body), "Host: x", "Host: x\r\nExpect: 100-continue", 1)
		got := talk(t, address, request, 2)
		if len(got) != 2 || got[0].status != 100 || got[1].status != 201 {
			t.Fatalf("%+v", got)
		}
	})
}

func FuzzCheckJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":["\u0000",{"b":"\ud83d\ude00"}]}`, `"\\"`, `[1e9,null,true]`, "{\"\xff\":1}", `"\ud800\u0041"`, ` [ ] `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		err := web.CheckJSON(in)
		if err != nil {
			return
		}
		// What passes must come through encoding/json unchanged, without replacement characters of its making.
		var v any
		if json.Unmarshal(in, &v) != nil {
			return // numbers out of range are Huma's to refuse
		}
		out, _ := json.Marshal(v)
		if strings.Contains(string(out), `\u0000`) || strings.Contains(string(out), "\ufffd") && !strings.Contains(string(in), "\ufffd") && !strings.Contains(strings.ToLower(string(in)), `\ufffd`) {
			t.Fatalf("%q became %s", in, out)
		}
	})
}
