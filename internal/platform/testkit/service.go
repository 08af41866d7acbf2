package testkit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

//go:embed guard.sh
var guardScript string

// grace is how long a service outlives its last user: longer than the pause
// between two test binaries of one run, short enough to leave nothing behind.
const grace = 30 * time.Second

// service is a program shared by all test binaries of this user.
type service struct {
	name    string
	prepare func(ctx context.Context, dir string) (launch, error)
	ready   func(ctx context.Context, address string) error
}

// launch says how to run a prepared service.
type launch struct {
	argv    []string
	env     []string
	signal  string // that ends the program quickly; its data is thrown away
	address string
}

// acquire joins the running service or starts it and returns its address. The
// service lives at least as long as this process.
func (s service) acquire(ctx context.Context) (string, error) {
	dir := filepath.Join(workDir(), s.name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("testkit: %w", err)
	}
	if err := s.hold(dir); err != nil {
		return "", err
	}
	starting, err := lock(filepath.Join(dir, "starting"), syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer starting.Close() //nolint:errcheck // closing is what gives the lock back
	if known, err := os.ReadFile(filepath.Join(dir, "address")); err == nil && s.ready(ctx, string(known)) == nil {
		return string(known), nil
	}
	return s.boot(ctx, dir)
}

// held keeps the files whose shared locks tell guard.sh that this process lives.
var held []*os.File

func (s service) hold(dir string) error {
	f, err := lock(filepath.Join(dir, "users"), syscall.LOCK_SH)
	if err != nil {
		return err
	}
	held = append(held, f)
	return nil
}

func (s service) boot(ctx context.Context, dir string) (string, error) {
	if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
		return "", fmt.Errorf("testkit: clear old data of %s: %w", s.name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	l, err := s.prepare(ctx, dir)
	if err != nil {
		return "", fmt.Errorf("testkit: prepare %s: %w", s.name, err)
	}
	script := filepath.Join(dir, "guard.sh")
	if err := os.WriteFile(script, []byte(guardScript), 0o600); err != nil {
		return "", fmt.Errorf("testkit: %w", err)
	}
	args := append([]string{script, dir, strconv.Itoa(int(grace.Seconds())), l.signal}, l.argv...)
	guard := exec.Command("sh", args...)
	guard.Env = append(os.Environ(), l.env...)
	guard.Dir = dir
	guard.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := guard.Start(); err != nil {
		return "", fmt.Errorf("testkit: start %s: %w", s.name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- guard.Wait() }()
	if err := waitReady(ctx, func(ctx context.Context) error { return s.ready(ctx, l.address) }, ended); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		_ = syscall.Kill(-guard.Process.Pid, syscall.SIGTERM)
		return "", fmt.Errorf("testkit: %s did not come up: %w\n%s", s.name, err, tail(log))
	}
	if err := os.WriteFile(filepath.Join(dir, "address"), []byte(l.address), 0o600); err != nil {
		return "", fmt.Errorf("testkit: %w", err)
	}
	return l.address, nil
}

var errEnded = errors.New("the program ended")

func waitReady(ctx context.Context, ready func(context.Context) error, ended <-chan error) error {
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case end := <-ended:
			return errors.Join(errEnded, end, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func lock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("testkit: %w", err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("testkit: lock %s: %w", path, err)
	}
	return f, nil
}

// workDir is where shared services of this user live; the Makefile knows the
// same place to stop them early.
func workDir() string {
	return filepath.Join(os.TempDir(), "huying-testkit-"+strconv.Itoa(os.Getuid()))
}

// serverUser is whom a program that refuses to run as root runs as; empty when
// this process is not root.
func serverUser() (*user.User, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nobody else is needed
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return u, nil
		}
	}
	return nil, errors.New("neither user postgres nor nobody exists to run servers as")
}

// demoted prefixes argv so that it runs as the server user and dies with its
// parent by the given signal.
func demoted(u *user.User, signal string, argv ...string) []string {
	cmd := []string{"setpriv", "--pdeathsig", signal}
	if u != nil {
		cmd = append(cmd, "--reuid", u.Uid, "--regid", u.Gid, "--clear-groups")
	}
	return append(cmd, argv...)
}

// Address is a "host:port" on loopback where a program of the test can listen, now and after a restart.
func Address(t testing.TB) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// freePort takes a port below those that Linux gives to outgoing connections: one of these could be taken
// before the program for which it is meant listens on it.
func freePort() (int, error) {
	var err error
	for range 100 {
		port := 20_000 + rand.IntN(12_000)
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("testkit: %w", err)
}

func tail(log []byte) string {
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
