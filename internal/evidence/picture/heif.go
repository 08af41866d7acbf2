package picture

import (
	"encoding/binary"
	"errors"
	"io"
)

// boxDepth and boxMost bound the walk over the boxes of an ISO base media file; a phone writes a few dozen.
const (
	boxDepth = 4
	boxMost  = 4096
)

// boxes walks a file of boxes (ISO/IEC 14496-12, 4.2).
type boxes struct {
	r    io.ReaderAt
	left int
	f    frame
}

// walkHEIC finds the largest picture that the item properties of a HEIC file declare (ISO/IEC 23008-12, 6.5.3). Nothing
// is decoded here, so the size is a claim that only refuses.
func walkHEIC(r io.ReaderAt, size int64) (frame, error) {
	b := &boxes{r: r, left: boxMost}
	end, err := b.walk(0, size, 0)
	b.f.end = end
	return b.f, err
}

// walk visits the boxes between two places and returns where the last one ended.
func (b *boxes) walk(at, end int64, depth int) (int64, error) {
	for at < end {
		if b.left--; b.left < 0 || depth > boxDepth {
			return at, damaged("文件结构异常")
		}
		size, head, kind, err := b.head(at, end)
		if err != nil {
			if depth == 0 && b.f.width > 0 && kind != "mdat" { // a cut mdat is a cut picture
				return at, nil // what stands behind the last whole box is searched like the tail of any photo
			}
			return at, err
		}
		inner := at + head
		switch kind {
		case "meta":
			inner += 4 // version and flags
			fallthrough
		case "iprp", "ipco":
			if _, err := b.walk(inner, at+size, depth+1); err != nil {
				return at, err
			}
		case "ispe":
			if err := b.extent(inner, at+size); err != nil {
				return at, err
			}
		}
		at += size
	}
	return at, nil
}

// head reads a box's size, the length of its header and its kind.
func (b *boxes) head(at, end int64) (size, head int64, kind string, err error) {
	raw := make([]byte, 16)
	n, err := b.r.ReadAt(raw[:min(16, end-at)], at)
	if n < 8 {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return 0, 0, "", err
	}
	size, head = int64(binary.BigEndian.Uint32(raw)), 8
	switch {
	case size == 0:
		size = end - at
	case size == 1 && n == 16:
		size, head = int64(binary.BigEndian.Uint64(raw[8:])&(1<<62-1)), 16
	}
	if size < head || size > end-at {
		return 0, 0, string(raw[4:8]), io.ErrUnexpectedEOF
	}
	return size, head, string(raw[4:8]), nil
}

// extent reads an image's spatial extents and keeps the largest.
func (b *boxes) extent(at, end int64) error {
	raw := make([]byte, 12)
	if end-at < 12 {
		return damaged("文件头有误")
	}
	if _, err := b.r.ReadAt(raw, at); err != nil {
		return err
	}
	w, h := int(binary.BigEndian.Uint32(raw[4:])), int(binary.BigEndian.Uint32(raw[8:]))
	if w > b.f.width {
		b.f.width = w
	}
	if h > b.f.height {
		b.f.height = h
	}
	return nil
}
