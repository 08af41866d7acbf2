package scene

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// Size of every picture: small enough to draw hundreds of them in a second or two.
const (
	Width  = 800
	Height = 600
)

type pt struct{ x, y float64 }

// canvas is a picture being drawn with filled, anti-aliased shapes.
type canvas struct {
	img  *image.RGBA
	rast *vector.Rasterizer
}

func newCanvas() *canvas {
	return &canvas{img: image.NewRGBA(image.Rect(0, 0, Width, Height)), rast: vector.NewRasterizer(Width, Height)}
}

func (c *canvas) rect(x, y, w, h float64, col color.RGBA) {
	c.poly(col, pt{x, y}, pt{x + w, y}, pt{x + w, y + h}, pt{x, y + h})
}

// poly fills a polygon. Only the box around it is rasterised: a picture has hundreds of small shapes.
func (c *canvas) poly(col color.RGBA, pts ...pt) {
	minX, minY, maxX, maxY := pts[0].x, pts[0].y, pts[0].x, pts[0].y
	for _, p := range pts {
		minX, maxX = math.Min(minX, p.x), math.Max(maxX, p.x)
		minY, maxY = math.Min(minY, p.y), math.Max(maxY, p.y)
	}
	box := image.Rect(int(math.Floor(minX)), int(math.Floor(minY)), int(math.Ceil(maxX)), int(math.Ceil(maxY))).Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	at := func(p pt) (float32, float32) {
		return float32(p.x) - float32(box.Min.X), float32(p.y) - float32(box.Min.Y)
	}
	c.rast.Reset(box.Dx(), box.Dy())
	c.rast.MoveTo(at(pts[0]))
	for _, p := range pts[1:] {
		c.rast.LineTo(at(p))
	}
	c.rast.ClosePath()
	c.rast.Draw(c.img, box, image.NewUniform(col), image.Point{})
}

// ellipse is drawn as a polygon: at these sizes nobody sees a corner.
func (c *canvas) ellipse(x, y, rx, ry float64, col color.RGBA) {
	const corners = 40
	pts := make([]pt, corners)
	for i := range pts {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		pts[i] = pt{x + rx*cos, y + ry*sin}
	}
	c.poly(col, pts...)
}

// line draws a stroke of the given width with round ends.
func (c *canvas) line(width float64, col color.RGBA, pts ...pt) {
	for i := 1; i < len(pts); i++ {
		a, b := pts[i-1], pts[i]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		if length == 0 {
			continue
		}
		nx, ny := -(b.y-a.y)/length*width/2, (b.x-a.x)/length*width/2
		c.poly(col, pt{a.x + nx, a.y + ny}, pt{b.x + nx, b.y + ny}, pt{b.x - nx, b.y - ny}, pt{a.x - nx, a.y - ny})
	}
	for _, p := range pts {
		c.ellipse(p.x, p.y, width/2, width/2, col)
	}
}

// shade makes a colour lighter (f > 1) or darker.
func shade(c color.RGBA, f float64) color.RGBA {
	g := func(v uint8) uint8 { return uint8(math.Min(255, float64(v)*f)) }
	return color.RGBA{g(c.R), g(c.G), g(c.B), c.A}
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255} //nolint:gosec // three bytes of a colour
}
