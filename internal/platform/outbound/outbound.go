// Package outbound is the way out to addresses that somebody typed in: partners' endpoints and webhooks. It reaches
// public addresses over TLS and, of others, only the networks that the installation lists; whoever can type an address
// cannot use the product to look behind its own door.
//
// The address is judged when it is dialled, after the name was looked up, so a name that means another address a
// moment later gains nothing. Redirects are not followed and proxies of the environment are not used.
package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// ErrBlocked is the cause of every refusal to dial.
var ErrBlocked = errors.New("outbound: the address is not public and its network is not allowed")

// ErrTooLong is returned for an answer longer than the client reads.
var ErrTooLong = errors.New("outbound: the answer is too long")

// Options of a client.
type Options struct {
	// Allow are networks that are reached although they are not public, and without TLS.
	Allow []netip.Prefix
	// Timeout of a whole exchange; 15 s unless given.
	Timeout time.Duration
	// MaxAnswer bytes are read; 4 MB unless given.
	MaxAnswer int64
}

// Client reaches outward. It is safe for concurrent use.
type Client struct {
	opts Options
	tls  *http.Client
	bare *http.Client
}

// Answer is what came back, whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// New makes a client.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Second
	}
	if o.MaxAnswer == 0 {
		o.MaxAnswer = 4 << 20
	}
	c := &Client{opts: o}
	c.tls = c.httpClient(func(a netip.Addr) bool { return public(a) || c.allowed(a) })
	c.bare = c.httpClient(c.allowed)
	return c
}

func (c *Client) httpClient(may func(netip.Addr) bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !may(at.Addr().Unmap().WithZone("")) {
			return fmt.Errorf("%w: %s", ErrBlocked, address)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       c.opts.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: c.opts.Timeout,
			MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		},
	}
}

// Do sends a request and reads the answer. It fails with ErrBlocked, ErrTooLong or what the network says.
func (c *Client) Do(ctx context.Context, req *http.Request) (*Answer, error) {
	client := c.tls
	if req.URL.Scheme == "http" {
		client = c.bare
	}
	res, err := client.Do(req.WithContext(ctx)) //nolint:gosec // every dial of these clients judges the address
	if err != nil {
		return nil, fmt.Errorf("outbound: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, c.opts.MaxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("outbound: read: %w", err)
	}
	if int64(len(body)) > c.opts.MaxAnswer {
		return nil, ErrTooLong
	}
	return &Answer{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

// Check says in Chinese what is wrong with an address somebody typed in, or nothing. A name is judged again each time
// it is dialled.
func (c *Client) Check(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return "应为完整的网址，例如 https://example.cn/hook"
	case u.User != nil || u.Fragment != "":
		return "网址里不能有账号密码或 #"
	case u.Scheme != "https" && (u.Scheme != "http" || len(c.opts.Allow) == 0):
		return "应为 https 网址"
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil {
		a = a.Unmap().WithZone("")
		if !c.allowed(a) && (!public(a) || u.Scheme == "http") {
			return "不能是内网或本机地址，除非运维人员已放行该网段"
		}
	}
	return ""
}

func (c *Client) allowed(a netip.Addr) bool {
	return slices.ContainsFunc(c.opts.Allow, func(p netip.Prefix) bool { return p.Contains(a) })
}

// special are the networks that are neither private nor loopback by name and yet not the public internet (RFC 6890).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

func public(a netip.Addr) bool {
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}
