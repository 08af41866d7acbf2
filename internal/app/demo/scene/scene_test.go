package scene

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"
)

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestDraw(t *testing.T) {
	for _, category := range Categories() {
		t.Run(category, func(t *testing.T) {
			before, err := Draw(category, 7, false)
			if err != nil {
				t.Fatal(err)
			}
			after, err := Draw(category, 7, true)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := Draw(category, 7, false)
			if !bytes.Equal(before, again) {
				t.Error("the same seed gave another picture")
			}
			other, _ := Draw(category, 8, false)
			if bytes.Equal(before, other) {
				t.Error("another seed gave the same picture")
			}
			a, b := decode(t, before), decode(t, after)
			if a.Bounds().Dx() != Width || a.Bounds().Dy() != Height {
				t.Errorf("bounds %v", a.Bounds())
			}
			same, n := 0, 0
			for y := 0; y < Height; y += 4 {
				for x := 0; x < Width; x += 4 {
					n++
					r1, g1, b1, _ := a.At(x, y).RGBA()
					r2, g2, b2, _ := b.At(x, y).RGBA()
					if near(r1, r2) && near(g1, g2) && near(b1, b2) {
						same++
					}
				}
			}
			if same == n {
				t.Error("before and after look alike")
			}
			if same*2 < n {
				t.Errorf("before and after do not show the same place: %d of %d samples agree", same, n)
			}
		})
	}
}

func near(a, b uint32) bool { return max(a, b)-min(a, b) < 0x1800 }

// TestMark reads the plate back: white strokes on a dark plate in the corner of every picture.
func TestMark(t *testing.T) {
	for _, category := range Categories() {
		img := paint(category, 3, false)
		white, dark := 0, 0
		for y := 8; y < 134; y++ {
			for x := Width - 244; x < Width-4; x++ {
				switch r, g, b, _ := img.At(x, y).RGBA(); {
				case r > 0xf000 && g > 0xf000 && b > 0xf000:
					white++
				case r < 0x6000 && g < 0x6000 && b < 0x6000:
					dark++
				}
			}
		}
		if white < 3000 || dark < 8000 {
			t.Errorf("%s: the mark 演示 is not legible: %d white and %d dark pixels", category, white, dark)
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	for i := range b.N {
		if _, err := Draw("garbage", uint64(i), false); err != nil { //nolint:gosec // a counter
			b.Fatal(err)
		}
	}
}
