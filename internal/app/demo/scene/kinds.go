package scene

import (
	"image/color"
	"math"
)

// sincos takes a share of a full turn.
func sincos(turn float64) (sin, cos float64) { return math.Sincos(2 * math.Pi * turn) }

// Each of these draws one category. The place is drawn from the same random numbers before and after, so
// numbers are taken in the same order whether or not the repair is done.

func road(s *stage) {
	x, y := s.between(250, 520), s.between(450, 530)
	if s.after {
		s.poly(rgb(0x45474a), pt{x - 150, y - 50}, pt{x + 150, y - 50}, pt{x + 165, y + 55}, pt{x - 165, y + 55})
		s.line(3, rgb(0x34363a), pt{x - 150, y - 50}, pt{x + 150, y - 50}, pt{x + 165, y + 55}, pt{x - 165, y + 55}, pt{x - 150, y - 50})
		return
	}
	s.rough(x, y, 140, 46, rgb(0x3a3834))
	s.rough(x+8, y+6, 104, 30, rgb(0x74695a))
	s.rough(x+20, y+10, 54, 14, rgb(0x9aa7ad))
	for range 9 {
		dx, dy := s.between(-230, 230), s.between(-40, 60)
		s.line(3, rgb(0x3a3834), pt{x + dx*0.5, y + dy*0.5}, pt{x + dx*0.8, y + dy}, pt{x + dx, y + dy*0.8})
	}
}

func manhole(s *stage) {
	x, y := s.between(260, 540), s.between(470, 530)
	s.ellipse(x, y, 92, 40, rgb(0x3c3d3f))
	if s.after {
		s.ellipse(x, y-2, 82, 34, rgb(0x7b7e82))
		for i := range 6 {
			sin, cos := sincos(float64(i) / 12)
			s.line(4, rgb(0x55585c), pt{x - 74*cos, y - 2 - 28*sin}, pt{x + 74*cos, y - 2 + 28*sin})
		}
		return
	}
	s.ellipse(x, y, 80, 32, rgb(0x0c0c0d))
	lid := x + 150
	s.poly(rgb(0x83868a), pt{lid - 70, y + 26}, pt{lid + 40, y - 34}, pt{lid + 64, y - 18}, pt{lid - 40, y + 46})
	s.line(5, rgb(0xd9822b), pt{x - 120, y + 30}, pt{x - 104, y - 40}, pt{x - 88, y + 30})
}

func streetlight(s *stage) {
	x := s.between(300, 480)
	s.rect(0, 0, Width, Height, color.RGBA{10, 16, 40, 150})
	if s.after {
		s.poly(color.RGBA{90, 84, 40, 110}, pt{x + 96, 128}, pt{x + 300, 560}, pt{x - 90, 560})
		s.ellipse(x+96, 122, 44, 30, color.RGBA{180, 170, 90, 190})
	}
	s.line(12, rgb(0x39424a), pt{x, 470}, pt{x, 120}, pt{x + 70, 96}, pt{x + 96, 104})
	lamp := rgb(0x2b3036)
	if s.after {
		lamp = rgb(0xfff3b8)
	}
	s.ellipse(x+96, 114, 30, 12, lamp)
	s.rect(x-12, 460, 24, 22, rgb(0x2b3036))
}

func garbage(s *stage) {
	x := s.between(260, 460)
	for i := range 3 {
		bx := x + float64(i)*74
		col := []color.RGBA{rgb(0x2e7d4f), rgb(0x2f6aa8), rgb(0x6b6f74)}[i]
		s.rect(bx, 262, 62, 108, col)
		s.rect(bx-4, 254, 70, 14, shade(col, 0.7))
		s.ellipse(bx+12, 374, 8, 8, rgb(0x222222))
		s.ellipse(bx+50, 374, 8, 8, rgb(0x222222))
	}
	for range 16 {
		px, py, r := x+s.between(-140, 330), s.between(350, 430), s.between(16, 34)
		col := []color.RGBA{rgb(0x1f2224), rgb(0xe9e6df), rgb(0x3f6fa3), rgb(0xb7793e)}[s.r.IntN(4)]
		if s.after {
			for range 14 {
				s.between(0, 1) // the numbers the bags of "before" take
			}
			continue
		}
		s.rough(px, py, r, r*0.8, col)
	}
}

