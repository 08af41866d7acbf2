package picture

import "image"

// cover fills regions with black in a small upright copy. The regions are in the pixels of the width×height original.
// Each is widened to whole pairs of the copy's pixels: every one that took anything from the region is filled, and so
// is the colour it shares with its neighbour. Filled pixels keep nothing that could be brought back.
func cover(img image.Image, regions []image.Rectangle, width, height int) {
	b := img.Bounds()
	for _, region := range regions {
		r := region.Intersect(image.Rect(0, 0, width, height))
		if r.Empty() {
			continue
		}
		w, h := b.Dx(), b.Dy()
		r = image.Rect(r.Min.X*w/width, r.Min.Y*h/height, (r.Max.X*w+width-1)/width, (r.Max.Y*h+height-1)/height)
		r.Min.X, r.Min.Y, r.Max.X, r.Max.Y = r.Min.X&^1, r.Min.Y&^1, (r.Max.X+1)&^1, (r.Max.Y+1)&^1
		fill(img, r.Intersect(image.Rect(0, 0, w, h)))
	}
}

// fill blackens the types that shrink returns.
func fill(img image.Image, r image.Rectangle) {
	switch m := img.(type) {
	case *image.Gray:
		flood(m.Pix, m.Stride, r, 0)
	case *image.YCbCr: // 4:2:0
		flood(m.Y, m.YStride, r, 0)
		half := image.Rect(r.Min.X/2, r.Min.Y/2, (r.Max.X+1)/2, (r.Max.Y+1)/2)
		flood(m.Cb, m.CStride, half, 128)
		flood(m.Cr, m.CStride, half, 128)
	case *image.RGBA:
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				copy(m.Pix[y*m.Stride+4*x:], []byte{0, 0, 0, 255})
			}
		}
	}
}

func flood(pix []byte, stride int, r image.Rectangle, value byte) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		line := pix[y*stride+r.Min.X : y*stride+r.Max.X]
		for i := range line {
			line[i] = value
		}
	}
}
