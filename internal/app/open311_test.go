package app_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
)

// partnerSystem is another system with an api key.
type partnerSystem struct {
	t      *testing.T
	base   string
	tenant string
	key    string
}

// ask sends a request of the protocol; args go into the body of a POST and into the query of a GET.
func (p partnerSystem) ask(method, path string, args url.Values, headers ...string) (int, http.Header, []byte) {
	p.t.Helper()
	address, body := p.base+"/open311/v2"+path, ""
	if args.Get("jurisdiction_id") == "" {
		args = clone(args)
		args.Set("jurisdiction_id", p.tenant)
	}
	if method == http.MethodGet {
		address += "?" + args.Encode()
	} else {
		if p.key != "" {
			args.Set("api_key", p.key)
		}
		body = args.Encode()
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(res.Body); err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, res.Header, out.Bytes()
}

func clone(v url.Values) url.Values {
	out := url.Values{}
	for k, values := range v {
		out[k] = append([]string(nil), values...)
	}
	return out
}

// conforms holds a JSON answer against the schema of its kind.
func conforms(t *testing.T, schema string, body []byte) {
	t.Helper()
	root, err := testkit.Repository()
	if err != nil {
		t.Fatal(err)
	}
	sch, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "internal", "open311", "testdata", "schema", schema+".json"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
	if err := sch.Validate(value); err != nil {
		t.Errorf("%s: %v in %.600s", schema, err, body)
	}
}

// makeKey lets the tenant's administrator make a key.
func makeKey(t *testing.T, h *apptest.House, c *apptest.Cast, body map[string]any) (key, id string) {
	t.Helper()
	var made struct{ ID, Key string }
	apptest.Staff(t, h.URL, c.Tenant, c.Username("admin")).Must(http.MethodPost, "/partner-keys", body, &made)
	return made.Key, made.ID
}

func into(t *testing.T, body []byte, out any) {
	t.Helper()
	if err := json.Unmarshal(body, out); err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
}

// A partner asks what is taken, hands a matter over, follows it, and the public sees of it what a screener has passed;
// every answer in both formats as the specification has it.
func TestOpen311_over_HTTP(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			h := apptest.Boot(t, apptest.Setup{Engine: engine})
			c := h.Shinan
			key, _ := makeKey(t, h, c, map[string]any{"name": "区社会治理服务中心", "scopes": []string{"submit", "read", "update"}, "may_publish": true})
			p := partnerSystem{t, h.URL, c.Tenant, key}
			public := partnerSystem{t, h.URL, c.Tenant, ""}
			testOpen311Reading(t, public)
			number := testOpen311Submitting(t, h, p)
			testOpen311Following(t, h, p, public, number)
			testOpen311Private(t, h, p, public)
			testOpen311Refusals(t, h, p, public, number)
		})
	}
}

func testOpen311Reading(t *testing.T, p partnerSystem) {
	for path, schema := range map[string]string{
		"/discovery.json": "discovery", "/services.json": "services", "/services/noise.json": "definition", "/requests.json": "requests",
		"/servicerequestupdates.json": "updates",
	} {
		status, header, body := p.ask(http.MethodGet, path, url.Values{})
		if status != http.StatusOK || header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s: %d %s", path, status, header.Get("Content-Type"))
		}
		conforms(t, schema, body)
		xmlPath := strings.TrimSuffix(path, "json") + "xml"
		status, header, body = p.ask(http.MethodGet, xmlPath, url.Values{})
		if status != http.StatusOK || header.Get("Content-Type") != "text/xml; charset=utf-8" || !bytes.HasPrefix(body, []byte(`<?xml version="1.0" encoding="UTF-8"?>`)) {
			t.Errorf("%s: %d %s %.60s", xmlPath, status, header.Get("Content-Type"), body)
		}
	}
	var services struct {
		Service []struct {
			Code     string `xml:"service_code"`
			Metadata string `xml:"metadata"`
		} `xml:"service"`
	}
	_, _, body := p.ask(http.MethodGet, "/services.xml", url.Values{})
	if err := xml.Unmarshal(body, &services); err != nil || len(services.Service) < 12 {
		t.Errorf("%v: %d services", err, len(services.Service))
	}
}

