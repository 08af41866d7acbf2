package picture

import (
	"bytes"
	"embed"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"huying/internal/platform/fault"
)

//go:embed testdata/*.jpg testdata/*.webp
var pictures embed.FS

func picture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := pictures.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func examine(t testing.TB, b []byte) (*Picture, error) {
	t.Helper()
	return NewDarkroom(DefaultLimits).Examine(t.Context(), reader(b), int64(len(b)))
}

func TestAccepted(t *testing.T) {
	photo := asJPEG(t, scene(1600, 1200))
	for name, c := range map[string]struct {
		bytes  []byte
		format Format
		w, h   int
	}{
		"jpeg":                     {photo, JPEG, 1600, 1200},
		"progressive_jpeg":         {flat(640, 480, true), JPEG, 640, 480},
		"png":                      {asPNG(t, scene(700, 500)), PNG, 700, 500},
		"webp":                     {picture(t, "yellow_rose.lossy.webp"), WebP, 400, 301},
		"webp_with_alpha":          {picture(t, "yellow_rose.lossy-with-alpha.webp"), WebP, 400, 301},
		"one_pixel":                {asPNG(t, scene(1, 1)), PNG, 1, 1},
		"motion_photo_with_video":  {append(bytes.Clone(photo), "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00"...), JPEG, 1600, 1200},
		"multi_picture_file":       {append(bytes.Clone(photo), photo...), JPEG, 1600, 1200},
		"camera_notes_behind_it":   {append(bytes.Clone(photo), `{"algorithm":"portrait"}`...), JPEG, 1600, 1200},
		"damaged_metadata_only":    {withSegment(photo, 0xe1, []byte("Exif\x00\x00II*\x00\xff\xff\xff\xff")), JPEG, 1600, 1200},
		"exactly_at_the_pixel_cap": {flat(5000, 5000, true), JPEG, 5000, 5000},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := examine(t, c.bytes)
			if err != nil {
				t.Fatal(err)
			}
			if p.Format != c.format || p.Width != c.w || p.Height != c.h {
				t.Fatalf("%s %d×%d", p.Format, p.Width, p.Height)
			}
			for box, copied := range map[int][]byte{mediumBox: p.Medium, thumbBox: p.Thumb} {
				got, err := jpeg.DecodeConfig(bytes.NewReader(copied))
				if err != nil {
					t.Fatal(err)
				}
				w, h := fit(c.w, c.h, box)
				if got.Width != w || got.Height != h {
					t.Errorf("copy %d is %d×%d, want %d×%d", box, got.Width, got.Height, w, h)
				}
			}
		})
	}
}

