package division

import (
	"strings"
	"unicode"
)

// Bounds of searching by name.
const (
	maxTermRunes  = 20 // longest single word kept whole, e.g. a Latin name
	maxQueryTerms = 12 // terms of one query that are looked up
)

// normalise makes two ways of writing one name equal: full-width forms become half-width, Latin letters
// lower case, and everything that is neither letter nor digit separates words.
func normalise(s string) []string {
	var words []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			words = append(words, b.String())
			b.Reset()
		}
	}
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		r = unicode.ToLower(r)
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			flush()
		}
	}
	flush()
	return words
}

// pieces cuts a word where the script changes: Han characters go in pairs, other letters stay whole.
func pieces(word string) (han, other []string) {
	var run []rune
	var isHan bool
	flush := func() {
		if len(run) == 0 {
			return
		}
		if isHan {
			han = append(han, string(run))
		} else {
			other = append(other, string(run[:min(len(run), maxTermRunes)]))
		}
		run = run[:0]
	}
	for _, r := range word {
		if h := unicode.Is(unicode.Han, r); h != isHan || len(run) == 0 {
			flush()
			isHan = h
		}
		run = append(run, r)
	}
	flush()
	return han, other
}

// indexTerms gives the distinct terms under which a text is found: every single Han character, every pair
// of neighbours, and every other word whole.
func indexTerms(texts ...string) []string {
	seen := map[string]bool{}
	var out []string
	add := func(t string) {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	for _, text := range texts {
		for _, w := range normalise(text) {
			han, other := pieces(w)
			for _, o := range other {
				add(o)
			}
			for _, h := range han {
				r := []rune(h)
				for i := range r {
					add(string(r[i]))
					if i+1 < len(r) {
						add(string(r[i : i+2]))
					}
				}
			}
		}
	}
	return out
}

// queryTerms gives the terms a query must all match: pairs, or the single character of a one-character word.
func queryTerms(q string) []string {
	seen := map[string]bool{}
	var out []string
	add := func(t string) {
		if !seen[t] && len(out) < maxQueryTerms {
			seen[t] = true
			out = append(out, t)
		}
	}
	for _, w := range normalise(q) {
		han, other := pieces(w)
		for _, o := range other {
			add(o)
		}
		for _, h := range han {
			r := []rune(h)
			if len(r) == 1 {
				add(h)
			}
			for i := 0; i+1 < len(r); i++ {
				add(string(r[i : i+2]))
			}
		}
	}
	return out
}
