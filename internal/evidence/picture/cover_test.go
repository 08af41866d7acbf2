package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"
)

func redraw(t *testing.T, b []byte, regions ...image.Rectangle) *Picture {
	t.Helper()
	p, err := NewDarkroom(DefaultLimits).Redraw(t.Context(), reader(b), int64(len(b)), regions)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCover(t *testing.T) {
	// The secret is drawn in two ways; where it is covered, the copies must be the same to the last byte.
	secret := image.Rect(301, 207, 619, 411)
	paint := func(m draw.Image, c color.Color) { draw.Draw(m, secret, image.NewUniform(c), image.Point{}, draw.Src) }
	kinds := map[string]func(c color.Color) []byte{
		"colour": func(c color.Color) []byte {
			m := street(5, 1700, 1300)
			paint(m, c)
			return asPNG(t, m)
		},
		"grey": func(c color.Color) []byte {
			m := image.NewGray(image.Rect(0, 0, 1700, 1300))
			paint(m, c)
			return asPNG(t, m)
		},
		"small": func(c color.Color) []byte {
			m := street(6, 900, 700)
			paint(m, c)
			return asPNG(t, m)
		},
	}
	for name, draw := range kinds {
		t.Run(name+"/nothing_of_the_region_reaches_a_copy", func(t *testing.T) {
			a, b := redraw(t, draw(color.White), secret), redraw(t, draw(color.RGBA{200, 30, 40, 255}), secret)
			if !bytes.Equal(a.Medium, b.Medium) || !bytes.Equal(a.Thumb, b.Thumb) {
				t.Fatal("the copies tell what was covered")
			}
			open := redraw(t, draw(color.White))
			if bytes.Equal(a.Medium, open.Medium) {
				t.Fatal("nothing was covered")
			}
		})
	}
	t.Run("a_photograph_in_yuv_is_black_there_and_itself_elsewhere", func(t *testing.T) {
		p := redraw(t, encoded(t, street(7, 1600, 1200), 95), image.Rect(400, 300, 800, 600))
		m, err := jpeg.Decode(bytes.NewReader(p.Medium))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := jpeg.Decode(bytes.NewReader(redraw(t, encoded(t, street(7, 1600, 1200), 95)).Medium))
		if err != nil {
			t.Fatal(err)
		}
		for y := 250; y < 470; y += 10 {
			for x := 330; x < 630; x += 10 {
				if r, g, b, _ := m.At(x, y).RGBA(); r>>8 > 12 || g>>8 > 12 || b>>8 > 12 {
					t.Fatalf("(%d,%d) is %d %d %d", x, y, r>>8, g>>8, b>>8)
				}
			}
		}
		for _, at := range []image.Point{{100, 100}, {900, 800}, {1200, 40}} {
			if m.At(at.X, at.Y) != plain.At(at.X, at.Y) {
				t.Errorf("%v changed", at)
			}
		}
	})
	t.Run("regions_follow_what_the_viewer_sees", func(t *testing.T) {
		upright := redraw(t, picture(t, "orientation_1.jpg"))
		region := image.Rect(0, 0, upright.Width/2, upright.Height/2)
		for o := '1'; o <= '8'; o++ {
			p := redraw(t, picture(t, "orientation_"+string(o)+".jpg"), region)
			m, err := jpeg.Decode(bytes.NewReader(p.Medium))
			if err != nil {
				t.Fatal(err)
			}
			w, h := m.Bounds().Dx(), m.Bounds().Dy()
			if r, _, _, _ := m.At(w/8, h/8).RGBA(); r>>8 > 12 {
				t.Errorf("orientation %c: top left is %d", o, r>>8)
			}
		}
	})
	t.Run("outside_the_picture_is_nothing", func(t *testing.T) {
		b := asPNG(t, street(8, 40, 30))
		if !bytes.Equal(redraw(t, b, image.Rect(100, 100, 300, 300)).Medium, redraw(t, b).Medium) {
			t.Fatal("something was covered")
		}
		redraw(t, b, image.Rect(-50, -50, 5000, 5000), image.Rect(39, 29, 40, 30))
	})
}
