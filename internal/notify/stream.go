package notify

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/session"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

const (
	// streamLife is how long a stream lasts before the client opens the next one, with a fresh token.
	streamLife = 10 * time.Minute
	// heartbeat keeps proxies from closing a silent stream, and is how often the session is looked at again.
	heartbeat = 20 * time.Second
	// gather is how long hints are collected before they are sent, so that a busy office asks the database once.
	gather = 250 * time.Millisecond
	// streamWrite is how long a client may take to accept what is written.
	streamWrite = 10 * time.Second
)

// errEnded is how a stream ends that nothing went wrong with.
var errEnded = errors.New("notify: the stream has ended")

// staffGrant says whether a grant is one of somebody who works on reports.
func staffGrant(g authz.Grant) bool { return g.Role != authz.Citizen.Role }

// ReportChanged tells everybody who may read the report, once the transaction stands, that it has a new version.
// people are those it concerns by themselves, such as who reported it.
func (s *Service) ReportChanged(tx *database.Tx, tenant string, reportID uuid.UUID, version int, people ...uuid.UUID) {
	tx.AfterCommit(func() {
		s.fanout.Publish(Hint{Kind: HintReport, Tenant: tenant, ID: reportID, Version: version, People: people})
	})
}

// Streams counts the open streams of this process.
func (s *Service) Streams() int { return s.hub.open() }

// Drain ends every stream and takes no new one; part of a graceful stop.
func (s *Service) Drain() { s.hub.close() }

// stream is one client that listens.
type stream struct {
	s *Service
	l *listener
	w *bufio.Writer
	// extend gives the client time for the next write.
	extend func()
	// version of the grants with which the stream began.
	version int
}

// run writes hints until the client goes, falls behind, loses its session, or its time is over.
func (st *stream) run(ctx context.Context, missed bool) {
	defer st.s.hub.leave(st.l)
	ctx, cancel := context.WithTimeout(ctx, streamLife)
	defer cancel()
	err := st.begin(missed)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for err == nil {
		select {
		case n := <-st.l.pending:
			err = st.pass(ctx, n)
		case <-beat.C:
			err = st.beat(ctx)
		case <-st.l.behind:
			err = errors.Join(st.event("", "resync", "{}"), errEnded)
		case <-st.s.hub.closed:
			err = errors.Join(st.event("", "bye", "{}"), errEnded)
		case <-ctx.Done():
			err = errors.Join(st.event("", "bye", "{}"), errEnded)
		}
	}
	if !errors.Is(err, errEnded) {
		st.s.d.Log.DebugContext(ctx, "a stream ended", "err", err)
	}
}

func (st *stream) begin(missed bool) error {
	st.extend()
	if _, err := st.w.WriteString("retry: 3000\n"); err != nil {
		return err
	}
	name := "hello"
	if missed {
		name = "resync"
	}
	return st.event(st.s.hub.now(), name, "{}")
}

// pass sends a hint and those that follow within a moment, as far as the person may read what they are about.
func (st *stream) pass(ctx context.Context, first numbered) error {
	batch, wait := []numbered{first}, time.NewTimer(gather)
	defer wait.Stop()
	for full := false; !full; {
		select {
		case n := <-st.l.pending:
			batch = append(batch, n)
			full = len(batch) >= listenerBuffer
		case <-wait.C:
			full = true
		case <-st.s.hub.closed:
			full = true
		}
	}
	readable, err := st.readable(ctx, batch)
	if err != nil {
		return err
	}
	for i, n := range batch {
		if !readable(i, n) {
			continue
		}
		data, err := json.Marshal(n.Hint)
		if err != nil {
			return err
		}
		if err := st.event(st.s.hub.id(n.seq), "hint", string(data)); err != nil {
			return err
		}
	}
	return nil
}

// readable asks once which reports of the batch the person may read, and gives the last hint of each only.
func (st *stream) readable(ctx context.Context, batch []numbered) (func(i int, n numbered) bool, error) {
	var ask []uuid.UUID
	last := map[uuid.UUID]int{}
	for i, n := range batch {
		last[n.ID] = i
		if n.Kind == HintReport && st.l.works && n.Tenant == st.l.caller.Tenant {
			ask = append(ask, n.ID)
		}
	}
	may := map[uuid.UUID]bool{}
	if len(ask) > 0 {
		found, err := st.s.d.Readable(ctx, st.l.caller, st.l.caller.Tenant, ask)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			may[id] = true
		}
	}
	return func(i int, n numbered) bool {
		switch {
		case last[n.ID] != i:
			return false
		case n.Kind != HintReport, !st.l.works || n.Tenant != st.l.caller.Tenant:
			return true
		}
		return may[n.ID]
	}, nil
}

// beat shows that the stream lives, unless the session does not.
func (st *stream) beat(ctx context.Context) error {
	version, serves, err := st.s.sessionOf(ctx, st.l.caller)
	if err != nil {
		return err
	}
	if !serves || version != st.version {
		return errors.Join(st.event("", "bye", "{}"), errEnded)
	}
	st.extend()
	if _, err := st.w.WriteString(": \n\n"); err != nil {
		return err
	}
	return st.w.Flush()
}

func (st *stream) event(id, name, data string) error {
	st.extend()
	if id != "" {
		id = "id: " + id + "\n"
	}
	if _, err := fmt.Fprintf(st.w, "%sevent: %s\ndata: %s\n\n", id, name, data); err != nil {
		return err
	}
	return st.w.Flush()
}

// sessionOf gives the version of the grants a session has now, and whether it still serves. Listening is no use of
// the session: it keeps nobody signed in.
func (s *Service) sessionOf(ctx context.Context, c *auth.Caller) (version int, serves bool, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.Session.Query().Where(session.ID(c.SessionID), session.PersonID(c.PersonID), session.RevokedAtIsNil()).Only(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err == nil {
			version, serves = row.GrantVersion, s.d.Clock.Now().Before(row.ExpiresAt)
		}
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("notify: session: %w", err)
	}
	return version, serves, nil
}
