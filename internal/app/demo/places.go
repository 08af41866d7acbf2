package demo

import (
	"huying/internal/division"
)

// anchor is roughly where a tenant's towns lie, with the weight of its people in the city. Both are round
// figures for spreading invented reports, not statistics: official figures are imported by the customer.
type anchor struct {
	lat, lng, spread float64
	weight           int
}

var anchors = map[string]anchor{
	"370202": {36.066, 120.384, 0.018, 49},
	"370203": {36.094, 120.372, 0.026, 110},
	"370211": {35.958, 120.172, 0.090, 190},
	"370212": {36.110, 120.468, 0.050, 50},
	"370213": {36.160, 120.428, 0.032, 74},
	"370214": {36.300, 120.392, 0.060, 111},
	"370215": {36.390, 120.450, 0.080, 134},
	"370281": {36.264, 120.030, 0.080, 99},
	"370283": {36.780, 119.985, 0.120, 119},
	"370285": {36.885, 120.515, 0.100, 72},
}

// settle invents the places people name: several compounds, a road and a park in every street.
func (c *cast) settle(perStreet int) {
	a, ok := anchors[c.tenant.Code]
	if !ok {
		a = anchor{36.1, 120.4, 0.05, 50}
	}
	taken := map[string]bool{}
	for _, s := range c.streets {
		centre := division.Point{Lat: a.lat + c.tell.Between(-a.spread, a.spread), Lng: a.lng + c.tell.Between(-a.spread, a.spread)}
		for i := range perStreet {
			p := place{id: c.newID(), kind: "compound", division: c.homeIn(s.Code)}
			p.position = division.Point{Lat: round(centre.Lat + c.tell.Between(-0.006, 0.006)), Lng: round(centre.Lng + c.tell.Between(-0.006, 0.006))}
			for tries := 0; tries == 0 || taken[p.name] && tries < 20; tries++ {
				switch i {
				case 0:
					p.kind, p.name, p.alias = "road", c.tell.Road(), ""
				case 1:
					p.kind, p.name, p.alias = "park", c.tell.Park(), ""
				default:
					p.name, p.alias = c.tell.Compound()
				}
			}
			taken[p.name] = true
			c.places = append(c.places, p)
		}
	}
}

// round keeps six digits, a tenth of a metre.
func round(x float64) float64 { return float64(int64(x*1e6+0.5)) / 1e6 }
