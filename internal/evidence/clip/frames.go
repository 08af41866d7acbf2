package clip

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"time"
)

// frames knows streams that are nothing but frames: MP3 and AAC, with or without a tag before them.
func frames(head []byte) walker {
	if bytes.HasPrefix(head, []byte("ID3")) && len(head) >= 10 {
		return walkFrames
	}
	if len(head) >= frameHead {
		if _, _, ok := frameOf(head); ok {
			return walkFrames
		}
	}
	return nil
}

// frameHead is how many bytes tell the length of a frame.
const frameHead = 7

const (
	// tagLength is that of the old tag behind an MP3's last frame.
	tagLength = 128
	// restMost is how much may stand behind the last frame.
	restMost = 64 << 10
)

// walkFrames counts frames of one kind to the end. Behind them may stand an old tag or zeros and nothing else.
func walkFrames(r io.ReaderAt, size int64) (*Clip, error) {
	at, err := behindTag(r)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(io.NewSectionReader(r, at, size-at))
	var total time.Duration
	format := ""
	for {
		head, err := in.Peek(frameHead)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(head) < frameHead {
			head = append(bytes.Clone(head), make([]byte, frameHead-len(head))...)
		}
		f, length, ok := frameOf(head)
		if !ok {
			break
		}
		if format != "" && f.format != format {
			return nil, damaged("内容有误")
		}
		format, total = f.format, total+f.lasts
		if n, err := in.Discard(length); n < length {
			if errors.Is(err, io.EOF) {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	rest, err := io.ReadAll(io.LimitReader(in, restMost+1))
	if err != nil {
		return nil, err
	}
	if len(rest) == tagLength && bytes.HasPrefix(rest, []byte("TAG")) {
		rest = nil
	}
	if len(rest) > restMost || len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, damaged("内容有误")
	}
	if format == "" {
		return nil, damaged("没有声音")
	}
	return &Clip{Format: format, Kind: Audio, Duration: total}, nil
}

// behindTag is where the frames begin: behind the ID3 tag if there is one.
func behindTag(r io.ReaderAt) (int64, error) {
	head, err := read(r, 0, 10)
	if err != nil || !bytes.HasPrefix(head, []byte("ID3")) {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		return 0, err
	}
	at := int64(0)
	for _, b := range head[6:] {
		at = at<<7 | int64(b&0x7f)
	}
	if head[5]&0x10 != 0 { // a footer repeats the header
		at += 10
	}
	return at + 10, nil
}

// frame is one frame of sound.
type frame struct {
	format string
	lasts  time.Duration
}

var (
	mp3Rates = [4][3]int{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}
	mp3Kbits = [2][15]int{
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	}
	aacRates = [13]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
)

// frameOf reads the head of an MPEG audio frame of layer III (ISO/IEC 11172-3, 2.4.1.3) or of an ADTS frame (ISO/IEC
// 13818-7, 6.2).
func frameOf(b []byte) (f frame, length int, ok bool) {
	switch {
	case b[0] != 0xff:
		return f, 0, false
	case b[1]&0xf6 == 0xf0: // ADTS: twelve bits of sync, layer 0
		rate := int(b[2] >> 2 & 15)
		length = int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5
		if rate >= len(aacRates) || length < frameHead {
			return f, 0, false
		}
		samples := 1024 * (1 + int(b[6]&3))
		return frame{"audio/aac", time.Duration(samples) * time.Second / time.Duration(aacRates[rate])}, length, true
	case b[1]&0xe6 != 0xe2: // eleven bits of sync, layer III
		return f, 0, false
	}
	version, kbits, rate := int(b[1]>>3&3), int(b[2]>>4), int(b[2]>>2&3)
	if version == 1 || rate == 3 || kbits == 0 || kbits == 15 {
		return f, 0, false
	}
	samples, table := 576, mp3Kbits[0]
	if version == 3 {
		samples, table = 1152, mp3Kbits[1]
	}
	hertz := mp3Rates[version][rate]
	length = samples/8*table[kbits]*1000/hertz + int(b[2]>>1&1)
	return frame{"audio/mpeg", time.Duration(samples) * time.Second / time.Duration(hertz)}, length, true
}
