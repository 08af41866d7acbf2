package station

import (
	"slices"
	"testing"

	"huying/ent/db"
)

func TestNearest(t *testing.T) {
	at := func(name string, lat, lng float64) *db.Station { return &db.Station{Name: name, Lat: &lat, Lng: &lng} }
	rows := []*db.Station{{Name: "乙无位置"}, at("远", 36.20, 120.38), {Name: "丙无位置"}, at("近", 36.067, 120.38), at("此处", 36.066, 120.38)}
	var names []string
	for _, n := range Nearest(36.066, 120.38, rows) {
		names = append(names, n.Row.Name)
		if (n.Row.Lat == nil) != (n.Metres == -1) {
			t.Errorf("%s is %d m away", n.Row.Name, n.Metres)
		}
	}
	if want := []string{"此处", "近", "远", "丙无位置", "乙无位置"}; !slices.Equal(names, want) {
		t.Fatalf("order %v, want %v", names, want)
	}
}
