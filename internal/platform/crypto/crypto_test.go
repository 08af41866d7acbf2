package crypto_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/platform/crypto"
)

var start = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

func ring(t testing.TB) (*crypto.Keyring, crypto.Material) {
	t.Helper()
	m, err := crypto.Generate(start)
	if err != nil {
		t.Fatal(err)
	}
	k, err := crypto.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return k, m
}

func TestSeal(t *testing.T) {
	k, m := ring(t)
	t.Run("what is sealed opens and is not readable", func(t *testing.T) {
		rapid.Check(t, func(rt *rapid.T) {
			plain := rapid.SliceOf(rapid.Byte()).Draw(rt, "plain")
			aad := rapid.String().Draw(rt, "aad")
			sealed, err := k.Seal(aad, plain)
			if err != nil {
				rt.Fatal(err)
			}
			if len(plain) > 3 && bytes.Contains(sealed, plain) {
				rt.Fatal("the plain text shows through")
			}
			got, err := k.Open(aad, sealed)
			if err != nil || !bytes.Equal(got, plain) {
				rt.Fatalf("got %x, %v", got, err)
			}
		})
	})
	sealed, err := k.Seal("people.phone:1", []byte("13812345678"))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("another row's value does not open", func(t *testing.T) {
		if _, err := k.Open("people.phone:2", sealed); err == nil {
			t.Fatal("opened under other associated data")
		}
	})
	t.Run("every changed byte and every cut is refused", func(t *testing.T) {
		for i := range sealed {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1
			if _, err := k.Open("people.phone:1", bad); err == nil {
				t.Fatalf("byte %d changed and it opened", i)
			}
			if _, err := k.Open("people.phone:1", sealed[:i]); err == nil {
				t.Fatalf("cut to %d bytes and it opened", i)
			}
		}
	})
	t.Run("equal texts seal differently", func(t *testing.T) {
		again, err := k.Seal("people.phone:1", []byte("13812345678"))
		if err != nil || bytes.Equal(again, sealed) {
			t.Fatal("two seals are equal")
		}
	})
	t.Run("after rotation old values open, are stale, and the removed key ends them", func(t *testing.T) {
		next, err := m.RotateField(start.Add(time.Hour), crypto.AES256GCM)
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Replace(next); err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open("people.phone:1", sealed); err != nil || string(got) != "13812345678" {
			t.Fatalf("old value: %q, %v", got, err)
		}
		fresh, err := k.Seal("people.phone:1", []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		if !k.Stale(sealed) || k.Stale(fresh) {
			t.Fatal("only the old value is stale")
		}
		delete(next.Field.Keys, m.Field.Current)
		if err := k.Replace(next); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Open("people.phone:1", sealed); err == nil {
			t.Fatal("opened without its key")
		}
	})
}

func TestSM4(t *testing.T) {
	k, m := ring(t)
	old, err := k.Seal("people.phone:1", []byte("13812345678"))
	if err != nil {
		t.Fatal(err)
	}
	next, err := m.RotateField(start.Add(time.Hour), crypto.SM4GCM)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := crypto.Write(path, next); err != nil {
		t.Fatal(err)
	}
	if next, err = crypto.Read(path); err != nil { // what a process reads is what another wrote
		t.Fatal(err)
	}
	if err := k.Replace(next); err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal("people.phone:1", []byte("13812345678"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string][]byte{"aes": old, "sm4": sealed} {
		if got, err := k.Open("people.phone:1", value); err != nil || string(got) != "13812345678" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if old[0] == sealed[0] || !k.Stale(old) || k.Stale(sealed) {
		t.Error("the two ciphers are not told apart")
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := k.Open("people.phone:1", bad); err == nil {
			t.Fatalf("byte %d changed and it opened", i)
		}
	}
	t.Run("a key that does not fit its cipher is refused", func(t *testing.T) {
		for _, broken := range []string{crypto.AES256GCM, "rot13"} {
			bad := next
			bad.Field.Ciphers = map[string]string{next.Field.Current: broken}
			if _, err := crypto.New(bad); err == nil {
				t.Errorf("a key of SM4 is taken for %s", broken)
			}
		}
		if _, err := m.RotateField(start, "rot13"); err == nil {
			t.Error("rot13 is a cipher")
		}
	})
	t.Run("back to AES while both kinds of value are there", func(t *testing.T) {
		back, err := next.RotateField(start.Add(2*time.Hour), crypto.AES256GCM)
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Replace(back); err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open("people.phone:1", sealed); err != nil || string(got) != "13812345678" {
			t.Fatalf("%q, %v", got, err)
		}
	})
}

func TestBlind(t *testing.T) {
	k, m := ring(t)
	a := k.Blind("phone", "13812345678")
	if len(a) != 43 || a != k.Blind("phone", "13812345678") {
		t.Fatalf("digest %q is not 43 stable characters", a)
	}
	if a == k.Blind("phone", "13812345679") || a == k.Blind("code", "13812345678") || k.Blind("ab", "c") == k.Blind("a", "bc") {
		t.Fatal("different inputs share a digest")
	}
	other, _ := ring(t)
	if other.Blind("phone", "13812345678") == a {
		t.Fatal("the digest does not depend on the key")
	}
	m.Blind.Keys["new"] = bytes.Repeat([]byte{7}, 32)
	m.Blind.Current = "new"
	if err := k.Replace(m); err != nil {
		t.Fatal(err)
	}
	if all := k.BlindAll("phone", "13812345678"); len(all) != 2 || all[1] != a || k.Blind("phone", "13812345678") == a {
		t.Fatalf("after rotation: %v", all)
	}
	if !k.SameBlind(a, "phone", "13812345678") || k.SameBlind(a, "phone", "13812345679") || k.SameBlind("", "phone", "") {
		t.Fatal("SameBlind")
	}
}

func TestMaterial(t *testing.T) {
	t.Run("all faults are told at once", func(t *testing.T) {
		_, err := crypto.New(crypto.Material{
			Field:   crypto.KeySet{Current: "a", Keys: map[string][]byte{"b": {1}}},
			Signing: []crypto.SigningMaterial{{ID: "s", Seed: []byte{1}}},
		})
		for _, want := range []string{`"b": 32 bytes`, `"a" is named as current`, "blind key", `signing key "s"`} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		}
	})
	t.Run("printing shows no key", func(t *testing.T) {
		_, m := ring(t)
		for _, s := range []string{fmt.Sprintf("%v", m), fmt.Sprintf("%+v", &m), fmt.Sprintf("%#v", m), fmt.Sprint(m)} {
			if strings.Contains(s, "k2026") {
				t.Errorf("printed %q", s)
			}
		}
	})
	t.Run("bad JSON quotes nothing", func(t *testing.T) {
		if _, err := crypto.Parse([]byte(`{"field":"c2VjcmV0"`)); err == nil || strings.Contains(err.Error(), "c2Vj") {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("twenty starts at once share one ring with mode 0600", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "data", "keys.json")
		digests := make([]string, 20)
		var wg sync.WaitGroup
		for i := range digests {
			wg.Go(func() {
				m, err := crypto.ReadOrCreate(path, start)
				if err != nil {
					t.Error(err)
					return
				}
				k, err := crypto.New(m)
				if err != nil {
					t.Error(err)
					return
				}
				digests[i] = k.Blind("a", "b")
			})
		}
		wg.Wait()
		for _, d := range digests {
			if d != digests[0] || d == "" {
				t.Fatal("two rings")
			}
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v, %v", info.Mode(), err)
		}
		left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".keys-*"))
		if len(left) != 0 {
			t.Fatalf("left behind: %v", left)
		}
	})
	t.Run("a file open to others is refused", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "keys.json")
		_, m := ring(t)
		if err := crypto.Write(path, m); err != nil {
			t.Fatal(err)
		}
		if _, err := crypto.Read(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // that is the point
			t.Fatal(err)
		}
		if _, err := crypto.Read(path); err == nil || !strings.Contains(err.Error(), "chmod") {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("an unusable ring is never written", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "keys.json")
		if err := crypto.Write(path, crypto.Material{}); err == nil {
			t.Fatal("written")
		}
	})
	t.Run("signing keys overlap and end", func(t *testing.T) {
		_, m := ring(t)
		next, err := m.RotateSigning(start.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if len(next.Signing) != 2 || len(m.Signing) != 1 {
			t.Fatalf("%d keys", len(next.Signing))
		}
		if got := next.Signing[0].VerifiesUntil.Sub(next.Signing[1].SignsFrom); got != crypto.SigningTail {
			t.Fatalf("overlap %v", got)
		}
		if _, err = next.RotateSigning(start.Add(time.Hour)); err == nil {
			t.Fatal("two keys with one id")
		}
		last, err := next.RotateSigning(start.Add(24 * time.Hour))
		if err != nil || len(last.Signing) != 2 {
			t.Fatalf("the ended key stays: %d, %v", len(last.Signing), err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	k, _ := ring(f)
	good, err := k.Seal("a", []byte("b"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{1, 255})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if plain, err := k.Open("a", sealed); err == nil && string(plain) != "b" {
			t.Fatalf("forged %q", plain)
		}
	})
}
