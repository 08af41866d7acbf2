package bench

import (
	"context"
	"regexp"
	"strings"
)

// scan matches a line that reads a table from end to end; with a LIMIT and an
// index that gives the order SQLite says SEARCH, because the tenant is always
// equal.
var scan = regexp.MustCompile(`^SCAN "?([a-z_]+)"?`)

func (h *house) explainSQLite(ctx context.Context, s statement) (p planned, err error) {
	rows, err := h.bare.reads.QueryContext(ctx, "EXPLAIN QUERY PLAN "+s.query, s.args...)
	if err != nil {
		return p, err
	}
	defer rows.Close() //nolint:errcheck // its error is that of rows.Err
	depth := map[int]int{}
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return p, err
		}
		depth[id] = depth[parent] + 1
		p.lines = append(p.lines, strings.Repeat("  ", depth[id]-1)+detail)
		if m := scan.FindStringSubmatch(detail); m != nil && isLarge(m[1]) {
			p.faults = append(p.faults, "scans "+m[1])
		}
		if strings.Contains(detail, "CORRELATED") {
			p.faults = append(p.faults, "a subquery per row")
		}
		if strings.Contains(detail, "USE TEMP B-TREE FOR ORDER BY") {
			n, err := h.sorted(ctx, s)
			if err != nil {
				return p, err
			}
			if n > fewRows {
				p.faults = append(p.faults, "sorts many rows")
			}
		}
	}
	return p, rows.Err()
}

// sorted counts, up to one more than may be, the rows a statement sorts: those
// it gives without its LIMIT.
func (h *house) sorted(ctx context.Context, s statement) (n int, err error) {
	query := s.query
	if i := strings.LastIndex(query, " LIMIT "); i > 0 {
		query = query[:i]
	}
	if i := strings.LastIndex(query, " ORDER BY "); i > 0 {
		query = query[:i]
	}
	err = h.bare.reads.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM ("+query+") LIMIT 501)", s.args...).Scan(&n)
	return n, err
}
