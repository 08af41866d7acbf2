package backup_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pkg/xattr"

	"huying/internal/platform/backup"
)

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// archive makes one of a small installation whose store changes between the two passes.
func archive(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	store := filepath.Join(dir, "objects")
	write(t, filepath.Join(dir, "rows"), "rows")
	write(t, filepath.Join(store, "buckets/b/reports/first"), "first")
	write(t, filepath.Join(store, "buckets/b/.sgwtmp/half"), "half")
	if xattr.Set(filepath.Join(store, "buckets/b/reports/first"), "user.version-id", []byte("v1")) != nil {
		write(t, filepath.Join(store, "attributes/b/first/meta/version-id"), "v1") // a file system without attributes
	}
	write(t, filepath.Join(store, "keys.json"), "never in an archive")
	var out bytes.Buffer
	w := backup.NewWriter(&out, time.Now)
	for pass := range 2 {
		if err := w.Objects(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if pass == 0 {
			write(t, filepath.Join(store, "buckets/b/reports/second"), "second")
			if err := os.Remove(filepath.Join(store, "buckets/b/reports/first")); err != nil {
				t.Fatal(err)
			}
			if err := w.Database(t.Context(), filepath.Join(dir, "rows")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !w.Has("v1") || w.Has("v2") {
		t.Error("the versions seen are not those that are there")
	}
	if _, err := w.Close(backup.Manifest{MadeAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func target(t *testing.T) backup.Target {
	dir := t.TempDir()
	return backup.Target{Database: filepath.Join(dir, "huying.db"), Objects: filepath.Join(dir, "objects")}
}

func taken(backup.Manifest) error { return nil }

func TestWriter(t *testing.T) {
	var names []string
	in := tar.NewReader(bytes.NewReader(archive(t)))
	for {
		header, err := in.Next()
		if err != nil {
			break
		}
		names = append(names, header.Name)
	}
	all := strings.Join(names, "\n")
	for _, want := range []string{"objects/buckets/b/reports/first", "objects/buckets/b/reports/second", "huying.db"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is missing in\n%s", want, all)
		}
	}
	for _, never := range []string{"half", "keys.json"} {
		if strings.Contains(all, never) {
			t.Errorf("%s is in the archive", never)
		}
	}
	if names[len(names)-1] != "manifest.json" {
		t.Errorf("the last entry is %s", names[len(names)-1])
	}
}

func TestRestore(t *testing.T) {
	whole := archive(t)
	refused := func(t *testing.T, content []byte, to backup.Target, accept func(backup.Manifest) error) error {
		t.Helper()
		_, err := backup.Restore(bytes.NewReader(content), to, accept)
		if err == nil {
			t.Fatal("taken")
		}
		if _, err := os.Stat(to.Database + ".restoring"); err == nil {
			t.Error("the attempt left something")
		}
		return err
	}
	t.Run("everything_is_back", func(t *testing.T) {
		to := target(t)
		if _, err := backup.Restore(bytes.NewReader(whole), to, taken); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			to.Database: "rows", filepath.Join(to.Objects, "buckets/b/reports/first"): "first",
			filepath.Join(to.Objects, "buckets/b/reports/second"): "second",
		} {
			if content, err := os.ReadFile(name); err != nil || string(content) != want {
				t.Errorf("%s: %q %v", name, content, err)
			}
		}
		id, err := xattr.Get(filepath.Join(to.Objects, "buckets/b/reports/first"), "user.version-id")
		if err != nil {
			id, err = os.ReadFile(filepath.Join(to.Objects, "attributes/b/first/meta/version-id"))
		}
		if err != nil || string(id) != "v1" {
			t.Errorf("attribute: %q %v", id, err)
		}
	})
	t.Run("cut_at_any_place_touches_nothing", func(t *testing.T) {
		for size := 0; size < len(whole)-1024; size += 512 {
			to := target(t)
			if err := refused(t, whole[:size], to, taken); !errors.Is(err, backup.ErrDamaged) {
				t.Fatalf("%d bytes: %v", size, err)
			}
			if _, err := os.Stat(to.Objects); err == nil {
				t.Fatalf("%d bytes: something was laid", size)
			}
		}
	})
	t.Run("altered_bytes_are_noticed", func(t *testing.T) {
		other := bytes.Replace(whole, []byte("second\x00"), []byte("sECond\x00"), 1)
		if bytes.Equal(other, whole) {
			t.Fatal("nothing was altered")
		}
		if err := refused(t, other, target(t), taken); !errors.Is(err, backup.ErrDamaged) {
			t.Fatal(err)
		}
	})
	t.Run("a_name_that_climbs_out_is_refused", func(t *testing.T) {
		for _, name := range []string{"objects/../../out", "/etc/out", "out", "objects/a/../../../out"} {
			var evil bytes.Buffer
			w := tar.NewWriter(&evil)
			if err := errors.Join(w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg}), w.Close()); err != nil {
				t.Fatal(err)
			}
			if err := refused(t, evil.Bytes(), target(t), taken); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("what_the_caller_refuses_is_not_laid", func(t *testing.T) {
		to, no := target(t), errors.New("no")
		if err := refused(t, whole, to, func(backup.Manifest) error { return no }); !errors.Is(err, no) {
			t.Fatal(err)
		}
		if _, err := os.Stat(to.Database); err == nil {
			t.Error("laid")
		}
	})
	t.Run("an_installation_is_never_overwritten", func(t *testing.T) {
		to := target(t)
		write(t, to.Database, "another")
		refused(t, whole, to, taken)
		if content, _ := os.ReadFile(to.Database); string(content) != "another" { //nolint:errcheck // empty content fails too
			t.Errorf("now it holds %q", content)
		}
	})
}
