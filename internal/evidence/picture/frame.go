package picture

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// frame is what a walk over a file's structure tells before a single pixel is decoded.
type frame struct {
	width, height int
	progressive   bool
	cost          int64 // bytes a decoder will hold for it
	end           int64 // where the picture ends and other bytes may begin
}

// metadataLimit is how much of one comment or text block is searched for active content.
const metadataLimit = 1 << 20

func damaged(what string) error {
	return Refuse(Damaged, "照片不完整或已损坏（%s），请重新拍摄或选择", what)
}

// walk reads the structure of the file without decoding it.
func walk(r io.ReaderAt, size int64, format Format) (frame, error) {
	var f frame
	var err error
	switch format {
	case JPEG:
		f, err = walkJPEG(r, size)
	case PNG:
		f, err = walkPNG(r, size)
	case HEIC:
		f, err = walkHEIC(r, size)
	default:
		f, err = walkWebP(r, size)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return f, damaged("文件被截断")
	}
	if err != nil {
		return f, err
	}
	if f.width <= 0 || f.height <= 0 {
		return f, damaged("没有画面")
	}
	return f, nil
}

// reading counts where a walk stands.
type cursor struct {
	*bufio.Reader
	at int64
}

func newCursor(r io.ReaderAt, size int64) *cursor {
	return &cursor{Reader: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 32<<10)}
}

func (c *cursor) byte() (byte, error) {
	b, err := c.ReadByte()
	if err == nil {
		c.at++
	}
	return b, err
}

func (c *cursor) take(n int) ([]byte, error) {
	buf := make([]byte, n)
	m, err := io.ReadFull(c.Reader, buf)
	c.at += int64(m)
	return buf, err
}

func (c *cursor) skip(n int64) error {
	for n > 0 {
		m, err := c.Discard(int(min(n, 1<<20)))
		c.at += int64(m)
		n -= int64(m)
		if err != nil {
			return err
		}
	}
	return nil
}

// walkPNG follows the chunks (PNG, third edition, 5.3) to IEND.
func walkPNG(r io.ReaderAt, size int64) (frame, error) {
	c := newCursor(r, size)
	if err := c.skip(8); err != nil {
		return frame{}, err
	}
	var f frame
	for {
		head, err := c.take(8)
		if err != nil {
			return f, err
		}
		length, kind := int64(binary.BigEndian.Uint32(head)), string(head[4:])
		if length > size {
			return f, damaged("文件被截断")
		}
		switch kind {
		case "IHDR":
			if length != 13 {
				return f, damaged("文件头有误")
			}
			data, err := c.take(13)
			if err != nil {
				return f, err
			}
			f.width, f.height = int(binary.BigEndian.Uint32(data)), int(binary.BigEndian.Uint32(data[4:]))
			f.cost = pngCost(f.width, f.height, data[8], data[9], data[12])
			length = 0
		case "tEXt", "iTXt":
			data, err := c.take(int(min(length, metadataLimit)))
			if err != nil {
				return f, err
			}
			if err := searchActive(data); err != nil {
				return f, err
			}
			length -= int64(len(data))
		}
		if err := c.skip(length + 4); err != nil {
			return f, err
		}
		if kind == "IEND" {
			f.end = c.at
			return f, nil
		}
	}
}

func pngCost(width, height int, depth, kind, interlaced byte) int64 {
	channels := map[byte]int64{0: 1, 2: 4, 3: 1, 4: 4, 6: 4}[kind] // as image/png holds them
	each := channels * max(1, int64(depth)/8)
	if interlaced != 0 {
		each *= 2
	}
	return int64(width) * int64(height) * each
}

// walkWebP reads the RIFF container (RFC 9649). The picture ends where RIFF says.
func walkWebP(r io.ReaderAt, size int64) (frame, error) {
	head := make([]byte, 30)
	if n, err := r.ReadAt(head, 0); err != nil && n < 30 {
		return frame{}, damaged("文件被截断")
	}
	f := frame{end: 8 + int64(binary.LittleEndian.Uint32(head[4:]))}
	f.end += f.end & 1
	if f.end > size+1 {
		return f, damaged("文件被截断")
	}
	switch kind := string(head[12:16]); kind {
	case "VP8X":
		if head[20]&0x02 != 0 {
			return f, NotEvidence("WebP 动图")
		}
		f.width, f.height = 1+int(uint24(head[24:])), 1+int(uint24(head[27:]))
		f.cost = int64(f.width) * int64(f.height) * 8
	case "VP8L":
		bits := binary.LittleEndian.Uint32(head[21:])
		f.width, f.height = 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)
		f.cost = int64(f.width) * int64(f.height) * 8
	case "VP8 ":
		f.width, f.height = int(binary.LittleEndian.Uint16(head[26:])&0x3fff), int(binary.LittleEndian.Uint16(head[28:])&0x3fff)
		f.cost = int64(f.width) * int64(f.height) * 3 / 2
	default:
		return f, damaged(fmt.Sprintf("不认识的数据块 %q", kind))
	}
	return f, nil
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
