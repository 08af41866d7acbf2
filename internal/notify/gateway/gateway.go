// Package gateway hands messages to an SMS gateway over HTTP: a template id and its parameters, signed, never free
// text. What the other side must do is written in docs/operations.md.
package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"huying/internal/notify"
	"huying/internal/notify/signature"
	"huying/internal/platform/clock"
)

// Config is what one gateway needs to be known.
type Config struct {
	URL string
	Key signature.Key
	// Templates are the ids the carrier registered, by ours; a template without one goes by our own id.
	Templates map[string]string
	// Timeout of one request.
	Timeout time.Duration
	Clock   clock.Clock
}

// Driver sends through one gateway. It is safe for concurrent use.
type Driver struct {
	cfg     Config
	client  *http.Client
	breaker breaker
}

// New makes a driver.
func New(cfg Config) *Driver {
	return &Driver{
		cfg: cfg,
		client: &http.Client{
			Timeout: cfg.Timeout,
			// A signed request is for the address it was made for.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Away says whether the gateway has failed so often that it is left alone for a while, for the metrics.
func (d *Driver) Away() bool { return d.breaker.open(d.cfg.Clock.Now()) }

// request is the body as it goes out.
type request struct {
	ID       string            `json:"id"`
	Template string            `json:"template"`
	Params   map[string]string `json:"params"`
	Phone    string            `json:"phone"`
}

// Limits of what is read of an answer and believed of a wait.
const (
	maxAnswer = 64 << 10
	maxWait   = time.Hour
)

// Send hands one message over. The same id may be handed over again when it is not known whether it arrived; the
// gateway must then answer as it did the first time and send nothing.
func (d *Driver) Send(ctx context.Context, m notify.Message) (string, error) {
	if wait := d.breaker.wait(d.cfg.Clock.Now()); wait > 0 {
		return "", &notify.LaterError{After: wait}
	}
	id, healthy, err := d.post(ctx, m)
	d.breaker.note(healthy, d.cfg.Clock.Now())
	return id, err
}

// post makes one request. healthy says whether the gateway answered as gateways do.
func (d *Driver) post(ctx context.Context, m notify.Message) (id string, healthy bool, err error) {
	template, mapped := d.cfg.Templates[m.Template]
	if !mapped {
		template = m.Template
	}
	body, err := json.Marshal(request{ID: m.ID.String(), Template: template, Params: m.Params, Phone: m.Phone})
	if err != nil {
		return "", true, fmt.Errorf("gateway: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.cfg.URL, bytes.NewReader(body))
	if err != nil {
		return "", false, fmt.Errorf("gateway: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if err := d.cfg.Key.Sign(req.Header, signature.Send, d.cfg.Clock.Now(), body); err != nil {
		return "", false, fmt.Errorf("gateway: %w", err)
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return "", false, fmt.Errorf("gateway: %w", err)
	}
	answer, readErr := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err := errors.Join(readErr, resp.Body.Close()); err != nil {
		return "", false, fmt.Errorf("gateway: %w", err)
	}
	return read(resp, answer, d.cfg.Clock.Now())
}

// reply is what a gateway answers: its own id of a message it took, or a short code for why not.
type reply struct {
	ID   string `json:"id"`
	Code string `json:"code"`
}

// read tells the three kinds of answers apart: taken, never, later.
func read(resp *http.Response, body []byte, now time.Time) (id string, healthy bool, err error) {
	var r reply
	parseErr := json.Unmarshal(body, &r)
	status := resp.StatusCode
	switch {
	case status >= 200 && status < 300:
		if parseErr != nil || r.ID == "" {
			return "", false, fmt.Errorf("gateway: answered %d without an id", status)
		}
		return r.ID, true, nil
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		if after := retryAfter(resp.Header.Get("Retry-After"), now); after > 0 {
			return "", status == http.StatusTooManyRequests, &notify.LaterError{After: after}
		}
		return "", status == http.StatusTooManyRequests, fmt.Errorf("gateway: answered %d", status)
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		// A key that is not accepted is our fault, not the message's: when it is put right the message still goes out.
		return "", false, fmt.Errorf("gateway: answered %d", status)
	case status >= 400 && status < 500:
		return "", true, &notify.RefusedError{Code: r.Code}
	}
	return "", false, fmt.Errorf("gateway: answered %d", status)
}

// retryAfter reads seconds or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(header); err == nil {
		return min(max(time.Duration(min(n, int(maxWait/time.Second)))*time.Second, 0), maxWait)
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxWait)
}
