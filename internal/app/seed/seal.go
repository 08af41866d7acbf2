package seed

import (
	"fmt"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/google/uuid"

	"huying/internal/audit"
)

type head = audit.Head

// sealer chains the audit lines of blocks as they are written.
type sealer struct {
	algorithm audit.Algorithm
	chains    map[string]*audit.Chain
	heads     map[string]head
	at        map[string]int
}

func newSealer(t *schema.Table, a audit.Algorithm, heads map[string]head) *sealer {
	s := &sealer{algorithm: a, chains: map[string]*audit.Chain{}, heads: heads, at: map[string]int{}}
	for i, c := range t.Columns {
		s.at[c.Name] = i
	}
	return s
}

func (s *sealer) seal(b *block) {
	for _, l := range b.lines {
		chain := s.chains[l.tenant]
		if chain == nil {
			chain = audit.Continue(l.tenant, s.heads[l.tenant], s.algorithm)
			s.chains[l.tenant] = chain
		}
		seal := chain.Add(audit.Past{
			ID: l.id.String(), At: l.at, Actor: s.maybe(l, "actor_id"), Kind: s.text(l, "actor_kind"), Role: s.text(l, "actor_role"),
			ActorTenant: s.text(l, "actor_tenant"), Address: s.text(l, "address"), RequestID: s.text(l, "request_id"), Action: s.text(l, "action"),
			SubjectKind: s.text(l, "subject_kind"), SubjectID: s.text(l, "subject_id"), Reason: s.text(l, "reason"), Facts: s.maybe(l, "facts"),
		})
		l.row[s.at["seq"]], l.row[s.at["prev_hash"]], l.row[s.at["hash"]] = seal.Seq, seal.Prev, seal.Hash
	}
	b.lines = nil
}

func (s *sealer) maybe(l line, column string) *string {
	if l.row[s.at[column]] == nil {
		return nil
	}
	text := s.text(l, column)
	return &text
}

func (s *sealer) text(l line, column string) string {
	switch v := l.row[s.at[column]].(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case [16]byte:
		return uuid.UUID(v).String()
	default:
		return fmt.Sprint(v)
	}
}
