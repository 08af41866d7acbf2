package flow

import (
	"fmt"
	"strings"
)

// Mermaid draws the table as a state diagram; rows not yet in force are dashed
// notes in their label.
func (t *Table) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range t.states {
		fmt.Fprintf(&b, "    %s: %s %s\n", s, s, t.words[s])
	}
	seen := map[string]bool{}
	for i := range t.rows {
		r := &t.rows[i]
		for _, from := range r.From {
			for _, o := range r.Outcomes {
				if o.Next == Same {
					continue
				}
				label := string(r.Action)
				if r.Arrives != "" {
					label += " (declared)"
				}
				line := fmt.Sprintf("    %s --> %s: %s\n", node(from), o.Next, label)
				if !seen[line] {
					seen[line] = true
					b.WriteString(line)
				}
			}
		}
	}
	return b.String()
}

// List writes every row as one line of plain text: number, action, who, from,
// next, clocks, and whether it is in force.
func (t *Table) List() string {
	var b strings.Builder
	for i := range t.rows {
		r := &t.rows[i]
		for _, o := range r.Outcomes {
			number := o.Number
			if number == 0 {
				number = r.Number
			}
			fmt.Fprintf(&b, "%d %s [%s] %s → %s", number, r.Action, join(r.executors()), join(r.From), o.Next)
			if len(o.When) > 0 {
				fmt.Fprintf(&b, " if %s", join(o.When))
			}
			for _, c := range o.Clocks {
				fmt.Fprintf(&b, " %s", strings.TrimSpace(string(c.Verb)+" "+c.Clock))
			}
			if r.Second != nil {
				fmt.Fprintf(&b, " signed by [%s]", join(r.Second.Approves))
			}
			if r.Arrives != "" {
				fmt.Fprintf(&b, " — not in force: %s", r.Arrives)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func node(s State) string {
	if s == Start {
		return "[*]"
	}
	return string(s)
}

func join[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
		if w == "" {
			out[i] = "–"
		}
	}
	return strings.Join(out, " ")
}
