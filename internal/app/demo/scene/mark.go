package scene

import "image/color"

// The two characters 演示 as strokes in a box of 100 × 100: drawn by hand for this product, so that no
// font and no font licence is needed.
var markStrokes = [2][][]pt{
	{ // 演
		{{10, 12}, {22, 22}},
		{{4, 38}, {16, 48}},
		{{6, 94}, {22, 62}},
		{{64, 3}, {67, 13}},
		{{36, 32}, {38, 20}, {96, 20}, {91, 32}},
		{{44, 35}, {88, 35}},
		{{44, 49}, {44, 78}},
		{{44, 49}, {88, 49}, {88, 78}},
		{{44, 63}, {88, 63}},
		{{44, 78}, {88, 78}},
		{{66, 35}, {66, 78}},
		{{56, 83}, {38, 96}},
		{{76, 83}, {94, 96}},
	},
	{ // 示
		{{22, 16}, {78, 16}}, {{8, 42}, {92, 42}}, {{50, 42}, {50, 92}, {40, 86}}, {{30, 58}, {12, 82}}, {{70, 58}, {90, 82}},
	},
}

// mark writes 演示 into the corner on a dark plate, large enough to survive the 320-pixel copy.
func (c *canvas) mark() {
	const size, gap, x0, y0 = 84.0, 18.0, Width - 226.0, 22.0
	c.rect(x0-18, y0-14, 2*size+gap+36, size+28, color.RGBA{20, 20, 20, 190})
	for i, glyph := range markStrokes {
		for _, stroke := range glyph {
			pts := make([]pt, len(stroke))
			for j, p := range stroke {
				pts[j] = pt{x0 + float64(i)*(size+gap) + p.x*size/100, y0 + p.y*size/100}
			}
			c.line(7, color.RGBA{255, 255, 255, 255}, pts...)
		}
	}
}
