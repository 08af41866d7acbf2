package picture

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/bep/imagemeta"
)

// Claims is what a photo's metadata says about itself. Nobody vouches for it: it is shown as claimed, and no rule
// depends on it. Orientation is 1 to 8, 1 when the file says nothing.
type Claims struct {
	Orientation int
	CapturedAt  *time.Time
	Lat, Lng    *float64
}

// chinaZone is used for a capture time without an offset: cameras and most Android phones write local time only.
var chinaZone = time.FixedZone("UTC+8", 8*3600)

// wanted are the tags that are read; the rest is skipped unread.
var wanted = map[string]bool{
	"Orientation": true, "DateTimeOriginal": true, "OffsetTimeOriginal": true, "OffsetTime": true,
	"GPSLatitude": true, "GPSLatitudeRef": true, "GPSLongitude": true, "GPSLongitudeRef": true,
}

// readClaims reads EXIF. Damaged metadata never refuses a photo: the claims are then what could be read.
func readClaims(r io.ReadSeeker, format Format) (claims Claims) {
	claims.Orientation = 1
	tags := map[string]any{}
	defer func() {
		// The reader of metadata is foreign code on foreign bytes; what it trips over is worth no more than no claim.
		if recover() != nil {
			claims = interpret(tags)
		}
	}()
	kind := map[Format]imagemeta.ImageFormat{JPEG: imagemeta.JPEG, PNG: imagemeta.PNG, WebP: imagemeta.WebP, HEIC: imagemeta.HEIF}[format]
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: r, ImageFormat: kind, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return wanted[t.Tag] && !strings.HasPrefix(t.Namespace, "IFD1") },
		HandleTag: func(t imagemeta.TagInfo) error {
			if _, seen := tags[t.Tag]; !seen {
				tags[t.Tag] = t.Value
			}
			return nil
		},
		Warnf:        func(string, ...any) {},
		Timeout:      2 * time.Second,
		LimitNumTags: 2000,
		LimitTagSize: 4096,
	})
	return interpret(tags)
}

func interpret(tags map[string]any) Claims {
	c := Claims{Orientation: 1}
	if o, ok := number(tags["Orientation"]); ok && o >= 1 && o <= 8 && o == math.Trunc(o) {
		c.Orientation = int(o)
	}
	c.CapturedAt = captured(text0(tags["DateTimeOriginal"]), text0(tags["OffsetTimeOriginal"]), text0(tags["OffsetTime"]))
	lat, ok1 := degrees(tags["GPSLatitude"], text0(tags["GPSLatitudeRef"]), "S", 90)
	lng, ok2 := degrees(tags["GPSLongitude"], text0(tags["GPSLongitudeRef"]), "W", 180)
	if ok1 && ok2 && (lat != 0 || lng != 0) { // 0,0 is what phones write before they have a fix
		c.Lat, c.Lng = &lat, &lng
	}
	return c
}

func captured(at string, offsets ...string) *time.Time {
	for _, offset := range offsets {
		if t, err := time.Parse("2006:01:02 15:04:05-07:00", at+offset); err == nil && offset != "" {
			return sensible(t)
		}
	}
	if t, err := time.ParseInLocation("2006:01:02 15:04:05", at, chinaZone); err == nil {
		return sensible(t)
	}
	return nil
}

// sensible drops times no camera could have meant; both databases hold the rest.
func sensible(t time.Time) *time.Time {
	if t.Year() < 1990 || t.Year() > 2200 {
		return nil
	}
	t = t.UTC()
	return &t
}

func degrees(value any, ref, negative string, most float64) (float64, bool) {
	d, ok := number(value)
	if !ok || math.IsNaN(d) || math.IsInf(d, 0) {
		return 0, false
	}
	if strings.EqualFold(ref, negative) && d > 0 {
		d = -d
	}
	return d, d >= -most && d <= most
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case float32:
		return float64(n), true
	case uint8:
		return float64(n), true
	case uint16:
		return float64(n), true
	case uint32:
		return float64(n), true
	case int:
		return float64(n), true
	case interface{ Float64() float64 }:
		return n.Float64(), true
	}
	return 0, false
}

func text0(v any) string {
	if v == nil {
		return ""
	}
	return strings.Trim(fmt.Sprint(v), "\x00 ")
}
