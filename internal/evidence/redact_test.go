package evidence_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/auditline"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// photoOf is the only photo of a report.
func (h *house) photoOf(t *testing.T, report uuid.UUID) (p *db.Photo) {
	t.Helper()
	h.view(t, func(ctx context.Context, tx *database.Tx) error {
		rows, err := h.List(ctx, tx, report)
		must(t, err)
		p = rows[0]
		return nil
	})
	return p
}

func (h *house) variant(t *testing.T, p *db.Photo, v evidence.Variant) image.Image {
	t.Helper()
	var m image.Image
	h.view(t, func(ctx context.Context, tx *database.Tx) error {
		o, err := h.Locate(ctx, tx, p, v, "")
		must(t, err)
		m, err = jpeg.Decode(bytes.NewReader(fetch(t, h, o)))
		must(t, err)
		return nil
	})
	return m
}

func (h *house) redact(made *evidence.Redrawn, by uuid.UUID) error {
	return h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return h.Redact(ctx, tx, made, by, "人脸")
	})
}

func dark(m image.Image, x, y float64) bool {
	r, g, b, _ := m.At(int(x*float64(m.Bounds().Dx())), int(y*float64(m.Bounds().Dy()))).RGBA()
	return r>>8 < 16 && g>>8 < 16 && b>>8 < 16
}

// white is a photo on which everything black is covered.
func white(t *testing.T) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 1600, 1200))
	for i := range m.Pix {
		m.Pix[i] = 230
	}
	m.SetGray(3, 3, color.Gray{200})
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

func getStatus(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must(t, err)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	_, _ = io.Copy(io.Discard, res.Body)
	must(t, res.Body.Close())
	return res.StatusCode
}

func TestRedaction(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report, screener := uuid.New(), uuid.New(), uuid.New()
		body := white(t)
		id := h.send(t, person, body)
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.attach(person, report, evidence.Before, id))
		before := h.photoOf(t, report)
		oldURL := h.PublicViews(h.ctx, []*db.Photo{before})[0].MediumURL
		if getStatus(t, oldURL) != http.StatusOK {
			t.Fatal("the signed URL does not work")
		}
		face := evidence.Region{X: 0.25, Y: 0.25, Width: 0.25, Height: 0.25}
		made, err := h.Redraw(h.ctx, before, []evidence.Region{face})
		must(t, err)
		must(t, h.redact(made, screener))

		after := h.photoOf(t, report)
		for _, v := range []evidence.Variant{evidence.Medium, evidence.Thumb} {
			m := h.variant(t, after, v)
			if !dark(m, 0.375, 0.375) || dark(m, 0.1, 0.1) || dark(m, 0.6, 0.6) {
				t.Errorf("%s is not covered where it should be", v)
			}
		}
		if after.RedactedAt == nil || after.RedactedBy == nil || *after.RedactedBy != screener || after.Redactions[0] != [4]int{400, 300, 400, 300} {
			t.Errorf("%+v", after)
		}
		if after.OriginalVersion != before.OriginalVersion || after.Sha256 != sum(body) {
			t.Error("the original changed")
		}
		inside, outside := h.Views(h.ctx, []*db.Photo{after})[0], h.PublicViews(h.ctx, []*db.Photo{after})[0]
		if !outside.Redacted || outside.Regions != nil || len(inside.Regions) != 1 || inside.Regions[0] != face {
			t.Errorf("%+v %+v", inside.Regions, outside.Regions)
		}
		old := objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: before.MediumKey, Version: before.MediumVersion}
		soon(t, "the uncovered copy leaves the store", func() bool {
			_, err := h.store.Stat(h.ctx, old)
			return err != nil
		})
		if getStatus(t, oldURL) == http.StatusOK {
			t.Error("an old signed URL still shows the uncovered copy")
		}
		h.view(t, func(ctx context.Context, tx *database.Tx) error {
			n, err := tx.AuditLine.Query().Where(auditline.Action("photo.redact"), auditline.SubjectID(after.ID.String())).Count(ctx)
			must(t, err)
			if n != 1 {
				t.Errorf("%d audit lines", n)
			}
			return nil
		})

		t.Run("of_a_photo_that_changed_meanwhile_is_refused", func(t *testing.T) {
			if err := h.redact(made, screener); !fault.Is(err, fault.VersionConflict) {
				t.Fatal(err)
			}
		})
		t.Run("two_at_once_one_wins_and_its_copies_are_there", func(t *testing.T) {
			one, err := h.Redraw(h.ctx, after, []evidence.Region{{X: 0, Y: 0, Width: 0.5, Height: 1}})
			must(t, err)
			two, err := h.Redraw(h.ctx, after, []evidence.Region{{X: 0.5, Y: 0, Width: 0.5, Height: 1}})
			must(t, err)
			must(t, h.redact(one, screener))
			if err := h.redact(two, screener); !fault.Is(err, fault.VersionConflict) {
				t.Fatal(err)
			}
			h.Discard(h.ctx, two)
			after = h.photoOf(t, report)
			if m := h.variant(t, after, evidence.Medium); !dark(m, 0.2, 0.5) || dark(m, 0.8, 0.5) {
				t.Error("the loser's copy is shown")
			}
		})
		t.Run("is_undone_by_no_regions", func(t *testing.T) {
			made, err := h.Redraw(h.ctx, after, nil)
			must(t, err)
			must(t, h.redact(made, screener))
			after = h.photoOf(t, report)
			if m := h.variant(t, after, evidence.Medium); dark(m, 0.2, 0.5) || after.RedactedAt != nil || len(after.Redactions) != 0 {
				t.Errorf("%+v", after)
			}
		})
		t.Run("bad_regions_are_named", func(t *testing.T) {
			for name, r := range map[string]evidence.Region{
				"outside": {X: 1, Y: 0, Width: 0.1, Height: 0.1}, "negative": {X: -0.1, Y: 0, Width: 0.1, Height: 0.1},
				"no_area": {X: 0.1, Y: 0.1, Width: 0, Height: 0.1}, "pixels": {X: 100, Y: 100, Width: 50, Height: 50},
			} {
				_, err := h.Redraw(h.ctx, after, []evidence.Region{r})
				if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Fields[0].Name != "regions" {
					t.Errorf("%s: %v", name, err)
				}
			}
			_, err := h.Redraw(h.ctx, after, make([]evidence.Region, evidence.MaxRegions+1))
			refused(t, err, fault.Invalid, "regions")
		})
		t.Run("of_a_withdrawn_photo_is_refused", func(t *testing.T) {
			must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
				return h.RemovePublic(ctx, tx, report)
			}))
			if _, err := h.Redraw(h.ctx, h.photoOf(t, report), nil); !fault.Is(err, evidence.Withdrawn) {
				t.Fatal(err)
			}
		})
	})
}

func soon(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Errorf("%s: not within a minute", what)
}
