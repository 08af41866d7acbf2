package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

var tenantForm = regexp.MustCompile(`^[0-9]{6}$`)

// Validate returns everything that is wrong, joined, one line each, naming the setting.
func (c Config) Validate() error {
	var v findings
	c.HTTP.validate(&v)
	c.Database.validate(&v)
	c.Objects.validate(&v)
	c.SMS.validate(&v, c.HTTP.PublicURL)
	c.Maps.validate(&v)
	v.unless(c.Identity.TokenLifetime >= time.Minute && c.Identity.TokenLifetime <= 15*time.Minute,
		"identity.token_lifetime: want 1m to 15m, got %s", c.Identity.TokenLifetime)
	v.unless(c.Jobs.Workers > 0, "jobs.workers: want at least 1, got %d", c.Jobs.Workers)
	_, _, err := net.SplitHostPort(c.Jobs.Listen)
	v.unless(c.Jobs.Listen == "" || err == nil, "jobs.listen: want host:port or nothing, got %q", c.Jobs.Listen)
	v.unless(c.Jobs.PollInterval > 0, "jobs.poll_interval: want more than 0")
	v.unless(c.Jobs.SweepEvery >= time.Second, "jobs.sweep_every: want at least 1s")
	v.unless(c.Partners.Timeout > 0 && c.Partners.Timeout <= 30*time.Second, "partners.timeout: want up to 30s, got %s", c.Partners.Timeout)
	v.unless(c.Partners.PullEvery >= time.Second, "partners.pull_every: want at least 1s, got %s", c.Partners.PullEvery)
	v.unless(slices.Contains([]string{"sha256", "sm3"}, c.Audit.Algorithm),
		"audit.algorithm: want sha256 or sm3, got %q", c.Audit.Algorithm)
	v.unless(slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level),
		"log.level: want debug, info, warn or error, got %q", c.Log.Level)
	v.unless(c.Trace.Endpoint == "" || webAddress(c.Trace.Endpoint), "trace.endpoint: want http(s)://host/v1/traces, got %q", c.Trace.Endpoint)
	v.unless(c.Trace.Sample >= 0 && c.Trace.Sample <= 1, "trace.sample: want 0 to 1, got %g", c.Trace.Sample)
	v.unless(!c.Demo.On || c.Demo.AllowRemote || loopback(c.HTTP.Listen),
		"demo.on: a demo listens on loopback only (http.listen is %q); demo.allow_remote lifts this", c.HTTP.Listen)
	return errors.Join(v...)
}

func (h HTTP) validate(v *findings) {
	_, _, err := net.SplitHostPort(h.Listen)
	v.unless(err == nil, "http.listen: want host:port, got %q", h.Listen)
	v.unless(h.PublicURL == "" || webAddress(h.PublicURL), "http.public_url: want http(s)://host, got %q", h.PublicURL)
	v.unless(h.ReadTimeout > 0, "http.read_timeout: want more than 0")
	v.unless(h.DrainTimeout > 0, "http.drain_timeout: want more than 0")
	seen := map[string]bool{}
	for _, ht := range h.Hosts {
		if ht == (HostTenant{}) {
			continue // it was no pair, which is told already
		}
		v.unless(tenantForm.MatchString(ht.Tenant), "http.hosts: %s: a tenant has six digits, got %q", ht.Host, ht.Tenant)
		v.unless(!seen[ht.Host], "http.hosts: %s is there twice", ht.Host)
		seen[ht.Host] = true
	}
}

func (d Database) validate(v *findings) {
	v.unless(d.Engine == SQLite || d.Engine == Postgres, "database.engine: want sqlite or postgres, got %q", d.Engine)
	v.unless(d.RLSMode == "session" || d.RLSMode == "local", "database.rls_mode: want session or local, got %q", d.RLSMode)
	v.unless(d.MaxConns >= 0, "database.max_conns: want 0 or more, got %d", d.MaxConns)
	v.unless(d.AcquireTimeout > 0, "database.acquire_timeout: want more than 0")
	if d.Engine != Postgres {
		return
	}
	for name, secret := range map[string]Secret{"url": d.URL, "city_url": d.CityURL} {
		v.unless(secret != "", "database.%s: needed for postgres", name)
	}
}

func (o Objects) validate(v *findings) {
	v.unless(o.Store == EmbeddedStore || o.Store == S3Store, "objects.store: want embedded or s3, got %q", o.Store)
	v.unless(o.PublicURL == "" || webAddress(o.PublicURL), "objects.public_url: want http(s)://host, got %q", o.PublicURL)
	if o.Store != S3Store {
		return
	}
	v.unless(o.Endpoint != "" && !strings.Contains(o.Endpoint, "/"), "objects.endpoint: want host:port, got %q", o.Endpoint)
	v.unless(o.AccessKey != "", "objects.access_key: needed for s3")
	v.unless(o.SecretKey != "", "objects.secret_key: needed for s3")
}

// MinSecret is the least a secret for HMAC-SHA256 should have: the length of the digest (RFC 2104, section 3).
const MinSecret = 32

func (s SMS) validate(v *findings, publicURL string) {
	v.unless(s.Timeout > 0 && s.Timeout <= 15*time.Second, "sms.timeout: want more than 0 and at most 15s, got %s", s.Timeout)
	if s.GatewayURL == "" {
		return
	}
	u, err := url.Parse(s.GatewayURL)
	v.unless(err == nil && webAddress(s.GatewayURL) && (u.Scheme == "https" || loopback(net.JoinHostPort(u.Hostname(), "80"))),
		"sms.gateway_url: want https://host/path, got %q", s.GatewayURL)
	v.unless(s.KeyID != "", "sms.key_id: needed with sms.gateway_url")
	v.unless((s.Secret == "") != (s.SecretFile == ""), "sms.secret: needed with sms.gateway_url, itself or as sms.secret_file")
	v.unless(s.Secret == "" || len(s.Secret) >= MinSecret, "sms.secret: want at least %d characters", MinSecret)
	v.unless(publicURL != "", "http.public_url: needed with sms.gateway_url, for the links in messages")
}

func (m Maps) validate(v *findings) {
	v.unless(m.Coordinates == WGS84 || m.Coordinates == GCJ02, "maps.coordinates: want wgs84 or gcj02, got %q", m.Coordinates)
	v.unless(m.MaxZoom >= 1 && m.MaxZoom <= 22, "maps.max_zoom: want 1 to 22, got %d", m.MaxZoom)
	if m.TilesURL == "" {
		return
	}
	ok := webAddress(m.TilesURL)
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		ok = ok && strings.Contains(m.TilesURL, part)
	}
	v.unless(ok && !strings.ContainsAny(m.Origin(), "{};, '\""), "maps.tiles_url: want http(s)://host/… with {z}, {x} and {y}, got %q", m.TilesURL)
}

// findings collects what is wrong.
type findings []error

func (f *findings) unless(ok bool, format string, args ...any) {
	if !ok {
		*f = append(*f, fmt.Errorf(format, args...))
	}
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// loopback reports whether only this machine reaches the address. A name other than localhost may resolve to anything.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
