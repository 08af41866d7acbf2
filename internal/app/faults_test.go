package app_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
)

// long says whether the long rounds were asked for (make test-all).
func long() bool { return os.Getenv("HUYING_TEST_LONG") != "" }

// One submission sent fifty times at once is one report, and everybody gets
// the same answer; the same key with another body is refused.
func TestSubmit_fifty_times_at_once(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			h := apptest.Boot(t, apptest.Setup{Engine: engine})
			citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
			body := h.Shinan.NewReport(citizen.UploadPhoto(1))
			answers := make([]*apptest.Answer, 50)
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() {
					answers[i], _ = citizen.Try(context.WithoutCancel(t.Context()), http.MethodPost, "/reports", body, apptest.Key("one-and-only"))
				})
			}
			all.Wait()
			for _, a := range answers {
				if a == nil || a.Status != http.StatusCreated || !bytes.Equal(a.Body, answers[0].Body) {
					t.Fatalf("an answer differs: %+v", a)
				}
			}
			var mine struct{ Items []apptest.Report }
			citizen.Must(http.MethodGet, "/reports?mine=true", nil, &mine)
			if len(mine.Items) != 1 {
				t.Errorf("%d reports, want one", len(mine.Items))
			}
			body["description"] = "同一编号，另一件事。"
			if a := citizen.Do(http.MethodPost, "/reports", body, apptest.Key("one-and-only")); a.Status != 422 || a.Problem().Code != "idempotency_key_reused" {
				t.Errorf("another body under the key: %d %s", a.Status, a.Body)
			}
		})
	}
}

// Without its database the product answers 503 and says when to come back; when
// the database returns it heals by itself and has lost nothing.
func TestDatabase_away(t *testing.T) {
	away := 3 * time.Second
	if long() {
		away = 30 * time.Second
	}
	var wire *testkit.Wire
	h := apptest.Boot(t, apptest.Setup{Engine: config.Postgres, Change: func(t testing.TB, kit *testkit.Kit, cfg *config.Config) {
		wired, w := kit.Wired(t)
		wire = w
		cfg.Database.URL, cfg.Database.CityURL = config.Secret(wired.URL), config.Secret(wired.CityURL)
	}})
	citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
	before := citizen.Submit(h.Shinan, 1)
	upload := citizen.UploadPhoto(2)
	wire.Cut()
	for until := time.Now().Add(away); time.Now().Before(until); time.Sleep(300 * time.Millisecond) {
		for _, try := range []struct {
			method, path string
			body         any
		}{
			{http.MethodGet, "/reports/" + before.ID, nil},
			{http.MethodGet, "/reports?mine=true", nil},
			{http.MethodPost, "/reports", h.Shinan.NewReport(upload)},
			{http.MethodPost, "/auth/sms-codes", map[string]string{"phone": apptest.Phone(5)}},
		} {
			a := citizen.Do(try.method, try.path, try.body, apptest.Key("away"))
			after, err := strconv.Atoi(a.Header.Get("Retry-After"))
			if a.Status != http.StatusServiceUnavailable || err != nil || after < 1 || a.Problem().Code == "" {
				t.Fatalf("%s %s: %d, Retry-After %q, %s", try.method, try.path, a.Status, a.Header.Get("Retry-After"), a.Body)
			}
		}
		if a := citizen.Do(http.MethodGet, "//healthz", nil); a.Status != 200 {
			t.Fatalf("healthz: %d", a.Status)
		}
		if a := citizen.Do(http.MethodGet, "//readyz", nil); a.Status != http.StatusServiceUnavailable {
			t.Fatalf("readyz: %d %s", a.Status, a.Body)
		}
	}
	wire.Heal()
	eventually(t, time.Minute, func() error {
		a := citizen.Do(http.MethodPost, "/reports", h.Shinan.NewReport(upload), apptest.Key("away"))
		if a.Status != http.StatusCreated {
			return fmt.Errorf("after healing: %d %s", a.Status, a.Body)
		}
		return nil
	})
	citizen.Must(http.MethodGet, "/reports/"+before.ID, nil, nil)
	eventually(t, time.Minute, func() error {
		if a := citizen.Do(http.MethodGet, "//readyz", nil); a.Status != 200 {
			return fmt.Errorf("readyz: %d %s", a.Status, a.Body)
		}
		return nil
	})
}

func eventually(t *testing.T, limit time.Duration, try func() error) {
	t.Helper()
	var err error
	for until := time.Now().Add(limit); time.Now().Before(until); time.Sleep(200 * time.Millisecond) {
		if err = try(); err == nil {
			return
		}
	}
	t.Fatalf("not within %s: %v", limit, err)
}

// storeFront stands before MinIO and can answer 503 or nothing at all.
type storeFront struct {
	mode  atomic.Value // "", "503" or "hang"
	proxy *httputil.ReverseProxy
}

func (s *storeFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch s.mode.Load() {
	case "503":
		w.WriteHeader(http.StatusServiceUnavailable)
	case "hang":
		select {
		case <-r.Context().Done():
		case <-time.After(60 * time.Second):
		}
	default:
		s.proxy.ServeHTTP(w, r)
	}
}

// A store that fails or hangs stops photos and nothing else, and nobody waits
// for it longer than the route's deadline.
func TestStore_503_and_hang(t *testing.T) {
	front := &storeFront{}
	front.mode.Store("")
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)
	h := apptest.Boot(t, apptest.Setup{Store: config.S3Store, Change: func(t testing.TB, _ *testkit.Kit, cfg *config.Config) {
		real := &url.URL{Scheme: "http", Host: cfg.Objects.Endpoint}
		front.proxy = &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(real)
			p.Out.Host = p.In.Host // it is signed
		}}
		cfg.Objects.Endpoint = server.Listener.Addr().String()
	}})
	citizen := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(1))
	upload := citizen.UploadPhoto(1)
	for _, mode := range []string{"503", "hang"} {
		front.mode.Store(mode)
		start := time.Now()
		a := citizen.Do(http.MethodPost, "/reports", h.Shinan.NewReport(upload), apptest.Key("store"))
		if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: a report with a photo: %d %s", mode, a.Status, a.Body)
		}
		if took := time.Since(start); took > 40*time.Second {
			t.Errorf("%s: the citizen waited %s", mode, took)
		}
		without := h.Shinan.NewReport()
		citizen.Must(http.MethodPost, "/reports", without, nil, apptest.Key("without-"+mode))
		citizen.Must(http.MethodGet, "/reports?mine=true", nil, nil)
	}
	front.mode.Store("")
	eventually(t, time.Minute, func() error {
		a := citizen.Do(http.MethodPost, "/reports", h.Shinan.NewReport(upload), apptest.Key("store"))
		if a.Status != http.StatusCreated {
			return fmt.Errorf("after the store came back: %d %s", a.Status, a.Body)
		}
		return nil
	})
}
