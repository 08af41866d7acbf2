// Package config is everything that can be set from outside, typed, in one place.
//
// Values come from defaults, then a YAML file, then HUYING_* environment variables, then flags; the last one that
// speaks wins. All mistakes are reported at once. Secrets never print.
package config

import (
	"net/netip"
	"net/url"
	"path/filepath"
	"time"
)

// Config is the whole configuration. Load makes one; the zero value is not usable.
type Config struct {
	Data     Data     `koanf:"data"`
	HTTP     HTTP     `koanf:"http"`
	Database Database `koanf:"database"`
	Objects  Objects  `koanf:"objects"`
	Keys     Keys     `koanf:"keys"`
	Identity Identity `koanf:"identity"`
	Jobs     Jobs     `koanf:"jobs"`
	Audit    Audit    `koanf:"audit"`
	SMS      SMS      `koanf:"sms"`
	Partners Partners `koanf:"partners"`
	Maps     Maps     `koanf:"maps"`
	Log      Log      `koanf:"log"`
	Trace    Trace    `koanf:"trace"`
	Demo     Demo     `koanf:"demo"`
}

// Data says where the one-binary installation keeps its files.
type Data struct {
	// Dir holds the SQLite file, the embedded object store and the key ring, unless those say otherwise.
	Dir string `koanf:"dir" doc:"directory of the one-binary installation"`
}

// HTTP is the door.
type HTTP struct {
	Listen         string         `koanf:"listen" doc:"host:port to listen on"`
	PublicURL      string         `koanf:"public_url" doc:"scheme://host under which clients reach us"`
	Hosts          []HostTenant   `koanf:"hosts" doc:"host=tenant, comma separated: host names that belong to one tenant"`
	TrustedProxies []netip.Prefix `koanf:"trusted_proxies" doc:"networks whose X-Forwarded-For is believed, comma separated"`
	ReadTimeout    time.Duration  `koanf:"read_timeout" doc:"time a client has for headers and the first bytes of a body"`
	DrainTimeout   time.Duration  `koanf:"drain_timeout" doc:"time running requests and jobs have when the process stops"`
}

// Database engines.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Database is where the rows are.
type Database struct {
	Engine         string        `koanf:"engine" doc:"sqlite or postgres"`
	Path           string        `koanf:"path" doc:"SQLite file"`
	URL            Secret        `koanf:"url" doc:"PostgreSQL as the app role"`
	CityURL        Secret        `koanf:"city_url" doc:"PostgreSQL as the city's SELECT-only role"`
	ListenURL      Secret        `koanf:"listen_url" doc:"PostgreSQL as the app role past a pooler, for hints between processes; empty: url"`
	OwnerURL       Secret        `koanf:"owner_url" doc:"PostgreSQL as the owner, for migrate only"`
	RLSMode        string        `koanf:"rls_mode" doc:"session, or local behind pgbouncer in transaction mode and on Citus"`
	MaxConns       int           `koanf:"max_conns" doc:"connections per pool; 0 chooses by cores"`
	AcquireTimeout time.Duration `koanf:"acquire_timeout" doc:"time to connect to PostgreSQL"`
}

// Object stores.
const (
	EmbeddedStore = "embedded"
	S3Store       = "s3"
)

// Objects is where the photos are.
type Objects struct {
	Store     string `koanf:"store" doc:"embedded, or s3 for MinIO and any S3"`
	Dir       string `koanf:"dir" doc:"directory of the embedded store"`
	Endpoint  string `koanf:"endpoint" doc:"host:port of the S3 store"`
	Region    string `koanf:"region" doc:"region that requests are signed for"`
	AccessKey string `koanf:"access_key" doc:"access key of the S3 store"`
	SecretKey Secret `koanf:"secret_key" doc:"secret key of the S3 store"`
	Secure    bool   `koanf:"secure" doc:"TLS towards the S3 store"`
	PublicURL string `koanf:"public_url" doc:"scheme://host under which phones reach the store"`
}

// Keys is the key ring: field encryption, blind indexes, token signing.
type Keys struct {
	File string `koanf:"file" doc:"key ring file; made on first start of a one-binary installation"`
}

// Identity holds the limits of signing in that an installation may choose.
type Identity struct {
	TokenLifetime time.Duration `koanf:"token_lifetime" doc:"life of an access token, at most 15m"`
}

// Jobs is the work queue.
type Jobs struct {
	Work         bool          `koanf:"work" doc:"whether serve works the queue too"`
	Workers      int           `koanf:"workers" doc:"jobs worked at once"`
	PollInterval time.Duration `koanf:"poll_interval" doc:"time between looks at an idle queue"`
	Listen       string        `koanf:"listen" doc:"host:port where a worker answers /healthz, /readyz and /metrics; empty: nowhere"`
	SweepEvery   time.Duration `koanf:"sweep_every" doc:"time between looks for due deadlines"`
}

// Audit is the chain over the audit trail.
type Audit struct {
	Algorithm string `koanf:"algorithm" doc:"sha256 or sm3: what new lines are sealed with; earlier seals stay valid"`
}

