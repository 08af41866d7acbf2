package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"testing"
)

// Pictures and hostile files are made here, so that every byte in them has a reason and a licence.

// scene is a picture with structure at every scale, so that averaging has something to lose.
func scene(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := 128 + 90*math.Sin(float64(x)/17)*math.Cos(float64(y)/23)
			m.SetRGBA(x, y, color.RGBA{uint8(v), uint8(x * 255 / w), uint8(y * 255 / h), 255})
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withSegment puts a marker segment behind the start of a JPEG.
func withSegment(jpg []byte, marker byte, data []byte) []byte {
	out := append([]byte{0xff, 0xd8, 0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(data)+2))...)
	return append(append(out, data...), jpg[2:]...)
}

// exif is a TIFF block with an orientation, a capture time with its offset, and a position.
func exif(orientation uint16, at, offset string, lat, lng float64) []byte {
	le := binary.LittleEndian
	const header, entry = 8, 12
	type tag struct {
		id, kind uint16
		count    uint32
		value    []byte
	}
	ascii := func(s string) []byte { return append([]byte(s), 0) }
	dms := func(d float64) (b []byte) {
		d = math.Abs(d)
		deg, rest := math.Modf(d)
		minutes, rest := math.Modf(rest * 60)
		for _, r := range [][2]uint32{{uint32(deg), 1}, {uint32(minutes), 1}, {uint32(math.Round(rest * 60 * 10000)), 10000}} {
			b = le.AppendUint32(le.AppendUint32(b, r[0]), r[1])
		}
		return b
	}
	ref := func(d float64, plus, minus string) []byte {
		if d < 0 {
			return ascii(minus)
		}
		return ascii(plus)
	}
	long := func(v int) []byte { return le.AppendUint32(nil, uint32(v)) }
	sub := []tag{{0x9003, 2, uint32(len(at) + 1), ascii(at)}, {0x9011, 2, uint32(len(offset) + 1), ascii(offset)}}
	gps := []tag{{1, 2, 2, ref(lat, "N", "S")}, {2, 5, 3, dms(lat)}, {3, 2, 2, ref(lng, "E", "W")}, {4, 5, 3, dms(lng)}}
	size := func(tags []tag) int {
		n := 2 + entry*len(tags) + 4
		for _, t := range tags {
			if len(t.value) > 4 {
				n += len(t.value)
			}
		}
		return n
	}
	ifd0 := []tag{{0x0112, 3, 1, le.AppendUint16(nil, orientation)}, {0x8769, 4, 1, nil}, {0x8825, 4, 1, nil}}
	subAt := header + size(ifd0)
	ifd0[1].value, ifd0[2].value = long(subAt), long(subAt+size(sub))
	out := append([]byte("II*\x00"), long(header)...)
	write := func(tags []tag) {
		far := len(out) + 2 + entry*len(tags) + 4
		var behind []byte
		out = le.AppendUint16(out, uint16(len(tags)))
		for _, t := range tags {
			out = le.AppendUint32(le.AppendUint16(le.AppendUint16(out, t.id), t.kind), t.count)
			if len(t.value) > 4 {
				out = append(out, long(far+len(behind))...)
				behind = append(behind, t.value...)
				continue
			}
			out = append(out, append(t.value, make([]byte, 4-len(t.value))...)...)
		}
		out = append(append(out, 0, 0, 0, 0), behind...)
	}
	write(ifd0)
	write(sub)
	write(gps)
	return append([]byte("Exif\x00\x00"), out...)
}

// flat is a JPEG of one grey, coded by hand: every block is the one-bit code for "as before". A progressive one of
// many pixels is tiny as a file and huge in the decoder.
func flat(w, h int, progressive bool) []byte {
	out := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	out = append(out, bytes.Repeat([]byte{1}, 64)...)
	sof := byte(0xc0)
	if progressive {
		sof = 0xc2
	}
	out = append(out, 0xff, sof, 0, 17, 8, byte(h>>8), byte(h), byte(w>>8), byte(w), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)
	one := append([]byte{1}, make([]byte, 15)...) // one code of length one, for the symbol 0
	for _, class := range []byte{0x00, 0x10} {
		out = append(append(append(out, 0xff, 0xc4, 0, 20, class), one...), 0)
	}
	last := byte(63)
	if progressive {
		last = 0
	}
	out = append(out, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, last, 0)
	blocks := ((w + 7) / 8) * ((h + 7) / 8) * 3
	bits := blocks
	if !progressive {
		bits *= 2 // and one more bit: no coefficients follow
	}
	out = append(out, make([]byte, (bits+7)/8)...)
	return append(out, 0xff, 0xd9)
}

func reader(b []byte) source { return bytes.NewReader(b) }

var _ io.ReaderAt = (*bytes.Reader)(nil)
