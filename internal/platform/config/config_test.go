package config_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huying/internal/platform/config"
)

func TestLoad(t *testing.T) {
	t.Run("defaults_are_the_one_binary_on_this_machine", func(t *testing.T) {
		c, err := config.Load(config.Sources{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Database.Engine != "sqlite" || !filepath.IsAbs(c.Database.Path) || !strings.HasSuffix(c.Objects.Dir, "data/objects") || !strings.HasPrefix(c.HTTP.Listen, "127.") {
			t.Fatalf("%s", c)
		}
	})
	t.Run("file_then_environment_then_flags", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "huying.yaml")
		text := "http:\n  listen: 127.0.0.1:1\n  trusted_proxies: [10.0.0.0/8, 192.168.0.0/16]\nlog:\n  level: warn\njobs:\n  workers: 9\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(config.Sources{
			File: path,
			Environ: []string{
				"HUYING_HTTP_LISTEN=127.0.0.1:2", "HUYING_LOG_LEVEL=debug", "HUYING_HTTP_HOSTS=A.example=370202, b.example=370203",
				"HUYING_HTTP_DRAIN_TIMEOUT=7s", "HUYING_JOBS_WORK=false", "HUYING_CONFIG=ignored", "HUYING_TEST_MINIO=ignored", "PATH=/bin",
			},
			Flags: map[string]any{"http.listen": "127.0.0.1:3"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if c.HTTP.Listen != "127.0.0.1:3" || c.Log.Level != "debug" || c.Jobs.Workers != 9 || c.Jobs.Work || c.HTTP.DrainTimeout != 7*time.Second {
			t.Fatalf("%s", c)
		}
		if c.HTTP.TrustedProxies[1] != netip.MustParsePrefix("192.168.0.0/16") || c.HTTP.HostMap()["a.example"] != "370202" || len(c.HTTP.Hosts) != 2 {
			t.Fatalf("%s", c)
		}
	})
	t.Run("all_mistakes_are_reported_at_once", func(t *testing.T) {
		_, err := config.Load(config.Sources{Environ: []string{
			"HUYING_HTTP_LISTEN=nowhere", "HUYING_HTTP_LISTNE=x", "HUYING_DATABASE_ENGINE=oracle", "HUYING_JOBS_WORKERS=many", "HUYING_HTTP_READ_TIMEOUT=5",
			"HUYING_OBJECTS_STORE=s3", "HUYING_HTTP_TRUSTED_PROXIES=10.0.0.0/99", "HUYING_LOG_LEVEL=loud", "HUYING_AUDIT_ALGORITHM=md5", "HUYING_HTTP_HOSTS=a=12,b", "HUYING_DEMO_ON=perhaps",
		}})
		if err == nil {
			t.Fatal("accepted")
		}
		for _, want := range []string{
			"http.listen", "http.listne: there is no such setting", "database.engine", "jobs.workers: want a whole number", "http.read_timeout: want a duration", "objects.endpoint",
			"objects.access_key", "objects.secret_key", "http.trusted_proxies", "log.level", "audit.algorithm: want sha256 or sm3", "http.hosts: a: a tenant has six digits", `want host=tenant, got "b"`, "demo.on: want true or false",
		} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q is not in:\n%v", want, err)
			}
		}
		if strings.Contains(err.Error(), "http.hosts: : ") {
			t.Errorf("what was no pair is told twice:\n%v", err)
		}
	})
	t.Run("a_missing_or_broken_file_is_a_mistake", func(t *testing.T) {
		broken := filepath.Join(t.TempDir(), "x.yaml")
		_ = os.WriteFile(broken, []byte("http: ["), 0o600)
		for _, path := range []string{"/does/not/exist.yaml", broken} {
			if _, err := config.Load(config.Sources{File: path}); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", path, err)
			}
		}
	})
	t.Run("postgres_needs_its_addresses", func(t *testing.T) {
		_, err := config.Load(config.Sources{Environ: []string{"HUYING_DATABASE_ENGINE=postgres"}})
		if err == nil || !strings.Contains(err.Error(), "database.url") || !strings.Contains(err.Error(), "database.city_url") {
			t.Fatal(err)
		}
	})
}

func TestDemo(t *testing.T) {
	for listen, fine := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:8080": true, "[::1]:8080": true, ":8080": false, "0.0.0.0:8080": false, "192.168.1.5:80": false, "demo.example:80": false,
	} {
		for _, lifted := range []bool{false, true} {
			c := config.Default()
			c.HTTP.Listen, c.Demo.On, c.Demo.AllowRemote = listen, true, lifted
			if got := c.Validate() == nil; got != (fine || lifted) {
				t.Errorf("%s allow_remote=%v: accepted=%v", listen, lifted, got)
			}
		}
	}
}

func TestSecrets(t *testing.T) {
	const secret = "postgres://huying_app:hunter2@db/huying"
	c, err := config.Load(config.Sources{Environ: []string{
		"HUYING_DATABASE_URL=" + secret, "HUYING_OBJECTS_SECRET_KEY=hunter2", "HUYING_DATABASE_CITY_URL=hunter2",
	}})
	if err != nil {
		t.Fatal(err)
	}
	asJSON, _ := json.Marshal(c)
	for name, printed := range map[string]string{
		"String": c.String(), "%v": fmt.Sprintf("%v", c), "%+v": fmt.Sprintf("%+v", c), "%#v": fmt.Sprintf("%#v", c), "%x": fmt.Sprintf("%x", c.Database.URL),
		"%q": fmt.Sprintf("%q", c.Database.URL), "json": string(asJSON),
	} {
		if strings.Contains(printed, "hunter2") || strings.Contains(printed, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("%s prints the secret: %s", name, printed)
		}
	}
	if !strings.Contains(c.String(), "secret_key: '[redacted]'") || c.Database.URL.Reveal() != secret {
		t.Errorf("%s", c)
	}
	t.Run("a_secret_of_the_wrong_kind_is_not_echoed", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.yaml")
		_ = os.WriteFile(path, []byte("objects:\n  secret_key: [hunter2, x]\n"), 0o600)
		if _, err := config.Load(config.Sources{File: path}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Fatal(err)
		}
	})
}

func TestSettings_are_all_told_to_operators(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	for key, doc := range config.Settings() {
		if !strings.Contains(string(guide), "`"+key+"`") {
			t.Errorf("docs/operations.md does not tell %s", key)
		}
		if doc == "" {
			t.Errorf("%s has no line about it", key)
		}
	}
}
