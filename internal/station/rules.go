package station

import (
	"cmp"
	"math"
	"slices"

	"huying/ent/db"
)

// Near is a station with its distance.
type Near struct {
	Row    *db.Station
	Metres int // −1 when the station's position is unknown
}

// Nearest orders stations by their distance from a WGS-84 position; those without a position
// come last, by name.
func Nearest(lat, lng float64, rows []*db.Station) []Near {
	out := make([]Near, len(rows))
	for i, row := range rows {
		out[i] = Near{Row: row, Metres: -1}
		if row.Lat != nil && row.Lng != nil {
			out[i].Metres = metres(lat, lng, *row.Lat, *row.Lng)
		}
	}
	slices.SortFunc(out, func(a, b Near) int {
		if (a.Metres < 0) != (b.Metres < 0) {
			return b.Metres - a.Metres
		}
		return cmp.Or(a.Metres-b.Metres, cmp.Compare(a.Row.Name, b.Row.Name), cmp.Compare(a.Row.ID.String(), b.Row.ID.String()))
	})
	return out
}

// metres over the earth's mean radius of 6,371 km.
func metres(lat1, lng1, lat2, lng2 float64) int {
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	half := func(d float64) float64 { s := math.Sin(rad(d) / 2); return s * s }
	h := half(lat2-lat1) + math.Cos(rad(lat1))*math.Cos(rad(lat2))*half(lng2-lng1)
	return int(math.Round(2 * 6_371_000 * math.Asin(math.Min(1, math.Sqrt(h)))))
}
