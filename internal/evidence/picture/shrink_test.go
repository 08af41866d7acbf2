package picture

import (
	"image"
	"image/color"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The definition of area averaging, pixel by pixel in floating point.
func slowAverage(src []byte, sw, sh, dw, dh, n int) []float64 {
	out := make([]float64, dw*dh*n)
	overlap := func(i, of, j, into int) float64 { // of source pixel i in target pixel j, as part of the target
		scale := float64(of) / float64(into)
		from, to := math.Max(float64(i), float64(j)*scale), math.Min(float64(i+1), float64(j+1)*scale)
		return math.Max(0, to-from) / scale
	}
	for y := range dh {
		for x := range dw {
			for sy := range sh {
				wy := overlap(sy, sh, y, dh)
				for sx := range sw {
					weight := wy * overlap(sx, sw, x, dw)
					for ch := range n {
						out[(y*dw+x)*n+ch] += weight * float64(src[(sy*sw+sx)*n+ch])
					}
				}
			}
		}
	}
	return out
}

func TestAverage(t *testing.T) {
	t.Run("is_the_area_average_for_every_size", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			sw, sh := rapid.IntRange(1, 40).Draw(t, "sw"), rapid.IntRange(1, 40).Draw(t, "sh")
			dw, dh := rapid.IntRange(1, 40).Draw(t, "dw"), rapid.IntRange(1, 40).Draw(t, "dh")
			n := rapid.SampledFrom([]int{1, 3}).Draw(t, "n")
			src := rapid.SliceOfN(rapid.Byte(), sw*sh*n, sw*sh*n).Draw(t, "src")
			got := make([]byte, dw*dh*n)
			average(got, dw*n, dw, dh, func(y int) []byte { return src[y*sw*n : (y+1)*sw*n] }, sw, sh, n)
			for i, want := range slowAverage(src, sw, sh, dw, dh, n) {
				if math.Abs(float64(got[i])-want) > 0.51 {
					t.Fatalf("sample %d is %d, want %.2f", i, got[i], want)
				}
			}
		})
	})
	t.Run("the_largest_white_picture_stays_white", func(t *testing.T) {
		row := make([]byte, 12_000)
		for i := range row {
			row[i] = 255
		}
		got := make([]byte, 3*2)
		average(got, 3, 3, 2, func(int) []byte { return row }, 12_000, 12_000, 1)
		for _, v := range got {
			if v != 255 {
				t.Fatalf("%v", got)
			}
		}
	})
}

// Every type a decoder may return gives the same picture.
func TestEveryPixelType(t *testing.T) {
	base := image.NewNRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			base.SetNRGBA(x, y, color.NRGBA{uint8(x * 4), uint8(y * 5), 90, 255})
		}
	}
	want := shrinkRGB(base, 16, 12)
	palette := make(color.Palette, 0, 256)
	for i := range 256 {
		palette = append(palette, color.NRGBA{uint8(i >> 4 * 17), uint8(i & 15 * 17), 90, 255})
	}
	for name, m := range map[string]interface {
		image.Image
		Set(x, y int, c color.Color)
	}{
		"rgba": image.NewRGBA(base.Rect), "rgba64": image.NewRGBA64(base.Rect), "nrgba64": image.NewNRGBA64(base.Rect),
		"cmyk": image.NewCMYK(base.Rect), "paletted": image.NewPaletted(base.Rect, palette),
	} {
		for y := range 48 {
			for x := range 64 {
				m.Set(x, y, base.At(x, y))
			}
		}
		got := shrinkRGB(m, 16, 12)
		if d := distance(got, want); d > 9 {
			t.Errorf("%s: mean distance %.1f", name, d)
		}
	}
	t.Run("what_is_transparent_is_paper", func(t *testing.T) {
		for name, m := range map[string]image.Image{
			"nrgba": image.NewNRGBA(base.Rect), "rgba": image.NewRGBA(base.Rect), "nrgba64": image.NewNRGBA64(base.Rect),
			"nycbcra": image.NewNYCbCrA(base.Rect, image.YCbCrSubsampleRatio420),
		} {
			if c := shrinkRGB(m, 4, 4).RGBAAt(1, 1); c != (color.RGBA{255, 255, 255, 255}) {
				t.Errorf("%s: %v", name, c)
			}
		}
	})
	t.Run("a_palette_shorter_than_its_indices_does_not_panic", func(t *testing.T) {
		m := image.NewPaletted(base.Rect, palette[:2])
		m.Pix[5] = 200
		shrinkRGB(m, 8, 8)
	})
}
