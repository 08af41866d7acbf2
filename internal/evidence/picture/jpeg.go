package picture

import (
	"encoding/binary"
	"io"
)

// JPEG markers (ITU-T T.81, table B.1) the walk cares for.
const (
	markSOF0 = 0xc0
	markSOF2 = 0xc2
	markDHT  = 0xc4
	markJPG  = 0xc8
	markDAC  = 0xcc
	markRST0 = 0xd0
	markRST7 = 0xd7
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markTEM  = 0x01
	markAPP0 = 0xe0
	markAPPF = 0xef
	markCOM  = 0xfe
)

// maxScans is far above the ten or so a camera or an editor writes; every further scan costs a pass over all
// coefficients, so a small file of thousands of scans would keep a processor busy for minutes.
const maxScans = 100

// walkJPEG follows the markers to the end of the first picture.
func walkJPEG(r io.ReaderAt, size int64) (frame, error) {
	c := newCursor(r, size)
	if err := c.skip(2); err != nil {
		return frame{}, err
	}
	var f frame
	scans := 0
	for {
		marker, err := nextMarker(c)
		if err != nil {
			return f, err
		}
		switch {
		case marker == markEOI:
			f.end = c.at
			if scans == 0 {
				return f, damaged("没有画面")
			}
			return f, nil
		case marker == markSOI, marker == markTEM, marker >= markRST0 && marker <= markRST7:
			continue
		}
		if err := f.segment(c, marker); err != nil {
			return f, err
		}
		if marker == markSOS {
			if scans++; scans > maxScans {
				return f, damaged("扫描次数异常")
			}
		}
	}
}

// nextMarker skips coded data and whatever else stands before the next marker, as decoders do.
func nextMarker(c *cursor) (byte, error) {
	for {
		b, err := c.byte()
		if err != nil {
			return 0, err
		}
		if b != 0xff {
			continue
		}
		for b == 0xff {
			if b, err = c.byte(); err != nil {
				return 0, err
			}
		}
		if b != 0 { // ff00 is a coded ff
			return b, nil
		}
	}
}

// segment reads one marker segment with its length.
func (f *frame) segment(c *cursor, marker byte) error {
	raw, err := c.take(2)
	if err != nil {
		return err
	}
	length := int(binary.BigEndian.Uint16(raw)) - 2
	if length < 0 {
		return damaged("文件头有误")
	}
	switch {
	case marker >= markSOF0 && marker <= 0xcf && marker != markDHT && marker != markJPG && marker != markDAC:
		data, err := c.take(length)
		if err != nil {
			return err
		}
		return f.header(data, marker)
	case marker == markCOM, marker >= markAPP0 && marker <= markAPPF:
		data, err := c.take(length)
		if err != nil {
			return err
		}
		return searchActive(data)
	}
	return c.skip(int64(length))
}

// header reads a frame header (T.81, B.2.2): the size, and from the sampling factors the memory a decoder will need.
func (f *frame) header(data []byte, marker byte) error {
	if f.width != 0 {
		return damaged("文件头重复")
	}
	if len(data) < 6 || len(data) < 6+3*int(data[5]) || data[5] == 0 {
		return damaged("文件头有误")
	}
	f.height, f.width = int(binary.BigEndian.Uint16(data[1:])), int(binary.BigEndian.Uint16(data[3:]))
	f.progressive = marker == markSOF2
	var sum, most int64
	for i := range int(data[5]) {
		h, v := int64(data[7+3*i]>>4), int64(data[7+3*i]&15)
		if h == 0 || v == 0 {
			return damaged("文件头有误")
		}
		sum += h * v
		most = max(most, h*v)
	}
	f.cost = int64(f.width) * int64(f.height) * sum / most
	if f.progressive {
		f.cost *= 5 // image/jpeg keeps every coefficient as an int32 until the last scan
	}
	return nil
}
