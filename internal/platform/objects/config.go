package objects

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Config says where the store is and how patient we are with it.
type Config struct {
	// Endpoint is the host[:port] this process talks to.
	Endpoint string
	// Region signs requests; MinIO and the embedded store answer to "us-east-1", the default.
	Region    string
	AccessKey string
	SecretKey string
	// Secure is TLS towards Endpoint.
	Secure bool
	// PublicURL is scheme://host[:port] under which phones reach the store. Empty: the request's own listener for the
	// embedded store, Endpoint for any other.
	PublicURL string
	// DialTimeout bounds connecting (default 2 s), HeaderTimeout the wait for an answer to begin (default 5 s),
	// OpTimeout a whole operation with its retries and its body (default 20 s).
	DialTimeout, HeaderTimeout, OpTimeout time.Duration
}

// Validate returns all that is wrong with the configuration, joined.
func (c Config) Validate() error {
	var errs []error
	if c.Endpoint == "" || strings.Contains(c.Endpoint, "/") {
		errs = append(errs, fmt.Errorf("objects.endpoint: want host:port without scheme or path, got %q", c.Endpoint))
	}
	if c.AccessKey == "" || c.SecretKey == "" {
		errs = append(errs, errors.New("objects.access_key and objects.secret_key: both are needed"))
	}
	if c.PublicURL != "" {
		if _, err := publicBase(c.PublicURL); err != nil {
			errs = append(errs, fmt.Errorf("objects.public_url: %w", err))
		}
	}
	return errors.Join(errs...)
}

// String leaves the secret out.
func (c Config) String() string {
	return fmt.Sprintf("%s (public %q, region %q, key %q)", c.Endpoint, c.PublicURL, c.Region, c.AccessKey)
}

func (c Config) withDefaults() Config {
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	if c.DialTimeout <= 0 {
		c.DialTimeout = 2 * time.Second
	}
	if c.HeaderTimeout <= 0 {
		c.HeaderTimeout = 5 * time.Second
	}
	if c.OpTimeout <= 0 {
		c.OpTimeout = 20 * time.Second
	}
	return c
}

// publicBase checks scheme://host[:port] and nothing behind it: the store is addressed by path style below the root,
// and SigV4 signs the path.
func publicBase(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("not a URL: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("want http(s)://host[:port] and nothing more, got %q", raw)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
