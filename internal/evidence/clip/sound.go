package clip

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"huying/internal/evidence/picture"
)

func wave(head []byte) walker {
	if len(head) < 12 || !bytes.HasPrefix(head, []byte("RIFF")) || string(head[8:12]) != "WAVE" {
		return nil
	}
	return walkWave
}

// walkWave follows the chunks of a WAV file to where RIFF says that it ends, which is the end of the file.
func walkWave(r io.ReaderAt, size int64) (*Clip, error) {
	head, err := read(r, 0, 12)
	if err != nil {
		return nil, err
	}
	if end := 8 + int64(binary.LittleEndian.Uint32(head[4:])); end != size && end != size-1 {
		return nil, damaged("长度与文件头不符")
	}
	var rate, sound uint64
	for at := int64(12); at+8 <= size; {
		chunk, err := read(r, at, 8)
		if err != nil {
			return nil, err
		}
		length := int64(binary.LittleEndian.Uint32(chunk[4:]))
		if at += 8; length > size-at {
			return nil, io.ErrUnexpectedEOF
		}
		switch string(chunk[:4]) {
		case "fmt ":
			form, err := read(r, at, min(16, length))
			if err != nil {
				return nil, err
			}
			if len(form) < 16 {
				return nil, damaged("文件头有误")
			}
			rate = uint64(binary.LittleEndian.Uint32(form[8:]))
		case "data":
			sound += uint64(length) //nolint:gosec // of 32 bits
		}
		at += length + length&1
	}
	if rate == 0 {
		return nil, damaged("文件头有误")
	}
	return &Clip{Format: "audio/wav", Kind: Audio, Duration: span(sound, rate)}, nil
}

// The bytes of one frame of 20 ms by its type, the leading octet not counted (RFC 4867, 5.3); -1 is no frame.
var (
	amrNarrow = [16]int{12, 13, 15, 17, 19, 20, 26, 31, 5, -1, -1, -1, -1, -1, -1, 0}
	amrWide   = [16]int{17, 23, 32, 36, 40, 46, 50, 58, 60, 5, -1, -1, -1, -1, 0, 0}
)

func amr(head []byte) walker {
	switch {
	case bytes.HasPrefix(head, []byte("#!AMR\n")):
		return amrOf(6, amrNarrow)
	case bytes.HasPrefix(head, []byte("#!AMR-WB\n")):
		return amrOf(9, amrWide)
	}
	return nil
}

func amrOf(start int64, lengths [16]int) walker {
	return func(r io.ReaderAt, size int64) (*Clip, error) {
		in := bufio.NewReader(io.NewSectionReader(r, start, size-start))
		n := 0
		for ; ; n++ {
			first, err := in.ReadByte()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, err
			}
			length := lengths[first>>3&15]
			if length < 0 || first&0x83 != 0 {
				return nil, damaged("内容有误")
			}
			if _, err := in.Discard(length); err != nil {
				return nil, io.ErrUnexpectedEOF
			}
		}
		return &Clip{Format: "audio/amr", Kind: Audio, Duration: time.Duration(n) * 20 * time.Millisecond}, nil
	}
}

func ogg(head []byte) walker {
	if !bytes.HasPrefix(head, []byte("OggS")) {
		return nil
	}
	return walkOgg
}

// walkOgg follows the pages (RFC 3533, 6) of one stream of Opus or Vorbis; the last position is its length.
func walkOgg(r io.ReaderAt, size int64) (*Clip, error) {
	var rate, skip, last uint64
	var serial []byte
	for at := int64(0); at < size; {
		head, err := read(r, at, 27)
		if err != nil {
			return nil, err
		}
		table, err := read(r, at+27, int64(head[26]))
		if err != nil {
			return nil, err
		}
		body := at + 27 + int64(len(table))
		at = body
		for _, n := range table {
			at += int64(n)
		}
		switch {
		case string(head[:4]) != "OggS" || at > size:
			return nil, io.ErrUnexpectedEOF
		case serial == nil:
			serial = head[14:18]
			if rate, skip, err = oggRate(r, body, at-body); err != nil {
				return nil, err
			}
		case !bytes.Equal(serial, head[14:18]):
			return nil, picture.NotEvidence("含有多路内容的 OGG 文件")
		}
		if position := binary.LittleEndian.Uint64(head[6:]); position < 1<<62 {
			last = max(last, position)
		}
	}
	return &Clip{Format: "audio/ogg", Kind: Audio, Duration: span(last-min(skip, last), rate)}, nil
}

// oggRate reads the first packet: positions a second, and how many of them are before the beginning.
func oggRate(r io.ReaderAt, at, length int64) (rate, skip uint64, err error) {
	b, err := read(r, at, min(30, length))
	switch {
	case err != nil:
		return 0, 0, err
	case len(b) >= 19 && bytes.HasPrefix(b, []byte("OpusHead")):
		return 48_000, uint64(binary.LittleEndian.Uint16(b[10:])), nil
	case len(b) >= 30 && bytes.HasPrefix(b, []byte("\x01vorbis")):
		return uint64(binary.LittleEndian.Uint32(b[12:])), 0, nil
	}
	return 0, 0, picture.NotEvidence("少见的 OGG 文件")
}
