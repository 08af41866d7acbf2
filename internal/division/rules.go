package division

import (
	"regexp"
	"strconv"
	"strings"
)

// Level is the rank of a division in the tree.
type Level string

// The five levels, from wide to narrow.
const (
	LevelCity      Level = "city"
	LevelDistrict  Level = "district"
	LevelStreet    Level = "street"
	LevelCommunity Level = "community"
	LevelGrid      Level = "grid"
)

// CityTenant is the reserved tenant of the city's own records. It has no citizens and is never listed.
const CityTenant = "370200"

var digitsOnly = regexp.MustCompile(`^[0-9]+$`)

// LevelOf says at which level a code stands by its length (4, 6, 9, 12, 15); false when it is no code.
func LevelOf(code string) (Level, bool) {
	if !digitsOnly.MatchString(code) {
		return "", false
	}
	switch len(code) {
	case 4:
		return LevelCity, true
	case 6:
		return LevelDistrict, true
	case 9:
		return LevelStreet, true
	case 12:
		return LevelCommunity, true
	case 15:
		return LevelGrid, true
	}
	return "", false
}

// ParentOf gives the code one level up; the parent of a city is its province's two digits.
func ParentOf(code string) string {
	switch len(code) {
	case 15, 12, 9:
		return code[:len(code)-3]
	case 6, 4:
		return code[:len(code)-2]
	}
	return ""
}

// TenantOf gives the tenant a division belongs to: its first six digits, "" when the code is shorter.
// Functional zones have no congress and so belong to the district whose code they carry.
func TenantOf(code string) string {
	if len(code) < 6 {
		return ""
	}
	return code[:6]
}

// Within says whether code is the division prefix itself or lies inside it.
func Within(code, prefix string) bool { return strings.HasPrefix(code, prefix) }

// StreetKind is what the three township digits of a street-level code mean.
type StreetKind string

// The kinds of street-level units by township digits.
const (
	Subdistrict StreetKind = "subdistrict" // 001–099 街道: no congress, a working committee
	Town        StreetKind = "town"        // 100–199 镇: a presidium
	Township    StreetKind = "township"    // 200–399 乡
	Zone        StreetKind = "zone"        // 400–599 zone-like units
)

// StreetKindOf reads the township digits of a street-level or deeper code.
func StreetKindOf(code string) (StreetKind, bool) {
	if len(code) < 9 {
		return "", false
	}
	n, err := strconv.Atoi(code[6:9])
	switch {
	case err != nil || n < 1 || n > 599:
		return "", false
	case n < 100:
		return Subdistrict, true
	case n < 200:
		return Town, true
	case n < 400:
		return Township, true
	}
	return Zone, true
}

// ClockClass is the pace a category promises for handling.
type ClockClass string

// The four paces of domain.md §3: 2 h, 24 h, 7 days, 15 days.
const (
	ClassUrgent   ClockClass = "urgent"
	ClassUtility  ClockClass = "utility"
	ClassOrdinary ClockClass = "ordinary"
	ClassComplex  ClockClass = "complex"
)

func knownClass(c ClockClass) bool {
	switch c {
	case ClassUrgent, ClassUtility, ClassOrdinary, ClassComplex:
		return true
	}
	return false
}

// standardCode is how a category names an entry of the national table: kind and five digits, because
// components and matters share numbers.
var standardCode = regexp.MustCompile(`^(component|matter):[0-9]{5}$`)
