package clip

import (
	"encoding/binary"
	"io"
	"time"

	"huying/internal/evidence/picture"
)

// boxDepth and boxMost bound the walk over the boxes of an ISO base media file: a recorder that writes a fragment
// every tenth of a second makes some thousands in a minute.
const (
	boxDepth = 6
	boxMost  = 60_000
)

// isoMedia knows MP4, QuickTime, 3GP and M4A by their file type box (ISO/IEC 14496-12, 4.3); stills have it too.
func isoMedia(head []byte) walker {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return nil
	}
	switch brand := string(head[8:12]); brand {
	case "mif1", "msf1", "heic", "heix", "heim", "heis", "hevc", "hevx", "tmap", "avif", "avis", "crx ":
		return nil
	}
	return walkISO
}

// track is what a recording's track is known by.
type track struct {
	id, handler    string
	scale          uint64 // units a second
	length, pieces uint64 // as its header says, and as its fragments add up to
	sample         uint64 // the length of a sample that does not say
}

// movie walks a file of boxes.
type movie struct {
	r        io.ReaderAt
	left     int
	scale    uint64
	length   uint64
	recorded *time.Time
	tracks   []*track
	now      *track // the track that the walk is in
	each     uint64 // the length of a sample of the fragment that the walk is in
	moov     bool
	content  bool
}

func walkISO(r io.ReaderAt, size int64) (*Clip, error) {
	m := &movie{r: r, left: boxMost}
	if err := m.walk(0, size, 0); err != nil {
		return nil, err
	}
	if !m.moov || !m.content {
		return nil, damaged("文件被截断")
	}
	c := &Clip{Kind: "", Duration: span(m.length, m.scale), Recorded: m.recorded}
	for _, t := range m.tracks {
		switch {
		case t.handler == "vide":
			c.Kind = Video
		case t.handler == "soun" && c.Kind == "":
			c.Kind = Audio
		}
		c.Duration = max(c.Duration, span(t.pieces, t.scale))
		if m.length == 0 {
			c.Duration = max(c.Duration, span(t.length, t.scale))
		}
	}
	if c.Kind == "" {
		return nil, damaged("没有画面也没有声音")
	}
	brand, err := read(r, 8, 4)
	if err != nil {
		return nil, err
	}
	c.Format = isoFormat(string(brand), c.Kind)
	return c, nil
}

func isoFormat(brand string, kind Kind) string {
	switch {
	case brand == "qt  " && kind == Video:
		return "video/quicktime"
	case brand[:3] == "3gp", brand[:3] == "3g2":
		return string(kind) + "/3gpp"
	}
	return string(kind) + "/mp4"
}

// walk visits the boxes between two places. The boxes of a file reach exactly to its end.
func (m *movie) walk(at, end int64, depth int) error {
	for at < end {
		if m.left--; m.left < 0 || depth > boxDepth {
			return damaged("文件结构异常")
		}
		size, head, kind, err := m.head(at, end)
		if err != nil {
			return err
		}
		if err := m.visit(kind, at+head, at+size, depth); err != nil {
			return err
		}
		at += size
	}
	return nil
}

// head reads a box's size, the length of its header and its kind.
func (m *movie) head(at, end int64) (size, head int64, kind string, err error) {
	raw := make([]byte, 16)
	n, err := m.r.ReadAt(raw[:min(16, end-at)], at)
	if n < 8 {
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		return 0, 0, "", err
	}
	size, head = int64(binary.BigEndian.Uint32(raw)), 8
	switch {
	case size == 0: // to the end
		size = end - at
	case size == 1 && n == 16:
		size, head = int64(binary.BigEndian.Uint64(raw[8:])&(1<<62-1)), 16
	}
	if size < head || size > end-at {
		return 0, 0, "", io.ErrUnexpectedEOF
	}
	return size, head, string(raw[4:8]), nil
}

func (m *movie) visit(kind string, at, end int64, depth int) error {
	switch kind {
	case "mdat":
		m.content = m.content || end > at
	case "moov":
		if m.moov {
			return damaged("文件结构异常")
		}
		m.moov = true
		return m.walk(at, end, depth+1)
	case "trak":
		m.now = &track{}
		m.tracks = append(m.tracks, m.now)
		return m.walk(at, end, depth+1)
	case "traf":
		m.now = nil
		return m.walk(at, end, depth+1)
	case "mdia", "mvex", "moof":
		return m.walk(at, end, depth+1)
	case "mvhd", "mdhd", "tkhd", "hdlr", "trex", "tfhd", "trun":
		return m.full(kind, at, end)
	case "cmov":
		return picture.NotEvidence("压缩过目录的旧式视频")
	}
	return nil
}

