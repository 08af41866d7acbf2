package objects_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/testkit"
)

var embedded *objects.Embedded

// One gateway per process: it is started for the whole binary.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "huying-objects-")
	if err != nil {
		panic(err)
	}
	if embedded, err = objects.StartEmbedded(context.Background(), dir); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := embedded.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// listener serves the embedded store as the app does and returns its base URL.
func listener(t *testing.T) string {
	t.Helper()
	app := fiber.New(fiber.Config{
		StreamRequestBody: true, BodyLimit: 200 << 20, Immutable: true, DisableStartupMessage: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			if e, ok := fault.As(err); ok {
				return c.Status(e.Kind.Status).SendString(e.Error())
			}
			return fiber.DefaultErrorHandler(c, err)
		},
	})
	app.All("/huying-*", embedded.Handler())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	return "http://" + ln.Addr().String()
}

// eachStore runs the same promises on the embedded store and on a real MinIO.
func eachStore(t *testing.T, test func(t *testing.T, ctx context.Context, s *objects.Store)) {
	t.Run("embedded", func(t *testing.T) {
		s, err := embedded.Store("")
		if err != nil {
			t.Fatal(err)
		}
		test(t, objects.WithPublicBase(t.Context(), listener(t)), s)
	})
	t.Run("minio", func(t *testing.T) {
		s, err := objects.Open(minio(testkit.MinIO(t)))
		if err != nil {
			t.Fatal(err)
		}
		test(t, t.Context(), s)
	})
}

