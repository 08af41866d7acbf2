package evidence_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/evidence"
	"huying/internal/platform/objects"
)

func (h *house) bundle(t *testing.T, photos ...*db.Photo) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, h.WriteBundle(h.ctx, &out, evidence.Bundle{
		Number: "370202-2026-000001", By: "区人大", Reason: "归档", Photos: photos,
		Texts: []evidence.BundleText{{Name: "report.json", Content: []byte("{}\n")}},
	}))
	return out.Bytes()
}

// repacked is the bundle with one file changed, left out when change gives nil, or one added.
func repacked(t *testing.T, bundle []byte, change func(name string, content []byte) []byte, added ...string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	must(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		if content = change(f.Name, content); content == nil {
			continue
		}
		to, err := w.Create(f.Name)
		must(t, err)
		_, err = to.Write(content)
		must(t, err)
	}
	for _, name := range added {
		_, err := w.Create(name)
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

func verifyBundle(b []byte) (*evidence.Manifest, error) {
	return evidence.VerifyBundle(bytes.NewReader(b), int64(len(b)))
}

func TestBundle(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, one, two := uuid.New(), uuid.New(), uuid.New()
		body := snapshot(t, 640, 480)
		first, second := h.send(t, person, body), h.send(t, person, snapshot(t, 320, 240))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{first, second}))
		must(t, h.attach(person, one, evidence.Before, first))
		must(t, h.attach(person, two, evidence.After, second))
		whole, lost := h.photoOf(t, one), h.photoOf(t, two)
		good := h.bundle(t, whole, lost)
		m, err := verifyBundle(good)
		must(t, err)
		if !m.Complete || len(m.Files) != 5 || m.Files[0].SHA256 != sum(body) || m.Files[0].Recorded != sum(body) ||
			m.Files[0].Size != int64(len(body)) || m.Files[0].LockMode != evidence.Governance || m.Files[0].RetainUntil == nil {
			t.Errorf("%+v", m)
		}

		t.Run("a_lost_photo_is_told_and_the_rest_is_whole", func(t *testing.T) {
			must(t, h.store.Remove(h.ctx, objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: lost.OriginalKey, Version: lost.OriginalVersion}))
			m, err := verifyBundle(h.bundle(t, whole, lost))
			must(t, err)
			if m.Complete || m.Files[2].Problem == "" || m.Files[2].SHA256 != "" || m.Files[3].Problem != "" || m.Files[0].Problem != "" {
				t.Errorf("%+v", m.Files)
			}
		})
		t.Run("other_bytes_than_were_received_are_told", func(t *testing.T) {
			changed := *whole
			changed.Sha256 = strings.Repeat("0", 64)
			m, err := verifyBundle(h.bundle(t, &changed))
			must(t, err)
			if m.Complete || m.Files[0].Problem == "" {
				t.Errorf("%+v", m.Files[0])
			}
		})
		t.Run("whatever_is_done_to_it_is_found", func(t *testing.T) {
			same := func(_ string, b []byte) []byte { return b }
			for name, bad := range map[string][]byte{
				"changed": repacked(t, good, func(n string, b []byte) []byte {
					if n == "report.json" {
						return []byte("{ }\n")
					}
					return b
				}),
				"left_out": repacked(t, good, func(n string, b []byte) []byte {
					if strings.HasSuffix(n, "original.jpg") {
						return nil
					}
					return b
				}),
				"added":        repacked(t, good, same, "photos/99-before-original.jpg"),
				"twice":        repacked(t, good, same, "report.json"),
				"without_sums": repacked(t, good, func(n string, b []byte) []byte { return map[bool][]byte{false: b}[n == "MANIFEST.sha256"] }),
				"torn":         good[:len(good)-40],
				"not_a_zip":    []byte("hello"),
			} {
				if _, err := verifyBundle(bad); !errors.Is(err, evidence.ErrBundle) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if _, err := verifyBundle(repacked(t, good, same)); err != nil {
				t.Errorf("packed again without a change: %v", err)
			}
		})
		t.Run("a_reader_who_leaves_ends_it", func(t *testing.T) {
			err := h.WriteBundle(h.ctx, leaving{}, evidence.Bundle{Number: "x", Photos: []*db.Photo{whole}})
			if !errors.Is(err, io.ErrClosedPipe) {
				t.Fatal(err)
			}
		})
	})
}

type leaving struct{}

func (leaving) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func FuzzVerifyBundle(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range map[string]string{"MANIFEST.sha256": "00  manifest.json\n", "manifest.json": `{"format":"huying-evidence-bundle-1"}`} {
		to, _ := w.Create(name)
		_, _ = to.Write([]byte(content))
	}
	_ = w.Close()
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := verifyBundle(b); (m == nil) == (err == nil) {
			t.Fatalf("%v %v", m, err)
		}
	})
}
