package evidence_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// heic is the structure of an iPhone's photo; what it shows, nothing here can open.
func heic(w, h uint32) []byte {
	box := func(kind string, content ...byte) []byte {
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(content))), kind...), content...)
	}
	ispe := box("ispe", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), w), h)...)
	meta := box("meta", append(make([]byte, 4), box("iprp", box("ipco", ispe...)...)...)...)
	out := append(box("ftyp", []byte("heic\x00\x00\x00\x00mif1tmapheic")...), meta...)
	return append(out, box("mdat", make([]byte, 2000)...)...)
}

func (h *house) sendAs(t *testing.T, person uuid.UUID, kind string, body []byte, of *uuid.UUID) uuid.UUID {
	t.Helper()
	ticket, err := h.Ticket(h.ctx, tenant, person, evidence.Wanted{ContentType: kind, Size: int64(len(body)), SHA256: sum(body), CompanionOf: of})
	must(t, err)
	if code := put(t, ticket, body); code != http.StatusOK {
		t.Fatalf("PUT answered %d", code)
	}
	return ticket.UploadID
}

func TestHEICWithItsCopy(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, stranger, report := uuid.New(), uuid.New(), uuid.New()
		original, copied := heic(4032, 3024), street(t, 9, 1600, 1200, 90)
		id := h.sendAs(t, person, "image/heic", original, nil)
		refused(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}), evidence.NeedsCopy, "upload_ids")
		refused(t, h.attach(person, report, evidence.Before, id), evidence.NeedsCopy, "upload_ids")

		wanted := evidence.Wanted{ContentType: "image/jpeg", Size: int64(len(copied)), SHA256: sum(copied), CompanionOf: &id}
		_, err := h.Ticket(h.ctx, tenant, stranger, wanted)
		refused(t, err, evidence.NotUsable, "companion_of")
		other := h.send(t, person, snapshot(t, 50, 40))
		wanted.CompanionOf = &other
		_, err = h.Ticket(h.ctx, tenant, person, wanted)
		refused(t, err, evidence.NotUsable, "companion_of")
		wanted.CompanionOf, wanted.ContentType = &id, "image/png"
		_, err = h.Ticket(h.ctx, tenant, person, wanted)
		refused(t, err, fault.Invalid, "content_type")

		companion := h.sendAs(t, person, "image/jpeg", copied, &id)
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		refused(t, h.attach(person, report, evidence.Before, companion), evidence.NotUsable, "upload_ids")
		h.view(t, func(ctx context.Context, tx *database.Tx) error {
			hashes, err := h.HashesOfUploads(ctx, tx, person, []uuid.UUID{id})
			must(t, err)
			if hashes[id] == 0 {
				t.Error("no hash of what the copy shows")
			}
			return nil
		})
		must(t, h.attach(person, report, evidence.Before, id))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id})) // a replay reaches its idempotency key

		p := h.photoOf(t, report)
		if p.Decodable || p.ContentType != string(picture.HEIC) || p.Sha256 != sum(original) || p.Width != 1600 || p.Phash == 0 {
			t.Errorf("%+v", p)
		}
		if m := h.variant(t, p, evidence.Medium); m.Bounds() != image.Rect(0, 0, 1280, 960) {
			t.Errorf("%v", m.Bounds())
		}
		must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
			o, err := h.Locate(ctx, tx, p, evidence.Original, "核对原件")
			must(t, err)
			if got := fetch(t, h, o); !bytes.Equal(got, original) {
				t.Error("the original is not what was sent")
			}
			return nil
		}))
		made, err := h.Redraw(h.ctx, p, []evidence.Region{{X: 0, Y: 0, Width: 0.5, Height: 0.5}})
		must(t, err)
		must(t, h.redact(made, person))
		p = h.photoOf(t, report)
		if m := h.variant(t, p, evidence.Medium); !dark(m, 0.2, 0.2) {
			t.Error("the copy of a HEIC photo is not covered")
		}
		m, err := verifyBundle(h.bundle(t, p))
		must(t, err)
		if !m.Complete || m.Files[0].Name != "photos/01-before-original.heic" {
			t.Errorf("%+v", m.Files)
		}
	})
}

func TestHEICInOneRequestSaysWhatIsMissing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		_, err := h.StoreStream(h.ctx, tenant, uuid.New(), bytes.NewReader(heic(400, 300)), "a.heic")
		refused(t, err, evidence.NeedsCopy, "photo")
	})
}
