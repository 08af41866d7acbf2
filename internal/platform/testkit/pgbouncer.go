package testkit

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// pgbouncer puts a real pgbouncer in transaction mode in front of the server of
// the given database addresses, with size server connections for each pair of
// database and user, until the test ends. It returns "host:port".
func pgbouncer(t testing.TB, size int, addresses ...*url.URL) string {
	t.Helper()
	address := addresses[0]
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if program = "/usr/sbin/pgbouncer"; exec.Command(program, "-V").Run() != nil {
			t.Fatal("the program pgbouncer is missing: install Debian's package pgbouncer")
		}
	}
	who, err := serverUser()
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "huying-pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := ownedDir(dir, who); err != nil {
		t.Fatal(err)
	}
	ini, users := filepath.Join(dir, "pgbouncer.ini"), filepath.Join(dir, "users")
	text := fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = trust
auth_file = %s
pool_mode = transaction
default_pool_size = %d
max_client_conn = 1000
ignore_startup_parameters = extra_float_digits
`, address.Hostname(), address.Port(), port, users, size)
	var list strings.Builder
	for _, a := range addresses {
		password, _ := a.User.Password()
		fmt.Fprintf(&list, "%q %q\n", a.User.Username(), password)
	}
	for path, content := range map[string]string{ini: text, users: list.String()} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	argv := demoted(who, "KILL", program, "-q", ini)
	run(t, exec.Command(argv[0], argv[1:]...))
	host := "127.0.0.1:" + strconv.Itoa(port)
	through := *address
	through.Host = host
	through.RawQuery = "sslmode=disable&default_query_exec_mode=simple_protocol"
	err = waitReady(t.Context(), func(ctx context.Context) error {
		return superuser(ctx, through.String(), func(*pgx.Conn) error { return nil })
	}, nil)
	if err != nil {
		t.Fatalf("testkit: pgbouncer did not come up: %v", err)
	}
	return host
}

// run starts cmd and kills it when the test ends, or when this test binary
// dies first: the thread that starts it is kept, because Linux counts the
// death of that thread as the death of the parent.
func run(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	started, over := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			<-over
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		over <- struct{}{}
	}()
	if err := <-started; err != nil {
		t.Fatalf("testkit: start %s: %v", cmd.Path, err)
	}
	t.Cleanup(func() {
		over <- struct{}{}
		<-over
	})
}
