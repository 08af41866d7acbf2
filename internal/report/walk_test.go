package report

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/database"
)

// numbered is the n-th id in time.
func numbered(n int) (id uuid.UUID) {
	id[0], id[1], id[2] = 1, byte(n>>8), byte(n) //nolint:gosec // small numbers
	return id
}

// holding is a list with the given ids, in any order.
func holding(n ...int) list {
	slices.Sort(n)
	slices.Reverse(n)
	return func(_ context.Context, _ *database.Tx, before uuid.UUID, most int) (out []uuid.UUID, _ error) {
		for _, i := range n {
			if id := numbered(i); len(out) < most && (before == uuid.Nil || slices.Compare(id[:], before[:]) < 0) {
				out = append(out, id)
			}
		}
		return out, nil
	}
}

// TestStride walks lists of different lengths that share ids: everything comes once, newest first, whatever the step.
func TestStride(t *testing.T) {
	var long, odd, all []int
	for i := 1; i <= 700; i++ {
		all = append(all, i)
		if i%7 != 0 || i%2 != 0 {
			long = append(long, i)
		}
		if i%2 == 1 || i%7 == 0 {
			odd = append(odd, i)
		}
	}
	lists := []list{holding(long...), holding(odd...), holding(), holding(3, 699)}
	for _, step := range []int{1, 2, 10, 350, 699, 700, 5000} {
		var got []uuid.UUID
		for from := uuid.Nil; ; {
			ids, next, err := stride(t.Context(), nil, lists, from, step)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, ids...)
			if next == uuid.Nil {
				break
			}
			if from != uuid.Nil && slices.Compare(next[:], from[:]) >= 0 {
				t.Fatalf("step %d stands still", step)
			}
			from = next
		}
		if len(got) != len(all) {
			t.Fatalf("step %d: %d of %d ids", step, len(got), len(all))
		}
		for i, id := range got {
			if id != numbered(all[len(all)-1-i]) {
				t.Fatalf("step %d: %d-th is %v", step, i, id)
			}
		}
	}
}

func TestTile(t *testing.T) {
	here := Tile(36.0661, 120.3841)
	for name, c := range map[string]struct {
		lat, lng float64
		same     bool
	}{
		"beside":      {36.0795, 120.3999, true},
		"next row":    {36.0801, 120.3841, false},
		"next column": {36.0661, 120.4001, false},
		"row before":  {36.0599, 120.3841, false},
		"other side":  {-36.0661, 120.3841, false},
		"far west":    {36.0661, -120.3841, false},
	} {
		if same := Tile(c.lat, c.lng) == here; same != c.same {
			t.Errorf("%s: %v", name, same)
		}
	}
	box := Box{MinLng: 120.36, MinLat: 36.08, MaxLng: 120.38, MaxLat: 36.10}
	if n := len(box.tiles()); n != 4 {
		t.Errorf("a box of two by two squares has %d", n)
	}
	if wide := (&Box{MinLng: 119, MinLat: 35, MaxLng: 121, MaxLat: 37}).tiles(); wide != nil {
		t.Errorf("a box over the city is walked in %d squares", len(wide))
	}
}
