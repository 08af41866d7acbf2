package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"huying/ent/db"
	"huying/ent/db/auditline"
	"huying/internal/platform/database"
)

// extractMost bounds an extract; the life of one matter has a few hundred lines.
const extractMost = 20_000

// sealedView is a line with its place in the chain, everything that its hash is made of.
type sealedView struct {
	lineView
	Seq      *int64 `json:"seq"`
	PrevHash string `json:"prev_hash"`
	Hash     string `json:"hash"`
}

// Extract writes the lines about the subjects, oldest first, one JSON object a line, each with its seq and hashes, by
// which it can be found again in the chain, and returns the head of the tenant's chain. A line that the sealer has
// not reached yet has no seq. The transaction reads one tenant.
func Extract(ctx context.Context, tx *database.Tx, w io.Writer, subjects []string) (Head, error) {
	rows, err := tx.AuditLine.Query().Where(auditline.SubjectIDIn(subjects...)).Order(auditline.ByID()).Limit(extractMost).All(ctx)
	if err != nil {
		return Head{}, fmt.Errorf("audit: extract: %w", err)
	}
	enc := json.NewEncoder(w)
	for _, l := range rows {
		if err := enc.Encode(sealedView{lineView: viewLine(l), Seq: l.Seq, PrevHash: l.PrevHash, Hash: l.Hash}); err != nil {
			return Head{}, fmt.Errorf("audit: extract: %w", err)
		}
	}
	head, err := tx.AuditHead.Query().First(ctx)
	if db.IsNotFound(err) {
		return Head{}, nil
	}
	if err != nil {
		return Head{}, fmt.Errorf("audit: extract: %w", err)
	}
	return Head{Seq: head.Seq, Hash: head.Hash}, nil
}
