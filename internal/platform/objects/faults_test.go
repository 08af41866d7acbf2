package objects_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/platform/objects"
	"huying/internal/platform/testkit"
)

// A store behind a proxy that can be told to fail.
type ailing struct {
	mode   atomic.Int32 // 0 well, else one of below
	server *httptest.Server
	over   chan struct{}
}

const (
	well = iota
	answers503
	hangs
	resets
)

func newAiling(t *testing.T, upstream string) *ailing {
	t.Helper()
	target := &url.URL{Scheme: "http", Host: upstream}
	proxy := &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	a := &ailing{over: make(chan struct{})}
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch a.mode.Load() {
		case answers503:
			w.WriteHeader(http.StatusServiceUnavailable)
		case hangs:
			select {
			case <-r.Context().Done():
			case <-a.over:
			}
		case resets:
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = conn.(*net.TCPConn).SetLinger(0)
				_ = conn.Close()
			}
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() { close(a.over); a.server.Close() })
	return a
}

func TestStoreAway(t *testing.T) {
	a := newAiling(t, testkit.MinIO(t))
	cfg := minio(strings.TrimPrefix(a.server.URL, "http://"))
	patient, err := objects.Open(cfg)
	must(t, err)
	ctx := t.Context()
	must(t, patient.EnsureTenant(ctx, "370202"))
	body := []byte("kept")
	ref := objects.Ref{Tenant: "370202", Key: "evidence/a/original"}
	v, err := patient.Put(ctx, ref, bytes.NewReader(body), upload(body))
	must(t, err)
	cfg.HeaderTimeout, cfg.OpTimeout = 300*time.Millisecond, 900*time.Millisecond
	s, err := objects.Open(cfg)
	must(t, err)

	for name, mode := range map[string]int32{"503": answers503, "hang": hangs, "reset": resets} {
		t.Run(name+"_is_unavailable_quickly_and_heals", func(t *testing.T) {
			a.mode.Store(mode)
			for op, try := range map[string]func() error{
				"put":  func() error { _, err := s.Put(ctx, ref, bytes.NewReader(body), upload(body)); return err },
				"get":  func() error { _, err := s.Get(ctx, ref.At(v)); return err },
				"stat": func() error { _, err := s.Stat(ctx, ref.At(v)); return err },
				"list": func() error {
					return s.Versions(ctx, objects.Evidence, "370202", "", func(objects.Stored) error { return nil })
				},
				"ping": func() error { return s.Ping(ctx) },
			} {
				began := time.Now()
				if err := try(); !isUnavailable(err) {
					t.Errorf("%s: %v", op, err)
				}
				if took := time.Since(began); took > 15*time.Second {
					t.Errorf("%s took %v", op, took)
				}
			}
			began := time.Now()
			for range 50 {
				if _, err := s.Stat(ctx, ref.At(v)); !isUnavailable(err) {
					t.Fatal(err)
				}
			}
			// Each of them waiting would be 45 s.
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("50 callers waited %v for a store known to be away", took)
			}
			a.mode.Store(well)
			heals(t, func() error { _, err := s.Stat(ctx, ref.At(v)); return err })
		})
	}
}

func heals(t *testing.T, try func() error) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err = try(); err == nil {
			return
		}
	}
	t.Fatalf("not healed: %v", err)
}

// The answer begins and then stops: the reader must not wait for ever.
func TestBodyThatStops(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.Header().Set("Etag", `"x"`)
		_, _ = w.Write([]byte("half"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	cfg := minio(strings.TrimPrefix(server.URL, "http://"))
	cfg.OpTimeout = 1500 * time.Millisecond
	s, err := objects.Open(cfg)
	must(t, err)
	o, err := s.Get(t.Context(), objects.Ref{Tenant: "370202", Key: "a/b", Version: "v"})
	must(t, err)
	defer o.Close()
	if _, err := io.ReadAll(o); !isUnavailable(err) {
		t.Fatalf("got %v", err)
	}
}

func TestStoreNeverThere(t *testing.T) {
	cfg := minio("127.0.0.1:1")
	s, err := objects.Open(cfg)
	must(t, err)
	if err := s.EnsureTenant(context.Background(), "370202"); !isUnavailable(err) {
		t.Fatalf("got %v", err)
	}
}
