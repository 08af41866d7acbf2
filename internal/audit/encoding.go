package audit

import (
	"encoding/binary"
	"math"
	"strconv"
)

// encodingVersion is hashed first, so that another encoding can never be mistaken for this one.
const encodingVersion = "huying-audit-line-1"

// record is a stored line as text, the form in which it is hashed. Nothing of what an engine holds is
// lost in it: facts are the stored JSON, not what they decode to.
type record struct {
	tenant, id, at                 string
	actor                          *string
	kind, role, actorTenant        string
	address, requestID             string
	action, subjectKind, subjectID string
	reason                         string
	facts                          *string
	seq                            int64
	prev, hash                     string
}

// encode appends the canonical encoding under the algorithm to b. See the package's documentation.
func (r *record) encode(b []byte, a Algorithm) []byte {
	b = appendText(b, encodingVersion)
	b = appendText(b, string(a))
	b = appendText(b, r.tenant)
	b = appendText(b, strconv.FormatInt(r.seq, 10))
	b = appendText(b, r.prev)
	b = appendText(b, r.id)
	b = appendText(b, r.at)
	b = appendNullable(b, r.actor)
	for _, s := range [...]string{
		r.kind, r.role, r.actorTenant, r.address, r.requestID, r.action, r.subjectKind, r.subjectID, r.reason,
	} {
		b = appendText(b, s)
	}
	if r.facts == nil {
		return appendNullable(b, nil)
	}
	start := len(b)
	b = appendFacts(append(b, 0, 0, 0, 0), *r.facts)
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4)) //nolint:gosec // a row is far below 4 GiB
	return b
}

// sum is the seal of the record under the algorithm, whatever hash it carries.
func (r *record) sum(a Algorithm) string { return a.seal(r.encode(make([]byte, 0, 768), a)) }

func appendText(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // a row is far below 4 GiB
	return append(b, s...)
}

func appendNullable(b []byte, s *string) []byte {
	if s == nil {
		return binary.BigEndian.AppendUint32(b, math.MaxUint32)
	}
	return appendText(b, *s)
}