// full reads a box that begins with a version and flags.
func (m *movie) full(kind string, at, end int64) error {
	if kind == "trun" {
		return m.run(at, end)
	}
	b, err := read(m.r, at, min(36, end-at))
	if err != nil {
		return err
	}
	f := fields{b: b}
	version := f.number(1)
	flags := f.number(3)
	wide := 4
	if version == 1 {
		wide = 8
	}
	switch {
	case kind == "mvhd":
		m.recorded = since1904(f.number(wide))
		f.number(wide)
		m.scale, m.length = f.number(4), known(f.number(wide), wide)
	case kind == "trex":
		id := f.text(4)
		f.number(4)
		if t := m.track(id); t != nil {
			t.sample = f.number(4)
		}
	case kind == "tfhd":
		m.fragment(f.text(4), flags, &f)
	case m.now == nil:
		return damaged("文件结构异常")
	case kind == "mdhd":
		f.number(wide)
		f.number(wide)
		m.now.scale, m.now.length = f.number(4), known(f.number(wide), wide)
	case kind == "tkhd":
		f.number(wide)
		f.number(wide)
		m.now.id = f.text(4)
	case m.now.handler == "": // hdlr of the media; a later one belongs to its metadata
		f.number(4)
		m.now.handler = f.text(4)
	}
	if f.short {
		return damaged("文件头有误")
	}
	return nil
}

// fragment begins the part of a track in a movie fragment (8.8.7).
func (m *movie) fragment(id string, flags uint64, f *fields) {
	if m.now = m.track(id); m.now == nil {
		return
	}
	m.each = m.now.sample
	if flags&0x1 != 0 {
		f.number(8)
	}
	if flags&0x2 != 0 {
		f.number(4)
	}
	if flags&0x8 != 0 {
		m.each = f.number(4)
	}
}

// run adds up a run of samples (8.8.8).
func (m *movie) run(at, end int64) error {
	if m.now == nil {
		return damaged("文件结构异常")
	}
	b, err := read(m.r, at, min(8, end-at))
	if err != nil {
		return err
	}
	f := fields{b: b}
	flags, count := f.number(4)&0xffffff, int64(f.number(4))
	if f.short {
		return damaged("文件头有误")
	}
	at += 8
	for _, flag := range []uint64{0x1, 0x4} {
		if flags&flag != 0 {
			at += 4
		}
	}
	if flags&0x100 == 0 {
		m.now.pieces += uint64(count) * m.each //nolint:gosec // both of 32 bits
		return nil
	}
	step := int64(0)
	for _, flag := range []uint64{0x100, 0x200, 0x400, 0x800} {
		if flags&flag != 0 {
			step += 4
		}
	}
	if count*step > end-at {
		return damaged("文件头有误")
	}
	samples, err := read(m.r, at, count*step)
	if err != nil {
		return err
	}
	for ; len(samples) > 0; samples = samples[step:] {
		m.now.pieces += uint64(binary.BigEndian.Uint32(samples))
	}
	return nil
}

func (m *movie) track(id string) *track {
	for _, t := range m.tracks {
		if t.id == id {
			return t
		}
	}
	return nil
}

// fields reads numbers one behind the other.
type fields struct {
	b     []byte
	short bool
}

func (f *fields) number(n int) (v uint64) {
	for _, b := range []byte(f.text(n)) {
		v = v<<8 | uint64(b)
	}
	return v
}

func (f *fields) text(n int) string {
	if len(f.b) < n {
		f.short = true
		return ""
	}
	out := string(f.b[:n])
	f.b = f.b[n:]
	return out
}

// known is a length, or 0 when all its bits say that nobody knew.
func known(length uint64, wide int) uint64 {
	if length == 1<<(8*wide)-1 {
		return 0
	}
	return length
}

// since1904 is a time as these files count it, or nil for what no phone's clock shows.
func since1904(seconds uint64) *time.Time {
	const to1970 = 2_082_844_800
	if seconds < to1970 || seconds > 1<<33 {
		return nil
	}
	at := time.Unix(int64(seconds-to1970), 0).UTC() //nolint:gosec // bounded above
	if at.Year() < 2000 {
		return nil
	}
	return &at
}

// read returns n bytes from a place; fewer are io.ErrUnexpectedEOF.
func read(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, max(0, n))
	_, err := io.ReadFull(io.NewSectionReader(r, at, n), b)
	return b, err
}
