package objects_test

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"huying/internal/platform/objects"
)

func TestEmbeddedIsAlone(t *testing.T) {
	if _, err := objects.StartEmbedded(t.Context(), filepath.Join(t.TempDir(), "second")); err == nil {
		t.Fatal("a second gateway in one process")
	}
}

// What is not a signed request for one of our objects does not reach the gateway.
func TestEmbeddedDoor(t *testing.T) {
	base := listener(t)
	for _, path := range []string{
		"/huying-370202", "/huying-370202/", "/huying-370202/?list-type=2&X-Amz-Signature=x", "/huying-370202/a?X-Amz-Signature=x",
		"/huying-370202/../list-users?X-Amz-Signature=x", "/huying-370202/%2e%2e/%2e%2e/x?X-Amz-Signature=x",
		"/huying-370202/evidence/a", "/huying-370202/evidence/a/.sgwtmp?X-Amz-Signature=x", "/huying-370202//evidence/a?X-Amz-Signature=x",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPut} {
			code, body, _ := do(t, method, base+path, nil, nil)
			if code < 400 || bytes.Contains(body, []byte("<?xml")) {
				t.Errorf("%s %s: %d %s", method, path, code, body)
			}
		}
	}
	for _, method := range []string{http.MethodDelete, http.MethodPost, http.MethodPatch} {
		if code, body, _ := do(t, method, base+"/huying-370202/evidence/a?X-Amz-Signature=x", nil, nil); code < 400 || bytes.Contains(body, []byte("<?xml")) {
			t.Errorf("%s: %d %s", method, code, body)
		}
	}
	t.Run("a_body_over_the_limit_is_refused_before_it_is_sent", func(t *testing.T) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, base+"/huying-370202/evidence/a?X-Amz-Signature=x", io.LimitReader(zeros{}, 150<<20))
		must(t, err)
		req.ContentLength = 150 << 20
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			defer res.Body.Close()
			if res.StatusCode < 400 {
				t.Fatal(res.StatusCode)
			}
		} else if !strings.Contains(err.Error(), "connection") && !strings.Contains(err.Error(), "pipe") {
			t.Fatal(err)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
