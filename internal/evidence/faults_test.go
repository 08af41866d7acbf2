package evidence_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/testkit"
)

// ailing is a door to a store that can be told to answer 503, to hang, or to let a number of calls through first.
type ailing struct {
	mode atomic.Int32
	left atomic.Int64 // calls that still pass before the mode takes hold
	over chan struct{}
	// fetched is called when an object is read, before it is.
	fetched func()
	*httptest.Server
}

const (
	well = iota
	answers503
	hangs
)

func newAiling(t *testing.T, upstream string) *ailing {
	t.Helper()
	target := &url.URL{Scheme: "http", Host: upstream}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }}
	a := &ailing{over: make(chan struct{})}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && a.fetched != nil {
			a.fetched()
			time.Sleep(50 * time.Millisecond)
		}
		if a.mode.Load() == well || a.left.Add(-1) >= 0 {
			proxy.ServeHTTP(w, r)
			return
		}
		if a.mode.Load() == answers503 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		select {
		case <-r.Context().Done():
		case <-a.over:
		}
	}))
	t.Cleanup(func() { close(a.over); a.Close() })
	return a
}

func (a *ailing) fall(mode int32, after int64) {
	a.left.Store(after)
	a.mode.Store(mode)
}

// The store falls ill at every single call of a verification in turn. Each time the answer is 503, nothing is attached
// that is not there, and the same request succeeds once the store is well.
func TestStoreFallsIllDuringVerification(t *testing.T) {
	kit := testkit.New(t, database.EngineSQLite)
	a := newAiling(t, testkit.MinIO(t))
	cfg := objects.Config{
		Endpoint: strings.TrimPrefix(a.URL, "http://"), AccessKey: testkit.MinIOAccessKey, SecretKey: testkit.MinIOSecretKey,
	}
	patient, err := objects.Open(cfg)
	must(t, err)
	h := newHouse(t, kit, patient)
	// Who verifies does not wait long, so that the test does not; what surrounds it has the time it needs.
	cfg.HeaderTimeout, cfg.OpTimeout = 500*time.Millisecond, time.Second
	hasty, err := objects.Open(cfg)
	must(t, err)
	verifier := evidence.New(evidence.Deps{DB: kit.DB, Store: hasty, Clock: kit.Clock, TempDir: t.TempDir()})
	body := snapshot(t, 300, 200)
	for name, mode := range map[string]int32{"503": answers503, "hang": hangs} {
		t.Run(name, func(t *testing.T) {
			person := uuid.New()
			failed := 0
			for calls := int64(0); ; calls++ {
				a.mode.Store(well)
				id := eventually(t, func() (uuid.UUID, error) { return sendQuietly(t, h, person, body) })
				a.fall(mode, calls)
				began := time.Now()
				err := verifier.Verify(h.ctx, tenant, person, []uuid.UUID{id})
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("call %d: the caller waited %v", calls, took)
				}
				if err == nil {
					break
				}
				failed++
				if f, ok := fault.As(err); !ok || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
					t.Fatalf("call %d: %v", calls, err)
				}
				if err := h.attach(person, uuid.New(), evidence.Before, id); !fault.Is(err, evidence.NotUsable) {
					t.Fatalf("call %d: attached: %v", calls, err)
				}
				a.mode.Store(well)
				eventually(t, func() (struct{}, error) {
					return struct{}{}, verifier.Verify(h.ctx, tenant, person, []uuid.UUID{id})
				})
				must(t, h.attach(person, uuid.New(), evidence.Before, id))
			}
			if failed < 4 { // stat, get, lock, two copies; removing the staged one may fail unseen
				t.Fatalf("only %d calls were tried", failed)
			}
		})
	}
	t.Run("away_for_tickets_and_streams_too", func(t *testing.T) {
		a.fall(answers503, 0)
		if _, err := h.StoreStream(h.ctx, tenant, uuid.New(), strings.NewReader(string(body)), "x"); !fault.Is(err, fault.Unavailable) {
			t.Error(err)
		}
		if _, err := h.Sweep(h.ctx, tenant); !fault.Is(err, fault.Unavailable) {
			t.Error(err)
		}
		a.mode.Store(well)
	})
	t.Run("what_failures_left_behind_is_swept", func(t *testing.T) {
		kit.Clock.Advance(26 * time.Hour)
		eventually(t, func() (struct{}, error) { _, err := h.Sweep(h.ctx, tenant); return struct{}{}, err })
		must(t, h.store.Versions(h.ctx, objects.Staging, tenant, "", func(v objects.Stored) error {
			t.Errorf("left in staging: %s", v.Key)
			return nil
		}))
	})
}

func sendQuietly(t *testing.T, h *house, person uuid.UUID, body []byte) (uuid.UUID, error) {
	ticket, err := h.Ticket(h.ctx, tenant, person, evidence.Wanted{ContentType: "image/jpeg", Size: int64(len(body)), SHA256: sum(body)})
	if err != nil {
		return uuid.Nil, err
	}
	if code := put(t, ticket, body); code != http.StatusOK {
		t.Fatalf("PUT answered %d", code)
	}
	return ticket.UploadID, nil
}

// eventually tries until the store has healed.
func eventually[T any](t *testing.T, try func() (T, error)) T {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		out, err := try()
		if err == nil {
			return out
		}
		if !fault.Is(err, fault.Unavailable) || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// Fifty submissions of the same photo at once decode it once and all hear that it is good.
func TestFiftyVerifyAtOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person := uuid.New()
		id := h.send(t, person, snapshot(t, 1200, 900))
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if err := h.Verify(h.ctx, tenant, person, []uuid.UUID{id}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := h.objectsOf(t, id); n != 3 {
			t.Errorf("%d objects, want 3", n)
		}
	})
}

// Two processes verify the same upload: one wins, both say yes, and the loser's objects are not left behind.
func TestTwoProcessesVerifyAtOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		other := evidence.New(evidence.Deps{DB: h.kit.DB, Store: h.store, Clock: h.kit.Clock})
		person := uuid.New()
		for range 5 {
			id := h.send(t, person, snapshot(t, 600, 450))
			var wg sync.WaitGroup
			for _, s := range []*evidence.Service{h.Service, other} {
				wg.Go(func() {
					if err := s.Verify(h.ctx, tenant, person, []uuid.UUID{id}); err != nil && !database.IsUnavailable(err) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if n := h.objectsOf(t, id); n != 3 {
				t.Errorf("%d objects, want 3", n)
			}
		}
	})
}

// The caller leaves while its photo is being fetched; the work is done when it comes back.
func TestCallerLeaves(t *testing.T) {
	kit := testkit.New(t, database.EngineSQLite)
	a := newAiling(t, testkit.MinIO(t))
	store, err := objects.Open(objects.Config{
		Endpoint: strings.TrimPrefix(a.URL, "http://"), AccessKey: testkit.MinIOAccessKey, SecretKey: testkit.MinIOSecretKey,
	})
	must(t, err)
	h := newHouse(t, kit, store)
	person := uuid.New()
	id := h.send(t, person, snapshot(t, 300, 200))
	ctx, leave := context.WithCancel(h.ctx)
	a.fetched = sync.OnceFunc(leave)
	if err := h.Verify(ctx, tenant, person, []uuid.UUID{id}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	deadline := time.Now().Add(time.Minute)
	for {
		u, err := h.Upload(h.ctx, tenant, person, id)
		must(t, err)
		if u.State == "verified" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %s", u.State)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
