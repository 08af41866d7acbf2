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
	for range s.r.IntN(4) {
		x, y, w := s.between(0, Width), s.between(20, 110), s.between(40, 90)
		for i := range 3 {
			s.ellipse(x+float64(i)*w*0.6, y-float64(i%2)*w*0.12, w*0.5, w*0.2, rgb(0xeef1f2))
		}
	}
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
	pavement := []color.RGBA{rgb(0xc9c4ba), rgb(0xbdb7ab), rgb(0xc4b3a2), rgb(0xb8bdbf)}[s.r.IntN(4)]
	s.rect(0, 300, Width, 80, pavement)
	for x := 0.0; x < Width; x += 40 {
		s.line(1.5, rgb(0xaca79d), pt{x, 300}, pt{x - 30, 380})
	}
	for range s.r.IntN(5) {
		s.tree(s.between(20, 780))
	}
	if s.r.IntN(3) == 0 {
		s.passer(s.between(40, 760))
	}
	s.rect(0, 380, Width, 10, rgb(0x8d8a84))
	s.rect(0, 390, Width, 210, rgb(0x5d6064))
	for x := s.between(-60, 0); x < Width; x += 150 {
		s.rect(x, 488, 80, 8, rgb(0xe7e4da))
	}
}

// tree draws a street tree; its green, or its lack of it, tells the time of year.
func (s *stage) tree(x float64) {
	crown := []color.RGBA{rgb(0x5f8a4a), rgb(0x7a9a4e), rgb(0xb98a3c), rgb(0x4f7d55)}[s.r.IntN(4)]
	top := s.between(150, 215)
	s.line(9, rgb(0x6b5440), pt{x, 318}, pt{x + s.between(-4, 4), top + 30})
	if s.r.IntN(5) == 0 { // bare
		for _, dx := range []float64{-30, -14, 12, 28} {
			s.line(4, rgb(0x6b5440), pt{x, top + 46}, pt{x + dx, top + s.between(-8, 18)})
		}
		return
	}
	for range 5 {
		s.ellipse(x+s.between(-24, 24), top+s.between(-16, 30), s.between(20, 32), s.between(18, 28), shade(crown, s.between(0.86, 1.1)))
	}
}

// passer draws somebody who walks by.
func (s *stage) passer(x float64) {
	coat := []color.RGBA{rgb(0x8c3b3b), rgb(0x2f4d6e), rgb(0x3d5a45), rgb(0x6b5a7a)}[s.r.IntN(4)]
	s.line(6, rgb(0x2b2d30), pt{x - 2, 344}, pt{x - 9, 374})
	s.line(6, rgb(0x2b2d30), pt{x + 2, 344}, pt{x + 10, 373})
	s.line(15, coat, pt{x, 314}, pt{x, 344})
	s.ellipse(x, 299, 8, 9, rgb(0xd9b38c))
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
