package clip

import (
	"encoding/binary"
	"io"
	"math"
	"time"

	"huying/internal/evidence/picture"
)

// elementMost bounds the walk: a minute has some thousands of blocks.
const elementMost = 60_000

// The elements of WebM and Matroska that are looked at (RFC 9559, 5).
const (
	ebmlHeader, docType              = 0x1A45DFA3, 0x4282
	segment, cluster                 = 0x18538067, 0x1F43B675
	info, timestampScale, duration   = 0x1549A966, 0x2AD7B1, 0x4489
	tracks, trackEntry, trackType    = 0x1654AE6B, 0xAE, 0x83
	clusterTime, blockGroup          = 0xE7, 0xA0
	simpleBlock, block, unknownSized = 0xA3, 0xA1, -1
)

func matroska(head []byte) walker {
	if len(head) < 4 || binary.BigEndian.Uint32(head) != ebmlHeader {
		return nil
	}
	return walkEBML
}

// film is what a walk over EBML elements gathers. Times are in its units.
type film struct {
	doc    string
	scale  uint64 // nanoseconds a unit
	length float64
	start  uint64 // of the cluster that the walk is in
	last   uint64 // of the latest block
	blocks int
	kind   Kind
}

// walkEBML goes through the elements one behind the other, into those that hold others. What a browser records has
// segments and clusters of unknown size: they end where the next one begins.
func walkEBML(r io.ReaderAt, size int64) (*Clip, error) {
	f := &film{scale: 1_000_000}
	left := elementMost
	for at := int64(0); at < size; {
		if left--; left < 0 {
			return nil, damaged("文件结构异常")
		}
		id, body, length, err := element(r, at)
		if err != nil {
			return nil, err
		}
		open := id == segment || id == cluster
		if length == unknownSized && !open || length > size-body {
			return nil, io.ErrUnexpectedEOF
		}
		at = body
		if open || id == ebmlHeader || id == info || id == tracks || id == trackEntry || id == blockGroup {
			continue
		}
		if err := f.take(r, id, body, length); err != nil {
			return nil, err
		}
		at += length
	}
	switch {
	case f.doc != "webm" && f.doc != "matroska":
		return nil, picture.NotEvidence("无法识别的文件")
	case f.kind == "" || f.blocks == 0:
		return nil, damaged("没有画面也没有声音")
	}
	c := &Clip{Format: string(f.kind) + "/webm", Kind: f.kind}
	if f.doc == "matroska" {
		c.Format = string(f.kind) + "/x-matroska"
	}
	c.Duration = max(units(float64(f.last), f.scale), units(f.length, f.scale))
	return c, nil
}

// element reads an element's id, where its body begins, and how long that is.
func element(r io.ReaderAt, at int64) (id uint64, body, length int64, err error) {
	raw := make([]byte, 12)
	n, err := r.ReadAt(raw, at)
	if n < 2 {
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		return 0, 0, 0, err
	}
	raw = raw[:n]
	id, idLength := vint(raw, 4, true)
	if idLength == 0 {
		return 0, 0, 0, damaged("文件结构异常")
	}
	value, sizeLength := vint(raw[idLength:], 8, false)
	if sizeLength == 0 {
		return 0, 0, 0, damaged("文件结构异常")
	}
	body = at + int64(idLength+sizeLength)
	if value == 1<<(7*sizeLength)-1 {
		return id, body, unknownSized, nil
	}
	return id, body, int64(value & (1<<62 - 1)), nil //nolint:gosec // 56 bits at most
}

// vint reads a number whose leading zeros tell its length (RFC 8794, 4); the length is 0 when there is none.
func vint(b []byte, most int, marked bool) (v uint64, length int) {
	if len(b) == 0 {
		return 0, 0
	}
	mask := byte(0x80)
	for length = 1; length <= most && b[0]&mask == 0; length++ {
		mask >>= 1
	}
	if length > most || length > len(b) {
		return 0, 0
	}
	v = uint64(b[0])
	if !marked {
		v = uint64(b[0] &^ mask)
	}
	for _, x := range b[1:length] {
		v = v<<8 | uint64(x)
	}
	return v, length
}

// take reads one element that holds a value.
func (f *film) take(r io.ReaderAt, id uint64, at, length int64) error {
	switch id {
	case docType, timestampScale, duration, trackType, clusterTime, simpleBlock, block:
	default:
		return nil
	}
	b, err := read(r, at, min(length, 16))
	if err != nil {
		return err
	}
	number := fields{b: b}
	switch id {
	case docType:
		f.doc = string(b)
	case timestampScale:
		f.scale = number.number(len(b))
	case duration:
		f.length = real(b)
	case trackType:
		switch number.number(len(b)) {
		case 1:
			f.kind = Video
		case 2:
			if f.kind == "" {
				f.kind = Audio
			}
		}
	case clusterTime:
		f.start = number.number(len(b))
	default:
		_, n := vint(b, 8, false)
		if n == 0 || n+2 > len(b) {
			return damaged("文件结构异常")
		}
		f.blocks++
		after := int64(int16(binary.BigEndian.Uint16(b[n:]))) //nolint:gosec // signed by the format
		if at := int64(f.start&(1<<62-1)) + after; at > 0 {
			f.last = max(f.last, uint64(at))
		}
	}
	return nil
}

func real(b []byte) float64 {
	switch len(b) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case 8:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	return 0
}

// units turns a length in units into time; what is no number is nothing, and anything longer than a day is a day.
func units(n float64, scale uint64) time.Duration {
	d := n * float64(scale)
	switch {
	case !(d > 0):
		return 0
	case d > float64(24*time.Hour):
		return 24 * time.Hour
	}
	return time.Duration(d)
}
