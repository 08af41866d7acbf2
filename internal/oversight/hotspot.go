package oversight

import (
	"cmp"
	"slices"
)

// Cell is one square of a thousandth of a degree, about a hundred metres, with how many reports lie in it.
type Cell struct{ Lat, Lng, Count int }

// HotSpot is a dense group of cells.
type HotSpot struct {
	// Lat and Lng are the middle of its reports, in thousandths of a degree from the cells' corners.
	Lat, Lng float64
	Cells    int
	Reports  int
}

const (
	// near is how many cells away a neighbour may lie: 200 m.
	near = 2
	// crowded is how many reports around a cell make it the core of a hot spot.
	crowded = 10
)

// hotSpots groups cells by density (DBSCAN, Ester et al. 1996, over cells weighed by their reports), the largest first.
// Cells that are neither crowded nor beside a crowded one belong to none.
func hotSpots(cells []Cell) []HotSpot {
	at := make(map[[2]int]int, len(cells))
	for i, c := range cells {
		at[[2]int{c.Lat, c.Lng}] = i
	}
	around := func(i int) (list []int, reports int) {
		for dy := -near; dy <= near; dy++ {
			for dx := -near; dx <= near; dx++ {
				if j, there := at[[2]int{cells[i].Lat + dy, cells[i].Lng + dx}]; there {
					list = append(list, j)
					reports += cells[j].Count
				}
			}
		}
		return list, reports
	}
	group := make([]int, len(cells)) // 0: none yet
	var spots []HotSpot
	for i := range cells {
		neighbours, reports := around(i)
		if group[i] != 0 || reports < crowded {
			continue
		}
		spots = append(spots, HotSpot{})
		n := len(spots)
		group[i] = n
		for queue := neighbours; len(queue) > 0; queue = queue[1:] {
			j := queue[0]
			if group[j] != 0 {
				continue
			}
			group[j] = n
			if further, reports := around(j); reports >= crowded {
				queue = append(queue, further...)
			}
		}
	}
	for i, c := range cells {
		if group[i] == 0 {
			continue
		}
		s := &spots[group[i]-1]
		s.Cells++
		s.Reports += c.Count
		s.Lat += float64(c.Lat*c.Count) + 0.5*float64(c.Count)
		s.Lng += float64(c.Lng*c.Count) + 0.5*float64(c.Count)
	}
	for i := range spots {
		spots[i].Lat /= float64(spots[i].Reports)
		spots[i].Lng /= float64(spots[i].Reports)
	}
	slices.SortFunc(spots, func(a, b HotSpot) int {
		return cmp.Or(cmp.Compare(b.Reports, a.Reports), cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.Lng, b.Lng))
	})
	return spots
}
