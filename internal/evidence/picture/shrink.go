package picture

import "image"

// Area averaging with exact integer weights. A source pixel is dw units wide and a target pixel sw units, so both
// rows are sw*dw units long and every overlap is a whole number: no rounding until the last division, no table of
// weights, one row of sums in memory.

// fit returns the size of a w×h picture inside a box, never larger than it is.
func fit(w, h, box int) (int, int) {
	if w <= box && h <= box {
		return w, h
	}
	if w >= h {
		return box, max(1, (h*box+w/2)/w)
	}
	return max(1, (w*box+h/2)/h), box
}

// rows gives the samples of row y, n per pixel; the slice is valid until the next call.
type rows func(y int) []byte

// average fills dst (dw×dh pixels of n samples, stride apart) from sw×sh pixels.
func average(dst []byte, stride, dw, dh int, src rows, sw, sh, n int) {
	sums := make([]uint32, dw*n)
	total := make([]uint64, dw*n)
	last := -1
	area := uint64(sw) * uint64(sh)
	for y := range dh {
		clear(total)
		from, to := y*sh, (y+1)*sh // in units of the column
		for sy := from / dh; sy*dh < to; sy++ {
			if sy != last {
				averageRow(sums, src(sy), dw, sw, n)
				last = sy
			}
			weight := uint64(min(to, (sy+1)*dh) - max(from, sy*dh))
			for i, s := range sums {
				total[i] += uint64(s) * weight
			}
		}
		line := dst[y*stride : y*stride+dw*n]
		for i, t := range total {
			line[i] = byte((t + area/2) / area)
		}
	}
}

// averageRow sums one source row into dw target pixels, each sum being sw times the average.
func averageRow(sums []uint32, row []byte, dw, sw, n int) {
	for x := range dw {
		from, to := x*sw, (x+1)*sw
		first, end := from/dw, (to+dw-1)/dw
		head := uint32(min(to, (first+1)*dw) - from)
		tail := uint32(to - (end-1)*dw)
		for ch := range n {
			sum := uint32(row[first*n+ch]) * head
			if end-1 > first {
				var inner uint32
				for i := (first+1)*n + ch; i < (end-1)*n; i += n {
					inner += uint32(row[i])
				}
				sum += inner*uint32(dw) + uint32(row[(end-1)*n+ch])*tail
			}
			sums[x*n+ch] = sum
		}
	}
}

// plane is one channel of a picture.
func plane(pix []byte, stride, w int) rows {
	return func(y int) []byte { return pix[y*stride : y*stride+w] }
}

// shrink returns the picture within box×box pixels as grey or YCbCr 4:2:0 (what phones show and browsers decode
// fastest). Luma and chroma are averaged each in its own plane: nothing is converted and nothing is upsampled first.
func shrink(img image.Image, box int) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	dw, dh := fit(w, h, box)
	switch src := img.(type) {
	case *image.Gray:
		out := image.NewGray(image.Rect(0, 0, dw, dh))
		average(out.Pix, out.Stride, dw, dh, plane(src.Pix[src.PixOffset(b.Min.X, b.Min.Y):], src.Stride, w), w, h, 1)
		return out
	case *image.YCbCr:
		return shrinkYCbCr(src, dw, dh)
	default:
		return shrinkRGB(img, dw, dh)
	}
}

func shrinkYCbCr(src *image.YCbCr, dw, dh int) *image.YCbCr {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	out := image.NewYCbCr(image.Rect(0, 0, dw, dh), image.YCbCrSubsampleRatio420)
	average(out.Y, out.YStride, dw, dh, plane(src.Y[src.YOffset(b.Min.X, b.Min.Y):], src.YStride, w), w, h, 1)
	cw, ch := chromaSize(src)
	at := src.COffset(b.Min.X, b.Min.Y)
	ow, oh := (dw+1)/2, (dh+1)/2
	average(out.Cb, out.CStride, ow, oh, plane(src.Cb[at:], src.CStride, cw), cw, ch, 1)
	average(out.Cr, out.CStride, ow, oh, plane(src.Cr[at:], src.CStride, cw), cw, ch, 1)
	return out
}

// chromaSize is the size of the chroma planes of a whole decoded picture.
func chromaSize(m *image.YCbCr) (int, int) {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		return (w + 1) / 2, h
	case image.YCbCrSubsampleRatio420:
		return (w + 1) / 2, (h + 1) / 2
	case image.YCbCrSubsampleRatio440:
		return w, (h + 1) / 2
	case image.YCbCrSubsampleRatio411:
		return (w + 3) / 4, h
	case image.YCbCrSubsampleRatio410:
		return (w + 3) / 4, (h + 1) / 2
	default:
		return w, h
	}
}

func shrinkRGB(img image.Image, dw, dh int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	row := make([]byte, 3*w)
	small := make([]byte, 3*dw*dh)
	average(small, 3*dw, dw, dh, func(y int) []byte {
		rgbRow(row, img, b.Min.Y+y)
		return row
	}, w, h, 3)
	out := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for i := range dw * dh {
		copy(out.Pix[4*i:], small[3*i:3*i+3])
		out.Pix[4*i+3] = 255
	}
	return out
}