func TestRefused(t *testing.T) {
	photo := asJPEG(t, scene(900, 600))
	drawing := asPNG(t, scene(300, 200))
	rose := picture(t, "yellow_rose.lossy.webp")
	zip := "PK\x05\x06" + strings.Repeat("\x00", 18)
	for name, c := range map[string]struct {
		bytes []byte
		kind  *fault.Kind
	}{
		"nothing":                       {nil, Empty},
		"html_named_jpg":                {[]byte("<!DOCTYPE html><script>alert(1)</script>"), Unsupported},
		"svg_named_png":                 {[]byte(`<?xml version="1.0"?><svg onload="x()"/>`), Unsupported},
		"exe_named_jpg":                 {append([]byte("MZ\x90\x00"), make([]byte, 300)...), Unsupported},
		"elf":                           {append([]byte("\x7fELF"), make([]byte, 300)...), Unsupported},
		"pdf":                           {[]byte("%PDF-1.7\n"), Unsupported},
		"zip":                           {[]byte("PK\x03\x04"), Unsupported},
		"gif":                           {[]byte("GIF89a\x01\x00"), Unsupported},
		"plain_text":                    {[]byte("这里有个坑"), Unsupported},
		"noise":                         {[]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 201}, Unsupported},
		"heic":                          {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), Damaged},
		"heic_of_a_current_iphone":      {[]byte("\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00tmapheic"), Damaged},
		"mp4":                           {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"), Unsupported},
		"mov":                           {[]byte("\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  "), Unsupported},
		"avif":                          {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1"), Unsupported},
		"amr_voice":                     {[]byte("#!AMR\n"), Unsupported},
		"too_heavy":                     {append(bytes.Clone(photo), make([]byte, MaxBytes)...), TooHeavy},
		"jpeg_start_only":               {[]byte{0xff, 0xd8, 0xff}, Damaged},
		"jpeg_cut_in_half":              {photo[:len(photo)/2], Damaged},
		"jpeg_without_its_last_byte":    {photo[:len(photo)-1], Damaged},
		"jpeg_cut_but_ended":            {append(bytes.Clone(photo[:len(photo)/2]), 0xff, 0xd9), Damaged},
		"jpeg_headers_without_picture":  {[]byte{0xff, 0xd8, 0xff, 0xd9}, Damaged},
		"png_cut_in_half":               {drawing[:len(drawing)/2], Damaged},
		"png_with_a_wrong_checksum":     {flipped(drawing, len(drawing)/2), Damaged},
		"webp_cut_in_half":              {rose[:len(rose)/2], Damaged},
		"webp_head_only":                {rose[:20], Damaged},
		"progressive_of_too_many_scans": {scans(photo, maxScans+1), Damaged},
		"bomb_baseline":                 {flat(11_000, 11_000, false), TooManyPixels},
		"bomb_progressive":              {flat(6_000, 6_000, true), TooManyPixels},
		"bomb_of_65500_pixels_a_side":   {header(65_500, 65_500), TooManyPixels},
		"a_long_strip":                  {header(12_001, 10), TooManyPixels},
		"bomb_png":                      {pngHeader(30_000, 30_000), TooManyPixels},
		"html_behind_the_end":           {append(bytes.Clone(photo), "<html><script>"...), Hidden},
		"php_behind_a_png":              {append(bytes.Clone(drawing), "\n<?php system($_GET[0]);"...), Hidden},
		"pdf_behind_a_webp":             {append(even(rose), "%PDF-1.4"...), Hidden},
		"zip_behind_the_end":            {append(bytes.Clone(photo), "PK\x03\x04..."+zip...), Hidden},
		"zip_found_from_the_back":       {append(append(bytes.Clone(photo), make([]byte, 90_000)...), zip...), Hidden},
		"exe_behind_the_end":            {append(bytes.Clone(photo), "\x00\x00MZ\x90"...), Hidden},
		"script_in_a_comment":           {withSegment(photo, 0xfe, []byte("*/<ScRiPt>alert(1)//")), Hidden},
		"svg_in_an_application_segment": {withSegment(photo, 0xed, []byte("<svg onload=x()>")), Hidden},
		"script_in_png_text":            {withText(drawing, "Comment\x00<script>x()</script>"), Hidden},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := examine(t, c.bytes)
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("accepted %v, error %v", p != nil, err)
			}
			if refusal.Kind != c.kind {
				t.Fatalf("%v, want %s", refusal, c.kind.Code)
			}
			f := refusal.Fault("upload_ids", 2)
			if len(f.Fields) != 1 || f.Fields[0].Name != "upload_ids" || !strings.Contains(f.Fields[0].Message, "第 2 个") {
				t.Fatalf("%+v", f)
			}
		})
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0xff
	return b
}

func even(b []byte) []byte { return append(bytes.Clone(b), make([]byte, len(b)&1)...) }

// scans repeats an empty scan header before the end.
func scans(jpg []byte, n int) []byte {
	out := bytes.Clone(jpg[:len(jpg)-2])
	for range n {
		out = append(out, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0)
	}
	return append(out, 0xff, 0xd9)
}

// header is a progressive JPEG that claims a size and has next to nothing behind it.
func header(w, h int) []byte {
	b := flat(8, 8, true)
	at := bytes.Index(b, []byte{0xff, 0xc2}) + 5
	b[at], b[at+1], b[at+2], b[at+3] = byte(h>>8), byte(h), byte(w>>8), byte(w)
	return b
}

func pngHeader(w, h int) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	b = append(b, byte(w>>24), byte(w>>16), byte(w>>8), byte(w), byte(h>>24), byte(h>>16), byte(h>>8), byte(h), 1, 0, 0, 0, 0, 0, 0, 0, 0)
	return append(b, "\x00\x00\x00\x00IEND\xaeB\x60\x82"...)
}

func withText(pic []byte, text string) []byte {
	out := bytes.Clone(pic[:33])
	out = append(out, 0, 0, 0, byte(len(text)))
	out = append(append(out, "tEXt"+text...), 0, 0, 0, 0)
	return append(out, pic[33:]...)
}

// All eight files show the same letter F once they are turned upright; orientation_1 is that picture.
func TestEightOrientations(t *testing.T) {
	want := thumb(t, picture(t, "orientation_1.jpg"))
	for o := 2; o <= 8; o++ {
		name := "orientation_" + string(rune('0'+o)) + ".jpg"
		got := thumb(t, picture(t, name))
		if got.Bounds() != want.Bounds() {
			t.Errorf("%s: %v, want %v", name, got.Bounds(), want.Bounds())
			continue
		}
		if d := distance(got, want); d > 6 {
			t.Errorf("%s: mean distance %.1f", name, d)
		}
	}
}

func thumb(t *testing.T, b []byte) image.Image {
	t.Helper()
	p, err := examine(t, b)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(p.Thumb))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != p.Width || img.Bounds().Dy() != p.Height {
		t.Fatalf("says %d×%d, is %v", p.Width, p.Height, img.Bounds())
	}
	return img
}

