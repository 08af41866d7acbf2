package screening

import (
	_ "embed"
	"strings"
)

//go:embed words.txt
var wordsText string

// Shipped is the list the product comes with. It is mild: a hit only sends a
// text to a person.
func Shipped() []Word { return parseShipped(wordsText) }

func parseShipped(text string) []Word {
	var out []Word
	list := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			list = strings.Trim(line, "[]")
		default:
			out = append(out, Word{Text: line, List: list})
		}
	}
	return out
}
