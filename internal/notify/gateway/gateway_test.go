package gateway_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/notify"
	"huying/internal/notify/gateway"
	"huying/internal/notify/signature"
	"huying/internal/platform/clock"
)

var key = signature.Key{ID: "qd-1", Secret: []byte("0123456789abcdef0123456789abcdef")}

// serve runs a gateway that answers as told and a driver that speaks to it.
func serve(t *testing.T, answer http.HandlerFunc) (*gateway.Driver, *clock.Fake) {
	t.Helper()
	return serveWithin(t, time.Minute, answer)
}

// serveWithin gives the gateway a time to answer in.
func serveWithin(t *testing.T, timeout time.Duration, answer http.HandlerFunc) (*gateway.Driver, *clock.Fake) {
	t.Helper()
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	c := clock.NewFake(time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC))
	return gateway.New(gateway.Config{
		URL: srv.URL + "/send", Key: key, Timeout: timeout, Clock: c,
		Templates: map[string]string{"report_received": "SMS_20260001"},
	}), c
}

func message(template string) notify.Message {
	return notify.Message{ID: uuid.Must(uuid.NewV7()), Phone: "13812345678", Template: template, Params: map[string]string{"number": "1"}}
}

func TestSend_what_goes_out(t *testing.T) {
	var got map[string]any
	var fault error
	var now time.Time
	d, c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &got)
		}
		fault = errors.Join(err, key.Verify(r.Header.Get, signature.Send, now, body))
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"id":"gw-7","extra":true}`)
	})
	now = c.Now()
	m := message("report_received")
	id, err := d.Send(t.Context(), m)
	if err != nil || fault != nil || id != "gw-7" {
		t.Fatalf("%q %v %v", id, err, fault)
	}
	if got["id"] != m.ID.String() || got["template"] != "SMS_20260001" || got["phone"] != m.Phone || len(got) != 4 {
		t.Fatalf("%v", got)
	}
	if _, err := d.Send(t.Context(), message("report_closed")); err != nil || got["template"] != "report_closed" {
		t.Fatalf("a template without a registered id: %v %v", got, err)
	}
}

func TestSend_how_answers_are_read(t *testing.T) {
	const taken, never, later, again = "taken", "never", "later", "again"
	for name, c := range map[string]struct {
		status        int
		body, retryIn string
		want          string
		after         time.Duration
	}{
		"taken":                           {status: 200, body: `{"id":"a"}`, want: taken},
		"taken without an id":             {status: 200, body: `{}`, want: again},
		"taken without JSON":              {status: 200, body: `ok`, want: again},
		"a bad number":                    {status: 400, body: `{"code":"BAD_PHONE"}`, want: never},
		"a template nobody registered":    {status: 422, body: `{"code":"NO_TEMPLATE"}`, want: never},
		"a final no without a code":       {status: 404, body: `<html>`, want: never},
		"our key is not accepted":         {status: 401, want: again},
		"our address is not accepted":     {status: 403, want: again},
		"too many":                        {status: 429, want: again},
		"too many, come back in a minute": {status: 429, retryIn: "60", want: later, after: time.Minute},
		"come back at a time":             {status: 503, retryIn: "Mon, 02 Mar 2026 02:02:00 GMT", want: later, after: 2 * time.Minute},
		"come back next year":             {status: 503, retryIn: "99999999", want: later, after: time.Hour},
		"a wait that is none":             {status: 429, retryIn: "-5", want: again},
		"broken":                          {status: 500, want: again},
		"moved":                           {status: 302, want: again},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.retryIn != "" {
					w.Header().Set("Retry-After", c.retryIn)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := d.Send(t.Context(), message("report_received"))
			var refused *notify.RefusedError
			var wait *notify.LaterError
			got := again
			switch {
			case err == nil:
				got = taken
			case errors.As(err, &refused):
				got = never
			case errors.As(err, &wait):
				got = later
			}
			if got != c.want || got == later && wait.After != c.after {
				t.Fatalf("%s: %v", got, err)
			}
		})
	}
}

func TestSend_a_gateway_that_is_down_is_left_alone(t *testing.T) {
	var asked atomic.Int32
	var down atomic.Bool
	down.Store(true)
	d, c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		if down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, `{"id":"a"}`)
	})
	var later *notify.LaterError
	for range 5 {
		if _, err := d.Send(t.Context(), message("report_received")); err == nil || errors.As(err, &later) {
			t.Fatalf("%v", err)
		}
	}
	if _, err := d.Send(t.Context(), message("report_received")); !errors.As(err, &later) || asked.Load() != 5 || !d.Away() {
		t.Fatalf("asked %d times, %v", asked.Load(), err)
	}
	c.Advance(31 * time.Second)
	if _, err := d.Send(t.Context(), message("report_received")); err == nil || asked.Load() != 6 || !d.Away() {
		t.Fatalf("the one that tries: asked %d times, %v", asked.Load(), err)
	}
	down.Store(false)
	c.Advance(31 * time.Second)
	for range 3 {
		if _, err := d.Send(t.Context(), message("report_received")); err != nil {
			t.Fatal(err)
		}
	}
	if d.Away() {
		t.Fatal("a gateway that answers is still left alone")
	}
}

func TestSend_a_gateway_that_does_not_answer(t *testing.T) {
	release := make(chan struct{})
	d, _ := serveWithin(t, 300*time.Millisecond, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	if _, err := d.Send(t.Context(), message("report_received")); err == nil {
		t.Fatal("it was taken")
	}
}
