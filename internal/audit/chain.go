package audit

import (
	"strconv"
	"time"
)

// Past is a line as it is written by whoever copies histories in bulk and seals them in the same stream.
type Past struct {
	ID                             string
	At                             time.Time
	Actor                          *string
	Kind, Role, ActorTenant        string
	Address, RequestID             string
	Action, SubjectKind, SubjectID string
	Reason                         string
	// Facts is the JSON that is stored.
	Facts *string
}

// Seal is what a line is sealed with.
type Seal struct {
	Seq        int64
	Prev, Hash string
}

// Chain is the growing end of one tenant's chain, for one goroutine. Whoever uses it holds the head alone.
type Chain struct {
	tenant    string
	algorithm Algorithm
	head      Head
	buffer    []byte
}

// Continue goes on from a head.
func Continue(tenant string, head Head, a Algorithm) *Chain {
	return &Chain{tenant: tenant, algorithm: a, head: head}
}

// Head is where the chain ends now.
func (c *Chain) Head() Head { return c.head }

// Add seals one more line.
func (c *Chain) Add(p Past) Seal {
	r := record{
		tenant: c.tenant, id: p.ID, at: strconv.FormatInt(p.At.UnixMicro(), 10), actor: p.Actor, kind: p.Kind, role: p.Role, actorTenant: p.ActorTenant,
		address: p.Address, requestID: p.RequestID, action: p.Action, subjectKind: p.SubjectKind, subjectID: p.SubjectID, reason: p.Reason,
		facts: p.Facts, seq: c.head.Seq + 1, prev: c.head.Hash,
	}
	c.buffer = r.encode(c.buffer[:0], c.algorithm)
	c.head = Head{Seq: r.seq, Hash: c.algorithm.seal(c.buffer)}
	return Seal{r.seq, r.prev, c.head.Hash}
}
