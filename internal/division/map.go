package division

import (
	"context"
	"fmt"
	"strconv"

	"huying/ent/db"
	"huying/ent/db/place"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// Tiles is a base map of pictures, addressed by level, column and row.
type Tiles struct {
	URL         string `json:"url" doc:"地址，{z} {x} {y} 是层级、列、行" example:"https://tiles.example/{z}/{x}/{y}.png"`
	Coordinates string `json:"coordinates" enum:"wgs84,gcj02" doc:"底图的坐标系；gcj02 的底图上，位置要先转换"`
	Attribution string `json:"attribution,omitempty" doc:"须显示的出处"`
	MaxZoom     int    `json:"max_zoom"`
}

type mapView struct {
	Tiles     *Tiles       `json:"tiles,omitempty" doc:"没有配置底图时没有"`
	Divisions []centreView `json:"divisions" doc:"知道大致位置的街道和社区"`
}

type centreView struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Level    Level    `json:"level" enum:"city,district,street,community,grid"`
	Position position `json:"position" doc:"大致的中心，WGS-84"`
}

// near is the position asked for, or nil.
func (in *placesIn) near() (*Point, error) {
	if in.Lat == "" && in.Lng == "" {
		return nil, nil
	}
	lat, badLat := strconv.ParseFloat(in.Lat, 64)
	lng, badLng := strconv.ParseFloat(in.Lng, 64)
	p := Point{lat, lng}
	switch {
	case badLat != nil || badLng == nil && !(Point{lat, 0}).Valid():
		return nil, invalid("lat", "应为 -90 到 90 之间的数，与 lng 一起填写。")
	case badLng != nil || !p.Valid():
		return nil, invalid("lng", "应为 -180 到 180 之间的数，与 lat 一起填写。")
	}
	return &p, nil
}

// getMap tells where the base map comes from, and where the tenant's streets and communities roughly lie: by what was
// imported, else by the middle of the places people named there.
func (s *Service) getMap(ctx context.Context, _ *noInput) (*mapOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	tenant := web.TenantOf(ctx)
	var places []middle
	err = s.db.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return tx.Place.Query().Where(place.DeletedAtIsNil(), place.LatNotNil(), place.LngNotNil()).GroupBy(place.FieldDivisionCode).
			Aggregate(db.As(db.Sum(place.FieldLat), "lat"), db.As(db.Sum(place.FieldLng), "lng"), db.As(db.Count(), "n")).Scan(ctx, &places)
	})
	if err != nil {
		return nil, fmt.Errorf("middles of places: %w", err)
	}
	middles := middles(places)
	out := &mapOut{Body: mapView{Tiles: s.tiles, Divisions: []centreView{}}}
	for _, level := range []Level{LevelStreet, LevelCommunity} {
		for _, d := range dir.Descendants(tenant, level) {
			if at, known := middles.centre(d); known {
				out.Body.Divisions = append(out.Body.Divisions, centreView{Code: d.Code, Name: d.Name, Level: d.Level, Position: position(at)})
			}
		}
	}
	return out, nil
}

// middle is the sum of the positions of n places in a division.
type middle struct {
	Code string  `json:"division_code"`
	Lat  float64 `json:"lat"`
	Lng  float64 `json:"lng"`
	N    int     `json:"n"`
}

// centres are the sums by street and community.
type centres map[string]middle

func middles(places []middle) centres {
	out := centres{}
	for _, m := range places {
		for _, digits := range []int{9, 12} {
			if len(m.Code) >= digits {
				sum := out[m.Code[:digits]]
				out[m.Code[:digits]] = middle{Lat: sum.Lat + m.Lat, Lng: sum.Lng + m.Lng, N: sum.N + m.N}
			}
		}
	}
	return out
}

// centre is the imported centre of a division, else the middle of the places in it.
func (c centres) centre(d Division) (Point, bool) {
	if d.Centre != nil {
		return *d.Centre, true
	}
	sum, known := c[d.Code]
	if !known {
		return Point{}, false
	}
	return Point{sum.Lat / float64(sum.N), sum.Lng / float64(sum.N)}, true
}
