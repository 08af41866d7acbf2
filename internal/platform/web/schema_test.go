package web

import (
	"reflect"
	"testing"
	"time"
)

func TestSchemaNamesCarryTheirRoom(t *testing.T) {
	for path, want := range map[string]string{
		"huying/internal/deputy.View":        "DeputyView",
		"huying/internal/deputy.DeputyView":  "DeputyView",
		"huying/internal/platform/web.Page":  "Page",
		"huying/internal/platform/web.Fault": "Fault",
		"time.Time":                          "Time",
		"string":                             "String",
	} {
		if got := typeName(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if got := schemaName(reflect.TypeFor[Page[time.Time]](), ""); got != "PageTime" {
		t.Errorf("a page of times is %s", got)
	}
	if got := schemaName(reflect.TypeFor[*Page[string]](), ""); got != "PageString" {
		t.Errorf("a page of strings is %s", got)
	}
	if got := schemaName(reflect.TypeFor[struct{ A int }](), "Hint"); got != "Hint" {
		t.Errorf("an unnamed type is %s", got)
	}
}
