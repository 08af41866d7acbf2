package app_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/web"
)

// leaks are words of the inside that no answer may contain.
var leaks = []string{"goroutine", "panic", "sql", "SQL", "pgx", "sqlite", "ent:", ".go:", "/work", "minio", "no such file", "runtime error", "constraint"}

// refused checks that an answer is a clear problem: the status and code wanted,
// naming the field, with a request id and nothing of the inside.
func refused(t *testing.T, name string, a *apptest.Answer, status int, code, field string) {
	t.Helper()
	p := a.Problem()
	if a.Status != status || code != "" && p.Code != code {
		t.Errorf("%s: %d %.300s, want %d %s", name, a.Status, a.Body, status, code)
		return
	}
	if p.Title == "" || p.RequestID == "" {
		t.Errorf("%s: a problem without title or request id: %.300s", name, a.Body)
	}
	named := field == ""
	for _, e := range p.Errors {
		named = named || strings.HasPrefix(e.Field, field) && e.Message != ""
	}
	if !named {
		t.Errorf("%s: the problem does not name %s: %.300s", name, field, a.Body)
	}
	for _, word := range leaks {
		if bytes.Contains(a.Body, []byte(word)) {
			t.Errorf("%s: the answer tells %q of the inside: %.300s", name, word, a.Body)
		}
	}
}

// hostile are files that must never become evidence, and the code each gets.
func hostile() map[string]struct {
	content []byte
	code    string
} {
	photo := apptest.Photo(1)
	return map[string]struct {
		content []byte
		code    string
	}{
		"html named jpg":         {[]byte("<!DOCTYPE html><script>alert(1)</script>"), "photo_unsupported"},
		"svg":                    {[]byte(`<?xml version="1.0"?><svg onload="x()"/>`), "photo_unsupported"},
		"exe":                    {append([]byte("MZ\x90\x00"), make([]byte, 300)...), "photo_unsupported"},
		"polyglot jpeg and html": {append(bytes.Clone(photo), "<html><script>alert(1)</script>"...), "photo_hidden_content"},
		"polyglot jpeg and zip":  {append(bytes.Clone(photo), "PK\x03\x04...PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...), "photo_hidden_content"},
		"truncated":              {photo[:len(photo)/2], "photo_damaged"},
		"png bomb":               {pngBomb(30_000, 30_000), "photo_too_many_pixels"},
		"progressive bomb":       {progressive(photo, 9_000, 9_000), "photo_too_many_pixels"},
	}
}

// pngBomb claims a size and carries a few bytes.
func pngBomb(w, h uint32) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(chunk, w), h)
	chunk = append(chunk, 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(chunk))
	return append(b, "\x00\x00\x00\x00IEND\xaeB`\x82"...)
}

// progressive turns a baseline photo's frame header into a progressive one of
// another size.
func progressive(photo []byte, w, h int) []byte {
	b := bytes.Clone(photo)
	at := bytes.Index(b, []byte{0xff, 0xc0})
	b[at+1] = 0xc2
	b[at+5], b[at+6], b[at+7], b[at+8] = byte(h>>8), byte(h), byte(w>>8), byte(w)
	return b
}

func TestBadInput_files(t *testing.T) {
	h := apptest.Boot(t, apptest.Setup{})
	citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
	for name, file := range hostile() {
		upload := citizen.Upload(file.content, "photo.jpg", "image/jpeg")
		a := citizen.Do(http.MethodPost, "/reports", h.Shinan.NewReport(upload))
		refused(t, name, a, 422, file.code, "upload_ids")
	}
	refused(t, "an empty file", citizen.Announce(nil, "a.jpg", "image/jpeg"), 422, "", "size")
	over := apptest.Announcement(nil, "a.jpg", "image/jpeg")
	over["size"] = 200 << 20
	refused(t, "a file too large", citizen.Do(http.MethodPost, "/uploads", over), 422, "", "size")
	over["size"], over["sha256"] = 10, "not a hash"
	refused(t, "a hash that is none", citizen.Do(http.MethodPost, "/uploads", over), 422, "", "sha256")
	refused(t, "an upload of nobody", citizen.Do(http.MethodPost, "/reports", h.Shinan.NewReport(apptest.NeverIssued)), 422, "", "upload_ids")
}

