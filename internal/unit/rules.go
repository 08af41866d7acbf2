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

// Rule is one line of the dispatch catalogue.
type Rule struct {
	Category     string
	DivisionCode string
	UnitID       uuid.UUID
	Default      bool
}

// Rank gives the units the catalogue names for a category at a place, best first: rules of the
// category before those of "other"; the longer division prefix first, then the default, then the
// name. Inactive and unknown units are left out, and each unit appears once.
func Rank(category, division string, rules []Rule, units map[uuid.UUID]Unit) []Unit {
	fits := slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool {
		u, known := units[r.UnitID]
		return !known || !u.Active || !strings.HasPrefix(division, r.DivisionCode) || r.Category != category && r.Category != CategoryOther
	})
	slices.SortFunc(fits, func(a, b Rule) int {
		return cmp.Or(
			first(a.Category == category, b.Category == category),
			len(b.DivisionCode)-len(a.DivisionCode),
			first(a.Default, b.Default),
			strings.Compare(units[a.UnitID].Name, units[b.UnitID].Name),
			strings.Compare(a.UnitID.String(), b.UnitID.String()),
		)
	})
	var out []Unit
	for _, r := range fits {
		if !slices.ContainsFunc(out, func(u Unit) bool { return u.ID == r.UnitID }) {
			out = append(out, units[r.UnitID])
		}
	}
	return out
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