func testOpen311Submitting(t *testing.T, h *apptest.House, p partnerSystem) string {
	args := url.Values{
		"service_code": {"road"}, "description": {"人行道塌陷，请打13900001111联系。"}, "address_id": {h.Shinan.Community}, "lat": {"36.0671"}, "long": {"120.3826"},
		"first_name": {"建国"}, "last_name": {"李"}, "phone": {apptest.Phone(41)}, "account_id": {"ZX-1"}, "media_url": {"https://photos.example/1.jpg"},
	}
	status, _, body := p.ask(http.MethodPost, "/requests.json", args)
	if status != http.StatusCreated {
		t.Fatalf("submit: %d %s", status, body)
	}
	conforms(t, "filed", body)
	var filed []struct {
		ID string `json:"service_request_id"`
	}
	into(t, body, &filed)
	if _, _, again := p.ask(http.MethodPost, "/requests.json", args); !bytes.Equal(again, body) {
		t.Errorf("the same body again is another report: %s", again)
	}
	_, _, inXML := p.ask(http.MethodPost, "/requests.xml", args)
	if !strings.Contains(string(inXML), "<service_requests>\n  <request>\n    <service_request_id>"+filed[0].ID+"<") {
		t.Errorf("as XML: %s", inXML)
	}
	// It is an ordinary report: the office sees it with its origin, the reporter has it in the own list.
	office := apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("office"))
	var seen struct {
		ID, State, Source string
		Timeline          []struct{ Note string }
	}
	office.Must(http.MethodGet, "/reports/"+filed[0].ID, nil, &seen)
	if seen.State != "submitted" || seen.Source != "partner" || len(seen.Timeline) != 1 || !strings.Contains(seen.Timeline[0].Note, "ZX-1") || !strings.Contains(seen.Timeline[0].Note, "https://photos.example/1.jpg") {
		t.Errorf("the office sees %+v", seen)
	}
	own := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(41)).Must(http.MethodGet, "/reports?mine=true", nil, nil)
	if !strings.Contains(string(own.Body), filed[0].ID) {
		t.Errorf("the reporter's own list: %s", own.Body)
	}
	return filed[0].ID
}

var zoned = regexp.MustCompile(`<requested_datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00</requested_datetime>`)

func testOpen311Following(t *testing.T, h *apptest.House, p, public partnerSystem, number string) {
	// Nobody has screened it: its state is public, its text is not.
	_, _, body := public.ask(http.MethodGet, "/requests/"+number+".json", url.Values{})
	conforms(t, "requests", body)
	if !strings.Contains(string(body), number) || strings.Contains(string(body), "塌陷") {
		t.Errorf("before screening: %s", body)
	}
	_, _, body = public.ask(http.MethodGet, "/requests/"+number+".xml", url.Values{})
	if !zoned.Match(body) || !strings.Contains(string(body), "<status>open</status>") {
		t.Errorf("as XML: %s", body)
	}
	_, _, body = public.ask(http.MethodGet, "/tokens/"+number+".json", url.Values{})
	conforms(t, "tokens", body)
	screener := apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("screener"))
	var queue struct{ Items []struct{ ID string } }
	screener.Must(http.MethodGet, "/screen-items", nil, &queue)
	for _, it := range queue.Items {
		screener.Must(http.MethodPost, "/screen-items/"+it.ID+"/decide", map[string]any{"decision": "redact"}, nil)
	}
	screener.Must(http.MethodPost, "/reports/"+number+"/publish", map[string]any{}, nil)
	_, _, body = public.ask(http.MethodGet, "/requests.json", url.Values{"service_code": {"road,noise"}, "status": {"open"}})
	conforms(t, "requests", body)
	if !strings.Contains(string(body), "塌陷") || strings.Contains(string(body), "13900001111") {
		t.Errorf("after screening: %s", body)
	}
	if _, _, body = public.ask(http.MethodGet, "/requests.json", url.Values{"status": {"closed"}}); strings.Contains(string(body), number) {
		t.Errorf("an open report among the closed: %s", body)
	}
	_, _, body = public.ask(http.MethodGet, "/servicerequestupdates.json", url.Values{})
	conforms(t, "updates", body)
	if !strings.Contains(string(body), number) {
		t.Errorf("no step of it: %s", body)
	}
	// The partner adds a word: kept once, read by the office, not by the public.
	say := url.Values{"service_request_id": {number}, "update_id": {"u1"}, "status": {"OPEN"}, "description": {"现场又塌了一块"}, "updated_datetime": {"2026-11-27T08:00:00+08:00"}}
	for range 2 {
		if status, _, body := p.ask(http.MethodPost, "/servicerequestupdates.xml", say); status != http.StatusCreated || !strings.Contains(string(body), "<update_id>u1</update_id>") {
			t.Fatalf("update: %d %s", status, body)
		}
	}
	office := apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("office"))
	told := office.Must(http.MethodGet, "/reports/"+number, nil, nil)
	if n := strings.Count(string(told.Body), "现场又塌了一块"); n != 1 {
		t.Errorf("the office reads it %d times: %s", n, told.Body)
	}
	if _, _, body = public.ask(http.MethodGet, "/servicerequestupdates.json", url.Values{}); strings.Contains(string(body), "又塌了") {
		t.Errorf("the public reads a partner's word: %s", body)
	}
}