// A ticket is good for the announced bytes alone.
func TestBadInput_lying_size_and_hash(t *testing.T) {
	apptest.Pairs(t, func(t *testing.T, s apptest.Setup) {
		h := apptest.Boot(t, s)
		citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
		photo, other := apptest.Photo(1), apptest.Photo(2)
		for name, sent := range map[string][]byte{
			"other bytes of the same size": append(bytes.Clone(photo[:len(photo)-1]), photo[len(photo)-1]^1),
			"other bytes":                  other, "more bytes": append(bytes.Clone(photo), 0), "no bytes": nil,
		} {
			var ticket apptest.Ticket
			if err := citizen.Announce(photo, "a.jpg", "image/jpeg").Into(&ticket); err != nil {
				t.Fatal(err)
			}
			put, err := citizen.Put(t.Context(), ticket, sent)
			if err == nil && put.Status/100 == 2 {
				t.Errorf("the store takes %s", name)
			}
			a := citizen.Do(http.MethodPost, "/reports", h.Shinan.NewReport(ticket.UploadID))
			refused(t, name, a, 422, "", "upload_ids")
		}
	})
}

// Sixteen bombs at once must not show in the memory of the process.
func TestBadInput_sixteen_bombs_keep_memory_flat(t *testing.T) {
	h := apptest.Boot(t, apptest.Setup{})
	citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
	files := hostile()
	uploads := make([]string, 16)
	for i := range uploads {
		name := []string{"png bomb", "progressive bomb"}[i%2]
		uploads[i] = citizen.Upload(files[name].content, "a.jpg", "image/jpeg")
	}
	debug.FreeOSMemory()
	var before, peak runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	var most uint64
	go func() {
		defer close(done)
		for range 200 {
			runtime.ReadMemStats(&peak)
			most = max(most, peak.HeapInuse)
			time.Sleep(5 * time.Millisecond)
		}
	}()
	var all sync.WaitGroup
	for _, upload := range uploads {
		all.Go(func() {
			a, err := citizen.Try(context.WithoutCancel(t.Context()), http.MethodPost, "/reports", h.Shinan.NewReport(upload))
			if err != nil || a.Status != 422 {
				t.Errorf("a bomb: %v %+v", err, a)
			}
		})
	}
	all.Wait()
	<-done
	if grown := int64(most) - int64(before.HeapInuse); grown > 96<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func TestBadInput_reports(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			h := apptest.Boot(t, apptest.Setup{Engine: engine})
			citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
			for name, c := range map[string]struct {
				change map[string]any
				status int
				code   string
				field  string
			}{
				"latitude outside the world":    {map[string]any{"position": map[string]any{"lat": 91, "lng": 120}}, 422, "", "position"},
				"longitude outside the world":   {map[string]any{"position": map[string]any{"lat": 36, "lng": 181}}, 422, "", "position"},
				"a position outside the city":   {map[string]any{"position": map[string]any{"lat": 39.9, "lng": 116.4}, "division_code": nil}, 422, "", "position"},
				"neither division nor position": {map[string]any{"division_code": nil}, 422, "division_needed", "division_code"},
				"an unknown division":           {map[string]any{"division_code": "370202999999"}, 422, "", "division_code"},
				"a division of another tenant":  {map[string]any{"division_code": h.Shibei.Community}, 422, "place_in_other_tenant", "division_code"},
				"letters as a division":         {map[string]any{"division_code": "37020x"}, 422, "", "division_code"},
				"an unknown category":           {map[string]any{"category": "no-such"}, 422, "", "category"},
				"an empty description":          {map[string]any{"description": ""}, 422, "", "description"},
				"blanks as a description":       {map[string]any{"description": "   \n "}, 422, "", "description"},
				"nothing that can be seen":      {map[string]any{"description": "\u200b\u200b\u2060"}, 422, "", "description"},
				"control characters":            {map[string]any{"description": "路面\x00破损\x1b[31m"}, 422, "", "description"},
				"too long a description":        {map[string]any{"description": strings.Repeat("长", 5000)}, 422, "", "description"},
				"a number as a description":     {map[string]any{"description": 7}, 422, "", "description"},
				"ten uploads":                   {map[string]any{"upload_ids": strings.Split(strings.Repeat(apptest.NeverIssued+",", 9)+apptest.NeverIssued, ",")}, 422, "", "upload_ids"},
				"an upload that is no id":       {map[string]any{"upload_ids": []string{"../../etc/passwd"}}, 422, "", "upload_ids"},
				"a place of nowhere":            {map[string]any{"place_id": apptest.NeverIssued}, 422, "", "place_id"},
				"a deputy of nowhere":           {map[string]any{"deputy_id": apptest.NeverIssued}, 422, "", "deputy_id"},
				"a foreign deputy":              {map[string]any{"deputy_id": h.Shibei.Deputies[0]}, 422, "", "deputy_id"},
				"an unknown identity level":     {map[string]any{"identity_level": "secret"}, 422, "", "identity_level"},
			} {
				body := h.Shinan.NewReport()
				for k, v := range c.change {
					if body[k] = v; v == nil {
						delete(body, k)
					}
				}
				refused(t, name, citizen.Do(http.MethodPost, "/reports", body), c.status, c.code, c.field)
			}
			raw := func(body string) *apptest.Answer {
				return citizen.Do(http.MethodPost, "/reports", []byte(body))
			}
			refused(t, "10 MB of text", raw(`{"category":"road","description":"`+strings.Repeat("a", 10<<20)+`"}`), 413, "body_too_large", "")
			refused(t, "invalid UTF-8", raw("{\"category\":\"road\",\"description\":\"\xff\xfe路\"}"), 422, "", "")
			refused(t, "no JSON", raw("category=road"), 400, "", "")
			refused(t, "JSON that does not end", raw(`{"category":"road"`), 400, "", "")
			refused(t, "deep JSON", raw(strings.Repeat("[", 100_000)), 400, "", "")
			queries(t, h, citizen)
		})
	}
}

