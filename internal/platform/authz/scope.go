package authz

import (
	"math/bits"
	"strings"
)

// Scope says how far a permission reaches from the grant that gives it. The
// constants stand from narrow to wide.
type Scope uint8

// The seven scopes of policy/permissions.csv; zero means none.
const (
	ScopeNone     Scope = iota
	ScopeOwn            // a citizen's own submissions; for other roles what the person holds
	ScopeOffered        // what is offered to this deputy
	ScopeStation        // rows of the grant's station
	ScopeUnit           // rows of the grant's unit
	ScopeDivision       // rows at or below the grant's division
	ScopeTenant         // every row of the grant's tenant
	ScopeAll            // every row of every tenant below the grant's division; reads only
)

var scopeNames = [...]string{"", "own", "offered", "station", "unit", "division", "tenant", "all"}

// String gives the word used in permissions.csv.
func (s Scope) String() string {
	if int(s) < len(scopeNames) {
		return scopeNames[s]
	}
	return ""
}

func parseScope(word string) (Scope, bool) {
	for s := ScopeOwn; s <= ScopeAll; s++ {
		if scopeNames[s] == word {
			return s, true
		}
	}
	return ScopeNone, false
}

// ScopeSet is a set of scopes; one role may reach both its own rows and the offered ones.
type ScopeSet uint8

func (set ScopeSet) with(s Scope) ScopeSet    { return set | 1<<s }
func (set ScopeSet) without(s Scope) ScopeSet { return set &^ (1 << s) }

// Has tells whether s is in the set.
func (set ScopeSet) Has(s Scope) bool { return s != ScopeNone && set&(1<<s) != 0 }

// Widest gives the widest scope of the set, ScopeNone for an empty one.
func (set ScopeSet) Widest() Scope {
	if set == 0 {
		return ScopeNone
	}
	return Scope(bits.Len8(uint8(set)) - 1)
}

// String lists the scopes from narrow to wide with spaces between.
func (set ScopeSet) String() string {
	var words []string
	for s := ScopeOwn; s <= ScopeAll; s++ {
		if set.Has(s) {
			words = append(words, s.String())
		}
	}
	return strings.Join(words, " ")
}

// wholeLevel tells whether a code has the length of a division level: city 4,
// district 6, street or town 9, community or village 12, grid cell 15.
func wholeLevel(code string) bool {
	switch len(code) {
	case 4, 6, 9, 12, 15:
		return true
	}
	return false
}

// Within tells whether place is area itself or lies below it. Both must be whole
// levels, so 37020 is no ancestor of anything.
func Within(place, area string) bool {
	return wholeLevel(place) && wholeLevel(area) && strings.HasPrefix(place, area)
}
