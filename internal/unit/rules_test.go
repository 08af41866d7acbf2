package unit

import (
	"slices"
	"testing"

	"github.com/google/uuid"
)

func id(n byte) uuid.UUID { return uuid.UUID{6: 0x70, 15: n} }

func TestRank(t *testing.T) {
	units := map[uuid.UUID]Unit{}
	for n, name := range map[byte]string{1: "A城管局", 2: "B街道办", 3: "C供水集团", 4: "D停用单位", 5: "E兜底中心"} {
		units[id(n)] = Unit{ID: id(n), Name: name, Active: n != 4}
	}
	rules := []Rule{
		{"manhole", "370202", id(1), true},
		{"manhole", "370202", id(3), false},
		{"manhole", "370202001", id(2), false},
		{"manhole", "370202001", id(4), true},
		{"garbage", "370202", id(2), false},
		{"garbage", "370202", id(1), false},
		{"other", "370202", id(5), true},
		{"manhole", "370202", id(99), true},
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
			for _, u := range Rank(c.category, c.division, rules, units) {
				got = append(got, u.ID[15])
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			slices.Reverse(rules)
			again := Rank(c.category, c.division, rules, units)
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
