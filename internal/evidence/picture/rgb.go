package picture

import (
	"image"
	"image/color"
)

// rgbRow writes row y as RGB on white paper: a public copy has no transparency. The types image/png and the WebP
// decoder produce are read directly; through image.At a 25-megapixel picture would make 25 million allocations.
func rgbRow(dst []byte, img image.Image, y int) {
	b := img.Bounds()
	w := b.Dx()
	switch m := img.(type) {
	case *image.NRGBA:
		pix := m.Pix[m.PixOffset(b.Min.X, y):]
		for x := range w {
			straight(dst[3*x:], pix[4*x], pix[4*x+1], pix[4*x+2], pix[4*x+3])
		}
	case *image.RGBA:
		pix := m.Pix[m.PixOffset(b.Min.X, y):]
		for x := range w {
			multiplied(dst[3*x:], pix[4*x], pix[4*x+1], pix[4*x+2], pix[4*x+3])
		}
	case *image.NRGBA64: // the high bytes are the 8-bit picture
		pix := m.Pix[m.PixOffset(b.Min.X, y):]
		for x := range w {
			straight(dst[3*x:], pix[8*x], pix[8*x+2], pix[8*x+4], pix[8*x+6])
		}
	case *image.RGBA64:
		pix := m.Pix[m.PixOffset(b.Min.X, y):]
		for x := range w {
			multiplied(dst[3*x:], pix[8*x], pix[8*x+2], pix[8*x+4], pix[8*x+6])
		}
	case *image.Gray16:
		pix := m.Pix[m.PixOffset(b.Min.X, y):]
		for x := range w {
			dst[3*x], dst[3*x+1], dst[3*x+2] = pix[2*x], pix[2*x], pix[2*x]
		}
	case *image.CMYK:
		pix := m.Pix[m.PixOffset(b.Min.X, y):]
		for x := range w {
			dst[3*x], dst[3*x+1], dst[3*x+2] = color.CMYKToRGB(pix[4*x], pix[4*x+1], pix[4*x+2], pix[4*x+3])
		}
	case *image.NYCbCrA:
		for x := range w {
			yi, ci := m.YOffset(b.Min.X+x, y), m.COffset(b.Min.X+x, y)
			r, g, bl := color.YCbCrToRGB(m.Y[yi], m.Cb[ci], m.Cr[ci])
			straight(dst[3*x:], r, g, bl, m.A[m.AOffset(b.Min.X+x, y)])
		}
	case *image.Paletted:
		palettedRow(dst, m, y)
	default:
		for x := range w {
			r, g, bl, a := img.At(b.Min.X+x, y).RGBA()
			multiplied(dst[3*x:], byte(r>>8), byte(g>>8), byte(bl>>8), byte(a>>8))
		}
	}
}

func palettedRow(dst []byte, m *image.Paletted, y int) {
	b := m.Bounds()
	var table [256][3]byte // an index outside the palette is black
	for i, c := range m.Palette {
		if i == len(table) {
			break
		}
		r, g, bl, a := c.RGBA()
		multiplied(table[i][:], byte(r>>8), byte(g>>8), byte(bl>>8), byte(a>>8))
	}
	for x, index := range m.Pix[m.PixOffset(b.Min.X, y):][:b.Dx()] {
		copy(dst[3*x:], table[index][:])
	}
}

func straight(dst []byte, r, g, b, a byte) {
	if a == 255 {
		dst[0], dst[1], dst[2] = r, g, b
		return
	}
	on := func(c byte) byte { return byte((uint32(c)*uint32(a) + 255*(255-uint32(a)) + 127) / 255) }
	dst[0], dst[1], dst[2] = on(r), on(g), on(b)
}

// multiplied puts a premultiplied colour on white. A file may lie about the premultiplication, so the sum is capped.
func multiplied(dst []byte, r, g, b, a byte) {
	paper := 255 - int(a)
	dst[0], dst[1], dst[2] = byte(min(255, int(r)+paper)), byte(min(255, int(g)+paper)), byte(min(255, int(b)+paper))
}
