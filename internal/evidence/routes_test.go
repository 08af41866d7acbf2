package evidence_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/evidence"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/telemetry"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
	"huying/internal/platform/web"
	"huying/policy"
)

// door is the room behind the real gate on a real listener, with the embedded store on the same one.
type door struct {
	*house
	base    string
	callers map[string]uuid.UUID
}

func newDoor(t *testing.T) *door {
	t.Helper()
	kit := testkit.New(t, database.EngineSQLite)
	store, err := embedded.Store("") // URLs are signed for the host the client used
	must(t, err)
	d := &door{house: newHouse(t, kit, store), callers: map[string]uuid.UUID{"wang": uuid.New(), "li": uuid.New()}}
	index, err := authz.Load(policy.FS)
	must(t, err)
	srv, err := web.New(web.Options{
		Authority: index, Clock: kit.Clock, Log: slog.New(slog.DiscardHandler), Metrics: telemetry.NewMetrics(), Enter: objects.WithPublicBase,
		Authenticate: func(_ context.Context, token string, _ auth.Meta) (*auth.Caller, error) {
			id, ok := d.callers[token]
			if !ok {
				return nil, fault.Unauthenticated.New("请重新登录")
			}
			return &auth.Caller{PersonID: id, Kind: auth.KindCitizen}, nil
		},
		KnownTenant: func(_ context.Context, code string) (bool, error) { return strings.HasPrefix(code, "3702"), nil },
	})
	must(t, err)
	d.Mount(srv)
	web.Raw(srv, web.Route{
		Method: "*", Path: "/" + objects.BucketPrefix + "*", Root: true, Permission: web.Public, Tenant: web.None,
		Body: 100 << 20, Stream: true, Deadline: time.Minute, Hidden: true,
	}, embedded.Handler())
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/photos/{report}/{variant}", Permission: web.Public, Tenant: web.None, Hidden: true,
	}, d.show)
	must(t, srv.Err())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = srv.Fiber().Listener(ln) }()
	t.Cleanup(func() { _ = srv.Fiber().Shutdown() })
	d.base = "http://" + ln.Addr().String()
	return d
}

// show is what the report's route does with the room: find and locate in a transaction, fetch and send after it.
func (d *door) show(c *fiber.Ctx) error {
	variant, err := evidence.ParseVariant(c.Params("variant"))
	if err != nil {
		return err
	}
	var where evidence.Object
	err = d.kit.DB.Do(c.UserContext(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		var photos []*db.Photo
		if photos, err = d.List(ctx, tx, uuid.MustParse(c.Params("report"))); err != nil {
			return err
		}
		where, err = d.Locate(ctx, tx, photos[0], variant, c.Query("reason"))
		return err
	})
	if err != nil {
		return err
	}
	content, err := d.Fetch(c.UserContext(), where)
	if err != nil {
		return err
	}
	return d.Send(c, content)
}

func (d *door) call(t *testing.T, who, method, path string, body any, headers map[string]string) (int, map[string]any, http.Header, []byte) {
	t.Helper()
	var sent io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		must(t, err)
		sent = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, d.base+path, sent)
	must(t, err)
	req.Header.Set("X-Tenant", tenant)
	req.Header.Set("Content-Type", "application/json")
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	must(t, err)
	var out map[string]any
	_ = json.Unmarshal(raw, &out)
	return res.StatusCode, out, res.Header, raw
}

