package unit

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

func id(n byte) uuid.UUID { return uuid.UUID{6: 0x70, 15: n} }

func line(category, division, source string, unit byte, isDefault bool) Rule {
	return Rule{Category: category, DivisionCode: division, Source: source, UnitID: id(unit), Default: isDefault}
}

// TestRankBySource is the table of scenario 2: which unit by source of noise.
func TestRankBySource(t *testing.T) {
	units := map[uuid.UUID]Unit{}
	for n, name := range map[byte]string{1: "公安分局", 2: "住建局", 3: "街道办", 4: "城管局", 5: "生态环境分局"} {
		units[id(n)] = Unit{ID: id(n), Name: name, Active: true}
	}
	handler := id(77)
	dance := line("noise", "370202", "square_dance", 1, true)
	dance.HandlerID = &handler
	rules := []Rule{
		dance,
		line("noise", "370202", "square_dance", 4, false),
		line("noise", "370202", "construction", 2, true),
		line("noise", "370202001", "square_dance", 3, false),
		line("noise", "370202", "", 5, true),
	}
	for _, c := range []struct {
		name, division, source string
		want                   []byte
	}{
		{"a street's own rule before the district's", "370202001003", "square_dance", []byte{3, 1, 4, 5}},
		{"elsewhere the district's default for the source", "370202002001", "square_dance", []byte{1, 4, 5}},
		{"another source another unit", "370202001003", "construction", []byte{2, 5}},
		{"a source without a rule falls to the one for any", "370202001003", "vehicle", []byte{5}},
		{"nobody said what makes it", "370202001003", "", []byte{5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []byte
			for _, u := range Rank(Case{"noise", c.division, c.source}, rules, units) {
				got = append(got, u.ID[15])
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
		})
	}
	if got := Handler(Case{"noise", "370202002001", "square_dance"}, id(1), rules, units); got == nil || *got != handler {
		t.Errorf("the rule's handler: %v", got)
	}
	if got := Handler(Case{"noise", "370202002001", "square_dance"}, id(4), rules, units); got != nil {
		t.Errorf("a rule that names nobody: %v", got)
	}
}

func TestRank(t *testing.T) {
	units := map[uuid.UUID]Unit{}
	for n, name := range map[byte]string{1: "A城管局", 2: "B街道办", 3: "C供水集团", 4: "D停用单位", 5: "E兜底中心"} {
		units[id(n)] = Unit{ID: id(n), Name: name, Active: n != 4}
	}
	rules := []Rule{
		line("manhole", "370202", "", 1, true),
		line("manhole", "370202", "", 3, false),
		line("manhole", "370202001", "", 2, false),
		line("manhole", "370202001", "", 4, true),
		line("garbage", "370202", "", 2, false),
		line("garbage", "370202", "", 1, false),
		line("other", "370202", "", 5, true),
		line("manhole", "370202", "", 99, true),
	}
	for _, c := range []struct {
		name, category, division string
		want                     []byte
	}{
		{"the narrower division first, then the default, then the name", "manhole", "370202001003", []byte{2, 1, 3, 5}},
		{"another street has no rule of its own", "manhole", "370202002001", []byte{1, 3, 5}},
		{"without a default by name", "garbage", "370202002001", []byte{1, 2, 5}},
		{"no rule of its own falls to other", "noise", "370202002001", []byte{5}},
		{"another district has nothing", "manhole", "370203001001", nil},
		{"inactive and unknown units never", "manhole", "370202001", []byte{2, 1, 3, 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []byte
			for _, u := range Rank(Case{Category: c.category, Division: c.division}, rules, units) {
				got = append(got, u.ID[15])
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			slices.Reverse(rules)
			again := Rank(Case{Category: c.category, Division: c.division}, rules, units)
			for i := range again {
				if again[i].ID[15] != c.want[i] {
					t.Fatalf("another order of rules gives %v", again)
				}
			}
		})
	}
}

func TestCircular(t *testing.T) {
	parents := map[uuid.UUID]uuid.UUID{id(2): id(1), id(3): id(2)}
	for _, c := range []struct {
		unit, parent byte
		circular     bool
	}{{1, 1, true}, {1, 3, true}, {1, 2, true}, {3, 1, false}, {2, 9, false}, {9, 3, false}} {
		if got := Circular(id(c.unit), id(c.parent), parents); got != c.circular {
			t.Errorf("unit %d under %d: %v", c.unit, c.parent, got)
		}
	}
	if !Circular(id(9), id(1), map[uuid.UUID]uuid.UUID{id(1): id(2), id(2): id(1)}) {
		t.Error("a ring that is there already must not hang or pass")
	}
}
