package evidence_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/internal/evidence"
	"huying/internal/evidence/clip"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// voice is a recording of silence: telephones' AMR, fifty frames a second.
func voice(seconds int) []byte {
	return []byte("#!AMR\n" + strings.Repeat("\x3c"+strings.Repeat("\x00", 31), 50*seconds))
}

// sound is one of the same length as WAV, which is heavier.
func sound(seconds int) []byte {
	const rate = 48_000 * 4
	b := append([]byte("RIFF"), make([]byte, 40)...)
	binary.LittleEndian.PutUint32(b[4:], uint32(36+rate*seconds))
	copy(b[8:], "WAVEfmt \x10")
	binary.LittleEndian.PutUint32(b[28:], rate)
	copy(b[36:], "data")
	binary.LittleEndian.PutUint32(b[40:], uint32(rate*seconds))
	return append(b, make([]byte, rate*seconds)...)
}

func TestRecording(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		body := voice(12)
		id := h.sendAs(t, person, "audio/amr", body, nil)
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.attach(person, report, evidence.After, id))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id})) // a replay reaches its idempotency key
		p := h.photoOf(t, report)
		if p.Kind != photo.KindAudio || p.DurationMs != 12_000 || p.ContentType != "audio/amr" || p.Sha256 != sum(body) || p.MediumKey != "" || p.Phash != 0 {
			t.Errorf("%+v", p)
		}
		if p.LockMode != evidence.Governance || p.RetainUntil == nil {
			t.Error("a recording is not locked")
		}
		t.Run("it_has_no_copy_to_show", func(t *testing.T) {
			v := h.Views(h.ctx, []*db.Photo{p})[0]
			if v.Kind != "audio" || v.DurationMS != 12_000 || v.ThumbURL != "" || v.MediumURL != "" {
				t.Errorf("%+v", v)
			}
			h.view(t, func(ctx context.Context, tx *database.Tx) error {
				for _, variant := range []evidence.Variant{evidence.Thumb, evidence.Medium} {
					if _, err := h.Locate(ctx, tx, p, variant, ""); !fault.Is(err, fault.NotFound) {
						t.Errorf("%s: %v", variant, err)
					}
				}
				n, err := h.CountByRole(ctx, tx, report, evidence.After)
				if n != 0 {
					t.Error("a recording passes for a picture of the result")
				}
				return err
			})
			if _, err := h.Redraw(h.ctx, p, nil); !fault.Is(err, evidence.NotPicture) {
				t.Error(err)
			}
		})
		t.Run("it_is_opened_as_an_original_with_a_reason", func(t *testing.T) {
			must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
				_, err := h.Locate(ctx, tx, p, evidence.Original, "")
				refused(t, err, fault.Invalid, "reason")
				o, err := h.Locate(ctx, tx, p, evidence.Original, "听取噪声录音")
				must(t, err)
				content, err := h.Fetch(ctx, o)
				must(t, err)
				must(t, content.Body.Close())
				if content.Type != "audio/amr" || !strings.HasSuffix(content.Disposition, `.amr"`) || !strings.HasPrefix(content.Disposition, "attachment") {
					t.Errorf("%s %s", content.Type, content.Disposition)
				}
				if got := fetch(t, h, o); !bytes.Equal(got, body) {
					t.Error("the original is not what was sent")
				}
				return nil
			}))
		})
		t.Run("it_goes_into_the_bundle_as_it_came", func(t *testing.T) {
			m, err := verifyBundle(h.bundle(t, p))
			must(t, err)
			if !m.Complete || m.Files[0].Name != "photos/01-after-original.amr" || m.Files[0].SHA256 != sum(body) || m.Files[1].PhotoID != "" {
				t.Errorf("%+v", m.Files)
			}
		})
		t.Run("it_moves_with_its_report", func(t *testing.T) {
			moved := uuid.New()
			all, err := h.Move(h.ctx, tenant, "370203", report, moved)
			must(t, err)
			must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant("370203"), func(ctx context.Context, tx *database.Tx) error {
				must(t, h.WriteMoved(ctx, tx, moved, all))
				there, err := h.List(ctx, tx, moved)
				must(t, err)
				if len(there) != 1 || there[0].Kind != photo.KindAudio || there[0].DurationMs != 12_000 || there[0].Sha256 != sum(body) {
					t.Errorf("%+v", there)
				}
				return nil
			}))
		})
		t.Run("its_original_leaves_when_the_lock_has_ended", func(t *testing.T) {
			must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
				_, err := h.Anonymise(ctx, tx, report, nil)
				return err
			}))
			h.kit.Clock.Advance(evidence.DefaultRetention.Period + time.Hour)
			_, err := h.RemoveOriginals(h.ctx, tenant, false)
			must(t, err)
			_, err = h.store.Stat(h.ctx, objects.Ref{Area: objects.Evidence, Tenant: tenant, Key: p.OriginalKey, Version: p.OriginalVersion})
			if !errors.Is(err, objects.ErrNotFound) {
				t.Errorf("the original is still there: %v", err)
			}
		})
	})
}

func TestRecordingsAreJudgedByTheirBytes(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person := uuid.New()
		verify := func(kind string, body []byte) (uuid.UUID, error) {
			id := h.sendAs(t, person, kind, body, nil)
			return id, h.Verify(h.ctx, tenant, person, []uuid.UUID{id})
		}
		heavy := sound(58)
		if len(heavy) < evidence.MaxPhotoBytes {
			t.Fatal("not heavier than a photo may be")
		}
		id, err := verify("audio/wav", heavy)
		must(t, err)
		u, err := h.Upload(h.ctx, tenant, person, id)
		must(t, err)
		if u.ContentType != "audio/wav" || u.DurationMs != 58_000 || u.OriginalVersion == "" {
			t.Errorf("%+v", u)
		}
		long, err := verify("audio/amr", voice(75))
		refused(t, err, clip.TooLong, "upload_ids")
		refused(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{long}), clip.TooLong, "upload_ids")
		_, err = verify("audio/amr", voice(5)[:100])
		refused(t, err, clip.Damaged, "upload_ids")
		_, err = verify("video/mp4", []byte("<!DOCTYPE html><script>x()</script>"))
		refused(t, err, picture.Unsupported, "upload_ids")

		t.Run("a_photo_announced_as_video_is_a_photo", func(t *testing.T) {
			id, err := verify("video/mp4", snapshot(t, 60, 40))
			must(t, err)
			u, err := h.Upload(h.ctx, tenant, person, id)
			must(t, err)
			if u.Kind != "photo" || u.ContentType != "image/jpeg" || u.MediumKey == "" {
				t.Errorf("%+v", u)
			}
		})
		t.Run("one_request_takes_a_short_one_too", func(t *testing.T) {
			id, err := h.StoreStream(h.ctx, tenant, person, bytes.NewReader(voice(3)), "a.jpg")
			must(t, err)
			report := uuid.New()
			must(t, h.attach(person, report, evidence.Before, id))
			if p := h.photoOf(t, report); p.Kind != photo.KindAudio {
				t.Errorf("%+v", p)
			}
		})
		t.Run("nobody_fills_the_store_with_recordings", func(t *testing.T) {
			n, err := 0, error(nil)
			for someone := uuid.New(); n < 100 && err == nil; n++ {
				_, err = h.Ticket(h.ctx, tenant, someone, evidence.Wanted{ContentType: "video/mp4", Size: 1, SHA256: strings.Repeat("a", 64)})
			}
			if !fault.Is(err, fault.TooMany) || n != 19 {
				t.Errorf("after %d tickets: %v", n, err)
			}
		})
	})
}