func distance(a, b image.Image) float64 {
	var sum float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			ga, gb := color.GrayModel.Convert(a.At(x, y)).(color.Gray).Y, color.GrayModel.Convert(b.At(x, y)).(color.Gray).Y
			sum += math.Abs(float64(ga) - float64(gb))
		}
	}
	return sum / float64(a.Bounds().Dx()*a.Bounds().Dy())
}

func TestClaims(t *testing.T) {
	photo := asJPEG(t, scene(64, 48))
	at := time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)
	t.Run("time_with_its_offset_and_place_are_read", func(t *testing.T) {
		p, err := examine(t, withSegment(photo, 0xe1, exif(6, "2026:11:22 09:02:03", "+08:00", 36.0671, 120.3826)))
		if err != nil {
			t.Fatal(err)
		}
		c := p.Claims
		if c.Orientation != 6 || c.CapturedAt == nil || !c.CapturedAt.Equal(at) || c.Lat == nil || math.Abs(*c.Lat-36.0671) > 1e-5 || math.Abs(*c.Lng-120.3826) > 1e-5 {
			t.Fatalf("%+v", c)
		}
		if p.Width != 48 || p.Height != 64 {
			t.Fatalf("%d×%d", p.Width, p.Height)
		}
	})
	t.Run("time_without_offset_is_local", func(t *testing.T) {
		p, err := examine(t, withSegment(photo, 0xe1, exif(1, "2026:11:22 09:02:03", "", -33.5, -70.25)))
		if err != nil {
			t.Fatal(err)
		}
		if c := p.Claims; c.CapturedAt == nil || !c.CapturedAt.Equal(at) || c.Lat == nil || *c.Lat != -33.5 || *c.Lng != -70.25 {
			t.Fatalf("%+v", c)
		}
	})
	t.Run("nonsense_is_no_claim", func(t *testing.T) {
		p, err := examine(t, withSegment(photo, 0xe1, exif(9, "0000:00:00 00:00:00", "", 0, 0)))
		if err != nil {
			t.Fatal(err)
		}
		if p.Claims != (Claims{Orientation: 1}) {
			t.Fatalf("%+v", p.Claims)
		}
	})
}

// What identifies a person or a phone must not survive into a public copy.
func TestCopiesCarryNothing(t *testing.T) {
	secret := []byte("MADE-BY-PHONE-13800000000")
	b := withSegment(asJPEG(t, scene(400, 300)), 0xe1, exif(1, "2026:11:22 09:02:03", "+08:00", 36.06, 120.38))
	for _, marker := range []byte{0xe1, 0xe2, 0xed, 0xfe} {
		b = withSegment(b, marker, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), secret...))
	}
	b = append(b, secret...)
	p, err := examine(t, b)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][]byte{"medium": p.Medium, "thumb": p.Thumb} {
		if bytes.Contains(c, secret) || bytes.Contains(c, []byte("Exif")) || bytes.Contains(c, []byte("2026:11:22")) {
			t.Errorf("%s carries metadata", name)
		}
		for i := 2; c[i] == 0xff && c[i+1] != 0xda; i += 2 + int(c[i+2])<<8 + int(c[i+3]) {
			if m := c[i+1]; m == 0xfe || m >= 0xe0 && m <= 0xef {
				t.Errorf("%s has a segment %x", name, m)
			}
		}
		if !bytes.HasSuffix(c, []byte{0xff, 0xd9}) {
			t.Errorf("%s has bytes behind its end", name)
		}
	}
}

// A shower of bombs that are just small enough to be let in must not cost more than one of them.
func TestSixteenBombsAtOnce(t *testing.T) {
	bomb := flat(5000, 5000, true)
	large := flat(7000, 7000, false)
	room := NewDarkroom(DefaultLimits)
	peak := watchHeap(t)
	var wg sync.WaitGroup
	for i := range 16 {
		b := bomb
		if i%4 == 3 {
			b = large
		}
		wg.Go(func() {
			if _, err := room.Examine(t.Context(), reader(b), int64(len(b))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most := peak(); most > 640<<20 {
		t.Fatalf("heap rose to %d MB", most>>20)
	}
}

func TestTwelveMegapixelsCost(t *testing.T) {
	b := asJPEG(t, scene(4000, 3000))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := examine(t, b); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if cost := after.TotalAlloc - before.TotalAlloc; cost > 100<<20 {
		t.Fatalf("%d MB for one 12-megapixel photo", cost>>20)
	}
}

func watchHeap(t *testing.T) (peak func() uint64) {
	t.Helper()
	runtime.GC()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var high uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			high = max(high, m.HeapAlloc)
			select {
			case <-stop:
				most <- high
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-most }
}

func BenchmarkTwelveMegapixels(b *testing.B) {
	photo := asJPEG(b, scene(4000, 3000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := examine(b, photo); err != nil {
			b.Fatal(err)
		}
	}
}
