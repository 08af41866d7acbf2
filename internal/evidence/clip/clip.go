package clip

import (
	"errors"
	"fmt"
	"io"
	"time"

	"huying/internal/evidence/picture"
	"huying/internal/platform/fault"
)

const (
	// MaxBytes is the largest recording, 50 MB: a minute at 720p.
	MaxBytes = 50 << 20
	// MaxLength is how long a recording may be, as people are told.
	MaxLength = time.Minute
	// leeway is what a recorder that stops at one minute may have run over.
	leeway = time.Second
	// headLength is how many first bytes Is wants to see.
	headLength = 16
)

// The ways a recording can be refused, beside those it shares with photos.
var (
	// TooLong: it runs longer than MaxLength.
	TooLong = fault.Define("clip_too_long", 422, "视频或录音过长")
	// TooHeavy: more bytes than MaxBytes.
	TooHeavy = fault.Define("clip_too_large", 422, "视频或录音文件过大")
	// Damaged: it begins like a recording and cannot be followed to its end, or holds neither picture nor sound.
	Damaged = fault.Define("clip_damaged", 422, "视频或录音已损坏")
)

// Kind is whether there is something to see.
type Kind string

// The kinds, by the words the database has.
const (
	Video Kind = "video"
	Audio Kind = "audio"
)

// name is what people call a recording of the kind.
func (k Kind) name() string {
	if k == Video {
		return "视频"
	}
	return "录音"
}

// Clip is a recording whose container was followed to its end.
type Clip struct {
	Format   string // media type, of the container
	Kind     Kind
	Duration time.Duration
	Recorded *time.Time // as claimed by the file
}

// walker follows one container.
type walker func(r io.ReaderAt, size int64) (*Clip, error)

// find tells by the first bytes who can follow the rest, or nil when they do not begin a recording we take.
func find(head []byte) walker {
	for _, f := range []func([]byte) walker{isoMedia, matroska, ogg, wave, amr, frames} {
		if w := f(head); w != nil {
			return w
		}
	}
	return nil
}

// Is says whether the first bytes of a file are those of a recording we take.
func Is(r io.ReaderAt) (bool, error) {
	head, err := peek(r)
	return err == nil && find(head) != nil, err
}

func peek(r io.ReaderAt) ([]byte, error) {
	head := make([]byte, headLength)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("clip: read recording: %w", err)
	}
	return head[:n], nil
}

// Examine follows the container to its end. What is not a whole recording of at most MaxLength and MaxBytes is a
// *picture.Refusal; any other error is technical.
func Examine(r io.ReaderAt, size int64) (*Clip, error) {
	head, err := peek(r)
	if err != nil {
		return nil, err
	}
	walk := find(head)
	switch {
	case walk == nil:
		return nil, picture.NotEvidence("无法识别的文件")
	case size > MaxBytes:
		return nil, picture.Refuse(TooHeavy, "视频或录音每段不超过 %d MB。请拍短一些，或把画质调到 720P", MaxBytes>>20)
	}
	c, err := walk(r, size)
	var refusal *picture.Refusal
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, damaged("文件被截断")
	case errors.As(err, &refusal):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("clip: read recording: %w", err)
	case c.Duration <= 0:
		return nil, damaged("没有内容")
	case c.Duration > MaxLength+leeway:
		return nil, picture.Refuse(TooLong, "这段%s有%s，最长 %d 秒。请截短后再传，或分成几段", c.Kind.name(), spoken(c.Duration), int(MaxLength/time.Second))
	}
	return c, nil
}

// spoken is a length of time as people say it.
func spoken(d time.Duration) string {
	s := int64((d + time.Second - 1) / time.Second)
	switch {
	case s >= 3600:
		return "一个多小时"
	case s < 120:
		return fmt.Sprintf(" %d 秒", s)
	}
	return fmt.Sprintf(" %d 分 %d 秒", s/60, s%60)
}

func damaged(what string) error {
	return picture.Refuse(Damaged, "视频或录音不完整或已损坏（%s），请重新录制或选择", what)
}

// span is n units of which rate make a second, without running over: anything longer than a day is a day.
func span(n, rate uint64) time.Duration {
	const most = 24 * time.Hour
	if rate == 0 {
		return 0
	}
	if n/rate >= uint64(most/time.Second) {
		return most
	}
	return time.Duration(n/rate)*time.Second + time.Duration(float64(n%rate)/float64(rate)*float64(time.Second))
}
