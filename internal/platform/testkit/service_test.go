package testkit

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestCluster(t *testing.T) {
	address, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	err = superuser(t.Context(), address.String(), func(c *pgx.Conn) error {
		var fsync string
		return c.QueryRow(t.Context(), "show server_version").Scan(&fsync)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A shared service must end by itself when its users are gone, or a killed
// test run would leave servers on the machine for ever.
func TestGuard(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "guard.sh")
	if err := os.WriteFile(script, []byte(guardScript), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "address"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	user, err := lock(filepath.Join(dir, "users"), syscall.LOCK_SH)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	guard := exec.CommandContext(ctx, "sh", script, dir, "1", "KILL", "sleep", "86398")
	if err := guard.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- guard.Wait() }()
	select {
	case err := <-ended:
		t.Fatalf("the guard ended while the service was in use: %v", err)
	case <-time.After(3 * time.Second):
	}
	if err := user.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatalf("the guard should end cleanly once nobody uses the service: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "address")); !os.IsNotExist(err) {
		t.Fatalf("a stopped service must not leave its address: %v", err)
	}
	if out, _ := exec.CommandContext(ctx, "pgrep", "-f", "sleep 86398").Output(); strings.TrimSpace(string(out)) != "" {
		t.Fatalf("the service was left running: %s", out)
	}
}