// queries sends what breaks careless SQL and LIKE patterns.
func queries(t *testing.T, h *apptest.House, citizen *apptest.Client) {
	t.Helper()
	mine := citizen.Submit(h.Shinan, 5)
	for _, q := range []string{"%", "_", "'", `"`, `\`, "';DROP TABLE reports;--", "%%%%", "路%", "' OR '1'='1", strings.Repeat("路", 500)} {
		a := citizen.Do(http.MethodGet, "/reports?q="+url.QueryEscape(q), nil)
		if a.Status != 200 && a.Status != 422 {
			t.Errorf("q=%q: %d %s", q, a.Status, a.Body)
		}
		if strings.Trim(q, "%_'\"\\") == "" && bytes.Contains(a.Body, []byte(mine.ID)) {
			t.Errorf("q=%q acts as a wildcard", q)
		}
	}
	found := citizen.Do(http.MethodGet, "/reports?q="+url.QueryEscape("路面破损"), nil)
	if !bytes.Contains(found.Body, []byte(mine.ID)) {
		t.Errorf("search does not find the own report: %s", found.Body)
	}
	for name, query := range map[string]string{
		"bbox": "?bbox=1,2,3", "status": "?status=nonsense", "limit": "?limit=-1", "cursor": "?cursor=%21%21", "q": "?q=%ff%fe", "division_code": "?division_code=x",
	} {
		refused(t, "query "+name, citizen.Do(http.MethodGet, "/reports"+query, nil), 422, "", name)
	}
}

// Tokens that were not issued here, not for now, or not signed as ours are.
func TestBadInput_tokens(t *testing.T) {
	h := apptest.Boot(t, apptest.Setup{})
	citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
	parts := strings.Split(citizen.Token, ".")
	header, claims := decode(t, parts[0]), decode(t, parts[1])
	_, foreign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwks := apptest.Visitor(t, h.URL, "").Do(http.MethodGet, "//.well-known/jwks.json", nil)
	changed := func(m map[string]any, k string, v any) map[string]any {
		c := maps.Clone(m)
		c[k] = v
		return c
	}
	sign := func(header, claims map[string]any) string {
		text := encode(t, header) + "." + encode(t, claims)
		return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(foreign, []byte(text)))
	}
	confused := encode(t, changed(header, "alg", "HS256")) + "." + parts[1]
	mac := hmac.New(sha256.New, jwks.Body)
	mac.Write([]byte(confused))
	for name, token := range map[string]string{
		"none":             encode(t, changed(header, "alg", "none")) + "." + parts[1] + ".",
		"none, signed":     encode(t, changed(header, "alg", "none")) + "." + parts[1] + "." + parts[2],
		"confusion":        confused + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)),
		"foreign key":      sign(header, claims),
		"foreign kid":      sign(changed(header, "kid", "somebody-else"), claims),
		"kid as a path":    sign(changed(header, "kid", "../../keys.json"), claims),
		"expired":          sign(header, changed(claims, "exp", time.Now().Add(-time.Hour).Unix())),
		"changed claims":   parts[0] + "." + encode(t, changed(claims, "sub", apptest.NeverIssued)) + "." + parts[2],
		"cut":              citizen.Token[:len(citizen.Token)-4],
		"no token":         "x",
		"a very long one":  strings.Repeat("a", 8000),
		"three empty ones": "..",
	} {
		c := apptest.Visitor(t, h.URL, h.Shinan.Tenant)
		c.Token = token
		refused(t, name, c.Do(http.MethodGet, "/me", nil), 401, "unauthenticated", "")
	}
	expired := apptest.Visitor(t, h.URL, h.Shinan.Tenant)
	expired.Token = citizen.Token
	citizen.Must(http.MethodDelete, "/auth/session", nil, nil)
	refused(t, "a session that was ended", expired.Do(http.MethodGet, "/me", nil), 401, "unauthenticated", "")
}

func decode(t *testing.T, part string) (m map[string]any) {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func encode(t *testing.T, m map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// georeportError is a failure in the words of GeoReport v2: a code and a description, in XML or JSON.
var georeportError = regexp.MustCompile(`<errors>\s*<error>\s*<code>\d{3}</code>\s*<description>[^<]+</description>|^\[\{"code":\d{3},"description":"[^"]+`)

// saysWhat is whether a refusal names itself in its route's own form.
func saysWhat(r web.Route, a *apptest.Answer) bool {
	if strings.HasPrefix(r.Path, "/open311/") {
		return georeportError.Match(a.Body)
	}
	return a.Problem().Code != ""
}

// Every answer of every route is a problem or a success, even to nonsense: no
// 500, no panic, nothing of the inside.
func TestBadInput_nonsense_on_every_route(t *testing.T) {
	h := apptest.Boot(t, apptest.Setup{})
	clients := []*apptest.Client{
		apptest.Visitor(t, h.URL, h.Shinan.Tenant), apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1)),
		apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("office")), apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("admin")),
	}
	nonsense := []string{"x", "..%2f..%2fetc", "%00", "'", "%25", strings.Repeat("9", 300), "%ff%fe", "路", "-1", apptest.NeverIssued}
	kept := map[string]bool{} // by the gate, who asked before it looked at what was asked for
	for at, r := range h.App.Web.Routes() {
		if skipped(r) {
			continue
		}
		clear(kept)
		for n := range nonsense {
			i := (at + n) % len(nonsense) // so that who is kept out after one try tries every word somewhere
			word := nonsense[i]
			path := parameter.ReplaceAllString(r.Path, word)
			if r.Root {
				path = "/" + path
			}
			var body any
			if r.Method != http.MethodGet && r.Method != http.MethodDelete {
				body = []byte([]string{`{}`, `[]`, `null`, `{"a":1e999}`, `"x"`, "\x00", `{"version":-1}`, `{"upload_ids":{}}`, `{"position":[]}`, ``}[i])
			}
			for _, c := range clients {
				if kept[c.Name] {
					continue
				}
				a := c.Do(r.Method, path+"?limit=x&cursor="+word, body)
				kept[c.Name] = a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden
				if a.Status >= 500 {
					t.Errorf("%s %s by %s: %d %.200s", r.Method, path, c.Name, a.Status, a.Body)
				}
				if a.Status >= 400 {
					if !saysWhat(r, a) && a.Status != 404 && a.Status != 405 && r.Path != "/readyz" {
						t.Errorf("%s %s: %d is no problem: %.200s", r.Method, path, a.Status, a.Body)
					}
					for _, leak := range leaks {
						if bytes.Contains(a.Body, []byte(leak)) {
							t.Errorf("%s %s tells %q: %.200s", r.Method, path, leak, a.Body)
						}
					}
				}
			}
		}
	}
}
