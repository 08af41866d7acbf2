package division

// extent is a box in degrees.
type extent struct{ minLat, minLng, maxLat, maxLng float64 }

func (e extent) contains(p Point) bool {
	return p.Lat >= e.minLat && p.Lat <= e.maxLat && p.Lng >= e.minLng && p.Lng <= e.maxLng
}

// cityExtents are published outer bounds of a city, widened by a tenth of a degree for its waters. They
// catch a position that is plainly wrong where no boundary was imported. Qingdao: 35°35′–37°09′ N,
// 119°30′–121°00′ E (city government, geography).
var cityExtents = map[string]extent{
	"3702": {minLat: 35.48, minLng: 119.40, maxLat: 37.25, maxLng: 121.10},
}
