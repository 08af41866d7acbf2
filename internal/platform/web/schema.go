package web

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// ownPackages is where wire types of ours live.
const ownPackages = "huying/internal/"

// schemaName names a wire type in the OpenAPI document after its room, so that deputy.View and
// station.View stand beside each other: DeputyView, StationView, PageDeputyView. A type that
// already begins with its room's name, and those of platform packages, stay as they are.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return huma.DefaultSchemaNamer(t, hint)
	}
	var b strings.Builder
	for _, part := range strings.FieldsFunc(t.PkgPath()+"."+t.Name(), func(r rune) bool { return strings.ContainsRune("[]*,", r) }) {
		b.WriteString(typeName(part))
	}
	return b.String()
}

// typeName turns huying/internal/deputy.View into DeputyView and a foreign or plain type into its last word.
func typeName(path string) string {
	dot := strings.LastIndex(path, ".")
	name := upperFirst(path[dot+1:])
	room, ours := strings.CutPrefix(path[:max(dot, 0)], ownPackages)
	if !ours || strings.Contains(room, "/") || strings.HasPrefix(strings.ToLower(name), room) {
		return name
	}
	return upperFirst(room) + name
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
