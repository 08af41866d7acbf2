package audit

import (
	"context"
	"fmt"
	"math"

	"huying/ent/db"
	"huying/ent/db/auditline"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// verifyPage is how many lines are held at once.
const verifyPage = 1000

// verification is one walk along a tenant's chain.
type verification struct {
	db      *database.DB
	tenant  string
	anchors map[int64]string
	head    Head
	// prev is the hash of the last line that held.
	prev   string
	report Report
}

// Verify walks the tenant's chain from its first line to its head and reports the first link that does
// not hold, and the lines that are not sealed yet. Anchors are heads that were noted before, elsewhere:
// the chain must still go through them. It may run while lines are written and sealed. The error is
// about reading, never about what was found.
func Verify(ctx context.Context, d *database.DB, tenant string, anchors ...Anchor) (Report, error) {
	v := &verification{db: d, tenant: tenant, anchors: map[int64]string{}, report: Report{Tenant: tenant}}
	for _, a := range anchors {
		if a.Tenant == tenant {
			v.anchors[a.Seq] = a.Hash
		}
	}
	for _, step := range []func(context.Context) error{v.readHead, v.walk, v.checkEnd, v.readUnsealed} {
		if err := step(ctx); err != nil {
			return v.report, fmt.Errorf("audit: verify %s: %w", tenant, err)
		}
	}
	return v.report, nil
}

func (v *verification) view(ctx context.Context, fn func(context.Context, *database.Tx) error) error {
	return v.db.View(ctx, tenancy.As(ctx, v.tenant, "audit verify"), fn)
}

// readHead comes first: the walk ends there, however many lines are sealed meanwhile.
func (v *verification) readHead(ctx context.Context) error {
	return v.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		h, err := tx.AuditHead.Query().Only(ctx)
		if db.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		v.head = Head{Seq: h.Seq, Hash: h.Hash}
		v.report.Head = v.head
		return nil
	})
}

func (v *verification) walk(ctx context.Context) error {
	after := int64(math.MinInt64)
	for {
		page, err := v.page(ctx, after)
		if err != nil {
			return err
		}
		for i, r := range page[:min(len(page), verifyPage)] {
			var next *record
			if i+1 < len(page) {
				next = page[i+1]
			}
			if v.report.Break = v.check(r, next); v.report.Break != nil {
				return nil
			}
			v.prev = r.hash
			v.report.Lines++
		}
		if len(page) <= verifyPage {
			return nil
		}
		after = page[verifyPage-1].seq
	}
}

// page reads the lines after a number, and one more to look ahead.
func (v *verification) page(ctx context.Context, after int64) (page []*record, err error) {
	err = v.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		page, err = records(ctx, tx, v.tenant, "seq > ? AND seq <= ? ORDER BY audit_lines.seq LIMIT ?", after, v.head.Seq, verifyPage+1)
		return err
	})
	return page, err
}

// check says what is wrong with the line that stands where the next link should be; nil when it holds.
func (v *verification) check(r, next *record) *Break {
	expected := v.report.Lines + 1
	switch {
	case r.seq > expected:
		return &Break{Seq: expected, Class: ClassMissing}
	case r.seq < expected:
		return &Break{Seq: r.seq, ID: r.id, Class: ClassOrder}
	}
	if class := v.classify(r, next); class != "" {
		return &Break{Seq: r.seq, ID: r.id, Class: class}
	}
	if hash, ok := v.anchors[r.seq]; ok && hash != r.hash {
		return &Break{Seq: r.seq, ID: r.id, Class: ClassAnchor}
	}
	return nil
}

// classify finds which part of a line was changed. The hash tells that something was; the neighbours
// tell on which side.
func (v *verification) classify(r, next *record) Class {
	a := algorithmOf(r.hash)
	if a == "" {
		return ClassHash
	}
	sum := r.sum(a)
	switch {
	case sum == r.hash && r.prev == v.prev:
		return ""
	case sum == r.hash:
		return ClassLink
	}
	relinked := *r
	relinked.prev = v.prev
	after := v.head.Hash
	if next != nil {
		after = next.prev
	}
	switch {
	case relinked.sum(a) == r.hash:
		return ClassLink
	case sum == after:
		return ClassHash
	case v.sealedElsewhere(*r, a):
		return ClassOrder
	}
	return ClassContent
}

// sealedElsewhere says whether the line is whole but was sealed under another number near this one.
func (v *verification) sealedElsewhere(r record, a Algorithm) bool {
	const reach = 20_000
	at := r.seq
	for r.seq = max(1, at-reach); r.seq <= min(v.head.Seq, at+reach); r.seq++ {
		if r.seq != at && r.sum(a) == r.hash {
			return true
		}
	}
	return false
}

// checkEnd compares the end of the walk with the head, and looks for sealed lines beyond the head: the
// sealer moves both in one transaction.
func (v *verification) checkEnd(ctx context.Context) error {
	if v.report.Break != nil {
		return nil
	}
	if v.report.Lines < v.head.Seq {
		v.report.Break = &Break{Seq: v.report.Lines + 1, Class: ClassMissing}
		return nil
	}
	if v.prev != v.head.Hash {
		v.report.Break = &Break{Seq: v.head.Seq, Class: ClassHead}
		return nil
	}
	if v.anchoredBeyond(); v.report.Break != nil {
		return nil
	}
	return v.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		beyond, err := records(ctx, tx, v.tenant,
			"seq > coalesce((SELECT seq FROM audit_heads h WHERE h.tenant_id = ?), 0) ORDER BY audit_lines.seq LIMIT 1", v.tenant)
		if err == nil && len(beyond) > 0 {
			v.report.Break = &Break{Seq: beyond[0].seq, ID: beyond[0].id, Class: ClassHead}
		}
		return err
	})
}

// anchoredBeyond finds the first head noted elsewhere that the chain does not reach any more.
func (v *verification) anchoredBeyond() {
	for seq := range v.anchors {
		if seq > v.head.Seq && (v.report.Break == nil || seq < v.report.Break.Seq) {
			v.report.Break = &Break{Seq: seq, Class: ClassAnchor}
		}
	}
}

func (v *verification) readUnsealed(ctx context.Context) error {
	return v.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		oldest, err := tx.AuditLine.Query().Where(auditline.SeqIsNil()).Order(auditline.ByID()).First(ctx)
		if db.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		v.report.OldestUnsealed = oldest.CreatedAt.UTC()
		v.report.Unsealed, err = tx.AuditLine.Query().Where(auditline.SeqIsNil()).Count(ctx)
		return err
	})
}
