package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"huying/internal/app/apptest"
	"huying/internal/notify/signature"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
)

// outbound is one message of the demo's outbox.
type outbound struct {
	ID, Template, Text, Phone string
	Params                    map[string]string
}

// What a gateway pushes counts only with its signature: a rating by message closes the report, a repeat changes
// nothing, and the link of the first message shows how it went to whoever holds it.
func TestGateway(t *testing.T) {
	key := signature.Key{ID: "qd-1", Secret: []byte("0123456789abcdef0123456789abcdef")}
	h := apptest.Boot(t, apptest.Setup{Change: func(_ testing.TB, _ *testkit.Kit, cfg *config.Config) {
		cfg.SMS.KeyID, cfg.SMS.Secret = key.ID, config.Secret(key.Secret)
	}})
	push := func(purpose, path string, at time.Time, body any) *apptest.Answer {
		t.Helper()
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/api/v1/gateway/sms/"+path, bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if purpose != "" {
			if err := key.Sign(req.Header, purpose, at, raw); err != nil {
				t.Fatal(err)
			}
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		content, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return &apptest.Answer{Status: resp.StatusCode, Header: resp.Header, Body: content}
	}
	cast, p := h.Shinan, h.People(h.Shinan, 1)
	r := p.Citizen.Submit(cast, 1)
	for i, step := range p.Steps(cast) {
		if step.Action != "rate" {
			r = step.Take(t, r, uint64(10+i))
		}
	}
	phone, now := apptest.Phone(1), time.Now()
	answer := map[string]any{"id": "gw-1", "phone": phone, "text": "1"}
	for name, a := range map[string]*apptest.Answer{
		"without a signature":  push("", "answers", now, answer),
		"signed for receipts":  push(signature.Receipts, "answers", now, answer),
		"an hour old":          push(signature.Answers, "answers", now.Add(-time.Hour), answer),
		"receipts, unsigned":   push("", "receipts", now, map[string]any{"receipts": []any{}}),
		"an answer as receipt": push(signature.Answers, "receipts", now, answer),
	} {
		refused(t, name, a, http.StatusUnauthorized, "unauthenticated", "")
	}
	refused(t, "no id", push(signature.Answers, "answers", now, map[string]any{"phone": phone, "text": "1"}), 422, "", "id")
	refused(t, "no receipts", push(signature.Receipts, "receipts", now, map[string]any{}), 422, "", "receipts")
	for range 3 {
		if a := push(signature.Answers, "answers", now, answer); a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"rated"`) {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	p.Citizen.Must(http.MethodGet, "/reports/"+r.ID, nil, &r)
	if r.State != "closed" {
		t.Fatalf("rated by message it is %s", r.State)
	}
	follow(t, h, cast, phone, r)
}

// follow opens the link of the first message.
func follow(t *testing.T, h *apptest.House, cast *apptest.Cast, phone string, r apptest.Report) {
	t.Helper()
	visitor := apptest.Visitor(t, h.URL, cast.Tenant)
	var box struct{ Items []outbound }
	visitor.Must(http.MethodGet, "/dev/outbox?limit=100&phone="+phone, nil, &box)
	link := ""
	for _, m := range box.Items {
		if m.Template == "report_received" {
			link = m.Params["link"]
		}
	}
	token, ok := strings.CutPrefix(link, h.URL+"/t/")
	if !ok {
		t.Fatalf("the link is %q", link)
	}
	for _, path := range []string{"/track/" + token, "//t/" + token} {
		a := visitor.Do(http.MethodGet, path, nil)
		if a.Status != http.StatusOK || !strings.Contains(string(a.Body), r.Number) || a.Header.Get("Cache-Control") != "no-store" || !strings.Contains(a.Header.Get("X-Robots-Tag"), "noindex") {
			t.Errorf("%s: %d %v %.300s", path, a.Status, a.Header, a.Body)
		}
		for _, secret := range []string{phone, "绊倒", "五厘米", "重新铺设", r.ID} {
			if strings.Contains(string(a.Body), secret) {
				t.Errorf("%s shows %q", path, secret)
			}
		}
		if a := visitor.Do(http.MethodGet, path[:len(path)-1]+"_", nil); a.Status != http.StatusNotFound {
			t.Errorf("%s with another end: %d", path, a.Status)
		}
	}
}
