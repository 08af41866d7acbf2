package oversight

import (
	"strings"
	"testing"
)

// Who is on which list, and that too few say nothing.
func TestMark(t *testing.T) {
	for name, c := range map[string]struct {
		unit    UnitLine
		list    string
		reasons string
	}{
		"nothing":                     {UnitLine{Due: 50}, "none", ""},
		"just below yellow":           {UnitLine{Due: 100, Late: 9}, "none", ""},
		"yellow by lateness":          {UnitLine{Due: 100, Late: 10}, "yellow", "超期10件，占到期100件的10.0%"},
		"red by lateness":             {UnitLine{Due: 50, Late: 10}, "red", "超期10件，占到期50件的20.0%"},
		"too few to compare":          {UnitLine{Due: 9, Late: 9}, "none", ""},
		"yellow by ratings":           {UnitLine{Rated: 10, Unsatisfied: 2}, "yellow", "不满意2次，占评价10次的20.0%"},
		"too few ratings":             {UnitLine{Rated: 9, Unsatisfied: 9}, "none", ""},
		"a letter late":               {UnitLine{Letters: 1, LettersLate: 1, worst: 150}, "yellow", "督办超过答复期限1次"},
		"a letter at twice its time":  {UnitLine{Letters: 1, LettersLate: 1, worst: 200}, "red", "督办超过答复期限一倍"},
		"sent back once":              {UnitLine{Letters: 1, returned: 1, SentBack: 1}, "yellow", "督办答复被退回过"},
		"sent back twice":             {UnitLine{Letters: 1, returned: 2, SentBack: 2}, "red", "同一督办通知退回2次"},
		"red stays red beside yellow": {UnitLine{Due: 50, Late: 10, Rated: 10, Unsatisfied: 5}, "red", "超期10件，占到期50件的20.0%；不满意5次，占评价10次的50.0%"},
	} {
		u := c.unit
		u.mark(10)
		if u.List != c.list || strings.Join(u.Reasons, "；") != c.reasons {
			t.Errorf("%s: %s %q", name, u.List, u.Reasons)
		}
	}
}

func TestInOrder(t *testing.T) {
	units := []UnitLine{{Name: "a", List: "none", Due: 10, Late: 1}, {Name: "b", List: "red"}, {Name: "c", List: "none", Due: 10, Late: 2}, {Name: "d", List: "yellow"}}
	inOrder(units)
	got := ""
	for _, u := range units {
		got += u.Name
	}
	if got != "bdca" {
		t.Error(got)
	}
}
