package unit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// CategoryOther is the category that catches what has no rule of its own.
const CategoryOther = "other"

// Unit is a handling unit as other rooms see it.
type Unit struct {
	ID           uuid.UUID
	Code, Name   string
	Kind, Level  string
	DivisionCode string
	ParentID     *uuid.UUID
	HeadName     string
	HeadPersonID *uuid.UUID
	Phone        string
	Active       bool
}

// Rule is one line of the dispatch catalogue. An empty Source covers whatever makes the problem.
type Rule struct {
	Category     string
	DivisionCode string
	Source       string
	UnitID       uuid.UUID
	Default      bool
	HandlerID    *uuid.UUID
}

// Case is what the catalogue is asked about. Source is what makes the problem, e.g. the kind of
// noise, "" when nobody said.
type Case struct{ Category, Division, Source string }

// covers tells whether the rule speaks about the case.
func (r Rule) covers(c Case) bool {
	return strings.HasPrefix(c.Division, r.DivisionCode) && (r.Source == "" || r.Source == c.Source) &&
		(r.Category == c.Category || r.Category == CategoryOther)
}

// Rank gives the units the catalogue names for a case, best first: rules of the category before
// those of "other", the longer division prefix first, a rule about the source before one about
// any, then the default, then the name. Inactive and unknown units are left out, and each unit
// appears once.
func Rank(c Case, rules []Rule, units map[uuid.UUID]Unit) []Unit {
	var out []Unit
	for _, r := range ranked(c, rules, units) {
		if !slices.ContainsFunc(out, func(u Unit) bool { return u.ID == r.UnitID }) {
			out = append(out, units[r.UnitID])
		}
	}
	return out
}

// Handler gives who in the unit a case is handed to: the one named by the unit's best rule, or
// nobody when that rule names none.
func Handler(c Case, unit uuid.UUID, rules []Rule, units map[uuid.UUID]Unit) *uuid.UUID {
	for _, r := range ranked(c, rules, units) {
		if r.UnitID == unit {
			return r.HandlerID
		}
	}
	return nil
}

// ranked are the rules that cover the case, most specific first.
func ranked(c Case, rules []Rule, units map[uuid.UUID]Unit) []Rule {
	fits := slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool {
		u, known := units[r.UnitID]
		return !known || !u.Active || !r.covers(c)
	})
	slices.SortFunc(fits, func(a, b Rule) int {
		return cmp.Or(
			first(a.Category == c.Category, b.Category == c.Category),
			len(b.DivisionCode)-len(a.DivisionCode),
			first(a.Source != "", b.Source != ""),
			first(a.Default, b.Default),
			strings.Compare(units[a.UnitID].Name, units[b.UnitID].Name),
			strings.Compare(a.UnitID.String(), b.UnitID.String()),
		)
	})
	return fits
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Circular tells whether a unit would become its own ancestor under this parent.
func Circular(id, parent uuid.UUID, parents map[uuid.UUID]uuid.UUID) bool {
	for range len(parents) + 1 {
		if parent == id {
			return true
		}
		next, ok := parents[parent]
		if !ok {
			return false
		}
		parent = next
	}
	return true
}
