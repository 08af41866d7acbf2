// Package screening finds in a text what must not stand in public unseen: words
// of a tenant's list and personal numbers. It never refuses a text: what it
// finds goes to a person, who decides.
//
// Words: a hit is a place in a text, counted in characters (runes); masking
// puts one × for every character of a hit, so places stay where they were.
//
// Invariants: hits lie inside their text; a masked text has no hit; a word is
// found in full-width or capital letters, in common traditional characters, and
// with up to two blanks or marks between its characters.
//
// normal.go automaton.go detect.go matcher.go are pure; lists.go keeps the
// words of the tenants and their matchers, routes.go the desk's list of words.
package screening
