package report

import (
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
)

// crowdReach is how many grid cells around count as the same place where people
// named none: about 300 m across.
const crowdReach = 1

// crowdKey names the place a crowd gathers about: the named place, else the
// grid cell, else the community and the kind of problem.
func crowdKey(r *db.Report) string {
	switch {
	case r.PlaceID != nil:
		return "place:" + r.PlaceID.String()
	case r.CellLat != nil && r.CellLng != nil:
		return cellKey(*r.CellLat, *r.CellLng)
	}
	return "division:" + community(r.DivisionCode) + ":" + r.Category
}

func cellKey(lat, lng int) string { return fmt.Sprintf("cell:%d:%d", lat, lng) }

// crowdKeys are all names under which a crowd at this place may have been told
// of: a neighbouring cell is the same place.
func crowdKeys(r *db.Report) []string {
	if r.PlaceID != nil || r.CellLat == nil || r.CellLng == nil {
		return []string{crowdKey(r)}
	}
	var out []string
	for y := -crowdReach; y <= crowdReach; y++ {
		for x := -crowdReach; x <= crowdReach; x++ {
			out = append(out, cellKey(*r.CellLat+y, *r.CellLng+x))
		}
	}
	return out
}

// community is the code down to the community or village (12 digits), or all of a shorter one.
func community(code string) string { return code[:min(len(code), 12)] }

// streetOf is the street or town of a division.
func streetOf(code string) string { return code[:min(len(code), 9)] }

// people counts who is named, each once.
func people(lists ...[]uuid.UUID) int {
	seen := map[uuid.UUID]bool{}
	for _, list := range lists {
		for _, id := range list {
			seen[id] = true
		}
	}
	return len(seen)
}
