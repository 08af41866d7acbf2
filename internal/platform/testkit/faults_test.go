package testkit

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestWire(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer server.Close()
	wire := NewWire(t, server.Listener.Addr().String())
	get := func(patience time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+wire.Address(), nil)
		if err != nil {
			return err
		}
		res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}
	works := func(when string) {
		t.Helper()
		if err := get(time.Minute); err != nil {
			t.Fatalf("%s: %v", when, err)
		}
	}
	works("at first")
	wire.Cut()
	if get(time.Minute) == nil {
		t.Fatal("a cut wire must refuse")
	}
	wire.Heal()
	works("after a cut")
	wire.Hang()
	if get(500*time.Millisecond) == nil {
		t.Fatal("a hanging wire must not answer")
	}
	wire.Heal()
	works("after a hang")
}

func TestPgbouncer(t *testing.T) {
	address, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	host := pgbouncer(t, 2, address)
	through := *address
	through.Host, through.RawQuery = host, "sslmode=disable&default_query_exec_mode=simple_protocol"
	err = superuser(t.Context(), through.String(), func(c *pgx.Conn) error { return c.Ping(t.Context()) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestMinIO(t *testing.T) {
	if err := minioReady(t.Context(), MinIO(t)); err != nil {
		t.Fatal(err)
	}
}
