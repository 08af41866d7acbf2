package division

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Point is a position in WGS-84 degrees.
type Point struct{ Lat, Lng float64 }

// Valid says whether the point lies on the globe.
func (p Point) Valid() bool {
	return !math.IsNaN(p.Lat) && !math.IsNaN(p.Lng) && math.Abs(p.Lat) <= 90 && math.Abs(p.Lng) <= 180
}

// ring is a closed line of (lng, lat) corners; polygon is an outer ring and its holes.
type (
	ring    = [][2]float64
	polygon = []ring
)

// Shape is the boundary of one division: one or several polygons with their common box.
type Shape struct {
	Code                           string
	polygons                       []polygon
	minLng, minLat, maxLng, maxLat float64
	ordinal                        int // in the file it was read from, from 1
}

// Contains says whether the point lies inside the shape; a point inside a hole is outside.
func (s *Shape) Contains(p Point) bool {
	if p.Lng < s.minLng || p.Lng > s.maxLng || p.Lat < s.minLat || p.Lat > s.maxLat {
		return false
	}
	for _, poly := range s.polygons {
		if len(poly) == 0 || !inRing(poly[0], p) {
			continue
		}
		inHole := false
		for _, hole := range poly[1:] {
			if inRing(hole, p) {
				inHole = true
				break
			}
		}
		if !inHole {
			return true
		}
	}
	return false
}

// inRing counts the edges a ray to the east crosses; an odd count is inside.
func inRing(r ring, p Point) bool {
	in := false
	for i, j := 0, len(r)-1; i < len(r); j, i = i, i+1 {
		yi, yj := r[i][1], r[j][1]
		if (yi > p.Lat) != (yj > p.Lat) &&
			p.Lng < (r[j][0]-r[i][0])*(p.Lat-yi)/(yj-yi)+r[i][0] {
			in = !in
		}
	}
	return in
}

// Limits of one boundary file, so that a hostile or mistaken one cannot exhaust memory.
const (
	maxBoundaryBytes = 64 << 20
	maxCorners       = 2_000_000
)

// ReadBoundaries reads a GeoJSON FeatureCollection whose features carry the division code as property
// code, division_code or adcode, or as id. Problems name the feature's ordinal (from 1) as the line.
func ReadBoundaries(r io.Reader) ([]*Shape, []RowError, error) {
	var fc struct {
		Type     string `json:"type"`
		Features []struct {
			ID         any             `json:"id"`
			Properties map[string]any  `json:"properties"`
			Geometry   json.RawMessage `json:"geometry"`
		} `json:"features"`
	}
	data, err := io.ReadAll(io.LimitReader(r, maxBoundaryBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read boundaries: %w", err)
	}
	if len(data) > maxBoundaryBytes {
		return nil, nil, faultImport.New("边界文件超过 64 MB。")
	}
	if err := json.Unmarshal(data, &fc); err != nil || fc.Type != "FeatureCollection" {
		return nil, nil, faultImport.New("不是 GeoJSON FeatureCollection 文件。")
	}
	var out []*Shape
	var bad []RowError
	seen := map[string]int{}
	for i, f := range fc.Features {
		line := i + 1
		code := featureCode(f.ID, f.Properties)
		if _, ok := LevelOf(code); !ok {
			bad = append(bad, RowError{line, "code", "缺少区划代码（属性 code、division_code 或 adcode）。"})
			continue
		}
		if first, dup := seen[code]; dup {
			bad = append(bad, RowError{line, "code", fmt.Sprintf("区划 %s 与第 %d 个重复。", code, first)})
			continue
		}
		seen[code] = line
		shape, err := ParseShape(code, f.Geometry)
		if err != nil {
			bad = append(bad, RowError{line, "geometry", err.Error()})
			continue
		}
		shape.ordinal = line
		out = append(out, shape)
	}
	return out, bad, nil
}

func featureCode(id any, props map[string]any) string {
	for _, v := range []any{props["code"], props["division_code"], props["adcode"], id} {
		switch x := v.(type) {
		case string:
			if x != "" {
				return x
			}
		case float64:
			return fmt.Sprintf("%.0f", x)
		}
	}
	return ""
}

// ParseShape reads a GeoJSON Polygon or MultiPolygon in WGS-84.
func ParseShape(code string, geometry []byte) (*Shape, error) {
	var g struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if err := json.Unmarshal(geometry, &g); err != nil {
		return nil, fmt.Errorf("几何数据无法读取")
	}
	var polys []polygon
	switch g.Type {
	case "Polygon":
		var p polygon
		if err := json.Unmarshal(g.Coordinates, &p); err != nil {
			return nil, fmt.Errorf("多边形坐标无法读取")
		}
		polys = []polygon{p}
	case "MultiPolygon":
		if err := json.Unmarshal(g.Coordinates, &polys); err != nil {
			return nil, fmt.Errorf("多边形坐标无法读取")
		}
	default:
		return nil, fmt.Errorf("只接受 Polygon 或 MultiPolygon")
	}
	return newShape(code, polys)
}

func newShape(code string, polys []polygon) (*Shape, error) {
	s := &Shape{Code: code, polygons: polys, minLng: 181, minLat: 91, maxLng: -181, maxLat: -91}
	corners := 0
	for _, poly := range polys {
		if len(poly) == 0 {
			return nil, fmt.Errorf("多边形没有外环")
		}
		for _, r := range poly {
			if len(r) < 4 || r[0] != r[len(r)-1] {
				return nil, fmt.Errorf("环至少要有四个点并且首尾相接")
			}
			if corners += len(r); corners > maxCorners {
				return nil, fmt.Errorf("边界点超过 %d 个", maxCorners)
			}
			for _, c := range r {
				if !(Point{Lat: c[1], Lng: c[0]}).Valid() {
					return nil, fmt.Errorf("坐标超出范围：经度 %g 纬度 %g", c[0], c[1])
				}
				s.minLng, s.maxLng = math.Min(s.minLng, c[0]), math.Max(s.maxLng, c[0])
				s.minLat, s.maxLat = math.Min(s.minLat, c[1]), math.Max(s.maxLat, c[1])
			}
		}
	}
	if corners == 0 {
		return nil, fmt.Errorf("没有多边形")
	}
	return s, nil
}

// metres is the distance between two near points on the globe (equirectangular: good to 0.1 % in a city).
func metres(a, b Point) float64 {
	const perDegree = 111_320.0
	dLat := (a.Lat - b.Lat) * perDegree
	dLng := (a.Lng - b.Lng) * perDegree * math.Cos((a.Lat+b.Lat)/2*math.Pi/180)
	return math.Hypot(dLat, dLng)
}
