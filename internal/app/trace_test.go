package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	wire "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
)

// collector takes traces as an OpenTelemetry collector does.
type collector struct {
	mu    sync.Mutex
	spans []*wire.Span
	auth  string
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var data wire.TracesData
	if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" || proto.Unmarshal(body, &data) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.auth = r.Header.Get("Authorization")
	for _, rs := range data.GetResourceSpans() {
		for _, ss := range rs.GetScopeSpans() {
			c.spans = append(c.spans, ss.GetSpans()...)
		}
	}
}

// One photo report is one trace from the request through its transaction, its SQL and the store to the job that makes
// the public copies; nothing in it is a person's.
func TestTraces(t *testing.T) {
	c := &collector{}
	server := httptest.NewServer(c)
	defer server.Close()
	t.Run("house", func(t *testing.T) {
		h := apptest.Boot(t, apptest.Setup{Change: func(_ testing.TB, _ *testkit.Kit, cfg *config.Config) {
			cfg.Trace = config.Trace{Endpoint: server.URL + "/v1/traces", Authorization: "Bearer collector", Sample: 1}
		}})
		p := h.People(h.Shinan, 1)
		p.Citizen.Submit(h.Shinan, 1)
		for waiting := 1; waiting > 0; time.Sleep(10 * time.Millisecond) { // what has begun ends before the house does
			var err error
			if waiting, err = h.App.Jobs.Depth(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
	byID := map[string]*wire.Span{}
	for _, s := range c.spans {
		byID[string(s.GetSpanId())] = s
	}
	if c.auth != "Bearer collector" {
		t.Errorf("Authorization: %q", c.auth)
	}
	chains := map[string]bool{}
	for _, s := range c.spans {
		var up []string
		for at := s; at != nil; at = byID[string(at.GetParentSpanId())] {
			up = append([]string{at.GetName()}, up...)
		}
		chains[strings.Join(up, " > ")] = true
		for _, a := range s.GetAttributes() {
			if v := a.GetValue().GetStringValue(); strings.Contains(v, apptest.Phone(1)) || strings.Contains(v, "路面") {
				t.Errorf("%s tells %s", s.GetName(), v)
			}
		}
	}
	for _, want := range []string{
		"POST /api/v1/reports > do > INSERT",
		"POST /api/v1/reports > s3 stat",
		"POST /api/v1/reports > do > job ",
	} {
		found := false
		for chain := range chains {
			found = found || strings.HasPrefix(chain, want)
		}
		if !found {
			t.Errorf("no %q among %d chains", want, len(chains))
			for chain := range chains {
				if strings.HasPrefix(chain, "POST /api/v1/reports") {
					t.Log(chain)
				}
			}
		}
	}
}
