package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// node is one step of a plan, as EXPLAIN (FORMAT JSON) tells it.
type node struct {
	Type     string   `json:"Node Type"`
	Relation string   `json:"Relation Name"`
	Index    string   `json:"Index Name"`
	Rows     float64  `json:"Plan Rows"`
	Actual   float64  `json:"Actual Rows"`
	Loops    float64  `json:"Actual Loops"`
	Cond     string   `json:"Index Cond"`
	Filter   string   `json:"Filter"`
	Removed  float64  `json:"Rows Removed by Filter"`
	Parent   string   `json:"Parent Relationship"`
	Subplan  string   `json:"Subplan Name"`
	SortKey  []string `json:"Sort Key"`
	Plans    []node   `json:"Plans"`
}

func (h *house) explainPostgres(ctx context.Context, s statement) (p planned, err error) {
	pool, err := h.bare.pool(ctx, []statement{s})
	if err != nil {
		return p, err
	}
	var text []byte
	// The statement runs: what a step really gave is what its sort really sorted.
	if err := pool.QueryRow(ctx, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+s.query, s.args...).Scan(&text); err != nil {
		return p, err
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal(text, &plans); err != nil {
		return p, fmt.Errorf("plan: %w", err)
	}
	for _, top := range plans {
		p.judge(top.Plan, 0)
	}
	return p, nil
}

// judge writes a step and those below it down and names their faults.
func (p *planned) judge(n node, depth int) {
	line := strings.Repeat("  ", depth) + n.Type
	for _, more := range []struct{ word, value string }{
		{" on ", n.Relation}, {" by ", n.Index}, {" where ", n.Cond}, {" filter ", n.Filter}, {" key ", strings.Join(n.SortKey, ", ")},
	} {
		if more.value != "" {
			line += more.word + clip(more.value)
		}
	}
	p.lines = append(p.lines, fmt.Sprintf("%s (%.0f rows)", line, n.Actual*max(n.Loops, 1)))
	switch {
	case n.Type == "Seq Scan" && isLarge(n.Relation) && (n.Actual+n.Removed)*max(n.Loops, 1) > fewRows:
		p.faults = append(p.faults, "scans "+n.Relation)
	case strings.HasSuffix(n.Type, "Sort") && len(n.Plans) > 0 && n.Plans[0].Actual*max(n.Plans[0].Loops, 1) > fewRows:
		p.faults = append(p.faults, "sorts many rows")
	case n.Parent == "SubPlan" && n.Loops > 1:
		p.faults = append(p.faults, "a subquery per row")
	}
	for _, below := range n.Plans {
		p.judge(below, depth+1)
	}
}

// clip keeps a condition readable: lists of ids are long.
func clip(text string) string {
	if r := []rune(text); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return text
}
