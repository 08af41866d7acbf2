package objects

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// BucketPrefix begins the name of every bucket of the product; the embedded store is reachable below it.
const BucketPrefix = "huying-"

// Area is one of a tenant's two buckets.
type Area int

const (
	// Evidence has object lock: verified originals and public copies.
	Evidence Area = iota
	// Staging has no lock: what clients sent and nobody looked at yet.
	Staging
)

// Ref names one object. Version pins one of its versions; empty means the newest.
type Ref struct {
	Area    Area
	Tenant  string
	Key     string
	Version string
}

// At is the same object at another version.
func (r Ref) At(version string) Ref {
	r.Version = version
	return r
}

func (r Ref) bucket() string { return bucketName(r.Area, r.Tenant) }

func bucketName(area Area, tenant string) string {
	if area == Staging {
		return BucketPrefix + "staging-" + tenant
	}
	return BucketPrefix + tenant
}

var (
	tenantForm = regexp.MustCompile(`^[0-9]{6}$`)
	keyForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9.-]*)+$`)
)

// check refuses names this package did not shape itself, so that no caller can build a path out of client input.
func (r Ref) check() error {
	if !tenantForm.MatchString(r.Tenant) || !keyForm.MatchString(r.Key) {
		return fmt.Errorf("objects: %q in tenant %q is not a name we make", r.Key, r.Tenant)
	}
	return nil
}

// Store is a client of one S3 store. It is safe for concurrent use.
type Store struct {
	cfg    Config
	client *minio.Core
	public *url.URL // nil: the listener the request came in by
	gate   *breaker
	seen   func(operation string, err error, took time.Duration)

	mu    sync.Mutex
	ready map[string]bool // tenants whose buckets exist
}

// Open returns a client of the store. It does not talk to it yet: a store that is away at start heals later.
func Open(cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: cfg.DialTimeout}
	if cfg.PublicURL == "" {
		cfg.PublicURL = (&url.URL{Scheme: scheme(cfg.Secure), Host: cfg.Endpoint}).String()
	}
	return open(cfg, dialer.DialContext)
}

func open(cfg Config, dial func(ctx context.Context, network, addr string) (net.Conn, error)) (*Store, error) {
	// DisableCompression: an object is what was stored, not what a proxy may have gzipped on the way.
	transport := &http.Transport{
		DialContext:           dial,
		MaxIdleConns:          64,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       cfg.OpTimeout * 3,
		TLSHandshakeTimeout:   cfg.HeaderTimeout,
		ResponseHeaderTimeout: cfg.HeaderTimeout,
		ExpectContinueTimeout: cfg.HeaderTimeout,
		DisableCompression:    true,
	}
	core, err := minio.NewCore(cfg.Endpoint, &minio.Options{
		Creds:           credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:          cfg.Secure,
		Transport:       transport,
		Region:          cfg.Region,
		BucketLookup:    minio.BucketLookupPath,
		TrailingHeaders: false,
		MaxRetries:      2,
	})
	if err != nil {
		return nil, fmt.Errorf("objects: client of %s: %w", cfg.Endpoint, err)
	}
	s := &Store{cfg: cfg, client: core, gate: newBreaker(), seen: func(string, error, time.Duration) {}, ready: map[string]bool{}}
	if cfg.PublicURL != "" {
		if s.public, err = publicBase(cfg.PublicURL); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func scheme(secure bool) string {
	if secure {
		return "https"
	}
	return "http"
}

// Observe has every operation told to see when it ended; before the store is used.
func (s *Store) Observe(see func(operation string, err error, took time.Duration)) { s.seen = see }

// EnsureTenant makes the tenant's two buckets when they are not there. It is idempotent and remembers success.
func (s *Store) EnsureTenant(ctx context.Context, tenant string) error {
	if !tenantForm.MatchString(tenant) {
		return fmt.Errorf("objects: %q is not a tenant", tenant)
	}
	s.mu.Lock()
	done := s.ready[tenant]
	s.mu.Unlock()
	if done {
		return nil
	}
	err := s.call(ctx, "make buckets", func(ctx context.Context) error {
		if err := s.makeBucket(ctx, bucketName(Evidence, tenant), true); err != nil {
			return err
		}
		if err := s.makeBucket(ctx, bucketName(Staging, tenant), false); err != nil {
			return err
		}
		return s.client.EnableVersioning(ctx, bucketName(Staging, tenant))
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.ready[tenant] = true
	s.mu.Unlock()
	return nil
}

func (s *Store) makeBucket(ctx context.Context, bucket string, locked bool) error {
	exists, err := s.client.BucketExists(ctx, bucket)
	if err != nil || exists {
		return err
	}
	err = s.client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{Region: s.cfg.Region, ObjectLocking: locked})
	switch minio.ToErrorResponse(err).Code {
	case minio.BucketAlreadyOwnedByYou, minio.BucketAlreadyExists:
		return nil // another process was faster
	}
	return err
}

// Ping asks the store for a sign of life, past the breaker.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.HeaderTimeout)
	defer cancel()
	_, err := s.client.BucketExists(ctx, BucketPrefix+"health")
	err = classify("ping", err)
	s.gate.record(err)
	return err
}

// Bucket is how one of a tenant's buckets stands, for huying doctor.
type Bucket struct {
	Name                     string
	There, Versioned, Locked bool
	// Open is set when a bucket policy gives strangers something.
	Open bool
}

// Buckets looks at a tenant's two buckets without making them.
func (s *Store) Buckets(ctx context.Context, tenant string) ([]Bucket, error) {
	var found []Bucket
	err := s.call(ctx, "look at buckets", func(ctx context.Context) error {
		found = nil
		for _, area := range []Area{Evidence, Staging} {
			b := Bucket{Name: bucketName(area, tenant)}
			var err error
			if b.There, err = s.client.BucketExists(ctx, b.Name); err != nil {
				return err
			}
			if b.There {
				if err := s.look(ctx, &b); err != nil {
					return err
				}
			}
			found = append(found, b)
		}
		return nil
	})
	return found, err
}

func (s *Store) look(ctx context.Context, b *Bucket) error {
	v, err := s.client.GetBucketVersioning(ctx, b.Name)
	if err != nil {
		return err
	}
	b.Versioned = v.Enabled()
	lock, _, _, _, err := s.client.GetObjectLockConfig(ctx, b.Name)
	b.Locked = err == nil && lock == "Enabled"
	policy, err := s.client.Client.GetBucketPolicy(ctx, b.Name)
	if err != nil {
		return err
	}
	b.Open = strings.Contains(policy, `"*"`) && strings.Contains(policy, `"Allow"`)
	return nil
}
