package scene

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"slices"
)

// quality keeps a picture at about 30 kB.
const quality = 82

// stage is what a scene has to draw on: the canvas, a source of variation and whether the repair is done.
type stage struct {
	*canvas
	r     *rand.Rand
	after bool
}

// scenes draw the foreground of each category.
var scenes = map[string]func(*stage){
	"road": road, "manhole": manhole, "streetlight": streetlight, "garbage": garbage, "parking": parking, "noise": noise,
	"illegal_building": shed, "greening": greening, "utilities": leak, "property": hallway, "fire_lane": fireLane, "other": fence,
}

// Categories lists what can be drawn, in order.
func Categories() []string {
	var out []string
	for k := range scenes {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Draw gives the picture of a category as JPEG. Before and after of one seed show the same place. An
// unknown category is drawn as "other".
func Draw(category string, seed uint64, after bool) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, paint(category, seed, after), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode scene %s: %w", category, err)
	}
	return b.Bytes(), nil
}

func paint(category string, seed uint64, after bool) image.Image {
	draw, ok := scenes[category]
	if !ok {
		draw = scenes["other"]
	}
	s := &stage{newCanvas(), rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), after} //nolint:gosec // a picture, no secret
	s.street()
	draw(s)
	s.mark()
	return s.img
}

// between gives a varied length.
func (s *stage) between(low, high float64) float64 { return low + s.r.Float64()*(high-low) }

// street draws what every scene stands in: sky, houses, pavement, carriageway.
func (s *stage) street() {
	sky := []color.RGBA{rgb(0xbfd9ee), rgb(0xd5dde3), rgb(0xa9cbe6), rgb(0xe8dcc8)}[s.r.IntN(4)]
	s.rect(0, 0, Width, 300, sky)
	for x := -20.0; x < Width; {
		w, h := s.between(90, 170), s.between(110, 230)
		wall := []color.RGBA{rgb(0xcbb7a0), rgb(0xb9c0c4), rgb(0xd8c9a8), rgb(0xc79f8a), rgb(0xb4a99b)}[s.r.IntN(5)]
		s.rect(x, 300-h, w, h, wall)
		s.rect(x, 300-h, w, 12, shade(wall, 0.75))
		for wy := 300 - h + 26; wy < 262; wy += 36 {
			for wx := x + 14; wx < x+w-24; wx += 32 {
				s.rect(wx, wy, 16, 20, shade(sky, 0.72))
			}
		}
		x += w + s.between(4, 18)
	}
	s.rect(0, 300, Width, 80, rgb(0xc9c4ba))
	for x := 0.0; x < Width; x += 40 {
		s.line(1.5, rgb(0xaca79d), pt{x, 300}, pt{x - 30, 380})
	}
	s.rect(0, 380, Width, 10, rgb(0x8d8a84))
	s.rect(0, 390, Width, 210, rgb(0x5d6064))
	for x := s.between(-60, 0); x < Width; x += 150 {
		s.rect(x, 488, 80, 8, rgb(0xe7e4da))
	}
}

// rough draws an uneven blob around a centre.
func (s *stage) rough(x, y, rx, ry float64, col color.RGBA) {
	const corners = 14
	pts := make([]pt, corners)
	for i := range pts {
		k := s.between(0.72, 1.12)
		sin, cos := sincos(float64(i) / corners)
		pts[i] = pt{x + rx*k*cos, y + ry*k*sin}
	}
	s.poly(col, pts...)
}
