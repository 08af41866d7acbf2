package evidence_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/platform/database"
)

// street is a made-up scene that differs from that of another seed.
func street(t *testing.T, seed uint64, w, h, quality int) []byte {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a picture for a test
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, image.NewUniform(color.Gray{160}), image.Point{}, draw.Src)
	for range 24 {
		x, y := r.IntN(1000), r.IntN(1000)
		block := image.Rect(x*w/1000, y*h/1000, (x+100+r.IntN(300))*w/1000, (y+100+r.IntN(300))*h/1000)
		draw.Draw(m, block, image.NewUniform(color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}))
	return b.Bytes()
}

func TestHashes(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, stranger := uuid.New(), uuid.New()
		one, two, none := uuid.New(), uuid.New(), uuid.New()
		first := h.send(t, person, street(t, 1, 1200, 900, 90))
		again := h.send(t, person, street(t, 1, 800, 600, 60)) // the same place, sent by way of a chat
		other := h.send(t, person, street(t, 2, 1200, 900, 90))
		plain := h.send(t, person, street(t, 3, 1, 1, 90))
		ids := []uuid.UUID{first, again, other, plain}
		must(t, h.Verify(h.ctx, tenant, person, ids))
		must(t, h.attach(person, one, evidence.Before, first, plain))
		must(t, h.attach(person, two, evidence.Before, other))
		h.view(t, func(ctx context.Context, tx *database.Tx) error {
			mine, err := h.HashesOfUploads(ctx, tx, person, append(ids, uuid.New()))
			must(t, err)
			if len(mine) != 3 || mine[plain] != 0 {
				t.Fatalf("%v", mine)
			}
			byReport, err := h.Hashes(ctx, tx, []uuid.UUID{one, two, none})
			must(t, err)
			if len(byReport) != 2 || len(byReport[one]) != 1 || byReport[one][0] != mine[first] || byReport[two][0] != mine[other] {
				t.Fatalf("%v", byReport)
			}
			if d := evidence.Distance(mine[again], byReport[one][0]); d > evidence.Alike {
				t.Errorf("the same place is %d apart", d)
			}
			if d := evidence.Distance(mine[again], byReport[two][0]); d <= 2*evidence.Alike {
				t.Errorf("another place is %d apart", d)
			}
			strange, err := h.HashesOfUploads(ctx, tx, stranger, ids)
			must(t, err)
			if len(strange) != 0 {
				t.Errorf("a stranger reads %v", strange)
			}
			return nil
		})
	})
}