// SMS is the gateway that messages go out through. Without an address they stay in the outbox.
type SMS struct {
	GatewayURL string          `koanf:"gateway_url" doc:"https address of the SMS gateway; empty keeps messages in the outbox"`
	KeyID      string          `koanf:"key_id" doc:"name of the key shared with the gateway"`
	Secret     Secret          `koanf:"secret" doc:"secret shared with the gateway, at least 32 characters"`
	SecretFile string          `koanf:"secret_file" doc:"file that holds the secret instead"`
	Templates  []TemplateAlias `koanf:"templates" doc:"ours=registered, comma separated: the carrier's ids of our templates"`
	Timeout    time.Duration   `koanf:"timeout" doc:"time the gateway has to answer, at most 15s"`
}

// Partners are the ways out to other systems.
type Partners struct {
	AllowNetworks []netip.Prefix `koanf:"allow_networks" doc:"networks that partners' addresses may lie in although they are not public, comma separated"`
	DropDir       string         `koanf:"drop_dir" doc:"folder for exchanging work orders as files; empty switches that off"`
	Timeout       time.Duration  `koanf:"timeout" doc:"time a partner's system has to answer, at most 30s"`
	PullEvery     time.Duration  `koanf:"pull_every" doc:"time between looks for updates at partners' systems"`
}

// Coordinate systems of a base map.
const (
	WGS84 = "wgs84"
	GCJ02 = "gcj02"
)

// Maps is the base map behind pins and places. Without one the screens draw a schematic from their own places.
type Maps struct {
	TilesURL    string `koanf:"tiles_url" doc:"https address of map tiles with {z}, {x} and {y}; empty draws a schematic"`
	Coordinates string `koanf:"coordinates" doc:"wgs84 (also 天地图) or gcj02: the system the tiles are in"`
	Attribution string `koanf:"attribution" doc:"who made the map, as its licence wants it shown"`
	MaxZoom     int    `koanf:"max_zoom" doc:"the deepest level the tiles have, 1 to 22"`
}

// Origin is the scheme and host that tiles come from, "" without tiles.
func (m Maps) Origin() string {
	u, err := url.Parse(m.TilesURL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Log is how much the process says.
type Log struct {
	Level string `koanf:"level" doc:"debug, info, warn or error"`
}

// Trace is where traces of requests and jobs are sent.
type Trace struct {
	Endpoint      string  `koanf:"endpoint" doc:"OTLP over HTTP, such as http://collector:4318/v1/traces; empty: no traces"`
	Authorization Secret  `koanf:"authorization" doc:"Authorization header towards the collector"`
	Sample        float64 `koanf:"sample" doc:"share of requests that are traced, 0 to 1"`
}

// Demo is the mode with invented people; it never runs where strangers can reach it by accident.
type Demo struct {
	On          bool `koanf:"on" doc:"demo mode: documented accounts, no second factor, readable SMS outbox"`
	AllowRemote bool `koanf:"allow_remote" doc:"let a demo listen on an address that is not loopback"`
}

// Default is the one-binary installation on this machine.
func Default() Config {
	return Config{
		Data: Data{Dir: "data"},
		HTTP: HTTP{Listen: "127.0.0.1:8080", ReadTimeout: 20 * time.Second, DrainTimeout: 25 * time.Second},
		Database: Database{
			Engine: SQLite, RLSMode: "session", AcquireTimeout: 5 * time.Second,
		},
		Objects:  Objects{Store: EmbeddedStore, Region: "us-east-1"},
		Identity: Identity{TokenLifetime: 15 * time.Minute},
		Jobs:     Jobs{Work: true, Workers: 4, PollInterval: time.Second, SweepEvery: 5 * time.Second},
		Audit:    Audit{Algorithm: "sha256"},
		SMS:      SMS{Timeout: 10 * time.Second},
		Partners: Partners{Timeout: 15 * time.Second, PullEvery: 5 * time.Minute},
		Maps:     Maps{Coordinates: WGS84, MaxZoom: 18},
		Log:      Log{Level: "info"},
		Trace:    Trace{Sample: 0.05},
	}
}

// Settle fills what follows from other values and makes every path absolute: the embedded object store changes the
// working directory of the process.
func (c Config) Settle() (Config, error) {
	dir, err := filepath.Abs(c.Data.Dir)
	if err != nil {
		return c, err
	}
	c.Data.Dir = dir
	for path, name := range map[*string]string{
		&c.Database.Path: "huying.db", &c.Objects.Dir: "objects", &c.Keys.File: "keys.json",
	} {
		if *path == "" {
			*path = filepath.Join(dir, name)
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return c, err
		}
	}
	return c, nil
}

// HostMap gives the tenant of each configured host name.
func (h HTTP) HostMap() map[string]string {
	m := make(map[string]string, len(h.Hosts))
	for _, ht := range h.Hosts {
		m[ht.Host] = ht.Tenant
	}
	return m
}

// TemplateMap gives the carrier's id of each template that has one.
func (s SMS) TemplateMap() map[string]string {
	m := make(map[string]string, len(s.Templates))
	for _, a := range s.Templates {
		m[a.Ours] = a.Registered
	}
	return m
}
