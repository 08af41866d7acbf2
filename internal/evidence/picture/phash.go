package picture

import (
	"image"
	"math"
	"math/bits"
	"slices"
)

const (
	hashSide = 32 // the picture is seen in hashSide×hashSide greys
	// Below this mean strength of the waves there is no picture to compare: a white wall and a black night would
	// otherwise agree or differ by the noise of the camera.
	hashFaint = 4.0
	// A wave is strong when it stands this far above the median: in a simple picture most waves are the rounding of
	// the pixels, whose sign means nothing.
	hashMargin = 0.5
	// hashWaves is the least number of strong waves: two pictures of hardly any structure agree by having none.
	hashWaves = 12
)

// waves are the 64 lowest frequencies in both directions, without the mean brightness.
var waves = lowest(64)

func lowest(n int) [][2]int {
	var out [][2]int
	for sum := 1; len(out) < n; sum++ {
		for v := 0; v <= sum && len(out) < n; v++ {
			out = append(out, [2]int{sum - v, v})
		}
	}
	return out
}

// cosines of the discrete cosine transform (type II) of hashSide samples.
var cosines = func() (table [hashSide][hashSide]float64) {
	for u := range hashSide {
		for x := range hashSide {
			table[u][x] = math.Cos(math.Pi * float64(u) * (float64(x) + 0.5) / hashSide)
		}
	}
	return table
}()

// Hash is a picture's perceptual hash: which of its 64 slowest waves stand above their median. It hardly changes
// when a picture is compressed again, scaled or made a little brighter. 0 means that there is nothing to compare.
// The picture must be upright, and grey or in a type that shrink returns.
func Hash(img image.Image) int64 {
	grey := greys(img)
	var rows [hashSide][hashSide]float64 // transformed along x
	for y := range hashSide {
		for u := range hashSide / 2 {
			for x := range hashSide {
				rows[y][u] += grey[y*hashSide+x] * cosines[u][x]
			}
		}
	}
	strength := make([]float64, len(waves))
	var total float64
	for i, w := range waves {
		for y := range hashSide {
			strength[i] += rows[y][w[0]] * cosines[w[1]][y]
		}
		total += math.Abs(strength[i])
	}
	if total/float64(len(waves)) < hashFaint*hashSide {
		return 0
	}
	ordered := slices.Sorted(slices.Values(strength))
	median := (ordered[len(ordered)/2-1] + ordered[len(ordered)/2]) / 2
	var hash uint64
	for i, s := range strength {
		if s > median+hashMargin*hashSide {
			hash |= 1 << i
		}
	}
	if bits.OnesCount64(hash) < hashWaves {
		return 0
	}
	return int64(hash) //nolint:gosec // the databases hold 64 bits as a signed number
}

// Distance is in how many of the 64 bits two hashes differ. Two pictures of one scene are within 8, of different
// scenes around 32. 0 is no hash, and as far from everything as can be.
func Distance(a, b int64) int {
	if a == 0 || b == 0 {
		return 64
	}
	return bits.OnesCount64(uint64(a ^ b)) //nolint:gosec // bits, not a number
}

// greys is the picture squeezed into hashSide×hashSide brightnesses.
func greys(img image.Image) []float64 {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	small := make([]byte, hashSide*hashSide)
	switch m := img.(type) {
	case *image.Gray:
		average(small, hashSide, hashSide, hashSide, plane(m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, w), w, h, 1)
	case *image.YCbCr:
		average(small, hashSide, hashSide, hashSide, plane(m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride, w), w, h, 1)
	default:
		rgb, row := make([]byte, 3*w), make([]byte, w)
		average(small, hashSide, hashSide, hashSide, func(y int) []byte {
			rgbRow(rgb, img, b.Min.Y+y)
			for x := range row { // the brightness a JPEG would hold (T.871)
				row[x] = byte((299*int(rgb[3*x]) + 587*int(rgb[3*x+1]) + 114*int(rgb[3*x+2]) + 500) / 1000)
			}
			return row
		}, w, h, 1)
	}
	out := make([]float64, len(small))
	for i, v := range small {
		out[i] = float64(v)
	}
	return out
}