func TestRoutes(t *testing.T) {
	d := newDoor(t)
	body := snapshot(t, 1400, 1000)
	ask := map[string]any{"file_name": "路面.jpg", "content_type": "image/jpeg", "size": len(body), "sha256": strings.ToUpper(sum(body))}
	code, got, _, _ := d.call(t, "wang", http.MethodPost, "/api/v1/uploads", ask, nil)
	if code != http.StatusCreated || got["method"] != "PUT" {
		t.Fatalf("%d %v", code, got)
	}
	id, _ := got["upload_id"].(string)
	url, _ := got["url"].(string)
	if !strings.HasPrefix(url, d.base+"/huying-staging-") {
		t.Fatalf("the URL is not below %s: %s", d.base, url)
	}
	headers := map[string]string{}
	for k, v := range got["headers"].(map[string]any) {
		headers[k] = v.(string)
	}
	t.Run("a_phone_that_breaks_off_uploads_nothing", func(t *testing.T) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.base, "http://"))
		must(t, err)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, nil)
		must(t, err)
		head := "PUT " + req.URL.RequestURI() + " HTTP/1.1\r\nHost: " + req.URL.Host + "\r\n"
		for k, v := range headers {
			head += k + ": " + v + "\r\n"
		}
		_, err = conn.Write(append([]byte(head+"\r\n"), body[:len(body)/2]...))
		must(t, err)
		must(t, conn.Close())
		code, got, _, _ := d.call(t, "wang", http.MethodPost, "/api/v1/uploads/"+id+"/verify", nil, nil)
		if code != 422 || got["code"] != "upload_missing" {
			t.Fatalf("%d %v", code, got)
		}
	})
	ticket := evidence.Ticketed{Ticket: objects.Ticket{URL: url, Headers: headers}}
	if code := put(t, ticket, body[:len(body)-1]); code < 400 || code > 499 {
		t.Fatalf("short body: %d", code)
	}
	if code := put(t, ticket, body); code != http.StatusOK {
		t.Fatalf("PUT %d", code)
	}
	code, got, _, _ = d.call(t, "wang", http.MethodPost, "/api/v1/uploads/"+id+"/verify", nil, nil)
	if code != http.StatusOK || got["state"] != "verified" || got["width"] != 1400.0 {
		t.Fatalf("%d %v", code, got)
	}
	t.Run("somebody_elses_upload_looks_like_none", func(t *testing.T) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			suffix := map[string]string{http.MethodPost: "/verify"}[method]
			answers := []map[string]any{}
			for _, other := range []string{id, uuid.NewString(), "not-an-id"} {
				code, got, _, _ := d.call(t, "li", method, "/api/v1/uploads/"+other+suffix, nil, nil)
				if code != http.StatusNotFound {
					t.Fatalf("%d %v", code, got)
				}
				delete(got, "request_id")
				answers = append(answers, got)
			}
			if !maps.Equal(answers[0], answers[1]) || !maps.Equal(answers[1], answers[2]) {
				t.Fatalf("told apart: %v", answers)
			}
		}
		if code, _, _, _ := d.call(t, "wang", http.MethodGet, "/api/v1/uploads/"+id, nil, map[string]string{"X-Tenant": "370203"}); code != http.StatusNotFound {
			t.Fatalf("seen from another tenant: %d", code)
		}
	})
	t.Run("a_visitor_gets_no_ticket", func(t *testing.T) {
		if code, _, _, _ := d.call(t, "", http.MethodPost, "/api/v1/uploads", ask, nil); code != http.StatusUnauthorized {
			t.Fatal(code)
		}
	})
	t.Run("a_wrong_description_names_its_field", func(t *testing.T) {
		for field, value := range map[string]any{"size": 11 << 20, "sha256": "xyz", "content_type": "application/x-msdownload"} {
			wrong := maps.Clone(ask)
			wrong[field] = value
			code, got, _, _ := d.call(t, "wang", http.MethodPost, "/api/v1/uploads", wrong, nil)
			list, _ := got["errors"].([]any)
			if code != 422 || len(list) != 1 || list[0].(map[string]any)["field"] != field {
				t.Errorf("%s: %d %v", field, code, got)
			}
		}
	})
	t.Run("variants_are_sent_safely", func(t *testing.T) { d.variants(t, uuid.MustParse(id), body) })
}

func (d *door) variants(t *testing.T, id uuid.UUID, body []byte) {
	t.Helper()
	report := uuid.New()
	must(t, d.attach(d.callers["wang"], report, evidence.Before, id))
	at := "/api/v1/photos/" + report.String()
	code, _, head, raw := d.call(t, "", http.MethodGet, at+"/thumb", nil, nil)
	if code != 200 || head.Get("Content-Type") != "image/jpeg" || head.Get("X-Content-Type-Options") != "nosniff" || !bytes.HasPrefix(raw, []byte{0xff, 0xd8}) {
		t.Fatalf("%d %v", code, head)
	}
	if code, _, _, _ := d.call(t, "", http.MethodGet, at+"/thumb", nil, map[string]string{"If-None-Match": head.Get("ETag")}); code != http.StatusNotModified {
		t.Errorf("unchanged: %d", code)
	}
	code, _, head, raw = d.call(t, "", http.MethodGet, at+"/original?reason=核对现场情况", nil, nil)
	if code != 200 || !bytes.Equal(raw, body) || head.Get("Cache-Control") != "no-store" || !strings.HasPrefix(head.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d, %d bytes, %v", code, len(raw), head)
	}
	if code, got, _, _ := d.call(t, "", http.MethodGet, at+"/original", nil, nil); code != 422 || got["code"] != "invalid_input" {
		t.Errorf("without a reason: %d %v", code, got)
	}
	if code, _, _, _ := d.call(t, "", http.MethodGet, at+"/huge", nil, nil); code != http.StatusNotFound {
		t.Errorf("unknown variant: %d", code)
	}
}