func parking(s *stage) {
	x := s.between(140, 240)
	s.rect(90, 330, 640, 30, rgb(0xe3b23c))
	for i := 0.0; i < 640; i += 32 {
		s.rect(90+i, 336, 18, 18, rgb(0xc4942a))
	}
	for i := range 3 {
		cx, body := x+float64(i)*190, []color.RGBA{rgb(0xb3312c), rgb(0xdadde0), rgb(0x2d4f7a), rgb(0x383a3d)}[s.r.IntN(4)]
		if !s.after {
			s.car(cx, 300, body)
		}
	}
}

// car draws a plain car with its left rear corner at x and its roof at y; its plate is blank.
func (s *stage) car(x, y float64, body color.RGBA) {
	s.poly(body, pt{x, y + 44}, pt{x + 30, y + 40}, pt{x + 56, y}, pt{x + 122, y}, pt{x + 146, y + 40}, pt{x + 174, y + 50}, pt{x + 174, y + 78}, pt{x, y + 78})
	s.poly(rgb(0x9fb6c6), pt{x + 42, y + 38}, pt{x + 62, y + 8}, pt{x + 86, y + 8}, pt{x + 86, y + 38})
	s.poly(rgb(0x9fb6c6), pt{x + 94, y + 38}, pt{x + 94, y + 8}, pt{x + 118, y + 8}, pt{x + 134, y + 38})
	s.rect(x+2, y+56, 22, 10, rgb(0xf2f2f0))
	for _, w := range []float64{38, 134} {
		s.ellipse(x+w, y+78, 19, 19, rgb(0x1d1e20))
		s.ellipse(x+w, y+78, 9, 9, rgb(0x8d9196))
	}
}

func noise(s *stage) {
	x := s.between(280, 420)
	s.rect(0, 0, Width, Height, color.RGBA{14, 18, 38, 110})
	if s.after {
		s.rect(x-40, 250, 240, 110, rgb(0xe9eef0))
		s.rect(x-40, 250, 240, 26, rgb(0x2f6aa8))
		for i := range 4 {
			s.rect(x-16, 292+float64(i)*16, 190, 6, rgb(0x8b9298))
		}
		return
	}
	s.rect(x, 240, 96, 130, rgb(0x202226))
	s.ellipse(x+48, 275, 26, 26, rgb(0x55595f))
	s.ellipse(x+48, 332, 34, 34, rgb(0x55595f))
	for i := range 4 {
		r := 90 + float64(i)*38
		var arc []pt
		for a := -0.11; a <= 0.111; a += 0.02 {
			sin, cos := sincos(a)
			arc = append(arc, pt{x + 60 + r*cos, 305 + r*sin})
		}
		s.line(7, color.RGBA{120, 100, 40, 150}, arc...)
	}
}

func shed(s *stage) {
	x, w := s.between(240, 380), s.between(200, 260)
	if s.after {
		s.rough(x+w/2, 372, w/2, 12, rgb(0xb5ab9a))
		return
	}
	s.rect(x, 210, w, 165, rgb(0xb9c4cc))
	for i := 0.0; i < w; i += 16 {
		s.line(2, rgb(0x98a4ad), pt{x + i, 210}, pt{x + i, 375})
	}
	s.poly(rgb(0x2f6fb2), pt{x - 18, 214}, pt{x + w + 18, 214}, pt{x + w - 6, 176}, pt{x + 12, 176})
	s.rect(x+w*0.35, 280, 58, 95, rgb(0x77695a))
}

