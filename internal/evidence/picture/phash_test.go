package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// street is a made-up scene: blocks of random size and grey, as buildings and shadows are.
func street(seed uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a picture for a test
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, image.NewUniform(color.Gray{160}), image.Point{}, draw.Src)
	for range 24 {
		x0, y0 := r.IntN(w), r.IntN(h)
		bw, bh := w/10+r.IntN(w/3), h/10+r.IntN(h/3)
		c := color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
		for y := y0; y < min(h, y0+bh); y++ {
			for x := x0; x < min(w, x0+bw); x++ {
				m.SetRGBA(x, y, c)
			}
		}
	}
	return m
}

func brighter(m image.Image, by int) *image.RGBA {
	out := image.NewRGBA(m.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			r, g, b, _ := m.At(m.Bounds().Min.X+x, m.Bounds().Min.Y+y).RGBA()
			add := func(c uint32) uint8 { return uint8(min(255, max(0, int(c>>8)+by))) }
			out.SetRGBA(x, y, color.RGBA{add(r), add(g), add(b), 255})
		}
	}
	return out
}

func encoded(t testing.TB, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func hashOf(t testing.TB, b []byte) int64 {
	t.Helper()
	p, err := examine(t, b)
	if err != nil {
		t.Fatal(err)
	}
	return p.PHash
}

// scenes are different pictures, drawn and real.
func scenes(t *testing.T) map[string]image.Image {
	t.Helper()
	out := map[string]image.Image{}
	for seed, name := range []string{"street_1", "street_2", "street_3", "street_4", "street_5", "street_6"} {
		out[name] = street(uint64(seed)+1, 1600, 1200)
	}
	for _, name := range []string{"orientation_1.jpg", "yellow_rose.lossy.webp"} {
		format := JPEG
		if filepath.Ext(name) == ".webp" {
			format = WebP
		}
		m, err := decode(t.Context(), reader(picture(t, name)), format)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = m
	}
	return out
}

func TestHash(t *testing.T) {
	all := scenes(t)
	hashes := map[string]int64{}
	for name, m := range all {
		h := hashOf(t, encoded(t, m, 92))
		if h == 0 {
			t.Fatalf("%s has no hash", name)
		}
		hashes[name] = h
		t.Run(name+"/is_itself_after", func(t *testing.T) {
			for what, b := range map[string][]byte{
				"compressing_hard": encoded(t, m, 30), "half_the_size": encoded(t, shrink(m, max(m.Bounds().Dx(), m.Bounds().Dy())/2), 85),
				"thumbnail": encoded(t, shrink(m, 160), 75), "a_little_light": encoded(t, brighter(m, 15), 85),
				"a_little_dark": encoded(t, brighter(m, -15), 85), "png": asPNG(t, m),
			} {
				if d := Distance(h, hashOf(t, b)); d > 8 {
					t.Errorf("%s: distance %d", what, d)
				}
			}
		})
	}
	t.Run("different_scenes_are_far_apart", func(t *testing.T) {
		for a, ha := range hashes {
			for b, hb := range hashes {
				if a < b && Distance(ha, hb) <= 16 {
					t.Errorf("%s and %s: distance %d", a, b, Distance(ha, hb))
				}
			}
		}
	})
	t.Run("is_of_what_is_seen_not_of_how_the_camera_was_held", func(t *testing.T) {
		upright := hashOf(t, picture(t, "orientation_1.jpg"))
		for o := 2; o <= 8; o++ {
			if d := Distance(upright, hashOf(t, picture(t, "orientation_"+string(rune('0'+o))+".jpg"))); d > 8 {
				t.Errorf("orientation %d: distance %d", o, d)
			}
		}
	})
	t.Run("of_a_plain_wall_or_night_is_none", func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // noise of a camera
		for _, base := range []int{0, 20, 128, 250} {
			m := image.NewGray(image.Rect(0, 0, 800, 600))
			for i := range m.Pix {
				m.Pix[i] = uint8(base + r.IntN(5))
			}
			if h := hashOf(t, encoded(t, m, 85)); h != 0 {
				t.Errorf("grey %d: %x", base, h)
			}
		}
	})
	t.Run("of_a_picture_with_hardly_any_structure_is_none", func(t *testing.T) {
		if h := hashOf(t, encoded(t, scene(1600, 1200), 90)); h != 0 {
			t.Errorf("%x", h)
		}
	})
	t.Run("no_hash_is_far_from_everything", func(t *testing.T) {
		if Distance(0, 0) != 64 || Distance(0, 5) != 64 || Distance(5, 0) != 64 || Distance(5, 5) != 0 || Distance(-1, 1) != 63 {
			t.Error(Distance(0, 0), Distance(0, 5), Distance(5, 5), Distance(-1, 1))
		}
	})
}
