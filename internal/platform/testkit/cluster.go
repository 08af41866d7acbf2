package testkit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// cluster returns the superuser URL of the PostgreSQL server of this run.
var cluster = sync.OnceValues(func() (*url.URL, error) {
	given := os.Getenv("HUYING_TEST_POSTGRES")
	if given == "" {
		var err error
		ctx := context.Background()
		if given, err = (service{"postgres", preparePostgres, postgresReady}).acquire(ctx); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(given)
	if err != nil {
		return nil, fmt.Errorf("testkit: address of PostgreSQL: %w", err)
	}
	return u, nil
})

// preparePostgres makes an empty cluster tuned to be thrown away: nothing in
// it waits for a disk.
func preparePostgres(ctx context.Context, dir string) (launch, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return launch{}, err
	}
	who, err := serverUser()
	if err != nil {
		return launch{}, err
	}
	data := filepath.Join(dir, "data")
	if err := ownedDir(data, who); err != nil {
		return launch{}, err
	}
	initdb := demoted(who, "KILL", filepath.Join(bin, "initdb"),
		"-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	cmd := exec.CommandContext(ctx, initdb[0], initdb[1:]...)
	cmd.Dir = data
	if out, err := cmd.CombinedOutput(); err != nil {
		return launch{}, fmt.Errorf("initdb: %w\n%s", err, tail(out))
	}
	port, err := freePort()
	if err != nil {
		return launch{}, err
	}
	settings := []string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(port), "unix_socket_directories=",
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
		"max_connections=400", "shared_buffers=192MB", "jit=off", "timezone=UTC", "log_min_messages=fatal",
	}
	argv := demoted(who, "QUIT", filepath.Join(bin, "postgres"), "-D", data)
	for _, s := range settings {
		argv = append(argv, "-c", s)
	}
	address := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return launch{argv: argv, signal: "QUIT", address: address}, nil
}

func postgresReady(ctx context.Context, address string) error {
	return superuser(ctx, address, func(*pgx.Conn) error { return nil })
}

// superuser runs f on a connection of its own.
func superuser(ctx context.Context, address string, f func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing of worth is left on it
	return f(conn)
}

// postgresPrograms finds the folder of initdb: the environment's, Debian's
// newest, or the PATH's.
func postgresPrograms() (string, error) {
	if given := os.Getenv("HUYING_TEST_PGBIN"); given != "" {
		return given, nil
	}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); len(found) > 0 {
		return filepath.Dir(slices.Max(found)), nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("PostgreSQL's server programs are missing: install postgresql-15, or set HUYING_TEST_PGBIN or HUYING_TEST_POSTGRES")
}

// PostgresProgram is where one of PostgreSQL's own programs is, such as pg_dump.
func PostgresProgram(t testing.TB, name string) string {
	t.Helper()
	bin, err := postgresPrograms()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(bin, name)
}

// ownedDir makes a private folder of the server user.
func ownedDir(path string, who *user.User) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	if who == nil {
		return nil
	}
	uid, err1 := strconv.Atoi(who.Uid)
	gid, err2 := strconv.Atoi(who.Gid)
	if err := errors.Join(err1, err2, syscall.Chown(path, uid, gid)); err != nil {
		return fmt.Errorf("testkit: give %s to %s: %w", path, who.Username, err)
	}
	return nil
}
