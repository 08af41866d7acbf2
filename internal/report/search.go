package report

import (
	"strings"
	"unicode"
)

// Bounds of the inverted table.
const (
	maxTermRunes = 12
	maxTerms     = 400
	maxQuery     = 12
)

// Terms are what a report is found by: every pair of neighbouring Chinese
// characters and every word or number of other scripts, in small letters, each
// once. They are stored as rows and asked for by equality only.
func Terms(texts ...string) []string { return split(maxTerms, texts...) }

// QueryTerms are the terms of a search. All must be there. A single Chinese
// character gives no pair: it is returned alone with prefix true, to be asked
// for as the beginning of a pair.
func QueryTerms(q string) (terms []string, prefix bool) {
	terms = split(maxQuery, q)
	if len(terms) > 0 {
		return terms, false
	}
	for _, r := range q {
		if unicode.Is(unicode.Han, r) {
			return []string{string(r)}, true
		}
	}
	return nil, false
}

func split(most int, texts ...string) []string {
	seen := map[string]bool{}
	var out []string
	add := func(term string) {
		if term != "" && !seen[term] && len(out) < most {
			seen[term] = true
			out = append(out, term)
		}
	}
	for _, text := range texts {
		var last rune
		var plain []rune
		flush := func() {
			add(string(plain))
			plain = plain[:0]
		}
		for _, r := range strings.ToLower(text) {
			han := unicode.Is(unicode.Han, r)
			switch {
			case han:
				flush()
				if last != 0 {
					add(string([]rune{last, r}))
				}
			case unicode.IsLetter(r) || unicode.IsDigit(r):
				if len(plain) < maxTermRunes {
					plain = append(plain, r)
				}
			default:
				flush()
			}
			last = 0
			if han {
				last = r
			}
		}
		flush()
	}
	return out
}
