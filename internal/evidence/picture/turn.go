package picture

import "image"

// turnBytes writes a w×h plane of n-byte pixels as EXIF orientation o (Exif 2.32, tag 0x0112) wants it seen.
func turnBytes(dst []byte, dstStride int, src []byte, srcStride, w, h, n, o int) {
	for y := range h {
		for x := range w {
			dx, dy := turned(x, y, w, h, o)
			copy(dst[dy*dstStride+dx*n:][:n], src[y*srcStride+x*n:][:n])
		}
	}
}

// turned is where the pixel (x, y) of a w×h picture is seen under orientation o.
func turned(x, y, w, h, o int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	default:
		return x, y
	}
}

// swaps reports whether the orientation exchanges width and height.
func swaps(o int) bool { return o >= 5 && o <= 8 }

// turn returns the small picture upright. It is done after scaling, when there is little left to move.
func turn(img image.Image, o int) image.Image {
	if o < 2 || o > 8 {
		return img
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	tw, th := w, h
	if swaps(o) {
		tw, th = h, w
	}
	to := image.Rect(0, 0, tw, th)
	switch m := img.(type) {
	case *image.Gray:
		out := image.NewGray(to)
		turnBytes(out.Pix, out.Stride, m.Pix, m.Stride, w, h, 1, o)
		return out
	case *image.YCbCr: // always 4:2:0 here, so chroma turns like luma at half the size
		out := image.NewYCbCr(to, image.YCbCrSubsampleRatio420)
		turnBytes(out.Y, out.YStride, m.Y, m.YStride, w, h, 1, o)
		turnBytes(out.Cb, out.CStride, m.Cb, m.CStride, (w+1)/2, (h+1)/2, 1, o)
		turnBytes(out.Cr, out.CStride, m.Cr, m.CStride, (w+1)/2, (h+1)/2, 1, o)
		return out
	case *image.RGBA:
		out := image.NewRGBA(to)
		turnBytes(out.Pix, out.Stride, m.Pix, m.Stride, w, h, 4, o)
		return out
	default:
		return img
	}
}
