package objects

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// embeddedHost is the authority the process itself uses towards the socket; phones use the listener's.
const embeddedHost = "huying.embedded"

// socketPathMax is what the kernel takes as the path of a unix socket; a data directory may be longer.
const socketPathMax = 107

// Embedded is the S3 gateway inside this process, on a unix socket, keeping its objects in one directory.
type Embedded struct {
	cfg    Config
	socket string
	temp   string
	lock   *os.File
	stop   context.CancelFunc
	done   chan error
	closed sync.Once
	conns  connections
}

// connections are those this process holds to the gateway. Its server waits, when it stops, for connections that were
// dialled and never used (an HTTP client that got another one meanwhile), so the caller's side has to hang up.
type connections struct {
	mu   sync.Mutex
	open map[*connection]struct{}
}

type connection struct {
	net.Conn
	of *connections
}

func (c *connections) add(conn net.Conn) net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[*connection]struct{}{}
	}
	own := &connection{Conn: conn, of: c}
	c.open[own] = struct{}{}
	return own
}

// Close hangs up and forgets the connection.
func (c *connection) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// hangUp closes all; requests under way fail.
func (c *connections) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.open {
		_ = conn.Conn.Close()
	}
	clear(c.open)
}

var running atomic.Bool

// StartEmbedded starts the gateway on dir and returns when it answers. Only one may run in a process (the library
// keeps globals) and only one process on a directory (a lock file refuses the second).
//
// The library changes the working directory of the process to its own and stays there: every relative path must be
// made absolute before. See docs/adr on the embedded store.
func StartEmbedded(ctx context.Context, dir string) (*Embedded, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	// Asked before the library is, which would move the working directory from under the running gateway.
	if !running.CompareAndSwap(false, true) {
		return nil, errors.New("objects: the embedded store runs already; there is one per process")
	}
	e := &Embedded{done: make(chan error, 1)}
	if err := e.start(ctx, dir); err != nil {
		_ = e.Close()
		return nil, err
	}
	return e, nil
}

func (e *Embedded) start(ctx context.Context, dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err != nil {
		return fmt.Errorf("objects: %w", err)
	}
	if e.lock, err = lockDir(dir); err != nil {
		return err
	}
	keys, err := loadKeys(filepath.Join(dir, "keys.json"))
	if err != nil {
		return err
	}
	if e.socket = filepath.Join(dir, "s3.sock"); len(e.socket) > socketPathMax {
		if e.temp, err = os.MkdirTemp("", "huying-s3-"); err != nil {
			return fmt.Errorf("objects: %w", err)
		}
		e.socket = filepath.Join(e.temp, "s3.sock")
	}
	e.cfg = Config{Endpoint: embeddedHost, AccessKey: keys.Access, SecretKey: keys.Secret}.withDefaults()
	backend, err := openBackend(dir)
	if err != nil {
		return err
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.stop = stop
	go func() {
		e.done <- embedgw.RunVersityGW(run, backend, &embedgw.Config{
			RootUserAccess: keys.Access, RootUserSecret: keys.Secret, Region: e.cfg.Region,
			IAMService: auth.NewIAMServiceSingle(auth.Account{Access: keys.Access, Secret: keys.Secret, Role: auth.RoleAdmin}),
			Ports:      []string{e.socket}, SocketPerm: "0600",
			MaxConnections: 1024, MaxRequests: 512, MultipartMaxParts: 10000,
			KeepAlive: true, Quiet: true, DisableACLs: true,
		})
	}()
	return e.await(ctx)
}

func openBackend(dir string) (*posix.Posix, error) {
	buckets, versions := filepath.Join(dir, "buckets"), filepath.Join(dir, "versions")
	opts := posix.PosixOpts{
		VersioningDir: versions, CopyObjectThreshold: copyThreshold, ValidateBucketNames: true,
		NewDirPerm: 0o700, NewFilePerm: 0o600,
	}
	opts.SetNewDirPerm(0o700)
	opts.SetNewFilePerm(0o600)
	for _, d := range []string{buckets, versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("objects: %w", err)
		}
	}
	var store meta.MetadataStorer = meta.XattrMeta{}
	if err := (meta.XattrMeta{}).Test(buckets); err != nil {
		// A file system without extended attributes keeps them in files beside the buckets.
		opts.SideCarDir = filepath.Join(dir, "attributes")
		if err := os.MkdirAll(opts.SideCarDir, 0o700); err != nil {
			return nil, fmt.Errorf("objects: %w", err)
		}
		if store, err = meta.NewSideCar(opts.SideCarDir); err != nil {
			return nil, fmt.Errorf("objects: attributes: %w", err)
		}
	}
	backend, err := posix.New(buckets, store, opts)
	if err != nil {
		return nil, fmt.Errorf("objects: embedded store in %s: %w", dir, err)
	}
	return backend, nil
}

