package web

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/fault"
)

// Page is one page of a list. NextCursor is empty on the last page.
type Page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty" doc:"下一页的游标；最后一页没有"`
}

// NewPage makes a page whose items are never null.
func NewPage[T any](items []T, next string) Page[T] {
	if items == nil {
		items = []T{}
	}
	return Page[T]{Items: items, NextCursor: next}
}

// Paging is embedded in the input of every list.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"每页条数"`
	Cursor string `query:"cursor" maxLength:"512" doc:"上一页返回的 next_cursor"`
}

// Start is where the page begins: the zero Cursor for the first page, else the decoded one.
// It fails with fault.Invalid naming "cursor".
func (p Paging) Start() (Cursor, error) {
	if p.Cursor == "" {
		return Cursor{}, nil
	}
	return DecodeCursor(p.Cursor)
}

// Cursor is the place in a keyset after which the next page starts: the sort key of the last row (a time, or a text
// for lists that are sorted by one) and its id.
type Cursor struct {
	At  time.Time
	Key string
	ID  uuid.UUID
}

// IsZero reports whether the cursor stands before the first row.
func (c Cursor) IsZero() bool { return c.At.IsZero() && c.Key == "" && c.ID == uuid.Nil }

const (
	cursorVersion = 1
	cursorFixed   = 1 + 8 + 16
	cursorKeyMax  = 200
)

// EncodeCursor makes the opaque text of a cursor. A Key over 200 bytes does not fit and panics.
func EncodeCursor(c Cursor) string {
	if len(c.Key) > cursorKeyMax {
		panic("web: cursor key is too long")
	}
	micros := int64(0)
	if !c.At.IsZero() {
		micros = c.At.UnixMicro()
	}
	b := make([]byte, 0, cursorFixed+len(c.Key)+4)
	b = append(b, cursorVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(micros))
	b = append(b, c.ID[:]...)
	b = append(b, c.Key...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor reads a cursor made by EncodeCursor. Anything else is fault.Invalid naming "cursor". The checksum
// finds accidents; it is no secret, so queries must bound what a cursor can reach by the caller's scope as always.
func DecodeCursor(text string) (Cursor, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < cursorFixed+4 || len(b) > cursorFixed+cursorKeyMax+4 || b[0] != cursorVersion {
		return Cursor{}, badCursor()
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return Cursor{}, badCursor()
	}
	c := Cursor{Key: string(body[cursorFixed:]), ID: uuid.UUID(body[9:cursorFixed])}
	if micros := int64(binary.BigEndian.Uint64(body[1:9])); micros != 0 {
		c.At = time.UnixMicro(micros).UTC()
		if y := c.At.Year(); y < 1970 || y > 9999 {
			return Cursor{}, badCursor()
		}
	}
	if badText(c.Key) != "" {
		return Cursor{}, badCursor()
	}
	return c, nil
}

func badCursor() error {
	return fault.Invalid.New("请从第一页重新开始", fault.Field{Name: "cursor", Message: "不是本系统给出的游标"})
}
