package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"huying/internal/platform/tenancy"
)

// Head is the end of a chain: the number and the hash of its last line. Zero is a chain without lines.
type Head struct {
	Seq  int64
	Hash string
}

// Anchor is a head that was noted outside this system.
type Anchor struct {
	Tenant string
	Head
}

// String is the form to note: tenant:seq:algorithm:hex.
func (a Anchor) String() string { return fmt.Sprintf("%s:%d:%s", a.Tenant, a.Seq, a.Hash) }

// ParseAnchor reads what String printed.
func ParseAnchor(text string) (Anchor, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 || !tenancy.ValidCode(parts[0]) || algorithmOf(parts[2]) == "" {
		return Anchor{}, fmt.Errorf("audit: %q is not tenant:seq:algorithm:hex", text)
	}
	seq, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || seq < 1 {
		return Anchor{}, fmt.Errorf("audit: %q: the number is not one of a line", text)
	}
	return Anchor{Tenant: parts[0], Head: Head{Seq: seq, Hash: parts[2]}}, nil
}

// Class says which part of a chain does not hold.
type Class string

// What can be wrong with a link.
const (
	ClassContent Class = "content"   // who, when, what or why was changed
	ClassHash    Class = "hash"      // the line is as it was, its hash is not
	ClassLink    Class = "prev_hash" // it does not name the hash of the line before, or that line was sealed anew
	ClassOrder   Class = "order"     // the line is whole but stands under another number
	ClassMissing Class = "missing"   // no line has the number
	ClassHead    Class = "head"      // the recorded end of the chain is not where the lines end
	ClassAnchor  Class = "anchor"    // the chain does not go through a head noted elsewhere
)

var classWords = map[Class]string{
	ClassContent: "记录内容被改动",
	ClassHash:    "记录的校验值被改动",
	ClassLink:    "与上一条记录接不上",
	ClassOrder:   "记录的次序被改动",
	ClassMissing: "记录缺失",
	ClassHead:    "链尾登记与实际记录不符",
	ClassAnchor:  "与此前另存的链尾不符",
}

// Break is the first link that does not hold.
type Break struct {
	// Seq is the number in question; ID is the line that stands there, empty when none does.
	Seq   int64
	ID    string
	Class Class
}

// Report is what Verify found.
type Report struct {
	Tenant string
	// Lines is how many lines hold, counted from the first.
	Lines int64
	// Head is the recorded end of the chain.
	Head Head
	// Break is nil when every sealed line holds.
	Break *Break
	// Unsealed lines are not in the chain yet; OldestUnsealed is when the first of them was written.
	// More than a second's worth means that no sealer runs.
	Unsealed       int
	OldestUnsealed time.Time
}

// Intact says that every sealed line holds.
func (r Report) Intact() bool { return r.Break == nil }

// Anchor is the head to note elsewhere.
func (r Report) Anchor() Anchor { return Anchor{Tenant: r.Tenant, Head: r.Head} }

// String tells a person what was found.
func (r Report) String() string {
	var b strings.Builder
	if r.Break == nil {
		fmt.Fprintf(&b, "%s 审计链完整：%d 条", r.Tenant, r.Lines)
	} else {
		fmt.Fprintf(&b, "%s 审计链在第 %d 条断开：%s（%s）", r.Tenant, r.Break.Seq, classWords[r.Break.Class], r.Break.Class)
		if r.Break.ID != "" {
			fmt.Fprintf(&b, "，记录编号 %s", r.Break.ID)
		}
		fmt.Fprintf(&b, "；此前 %d 条完整", r.Lines)
	}
	if r.Head.Seq > 0 {
		fmt.Fprintf(&b, "\n  链尾 %s", r.Anchor())
	}
	if r.Unsealed > 0 {
		fmt.Fprintf(&b, "\n  尚未入链 %d 条，最早写于 %s", r.Unsealed, r.OldestUnsealed.Format(time.RFC3339))
	}
	return b.String()
}
