package division

import (
	"fmt"
	"strings"
	"testing"
)

// square is a closed ring around (lng, lat) with half a side of r degrees.
func square(lng, lat, r float64) string {
	return fmt.Sprintf("[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]",
		lng-r, lat-r, lng+r, lat-r, lng+r, lat+r, lng-r, lat+r, lng-r, lat-r)
}

func feature(code, geometry string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q},"geometry":%s}`, code, geometry)
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

// twoDistricts are invented: a district with a hole, a street inside it, and a district of two islands.
var twoDistricts = collection(
	feature("370202", `{"type":"Polygon","coordinates":[`+square(120.4, 36.1, 0.1)+`,`+square(120.45, 36.15, 0.02)+`]}`),
	feature("370202001", `{"type":"Polygon","coordinates":[`+square(120.35, 36.05, 0.02)+`]}`),
	feature("370203", `{"type":"MultiPolygon","coordinates":[[`+square(120.7, 36.1, 0.1)+`],[`+square(121, 36.1, 0.05)+`]]}`),
)

func TestLocate(t *testing.T) {
	shapes, bad, err := ReadBoundaries(strings.NewReader(twoDistricts))
	if err != nil || len(bad) > 0 || len(shapes) != 3 {
		t.Fatal(shapes, bad, err)
	}
	d := newDirectory(nil, nil, nil, Calendar{}, shapes)
	for name, tc := range map[string]struct {
		lat, lng float64
		want     string
	}{
		"inside_the_district":          {36.1, 120.4, "370202"},
		"the_deepest_boundary_wins":    {36.05, 120.35, "370202001"},
		"in_the_hole_is_outside":       {36.15, 120.45, ""},
		"the_second_island":            {36.1, 121.01, "370203"},
		"between_the_islands":          {36.1, 120.9, ""},
		"in_the_box_of_nothing":        {35, 120.4, ""},
		"latitude_and_longitude_apart": {120.4, 36.1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, found := d.Locate(Point{tc.lat, tc.lng}); got != tc.want || found != (tc.want != "") {
				t.Errorf("got %q %v, want %q", got, found, tc.want)
			}
		})
	}
}

func TestReadBoundariesRefuses(t *testing.T) {
	good := `{"type":"Polygon","coordinates":[` + square(120, 36, 1) + `]}`
	for name, tc := range map[string]struct{ file, column string }{
		"a_feature_without_code":       {collection(feature("", good)), "code"},
		"a_code_that_is_none":          {collection(feature("市南区", good)), "code"},
		"the_same_division_twice":      {collection(feature("370202", good), feature("370202", good)), "code"},
		"a_line":                       {collection(feature("370202", `{"type":"LineString","coordinates":[[1,1],[2,2]]}`)), "geometry"},
		"an_open_ring":                 {collection(feature("370202", `{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2]]]}`)), "geometry"},
		"a_ring_of_three":              {collection(feature("370202", `{"type":"Polygon","coordinates":[[[1,1],[2,1],[1,1]]]}`)), "geometry"},
		"coordinates_beyond_the_world": {collection(feature("370202", `{"type":"Polygon","coordinates":[`+square(200, 36, 1)+`]}`)), "geometry"},
		"no_polygon_at_all":            {collection(feature("370202", `{"type":"MultiPolygon","coordinates":[]}`)), "geometry"},
		"a_polygon_without_rings":      {collection(feature("370202", `{"type":"Polygon","coordinates":[]}`)), "geometry"},
		"text_for_coordinates":         {collection(feature("370202", `{"type":"Polygon","coordinates":"here"}`)), "geometry"},
	} {
		t.Run(name, func(t *testing.T) {
			_, bad, err := ReadBoundaries(strings.NewReader(tc.file))
			if err != nil || len(bad) != 1 || bad[0].Column != tc.column {
				t.Errorf("got %v %v, want one error in %s", bad, err, tc.column)
			}
		})
	}
	for name, file := range map[string]string{"no_json": "code,name", "another_type": good} {
		if _, _, err := ReadBoundaries(strings.NewReader(file)); err == nil {
			t.Errorf("%s: the file was accepted", name)
		}
	}
}

func FuzzReadBoundaries(f *testing.F) {
	f.Add(twoDistricts)
	f.Add(collection(feature("370202", `{"type":"Polygon","coordinates":[[]]}`)))
	f.Fuzz(func(t *testing.T, file string) {
		shapes, _, err := ReadBoundaries(strings.NewReader(file))
		if err != nil {
			return
		}
		d := newDirectory(nil, nil, nil, Calendar{}, shapes)
		d.Locate(Point{36, 120})
	})
}
