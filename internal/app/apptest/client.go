package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Client is one person at one installation: who they are, which tenant they
// speak about, and plain HTTP. The zero token is a visitor.
type Client struct {
	t      testing.TB
	base   string
	http   *http.Client
	Name   string
	Tenant string
	Token  string
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Problem is an error as the wire shows it.
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	RequestID string `json:"request_id"`
	Errors    []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
}

// Problem decodes the answer as a problem; the zero problem when it is none.
func (a *Answer) Problem() Problem {
	var p Problem
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		_ = json.Unmarshal(a.Body, &p)
	}
	return p
}

// Into decodes a JSON answer.
func (a *Answer) Into(out any) error {
	if err := json.Unmarshal(a.Body, out); err != nil {
		return fmt.Errorf("%w in %.200q", err, a.Body)
	}
	return nil
}

// Header is one header of a request.
type Header struct{ Name, Value string }

// Key is the Idempotency-Key header.
func Key(value string) Header { return Header{"Idempotency-Key", value} }

// As copies the client for another tenant.
func (c *Client) As(tenant string) *Client {
	other := *c
	other.Tenant = tenant
	return &other
}

// Try sends one request below /api/v1 (or to the root when the path starts with
// "//") and returns whatever came back; body is JSON unless it is []byte or nil.
func (c *Client) Try(ctx context.Context, method, path string, body any, headers ...Header) (*Answer, error) {
	var reader io.Reader
	contentType := ""
	switch b := body.(type) {
	case nil:
	case []byte:
		reader, contentType = bytes.NewReader(b), "application/json"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		reader, contentType = bytes.NewReader(raw), "application/json"
	}
	address := c.base + "/api/v1" + path
	if rest, root := strings.CutPrefix(path, "//"); root {
		address = c.base + "/" + rest
	}
	req, err := http.NewRequestWithContext(ctx, method, address, reader)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if c.Tenant != "" {
		req.Header.Set("X-Tenant", c.Tenant)
	}
	for _, h := range headers {
		req.Header.Set(h.Name, h.Value)
	}
	return send(c.http, req)
}

func send(client *http.Client, req *http.Request) (*Answer, error) {
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	return &Answer{res.StatusCode, res.Header, content}, nil
}

// Do is Try for a request that must reach the server.
func (c *Client) Do(method, path string, body any, headers ...Header) *Answer {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 60*time.Second)
	defer cancel()
	a, err := c.Try(ctx, method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s: %s %s: %v", c.Name, method, path, err)
	}
	return a
}

// Must is Do for a request that must succeed; out may be nil.
func (c *Client) Must(method, path string, body, out any, headers ...Header) *Answer {
	c.t.Helper()
	a := c.Do(method, path, body, headers...)
	if a.Status/100 != 2 {
		c.t.Fatalf("%s: %s %s: %d %s", c.Name, method, path, a.Status, a.Body)
	}
	if out != nil {
		if err := a.Into(out); err != nil {
			c.t.Fatalf("%s: %s %s: %v", c.Name, method, path, err)
		}
	}
	return a
}

// Visitor is nobody in particular.
func Visitor(t testing.TB, base, tenant string) *Client {
	return &Client{t: t, base: base, http: newHTTP(), Name: "visitor", Tenant: tenant}
}

// newHTTP is a client that keeps few connections and follows no redirect.
func newHTTP() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64, ResponseHeaderTimeout: 90 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Password of every documented account of the demo.
const Password = "Huying-demo-2026"

// Staff signs in an account of the demo by password.
func Staff(t testing.TB, base, tenant, username string) *Client {
	t.Helper()
	c := Visitor(t, base, tenant)
	c.Name = username
	var session struct {
		AccessToken string `json:"access_token"`
	}
	c.Must(http.MethodPost, "/auth/sessions", map[string]string{"username": username, "password": Password}, &session)
	c.Token = session.AccessToken
	return c
}

// Citizen signs in a phone by the code that the demo would have sent.
func Citizen(t testing.TB, base, tenant, phone string) *Client {
	t.Helper()
	c := Visitor(t, base, tenant)
	c.Name = phone
	c.Must(http.MethodPost, "/auth/sms-codes", map[string]string{"phone": phone}, nil)
	var session struct {
		AccessToken string `json:"access_token"`
	}
	c.Must(http.MethodPost, "/auth/sms-sessions", map[string]string{"phone": phone, "code": c.code(phone)}, &session)
	c.Token = session.AccessToken
	return c
}

// code reads the newest sign-in code of a phone from the demo's outbox, which
// is filled by the job queue.
func (c *Client) code(phone string) string {
	c.t.Helper()
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		var outbox struct {
			Items []struct {
				Phone    string            `json:"phone"`
				Template string            `json:"template"`
				Params   map[string]string `json:"params"`
			} `json:"items"`
		}
		c.Must(http.MethodGet, "/dev/outbox?phone="+url.QueryEscape(phone), nil, &outbox)
		for _, m := range outbox.Items {
			if m.Phone == phone && m.Params["code"] != "" {
				return m.Params["code"]
			}
		}
	}
	c.t.Fatalf("no code for %s in the outbox", phone)
	return ""
}
