package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"huying/internal/platform/testkit"
)

// TestMain lets the test binary be the product: run with this variable it is the command itself.
func TestMain(m *testing.M) {
	if os.Getenv("HUYING_TEST_AS_COMMAND") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// command prepares the product as a process of its own, in dir, with a clean environment.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Dir = dir
	c.Env = []string{"HUYING_TEST_AS_COMMAND=1", "HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}
	return c
}

// run gives what a command printed and how it ended.
func run(t *testing.T, dir string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	c := command(t, dir, args...)
	c.Env = append(c.Env, env...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	if _, ended := err.(*exec.ExitError); err != nil && !ended { //nolint:errorlint // Run wraps nothing
		t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	t.Run("prints_what_applies_without_secrets", func(t *testing.T) {
		out, _, code := run(t, dir, []string{"HUYING_OBJECTS_SECRET_KEY=hunter2", "HUYING_LOG_LEVEL=warn"}, "config", "--set", "jobs.workers=7")
		if code != 0 || strings.Contains(out, "hunter2") || !strings.Contains(out, "[redacted]") || !strings.Contains(out, "level: warn") || !strings.Contains(out, "workers: 7") {
			t.Fatalf("%d %s", code, out)
		}
	})
	t.Run("tells_every_mistake_at_once", func(t *testing.T) {
		_, errs, code := run(t, dir, []string{"HUYING_LOG_LEVEL=loud", "HUYING_HTTP_LISTNE=x"}, "serve", "--set", "database.engine=oracle")
		if code != 1 {
			t.Fatalf("code %d", code)
		}
		for _, want := range []string{"log.level", "http.listne", "database.engine"} {
			if !strings.Contains(errs, want) {
				t.Errorf("%s is not in %s", want, errs)
			}
		}
	})
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	address := testkit.Address(t)
	c := command(t, dir, "serve", "--listen", address, "--data", "here")
	var log bytes.Buffer
	c.Stderr, c.Stdout = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	ready := false
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if resp, err := http.Get("http://" + address + "/readyz"); err == nil {
			_ = resp.Body.Close()
			if ready = resp.StatusCode == http.StatusOK; ready {
				break
			}
		}
	}
	if !ready {
		t.Fatalf("not ready within three minutes:\n%s", log.String())
	}
	if _, errs, code := run(t, dir, nil, "serve", "--listen", address, "--data", "there"); code != 1 || !strings.Contains(errs, "http.listen") {
		t.Errorf("a taken port: %d %s", code, errs)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("a stop by signal is no failure: %v\n%s", err, log.String())
	}
	if !strings.Contains(log.String(), `"clean":true`) {
		t.Errorf("not a clean drain:\n%s", log.String())
	}
	for _, name := range []string{"huying.db", "keys.json", "objects"} {
		if _, err := os.Stat(filepath.Join(dir, "here", name)); err != nil {
			t.Errorf("a relative directory was not understood: %v", err)
		}
	}
}

func TestAdmin(t *testing.T) {
	dir := t.TempDir()
	env := []string{"HUYING_DATA_DIR=" + filepath.Join(dir, "data"), "HUYING_LOG_LEVEL=error"}
	t.Run("keys_are_made_once", func(t *testing.T) {
		if _, errs, code := run(t, dir, env, "admin", "create-keys"); code != 0 {
			t.Fatal(errs)
		}
		before, err := os.ReadFile(filepath.Join(dir, "data", "keys.json"))
		if err != nil {
			t.Fatal(err)
		}
		if _, errs, code := run(t, dir, env, "admin", "create-keys"); code != 1 || !strings.Contains(errs, "exists") {
			t.Fatalf("%d %s", code, errs)
		}
		after, _ := os.ReadFile(filepath.Join(dir, "data", "keys.json"))
		if !bytes.Equal(before, after) {
			t.Fatal("the ring was replaced")
		}
		time.Sleep(1100 * time.Millisecond) // a key is named after the second it is made in
		if _, errs, code := run(t, dir, env, "admin", "rotate-keys", "field"); code != 0 {
			t.Fatal(errs)
		}
	})
	t.Run("the_first_administrator_gets_a_password_once", func(t *testing.T) {
		args := []string{"admin", "create-admin", "--tenant", "370202", "--role", "tenant_admin", "--username", "chief", "--name", "林一"}
		out, errs, code := run(t, dir, env, args...)
		var got map[string]string
		if code != 0 || json.Unmarshal([]byte(out), &got) != nil || len(got["initial_password"]) < 12 {
			t.Fatalf("%d %s %s", code, out, errs)
		}
		out, errs, code = run(t, dir, env, args...)
		got = nil
		if code != 0 || json.Unmarshal([]byte(out), &got) != nil || got["initial_password"] != "" {
			t.Fatalf("%d %s %s", code, out, errs)
		}
	})
	t.Run("an_unknown_tenant_is_refused", func(t *testing.T) {
		if _, errs, code := run(t, dir, env, "admin", "create-admin", "--tenant", "370299", "--role", "auditor", "--username", "x", "--name", "x"); code != 1 || !strings.Contains(errs, "370299") {
			t.Fatalf("%d %s", code, errs)
		}
	})
	t.Run("wrong_rows_are_listed_and_fail", func(t *testing.T) {
		file := filepath.Join(dir, "units.csv")
		if err := os.WriteFile(file, []byte("nonsense\n1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, code := run(t, dir, env, "admin", "import-units", "--tenant", "370202", "--dry-run", file)
		if code != 1 || !strings.Contains(out+errs, "row") {
			t.Fatalf("%d %s %s", code, out, errs)
		}
	})
}

func TestOpenAPI(t *testing.T) {
	dir := t.TempDir()
	out, errs, code := run(t, dir, nil, "openapi")
	if code != 0 || !json.Valid([]byte(out)) {
		t.Fatalf("%d %s", code, errs)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v %v", left, err)
	}
}

func TestCommandNameHoldsNothingBeyondTheCommand(t *testing.T) {
	for want, args := range map[string][]string{
		"admin create-admin": {"admin", "create-admin", "--name", "王芳"},
		"admin import-units": {"admin", "import-units", "units.xlsx"},
		"admin":              {"admin", "--config", "x", "retention"},
		"":                   {},
	} {
		if got := commandName(args); got != want {
			t.Errorf("%v: %q, want %q", args, got, want)
		}
	}
}
