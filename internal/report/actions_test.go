package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"huying/internal/flow"
)

// TestActionsGolden keeps who may do what in which state, as far as the table
// says: part × action × state. "+" marks what a second person must sign, "✓"
// what somebody signs.
func TestActionsGolden(t *testing.T) {
	var b strings.Builder
	for _, state := range append([]flow.State{flow.Start}, Table.States()...) {
		name := "(new)"
		if state != flow.Start {
			name = fmt.Sprintf("%s %s", state, Table.Word(state))
		}
		fmt.Fprintf(&b, "%s\n", name)
		for _, part := range allParts {
			if can := mayDo(state, part); len(can) > 0 {
				fmt.Fprintf(&b, "  %s %s: %s\n", part, Table.PartWord(part), strings.Join(can, " "))
			}
		}
	}
	golden(t, "actions.txt", b.String())
}

func mayDo(state flow.State, part flow.Part) (can []string) {
	for _, r := range Table.Rows() {
		if r.Arrives != "" || !slices.Contains(r.From, state) {
			continue
		}
		does := string(r.Action)
		switch {
		case r.Second == nil && slices.Contains(r.Who, part):
		case r.Second != nil && slices.Contains(r.Second.Proposes, part):
			does = "+" + does
		case r.Second != nil && slices.Contains(r.Second.Approves, part):
			does = "✓" + does
		default:
			continue
		}
		if !slices.Contains(can, does) {
			can = append(can, does)
		}
	}
	return can
}
