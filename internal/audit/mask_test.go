package audit

import (
	"reflect"
	"testing"
)

func TestNoNumberOfAPersonGetsIntoALine(t *testing.T) {
	for in, want := range map[string]string{
		"联系13812345678核实":       "联系***核实",
		"电话 138 1234 5678。":     "电话 ***。",
		"+86-13812345678":       "***",
		"身份证370202199001011234": "身份证***",
		"370202-2026-000123":    "370202-2026-000123",
		"2026-11-22 10:00":      "2026-11-22 10:00",
		"a13812345678b":         "a13812345678b",
	} {
		if got := masked(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	got := maskedFacts(map[string]any{"n": 3, "deep": map[string]any{"list": []any{"13812345678", 7}, "words": []string{"13812345678"}}})
	want := map[string]any{"n": 3, "deep": map[string]any{"list": []any{"***", 7}, "words": []string{"***"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}
