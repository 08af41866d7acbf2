package report

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db/photo"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

// A recording is evidence for those who work on the report. No screener can
// cover a voice in it, so publishing the report does not publish it.
func TestARecordingIsNeverPublic(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit(func(in *Submission) { in.Visibility = "public" })
		var seen, heard uuid.UUID
		h.write(func(ctx context.Context, tx *database.Tx) error {
			for kind, id := range map[photo.Kind]*uuid.UUID{photo.KindPhoto: &seen, photo.KindVideo: &heard} {
				*id = uuid.New()
				err := tx.Photo.Create().SetID(*id).SetKind(kind).SetSubjectID(r.ID).SetUploadID(uuid.New()).SetPersonID(h.citizen.id).
					SetContentType("video/mp4").SetSize(1000).SetSha256(strings.Repeat("a", 64)).SetDurationMs(9000).SetOriginalKey("original").
					SetCreatedAt(h.kit.Clock.Now()).Exec(ctx)
				if err != nil {
					return err
				}
			}
			return nil
		})
		h.do(h.screener(shinan), r.Number, h.s.publishStep(PlainBody{}))

		public := h.public(r.Number)
		if !public.Published || len(public.Photos) != 1 || public.Photos[0].ID != seen.String() {
			h.t.Errorf("the public is shown %+v", public.Photos)
		}
		visitor := h.t.Context()
		if _, open, err := h.s.FindPhoto(visitor, shinan, r.Number, seen); err != nil || !open {
			h.t.Errorf("a photo that was screened: %v", err)
		}
		if _, _, err := h.s.FindPhoto(visitor, shinan, r.Number, heard); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("a visitor reaches a recording: %v", err)
		}
		at := slices.IndexFunc(h.get(h.office, r.Number).Photos, func(p evidence.PhotoView) bool { return p.ID == heard.String() })
		if at < 0 {
			h.t.Error("the office is not told of the recording")
		}
	})
}
