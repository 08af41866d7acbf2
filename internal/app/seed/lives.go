package seed

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/google/uuid"
)

// life is one report of the base with all its rows, by the index of their table.
type life struct {
	tenant, number string
	at             time.Time
	rows           [][][]any
}

// base is everything that is copied.
type base struct {
	tables []*schema.Table
	plans  [][]doing
	lives  []*life
}

// mostSteps is how long a life may be to be copied: so a report has the eight or nine steps that a straight one takes.
// The long ones, disputed and reopened, stay the few of the base.
const mostSteps = 10

// load reads the base. Only lives that are over, and not the longest of them, are copied: a copy of a running one would stand in the hands of a deputy
// whose hands are counted, and its clocks would run out all at once.
func load(ctx context.Context, e engine) (*base, error) {
	b := &base{}
	var err error
	if b.tables, err = tables(); err != nil {
		return nil, err
	}
	lives, uploads := map[uuid.UUID]*life{}, map[uuid.UUID]uuid.UUID{}
	for i, t := range b.tables {
		b.plans = append(b.plans, plan(t))
		of := columnAt(t, order[i].of)
		err := e.rows(ctx, t, order[i].only, func(row []any) error {
			id, ok := row[of].(uuid.UUID)
			if !ok {
				text, _ := row[of].(string)
				if id, err = uuid.Parse(text); err != nil {
					return fmt.Errorf("%s.%s: %q is no id", t.Name, order[i].of, row[of])
				}
			}
			switch i {
			case reportsAt:
				lives[id] = &life{rows: make([][][]any, len(order))}
				lives[id].read(t, row)
			case photosAt:
				if up, ok := row[columnAt(t, "upload_id")].(uuid.UUID); ok {
					uploads[up] = id
				}
			case uploadsAt:
				id = uploads[id]
			}
			if l := lives[id]; l != nil {
				l.rows[i] = append(l.rows[i], row)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("seed: read %s: %w", t.Name, err)
		}
	}
	state := columnAt(b.tables[reportsAt], "state")
	for _, l := range lives {
		if over(l.rows[reportsAt][0][state]) && len(l.rows[eventsAt]) <= mostSteps {
			b.lives = append(b.lives, l)
		}
	}
	slices.SortFunc(b.lives, func(x, y *life) int {
		if c := x.at.Compare(y.at); c != 0 {
			return c
		}
		return strings.Compare(x.number, y.number)
	})
	return b, nil
}

func over(state any) bool {
	text, _ := state.(string)
	return slices.Contains([]string{"closed", "rejected", "withdrawn"}, text)
}

func (l *life) read(t *schema.Table, row []any) {
	l.tenant, _ = row[columnAt(t, "tenant_id")].(string)
	l.number, _ = row[columnAt(t, "number")].(string)
	l.at, _ = row[columnAt(t, "created_at")].(time.Time)
}

// copyDigits is where the copy's number stands in a readable number: the base's numbers stay below a million, copies
// follow above.
const copyDigits = 1_000_000

// copyNumber is the number of a copy.
func copyNumber(number string, n int) string {
	cut := strings.LastIndexByte(number, '-') + 1
	last, err := strconv.Atoi(number[cut:])
	if err != nil {
		return number
	}
	return number[:cut] + strconv.Itoa(n*copyDigits+last)
}

// copyID is the id of a copy: the instant moved back by whole milliseconds, the order within one kept, the rest drawn from
// the old id and the copy's number, so that what pointed at each other still does.
func copyID(old uuid.UUID, n int, back time.Duration) (id uuid.UUID) {
	ms := binary.BigEndian.Uint64(old[:8])>>16 - uint64(back.Milliseconds())     //nolint:gosec // never negative
	low := mix(binary.BigEndian.Uint64(old[8:]) ^ mix(uint64(n)^uint64(old[6]))) //nolint:gosec // as above
	binary.BigEndian.PutUint64(id[:8], ms<<16)
	id[6], id[7] = old[6], old[7]
	binary.BigEndian.PutUint64(id[8:], low)
	id[8] = id[8]&0x3f | 0x80
	return id
}

// mix spreads a number over all bits (the end of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// line is an audit line of a block: its row, and what of it the seal covers apart from that.
type line struct {
	tenant string
	row    []any
	id     uuid.UUID
	at     time.Time
}

// copyTo adds copy n of a life to a block.
func (b *base) copyTo(out *block, e engine, l *life, n int, back time.Duration) {
	number := copyNumber(l.number, n)
	for i, rows := range l.rows {
		for _, row := range rows {
			fresh := make([]any, len(row))
			made := line{tenant: l.tenant, row: fresh}
			for j, v := range row {
				if v == nil {
					continue
				}
				switch b.plans[i][j] {
				case renew:
					id := copyID(v.(uuid.UUID), n, back) //nolint:forcetypeassert // rows gives nothing else
					if b.tables[i].Columns[j].Name == "id" {
						made.id = id
					}
					fresh[j] = e.uuid(id)
				case idText:
					id, err := uuid.Parse(v.(string)) //nolint:forcetypeassert // a text column
					if err == nil {
						fresh[j] = copyID(id, n, back).String()
					}
				case earlier:
					at := v.(time.Time).Add(-back) //nolint:forcetypeassert // rows gives nothing else
					if b.tables[i].Columns[j].Name == "created_at" {
						made.at = at
					}
					fresh[j] = e.time(at)
				case numbers:
					fresh[j] = renumbered(v, l.number, number)
				case sealing:
				default:
					fresh[j] = v
				}
			}
			out.rows[i] = append(out.rows[i], fresh)
			if i == auditAt {
				out.lines = append(out.lines, made)
			}
		}
	}
	out.reports++
}

func renumbered(v any, from, to string) any {
	switch text := v.(type) {
	case string:
		return strings.ReplaceAll(text, from, to)
	case []byte:
		return []byte(strings.ReplaceAll(string(text), from, to))
	}
	return v
}