// await returns when the socket accepts connections, or why the gateway ended.
func (e *Embedded) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		conn, err := e.dial(ctx)
		if err == nil {
			return conn.Close()
		}
		select {
		case err := <-e.done:
			e.done <- nil
			return fmt.Errorf("objects: embedded store ended: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("objects: embedded store did not come up: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (e *Embedded) dial(ctx context.Context) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: e.cfg.DialTimeout}).DialContext(ctx, "unix", e.socket)
	if err != nil {
		return nil, err
	}
	return e.conns.add(conn), nil
}

// Store returns a client of the gateway. publicURL is where phones reach our listener; empty means each URL is signed
// for the host the request came in by (WithPublicBase).
func (e *Embedded) Store(publicURL string) (*Store, error) {
	cfg := e.cfg
	cfg.PublicURL = publicURL
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return open(cfg, func(ctx context.Context, _, _ string) (net.Conn, error) { return e.dial(ctx) })
}

// Close stops the gateway and frees the directory. It is safe to call twice.
func (e *Embedded) Close() error {
	var err error
	e.closed.Do(func() {
		if e.stop != nil {
			e.stop()
			err = e.drain()
			if errors.Is(err, context.Canceled) {
				err = nil
			}
		}
		if e.temp != "" {
			_ = os.RemoveAll(e.temp)
		}
		if e.lock != nil {
			_ = e.lock.Close() // closing the file drops the lock
		}
		running.Store(false)
	})
	return err
}

// drain gives requests under way a moment, then hangs up on them. The gateway itself gives up after ten seconds.
func (e *Embedded) drain() error {
	select {
	case err := <-e.done:
		return err
	case <-time.After(2 * time.Second):
		e.conns.hangUp()
	}
	select {
	case err := <-e.done:
		return err
	case <-time.After(30 * time.Second):
		return errors.New("objects: embedded store did not stop")
	}
}

// lockDir holds an exclusive lock for as long as the file stays open; the kernel drops it when the process dies.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator's own data directory
	if err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("objects: %s is in use by another process: the embedded store has one owner", dir)
	}
	return f, nil
}

type keyPair struct {
	Access string `json:"access_key"`
	Secret string `json:"secret_key"`
}

// loadKeys reads the root keys of the embedded store, making them on first start.
func loadKeys(path string) (keyPair, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // as above
	if err == nil {
		var keys keyPair
		if err := json.Unmarshal(raw, &keys); err != nil || keys.Access == "" || keys.Secret == "" {
			return keyPair{}, fmt.Errorf("objects: %s is damaged; its objects cannot be signed for", path)
		}
		return keys, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return keyPair{}, fmt.Errorf("objects: %w", err)
	}
	keys := keyPair{Access: "huying" + randomHex(8), Secret: randomHex(32)}
	if raw, err = json.Marshal(keys); err != nil { //nolint:gosec // this file is where the secret lives, mode 0600
		return keyPair{}, fmt.Errorf("objects: %w", err)
	}
	// Written aside and renamed: a crash must not leave half a key beside a store that already signed with it.
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return keyPair{}, fmt.Errorf("objects: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return keyPair{}, fmt.Errorf("objects: %w", err)
	}
	return keys, nil
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b)
}