func minio(address string) objects.Config {
	return objects.Config{Endpoint: address, AccessKey: testkit.MinIOAccessKey, SecretKey: testkit.MinIOSecretKey}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func upload(b []byte) objects.Upload {
	return objects.Upload{Size: int64(len(b)), SHA256: sum(b), ContentType: "image/jpeg"}
}

func do(t *testing.T, method, url string, headers map[string]string, body []byte) (int, []byte, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range headers {
		if !strings.EqualFold(k, "Content-Length") {
			req.Header.Set(k, v)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, got, res.Header
}

func TestTicket(t *testing.T) {
	eachStore(t, func(t *testing.T, ctx context.Context, s *objects.Store) {
		must(t, s.EnsureTenant(ctx, "370202"))
		must(t, s.EnsureTenant(ctx, "370202"))
		body := bytes.Repeat([]byte("现场照片"), 300_000) // 3.6 MB: streamed, not held
		ref := objects.Ref{Area: objects.Staging, Tenant: "370202", Key: "uploads/ticket/file"}
		ticket, err := s.PresignPut(ctx, ref, upload(body), time.Minute)
		must(t, err)

		other := append([]byte(nil), body...)
		other[len(other)-1] ^= 1
		for name, wrong := range map[string][]byte{
			"same_size_other_bytes": other, "one_byte_more": append(other, 0), "one_byte_less": body[:len(body)-1], "nothing": {},
		} {
			t.Run(name+"_is_refused_by_the_store", func(t *testing.T) {
				if code, answer, _ := do(t, http.MethodPut, ticket.URL, ticket.Headers, wrong); code < 400 || code >= 500 {
					t.Fatalf("%d %s", code, answer)
				}
				if _, err := s.Stat(ctx, ref); !errors.Is(err, objects.ErrNotFound) {
					t.Fatalf("something is there: %v", err)
				}
			})
		}
		t.Run("without_the_signed_checksum_it_is_refused", func(t *testing.T) {
			if code, _, _ := do(t, http.MethodPut, ticket.URL, map[string]string{"Content-Type": "image/jpeg"}, body); code != 400 && code != 403 {
				t.Fatal(code)
			}
		})
		t.Run("for_another_key_it_is_refused", func(t *testing.T) {
			code, _, _ := do(t, http.MethodPut, strings.Replace(ticket.URL, "/ticket/", "/other/", 1), ticket.Headers, body)
			if code != http.StatusForbidden {
				t.Fatal(code)
			}
		})
		t.Run("the_exact_bytes_arrive_twice_as_two_versions", func(t *testing.T) {
			for range 2 {
				if code, answer, _ := do(t, http.MethodPut, ticket.URL, ticket.Headers, body); code != http.StatusOK {
					t.Fatalf("%d %s", code, answer)
				}
			}
			versions := 0
			must(t, s.Versions(ctx, objects.Staging, "370202", "uploads/ticket/", func(v objects.Stored) error {
				versions++
				if v.Size != int64(len(body)) || v.Version == "" || v.Key != ref.Key {
					t.Fatalf("%+v", v)
				}
				return nil
			}))
			if versions != 2 {
				t.Fatalf("%d versions", versions)
			}
		})
		t.Run("expired_it_is_refused", func(t *testing.T) {
			old, err := s.PresignPut(ctx, ref, upload(body), time.Second)
			must(t, err)
			time.Sleep(2100 * time.Millisecond)
			if code, _, _ := do(t, http.MethodPut, old.URL, old.Headers, body); code != http.StatusForbidden {
				t.Fatal(code)
			}
		})
	})
}

func TestRetention(t *testing.T) {
	eachStore(t, func(t *testing.T, ctx context.Context, s *objects.Store) {
		must(t, s.EnsureTenant(ctx, "370203"))
		first, second := []byte("the bytes that were looked at"), []byte("bytes that came later under the same key")
		staged := objects.Ref{Area: objects.Staging, Tenant: "370203", Key: "uploads/a/file"}
		v1, err := s.Put(ctx, staged, bytes.NewReader(first), upload(first))
		must(t, err)
		_, err = s.Put(ctx, staged, bytes.NewReader(second), upload(second))
		must(t, err)

		kept := objects.Ref{Area: objects.Evidence, Tenant: "370203", Key: "evidence/a/original"}
		keep := objects.Retention{Until: time.Now().Add(time.Hour)}
		locked, err := s.Lock(ctx, staged.At(v1), kept, int64(len(first)), "image/jpeg", keep)
		must(t, err)

		t.Run("the_pinned_version_was_copied", func(t *testing.T) {
			o, err := s.Get(ctx, kept.At(locked))
			must(t, err)
			defer o.Close()
			got, err := io.ReadAll(o)
			must(t, err)
			if !bytes.Equal(got, first) || o.ContentType != "image/jpeg" || o.Size != int64(len(first)) || o.Version != locked {
				t.Fatalf("%q %+v", got, o.Info)
			}
		})
		t.Run("a_later_write_does_not_change_the_pinned_version", func(t *testing.T) {
			_, err := s.Put(ctx, kept, bytes.NewReader(second), upload(second))
			must(t, err)
			info, err := s.Stat(ctx, kept.At(locked))
			must(t, err)
			if info.Size != int64(len(first)) {
				t.Fatalf("%+v", info)
			}
		})
		t.Run("a_copy_without_a_pinned_version_is_refused", func(t *testing.T) {
			if _, err := s.Lock(ctx, staged, kept, 1, "image/jpeg", keep); err == nil {
				t.Fatal("accepted")
			}
		})
		t.Run("compliance_is_not_removed_even_by_the_owner", func(t *testing.T) {
			ref := objects.Ref{Area: objects.Evidence, Tenant: "370203", Key: "evidence/c/original"}
			up := upload(first)
			up.Keep = &objects.Retention{Compliance: true, Until: time.Now().Add(time.Minute)}
			v, err := s.Put(ctx, ref, bytes.NewReader(first), up)
			must(t, err)
			if err := s.Remove(ctx, ref.At(v)); err == nil || errors.Is(err, objects.ErrNotFound) {
				t.Fatalf("removed: %v", err)
			}
			if _, err := s.Stat(ctx, ref.At(v)); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("the_sweep_may_lift_governance_and_remove_all", func(t *testing.T) {
			n, err := s.RemoveAll(ctx, objects.Evidence, "370203", "evidence/a/")
			must(t, err)
			if n != 2 {
				t.Fatalf("%d removed", n)
			}
			if _, err := s.Stat(ctx, kept.At(locked)); !errors.Is(err, objects.ErrNotFound) {
				t.Fatalf("still there: %v", err)
			}
			must(t, s.Remove(ctx, kept.At(locked))) // gone already is fine
		})
	})
}

func TestSignedRead(t *testing.T) {
	eachStore(t, func(t *testing.T, ctx context.Context, s *objects.Store) {
		must(t, s.EnsureTenant(ctx, "370211"))
		body := bytes.Repeat([]byte{7, 9}, 400_000)
		ref := objects.Ref{Area: objects.Evidence, Tenant: "370211", Key: "public/a/medium"}
		v, err := s.Put(ctx, ref, bytes.NewReader(body), upload(body))
		must(t, err)
		u, err := s.PresignGet(ctx, ref.At(v), "image/jpeg", time.Minute)
		must(t, err)
		code, got, head := do(t, http.MethodGet, u, nil, nil)
		if code != http.StatusOK || !bytes.Equal(got, body) || head.Get("Content-Type") != "image/jpeg" {
			t.Fatalf("%d, %d bytes, %v", code, len(got), head)
		}
		if head.Get("Content-Encoding") != "" || head.Get("Cache-Control") != "private, max-age=60" {
			t.Errorf("headers a browser would trip over: %v", head)
		}
		t.Run("is_refused_when_anything_is_changed", func(t *testing.T) {
			for name, changed := range map[string]string{
				"key":       strings.Replace(u, "/medium", "/thumb", 1),
				"tenant":    strings.Replace(u, "huying-370211", "huying-370202", 1),
				"type":      strings.Replace(u, "image%2Fjpeg", "text%2Fhtml", 1),
				"version":   strings.Replace(u, "versionId="+v[:1], "versionId=0"+v[:1], 1),
				"signature": u[:len(u)-1] + "x",
			} {
				if changed == u {
					t.Fatalf("%s: nothing to change in %s", name, u)
				}
				if code, _, _ := do(t, http.MethodGet, changed, nil, nil); code != 400 && code != 403 {
					t.Errorf("%s: %d", name, code)
				}
			}
		})
		t.Run("unsigned_it_is_refused", func(t *testing.T) {
			if code, _, _ := do(t, http.MethodGet, strings.SplitN(u, "?", 2)[0], nil, nil); code != 403 && code != 404 {
				t.Fatal(code)
			}
		})
		t.Run("a_read_without_a_version_is_not_signed", func(t *testing.T) {
			if _, err := s.PresignGet(ctx, ref, "image/jpeg", time.Minute); err == nil {
				t.Fatal("signed")
			}
		})
	})
}

func TestNames(t *testing.T) {
	s, err := embedded.Store("http://photos.example")
	must(t, err)
	for _, ref := range []objects.Ref{
		{Tenant: "37020", Key: "a/b"},
		{Tenant: "../370", Key: "a/b"},
		{Tenant: "370202", Key: "../secret/x"},
		{Tenant: "370202", Key: "a/../b"},
		{Tenant: "370202", Key: "/a/b"},
		{Tenant: "370202", Key: ""},
		{Tenant: "370202", Key: "a/b?versionId=1"},
		{Tenant: "370202", Key: "a/.hidden"},
	} {
		if _, err := s.PresignPut(t.Context(), ref, upload([]byte("x")), time.Minute); err == nil {
			t.Errorf("%+v was signed", ref)
		}
	}
	if err := s.EnsureTenant(t.Context(), "staging-370202"); err == nil {
		t.Error("a bucket for a tenant that cannot be")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func isUnavailable(err error) bool {
	e, ok := fault.As(err)
	return ok && e.Kind == fault.Unavailable && e.RetryAfter > 0
}
