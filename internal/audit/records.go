package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huying/internal/platform/database"
)

// recordColumns read a line as text, in the order of scan. The engine converts, not a driver: what
// somebody put into a column against its type must come through to be named, not end in an error.
var recordColumns = map[string]string{
	database.EnginePostgres: `tenant_id, id::text, trunc(extract(epoch FROM created_at) * 1000000)::text, actor_id::text,
		actor_kind, actor_role, actor_tenant, address, request_id, action, subject_kind, subject_id, reason,
		facts::text, coalesce(seq, 0), prev_hash, hash`,
	database.EngineSQLite: `tenant_id, CAST(id AS TEXT), CAST(created_at AS TEXT), CAST(actor_id AS TEXT),
		CAST(actor_kind AS TEXT), CAST(actor_role AS TEXT), CAST(actor_tenant AS TEXT), CAST(address AS TEXT),
		CAST(request_id AS TEXT), CAST(action AS TEXT), CAST(subject_kind AS TEXT), CAST(subject_id AS TEXT),
		CAST(reason AS TEXT), CAST(facts AS TEXT), CAST(coalesce(seq, 0) AS INTEGER), CAST(prev_hash AS TEXT),
		CAST(hash AS TEXT)`,
}

// records reads lines of the tenant in raw SQL: ent would decode facts and lose digits of their numbers.
// The condition follows "tenant_id = ? AND"; in it, ORDER BY must name the table, or it means the text.
func records(ctx context.Context, tx *database.Tx, tenant, condition string, args ...any) ([]*record, error) {
	query := "SELECT " + recordColumns[tx.Engine()] + " FROM audit_lines WHERE tenant_id = ? AND " + condition
	rows, err := tx.Query(ctx, query, append([]any{tenant}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	var out []*record
	for rows.Next() {
		r := &record{}
		err := rows.Scan(&r.tenant, &r.id, &r.at, &r.actor, &r.kind, &r.role, &r.actorTenant, &r.address, &r.requestID,
			&r.action, &r.subjectKind, &r.subjectID, &r.reason, &r.facts, &r.seq, &r.prev, &r.hash)
		if err != nil {
			return nil, fmt.Errorf("read line: %w", err)
		}
		if tx.Engine() == database.EngineSQLite {
			r.at = microseconds(r.at)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// storedTime is how SQLite holds a time (platform/database writes it).
const storedTime = "2006-01-02 15:04:05.000000+00:00"

// microseconds turns SQLite's text into microseconds since 1970, or marks what is no time of ours.
func microseconds(stored string) string {
	t, err := time.Parse(storedTime, stored)
	if err != nil || t.UTC().Format(storedTime) != stored {
		return "?" + stored
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}

// writeSeals stores the seals of lines that have none, which come in the order of their ids. It fails unless it sealed
// every one of them.
func writeSeals(ctx context.Context, tx *database.Tx, tenant string, batch []*record) error {
	query, args := sealsSQLite(tenant, batch)
	if tx.Engine() == database.EnginePostgres {
		query, args = sealsPostgres(tenant, batch)
	}
	n, err := tx.Exec(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("write seals: %w", err)
	}
	if n != int64(len(batch)) {
		return fmt.Errorf("write seals: %d of %d lines were still without one", n, len(batch))
	}
	return nil
}

const setSeals = `UPDATE audit_lines SET seq = v.seq, prev_hash = v.prev_hash, hash = v.hash FROM v
	WHERE audit_lines.tenant_id = ? AND audit_lines.id = v.id AND audit_lines.seq IS NULL`

func sealsSQLite(tenant string, batch []*record) (query string, args []any) {
	for _, r := range batch {
		args = append(args, r.id, r.seq, r.prev, r.hash)
	}
	rows := "(?, ?, ?, ?)" + strings.Repeat(", (?, ?, ?, ?)", len(batch)-1)
	return "WITH v (id, seq, prev_hash, hash) AS (VALUES " + rows + ") " + setSeals, append(args, tenant)
}

// sealsPostgres passes columns as arrays: the statement is the same for every size of batch, and connections keep what
// they prepared. The range of ids says nothing new, but without it the planner reads the whole backlog for each batch.
func sealsPostgres(tenant string, batch []*record) (query string, args []any) {
	ids, seqs := make([]string, len(batch)), make([]int64, len(batch))
	prevs, hashes := make([]string, len(batch)), make([]string, len(batch))
	for i, r := range batch {
		ids[i], seqs[i], prevs[i], hashes[i] = r.id, r.seq, r.prev, r.hash
	}
	query = `WITH v (id, seq, prev_hash, hash) AS (SELECT CAST(a AS uuid), b, c, d
		FROM unnest(CAST(? AS text[]), CAST(? AS bigint[]), CAST(? AS text[]), CAST(? AS text[])) AS u (a, b, c, d)) ` +
		setSeals + ` AND audit_lines.id >= CAST(? AS uuid) AND audit_lines.id <= CAST(? AS uuid)`
	return query, []any{ids, seqs, prevs, hashes, tenant, ids[0], ids[len(ids)-1]}
}
