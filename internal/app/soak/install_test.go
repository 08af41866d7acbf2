package soak_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
)

// installation is two API processes behind a balancer, a worker, and wires to PostgreSQL and MinIO that can be cut.
type installation struct {
	t         *testing.T
	cast      *apptest.Cast
	direct    config.Config // past the wires, for looking
	db, store *testkit.Wire
	apis      [2]*process
	worker    *process
	// url is the balancer's.
	url  string
	turn atomic.Uint64
	outcome
}

// process is one run of the program after another, with the same settings.
type process struct {
	t       *testing.T
	program string
	command string
	env     []string
	url     string
	cmd     *exec.Cmd
	log     *os.File
	// on says that the balancer sends requests here.
	on atomic.Bool
}

func install(t *testing.T) *installation {
	t.Helper()
	in := &installation{t: t}
	in.direct, in.cast = apptest.Prepare(t, apptest.Setup{Engine: config.Postgres, Store: config.S3Store})
	cfg := in.direct
	in.store = testkit.NewWire(t, cfg.Objects.Endpoint)
	cfg.Objects.Endpoint = in.store.Address()
	in.db = testkit.NewWire(t, host(t, cfg.Database.URL))
	for _, secret := range []*config.Secret{&cfg.Database.URL, &cfg.Database.CityURL} {
		u, err := url.Parse(secret.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		u.Host = in.db.Address()
		*secret = config.Secret(u.String())
	}
	program := build(t)
	for i := range in.apis {
		in.apis[i] = in.process(program, "serve", cfg)
	}
	in.worker = in.process(program, "worker", cfg)
	front := httptest.NewServer(in.balancer())
	t.Cleanup(front.Close)
	in.url = front.URL
	return in
}

func host(t *testing.T, secret config.Secret) string {
	t.Helper()
	u, err := url.Parse(secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func build(t *testing.T) string {
	t.Helper()
	root, err := testkit.Repository()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "huying")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/huying")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

func (in *installation) process(program, command string, cfg config.Config) *process {
	in.t.Helper()
	address := testkit.Address(in.t)
	cfg.HTTP.Listen = address
	extra := []string{"HUYING_JOBS_WORK=false", "HUYING_HTTP_DRAIN_TIMEOUT=60s"}
	if command == "worker" {
		extra = []string{"HUYING_JOBS_LISTEN=" + address}
	}
	log, err := os.CreateTemp(in.t.TempDir(), command)
	if err != nil {
		in.t.Fatal(err)
	}
	p := &process{
		t: in.t, program: program, command: command, url: "http://" + address, log: log,
		env: append(append(os.Environ(), apptest.Environ(cfg)...), extra...),
	}
	in.t.Cleanup(func() {
		p.kill()
		_ = log.Close()
	})
	return p
}

func (in *installation) start() {
	for _, p := range append(in.apis[:], in.worker) {
		p.start()
	}
}

// start runs the program and waits until it is ready.
func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(p.program, p.command)
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, p.log, p.log
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", nil)
		if err != nil {
			p.t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
		if ctx.Err() != nil {
			p.t.Fatalf("%s did not come up: %v\n%s", p.command, err, p.tail())
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.on.Store(true)
}

// replace is one step of a rolling update: out of rotation, stopped, started, back.
func (p *process) replace() {
	p.on.Store(false)
	time.Sleep(2 * time.Second) // what was handed over before arrives; a cluster waits as long before it stops a pod
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Errorf("stop %s: %v", p.command, err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%s did not stop cleanly: %v\n%s", p.command, err, p.tail())
	}
	p.start()
}

func (p *process) kill() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

// tail is the end of what the process has logged.
func (p *process) tail() string {
	content, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// balancer hands requests in turn to the processes that are in rotation.
func (in *installation) balancer() http.Handler {
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		Rewrite: func(r *httputil.ProxyRequest) {
			to, _ := url.Parse(in.next().url) // an address of ours
			r.SetURL(to)
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			in.wrong("%s %s reached no process: %v", r.Method, r.URL.Path, err)
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	return proxy
}

func (in *installation) next() *process {
	for {
		for range in.apis {
			if p := in.apis[in.turn.Add(1)%uint64(len(in.apis))]; p.on.Load() {
				return p
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// outcome is what the test has seen.
type outcome struct {
	mu sync.Mutex
	// windows are when a part was away, with the time to heal.
	windows [][2]time.Time
	// requests and honest count what was asked, and what of it was refused honestly; walked are the reports that were rated.
	requests, honest atomic.Int64
	walked           []string
}

func (in *installation) wrong(format string, args ...any) {
	in.t.Errorf(format, args...)
}