func greening(s *stage) {
	s.rect(0, 296, Width, 92, rgb(0x6d8f4e))
	for range 26 {
		x, y := s.between(20, 780), s.between(304, 378)
		bloom := []color.RGBA{rgb(0xd9484f), rgb(0xe9b53a), rgb(0xe07ba6), rgb(0xf2efe6)}[s.r.IntN(4)]
		trampled := x > 240 && x < 560
		switch {
		case trampled && !s.after:
			s.rough(x, y, 34, 12, rgb(0x8f7a58))
			s.line(3, rgb(0x6f7a3e), pt{x - 14, y}, pt{x + 14, y - 5})
		default:
			s.line(3, rgb(0x44663a), pt{x, y}, pt{x, y - 26})
			s.ellipse(x, y-30, 9, 9, bloom)
			if trampled {
				for range 14 {
					s.between(0, 1)
				}
			}
		}
	}
}

func leak(s *stage) {
	x := s.between(280, 460)
	s.line(26, rgb(0x8c9298), pt{x - 170, 350}, pt{x + 190, 350})
	s.rect(x-16, 326, 34, 48, rgb(0x6d7379))
	s.line(8, rgb(0xb3312c), pt{x - 24, 314}, pt{x + 26, 314})
	s.line(8, rgb(0xb3312c), pt{x, 314}, pt{x, 332})
	if s.after {
		return
	}
	s.rough(x+30, 470, 230, 54, rgb(0x7f9fb4))
	for range 12 {
		dx := s.between(-90, 120)
		s.line(4, rgb(0xa9cfe6), pt{x + 6, 340}, pt{x + dx*0.5, 290}, pt{x + dx, 400})
	}
}

func hallway(s *stage) {
	s.rect(0, 0, Width, Height, rgb(0xd9d2c4))
	s.rect(0, 430, Width, 170, rgb(0xa7a196))
	x := s.between(300, 420)
	s.rect(x, 150, 180, 282, rgb(0x8f9aa3))
	s.line(4, rgb(0x5f6870), pt{x + 90, 150}, pt{x + 90, 432})
	s.rect(x+204, 260, 26, 46, rgb(0x33383c))
	for range 10 {
		bx, w, h := s.between(20, 250), s.between(50, 90), s.between(36, 70)
		if !s.after {
			s.rect(bx, 470-h, w, h, shade(rgb(0xb08a57), s.between(0.8, 1.1)))
			continue
		}
		s.between(0, 1)
	}
	if s.after {
		s.ellipse(x+217, 275, 7, 7, rgb(0x4caf50))
	} else {
		s.rect(x+20, 230, 140, 70, rgb(0xf3e9c7))
		s.line(6, rgb(0xb3312c), pt{x + 34, 246}, pt{x + 146, 284})
		s.line(6, rgb(0xb3312c), pt{x + 146, 246}, pt{x + 34, 284})
	}
}

func fireLane(s *stage) {
	s.poly(rgb(0x777a7e), pt{250, 300}, pt{550, 300}, pt{760, 600}, pt{40, 600})
	for i := range 5 {
		y := 330 + float64(i)*56
		s.line(7, rgb(0xe3b23c), pt{280 - float64(i)*46, y}, pt{520 + float64(i)*46, y + 20})
	}
	x := s.between(270, 360)
	body := []color.RGBA{rgb(0xdadde0), rgb(0x2d4f7a), rgb(0x383a3d)}[s.r.IntN(3)]
	if !s.after {
		s.car(x, 400, body)
	}
}

func fence(s *stage) {
	gap := s.between(300, 400)
	for x := 60.0; x < 740; x += 34 {
		broken := x > gap && x < gap+170
		switch {
		case broken && !s.after:
			s.line(9, rgb(0x9aa0a6), pt{x, 372}, pt{x + s.between(20, 70), 366})
		default:
			s.line(9, rgb(0xe8eaec), pt{x, 374}, pt{x, 286})
		}
	}
	s.line(8, rgb(0xe8eaec), pt{60, 304}, pt{gap, 304})
	s.line(8, rgb(0xe8eaec), pt{gap + 170, 304}, pt{740, 304})
	if s.after {
		s.line(8, rgb(0xe8eaec), pt{gap, 304}, pt{gap + 170, 304})
	}
}