// What came in without a consent to publish is nobody's business but the partner's that sent it.
func testOpen311Private(t *testing.T, h *apptest.House, p, public partnerSystem) {
	key, _ := makeKey(t, h, h.Shinan, map[string]any{"name": "不公开的系统", "scopes": []string{"submit", "read"}, "daily_limit": 1})
	quiet := partnerSystem{t, h.URL, h.Shinan.Tenant, key}
	args := url.Values{"service_code": {"road"}, "description": {"井边积水"}, "address_id": {h.Shinan.Community}}
	status, _, body := quiet.ask(http.MethodPost, "/requests.json", args)
	if status != http.StatusCreated || !strings.Contains(string(body), "查询码") {
		t.Fatalf("%d %s", status, body)
	}
	var filed []struct {
		ID string `json:"service_request_id"`
	}
	into(t, body, &filed)
	for name, c := range map[string]struct {
		who    partnerSystem
		header []string
		status int
	}{
		"the_public": {public, nil, 404}, "another_key": {p, []string{"X-Api-Key", p.key}, 404}, "its_own_key": {quiet, []string{"X-Api-Key", quiet.key}, 200},
	} {
		for _, path := range []string{"/requests/", "/tokens/"} {
			if status, _, body := c.who.ask(http.MethodGet, path+filed[0].ID+".json", url.Values{}, c.header...); status != c.status || strings.Contains(string(body), "积水") {
				t.Errorf("%s %s: %d %s", name, path, status, body)
			}
		}
	}
	if _, _, body := public.ask(http.MethodGet, "/requests.json", url.Values{"service_request_id": {filed[0].ID}}); string(body) != "[]" {
		t.Errorf("found by its id: %s", body)
	}
	if _, _, body := public.ask(http.MethodGet, "/servicerequestupdates.json", url.Values{}); strings.Contains(string(body), filed[0].ID) {
		t.Errorf("its steps are public: %s", body)
	}
	args.Set("description", "又一件")
	if status, header, body := quiet.ask(http.MethodPost, "/requests.json", args); status != http.StatusTooManyRequests || header.Get("Retry-After") == "" {
		t.Errorf("beyond the day's limit: %d %s", status, body)
	}
}

