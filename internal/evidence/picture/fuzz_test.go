package picture

import (
	"bytes"
	"errors"
	"image/jpeg"
	"testing"
)

// small keeps the fuzzer busy with structure instead of pixels.
var small = Limits{Bytes: 1 << 20, Pixels: 1 << 18, ProgressivePixels: 1 << 17, Side: 2000}

func seeds(f *testing.F) {
	f.Helper()
	photo := asJPEG(f, scene(40, 30))
	for _, b := range [][]byte{
		nil, photo, flat(64, 64, true), asPNG(f, scene(20, 10)), picture(f, "yellow_rose.lossy.webp"),
		picture(f, "yellow_rose.lossy-with-alpha.webp"), picture(f, "orientation_6.jpg"), picture(f, "huge_tag_exif.jpg"),
		withSegment(photo, 0xe1, exif(6, "2026:11:22 09:02:03", "+08:00", 36.06, 120.38)),
		withSegment(photo, 0xfe, []byte("<script>")), append(bytes.Clone(photo), "PK\x05\x06"...),
		heif(400, 300), []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), []byte("<!DOCTYPE html>"), pngHeader(30_000, 30_000), header(65_500, 65_500),
	} {
		f.Add(b)
	}
}

// FuzzExamine: whatever the bytes are, the answer is a picture with two good copies or a refusal; never a panic, never
// another error.
func FuzzExamine(f *testing.F) {
	seeds(f)
	room := NewDarkroom(small)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := room.Examine(t.Context(), reader(b), int64(len(b)))
		var refusal *Refusal
		if errors.As(err, &refusal) {
			if refusal.Detail == "" {
				t.Fatal("a refusal without a word")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.Sealed {
			if p.Format != HEIC || p.Medium != nil || p.Thumb != nil || p.Width <= 0 || p.Height <= 0 {
				t.Fatalf("%+v", p)
			}
			return
		}
		for _, c := range [][]byte{p.Medium, p.Thumb} {
			if _, err := jpeg.Decode(bytes.NewReader(c)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzWalk reads every container as every format, so that a disguise cannot reach a walker that trusts the start.
func FuzzWalk(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, format := range []Format{JPEG, PNG, WebP, HEIC} {
			frame, err := walk(reader(b), int64(len(b)), format)
			if err == nil && (frame.end > int64(len(b))+1 || frame.width <= 0 || frame.cost < 0) {
				t.Fatalf("%s: %+v of %d bytes", format, frame, len(b))
			}
			if err == nil {
				_ = searchBehind(reader(b), frame.end, int64(len(b)))
			}
		}
	})
}

// FuzzClaims: foreign metadata gives claims in their ranges or none.
func FuzzClaims(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, format := range []Format{JPEG, PNG, WebP, HEIC} {
			c := readClaims(bytes.NewReader(b), format)
			if c.Orientation < 1 || c.Orientation > 8 || (c.Lat == nil) != (c.Lng == nil) {
				t.Fatalf("%+v", c)
			}
			if c.Lat != nil && (*c.Lat < -90 || *c.Lat > 90 || *c.Lng < -180 || *c.Lng > 180) {
				t.Fatalf("%v %v", *c.Lat, *c.Lng)
			}
		}
	})
}

// FuzzSniff: a format or a refusal in words.
func FuzzSniff(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		format, err := Sniff(b[:min(len(b), sniffLength)])
		if (format == "") == (err == nil) {
			t.Fatalf("%q %v", format, err)
		}
	})
}
