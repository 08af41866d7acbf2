// Package desk keeps how a person arranges the desk (工作台) in one tenant: kept filters of the worklist, the columns
// shown, and the person's own phrases for forms.
//
// Words: a filter is a kept question to the worklist, by a name; a phrase is a text somebody writes again and again.
//
// Invariants: everybody reads and writes the own arrangement only, and it goes with the person. An arrangement is
// replaced as a whole, by whoever saw the version that holds.
package desk