func testOpen311Refusals(t *testing.T, h *apptest.House, p, public partnerSystem, number string) {
	good := url.Values{"service_code": {"road"}, "description": {"路面破损"}, "address_id": {h.Shinan.Community}}
	with := func(name, value string) url.Values {
		v := clone(good)
		v.Set(name, value)
		return v
	}
	foreign := partnerSystem{t, h.URL, h.Shibei.Tenant, p.key}
	readOnly, revoked := p, p
	readOnly.key, _ = makeKey(t, h, h.Shinan, map[string]any{"name": "只读系统", "scopes": []string{"read"}})
	var id string
	revoked.key, id = makeKey(t, h, h.Shinan, map[string]any{"name": "停用的系统", "scopes": []string{"submit"}})
	apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("admin")).Must(http.MethodPost, "/partner-keys/"+id+"/revoke", nil, nil)
	update := url.Values{"service_request_id": {"370202-2026-999999"}, "status": {"open"}, "description": {"x y"}}
	for name, c := range map[string]struct {
		who    partnerSystem
		method string
		path   string
		args   url.Values
		status int
		says   string
	}{
		"no_key":                   {public, "POST", "/requests", good, 403, "api_key"},
		"a_key_of_another_tenant":  {foreign, "POST", "/requests", good, 403, "api_key"},
		"a_key_without_the_scope":  {readOnly, "POST", "/requests", good, 403, "api_key"},
		"a_revoked_key":            {revoked, "POST", "/requests", good, 403, "api_key"},
		"an_unknown_category":      {p, "POST", "/requests", with("service_code", "ufo"), 400, "service_code"},
		"a_place_elsewhere":        {p, "POST", "/requests", with("address_id", h.Shibei.Community), 400, ""},
		"no_description":           {p, "POST", "/requests", with("description", ""), 400, "description"},
		"a_wrong_number":           {p, "POST", "/requests", with("phone", "12"), 400, "phone"},
		"a_control_character":      {p, "POST", "/requests", with("description", "a\x00b"), 400, "description"},
		"an_unasked_attribute":     {p, "POST", "/requests", with("attribute[nope]", "1"), 400, "attribute[nope]"},
		"an_unknown_jurisdiction":  {public, "GET", "/services", url.Values{"jurisdiction_id": {"nowhere.example"}}, 404, "jurisdiction_id"},
		"the_citys_own_records":    {public, "GET", "/requests", url.Values{"jurisdiction_id": {"370200"}}, 404, "jurisdiction_id"},
		"an_unknown_service":       {public, "GET", "/services/ufo", url.Values{}, 404, "service_code"},
		"an_unknown_request":       {public, "GET", "/requests/370202-2026-999999", url.Values{}, 404, "service_request_id"},
		"a_request_of_another":     {foreign, "GET", "/requests/" + number, url.Values{}, 404, "service_request_id"},
		"too_long_a_time":          {public, "GET", "/requests", url.Values{"start_date": {"2026-01-01T00:00:00Z"}, "end_date": {"2026-11-01T00:00:00Z"}}, 400, "end_date"},
		"a_time_without_a_zone":    {public, "GET", "/requests", url.Values{"start_date": {"2026-01-01"}}, 400, "start_date"},
		"an_unknown_status":        {public, "GET", "/requests", url.Values{"status": {"pending"}}, 400, "status"},
		"a_word_about_a_foreigner": {p, "POST", "/servicerequestupdates", update, 404, "service_request_id"},
	} {
		status, _, body := c.who.ask(c.method, c.path+".json", c.args)
		if status != c.status || !strings.Contains(string(body), c.says) {
			t.Errorf("%s: %d %s, want %d naming %q", name, status, body, c.status, c.says)
		}
		conforms(t, "errors", body)
		status, header, body := c.who.ask(c.method, c.path+".xml", c.args)
		var failed struct {
			XMLName xml.Name `xml:"errors"`
			Errors  []struct {
				Code        int    `xml:"code"`
				Description string `xml:"description"`
			} `xml:"error"`
		}
		if err := xml.Unmarshal(body, &failed); err != nil || status != c.status || len(failed.Errors) == 0 || failed.Errors[0].Code != c.status || failed.Errors[0].Description == "" {
			t.Errorf("%s as XML: %d %v %s %s", name, status, err, header.Get("Content-Type"), body)
		}
	}
	// The platform's own refusals are worded by the protocol too.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/open311/v2/requests.xml", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest || res.Header.Get("Content-Type") != "text/xml; charset=utf-8" {
		t.Errorf("a JSON body: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
}
