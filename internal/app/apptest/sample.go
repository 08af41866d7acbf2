package apptest

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"huying/internal/platform/web"
)

// Sample makes the smallest body the description of a route accepts, so that
// an attack is answered by the guard it is meant for and not by validation.
// known overrides values by field name. It is nil for a route without a body.
func Sample(api *huma.OpenAPI, route web.Route, known map[string]any) any {
	item := api.Paths[route.FullPath()]
	if item == nil {
		return nil
	}
	op := map[string]*huma.Operation{
		"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete,
	}[route.Method]
	if op == nil || op.RequestBody == nil {
		return nil
	}
	content := op.RequestBody.Content["application/json"]
	if content == nil || content.Schema == nil {
		return nil
	}
	return sampler{api, known}.of("", content.Schema, 0)
}

type sampler struct {
	api   *huma.OpenAPI
	known map[string]any
}

func (s sampler) of(name string, schema *huma.Schema, depth int) any {
	if v, ok := s.known[name]; ok && name != "" {
		return v
	}
	if schema.Ref != "" {
		schema = s.api.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	switch {
	case schema == nil || depth > 6:
		return nil
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	}
	switch schema.Type {
	case "object":
		return s.object(schema, depth)
	case "array":
		items := []any{}
		for range deref(schema.MinItems) {
			items = append(items, s.of(strings.TrimSuffix(name, "s"), schema.Items, depth+1))
		}
		return items
	case "integer", "number":
		if schema.Minimum != nil {
			return *schema.Minimum
		}
		return 1
	case "boolean":
		return true
	}
	return text(schema)
}

// object fills what is required and whatever is known by name.
func (s sampler) object(schema *huma.Schema, depth int) any {
	out := map[string]any{}
	for name, property := range schema.Properties {
		_, known := s.known[name]
		if known || contains(schema.Required, name) {
			out[name] = s.of(name, property, depth+1)
		}
	}
	return out
}

func text(schema *huma.Schema) string {
	switch schema.Format {
	case "uuid":
		return NeverIssued
	case "date-time":
		return "2026-03-02T02:00:00Z"
	case "date":
		return "2026-03-02"
	}
	n := max(deref(schema.MinLength), 6)
	if schema.MaxLength != nil {
		n = min(n, *schema.MaxLength)
	}
	return strings.Repeat("字", n)
}

// NeverIssued is an id no installation has ever given out.
const NeverIssued = "01890000-dead-7bad-8bad-000000000000"

func deref(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
