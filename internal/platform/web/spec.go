package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
)

const bearerScheme = "bearer"

func apiConfig(opts Options) huma.Config {
	version := opts.Version
	if version == "" {
		version = "0.1.0"
	}
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   "呼应 Huying",
				Version: version,
				Description: "人大代表联系群众与基层治理平台。错误一律为 `application/problem+json`，其中 `code` 固定不变；" +
					"列表为 `{items, next_cursor}`；时间为 UTC 的 RFC 3339。",
			},
			Components: &huma.Components{
				Schemas: schemas(),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					bearerScheme: {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
	}
	// A client may be newer than the server it talks to: fields we do not know are left alone, not refused.
	c.AllowAdditionalPropertiesByDefault = true
	if opts.PublicURL != "" {
		c.Servers = []*huma.Server{{URL: opts.PublicURL}}
	}
	return c
}

// schemas describes an id as what it is, so that a wrong one is told by the name of its field; otherwise it fails in
// the decoder, which knows only the body.
func schemas() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", schemaName)
	r.RegisterTypeAlias(reflect.TypeFor[uuid.UUID](), reflect.TypeFor[identifier]())
	return r
}

type identifier string

// Schema of an id.
func (identifier) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

// operation describes a route for the document.
func (s *Server) operation(r Route) *huma.Operation {
	op := &huma.Operation{
		Method: r.Method, Path: r.FullPath(), OperationID: operationID(r), Summary: r.Summary, Description: r.Detail,
		DefaultStatus: r.Status, MaxBodyBytes: -1, BodyReadTimeout: -1,
		Errors:     statusOfHuma,
		Extensions: map[string]any{"x-permission": r.Permission},
	}
	if r.Tag != "" {
		op.Tags = []string{r.Tag}
	}
	if r.Permission != Public {
		op.Security = []map[string][]string{{bearerScheme: {}}}
		op.Errors = append(op.Errors[:len(op.Errors):len(op.Errors)], http.StatusUnauthorized, http.StatusForbidden)
	}
	if r.Tenant != None {
		op.Parameters = append(op.Parameters, headerParam(TenantHeader, "区市代码，例如 370202；网址已说明区市时可省略", `^[0-9]{6}$`))
	}
	if r.Idempotent {
		op.Parameters = append(op.Parameters, headerParam("Idempotency-Key", "同一次提交的唯一标识：重发时带同一个值，不会重复创建", idempotencyForm.String()))
	}
	if r.Doc != nil {
		r.Doc(s.api.OpenAPI(), op)
	}
	return op
}

// document adds a Raw route, whose types Huma cannot see.
func (s *Server) document(r Route) {
	op := s.operation(r)
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	if op.RequestBody == nil {
		op.RequestBody = s.bodyDoc(r)
	}
	success := r.Status
	if success == 0 {
		success = http.StatusOK
	}
	if key := strconv.Itoa(success); op.Responses[key] == nil {
		op.Responses[key] = s.answerDoc(r, success)
	}
	for _, name := range pathParams(r.Path) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	for _, name := range slices.Sorted(maps.Keys(r.Query)) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "query", Description: r.Query[name], Schema: &huma.Schema{Type: huma.TypeString}})
	}
	problem := s.api.OpenAPI().Components.Schemas.Schema(problemType, true, "Problem")
	op.Responses["default"] = &huma.Response{
		Description: "Problem", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
	}
	s.api.OpenAPI().AddOperation(op)
}

// bodyDoc describes what a Raw route reads.
func (s *Server) bodyDoc(r Route) *huma.RequestBody {
	switch {
	case r.Form != nil:
		return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{fiber.MIMEMultipartForm: {Schema: s.formSchema(r.Form)}}}
	case r.Body > 0:
		return &huma.RequestBody{Content: map[string]*huma.MediaType{fiber.MIMEOctetStream: {}}}
	}
	return nil
}

// formSchema copies the struct's own schema, so that what is left out of the form stays in the JSON operation.
func (s *Server) formSchema(f *FormDoc) *huma.Schema {
	full := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(f.Fields), false, "")
	form := &huma.Schema{Type: huma.TypeObject, Properties: maps.Clone(full.Properties)}
	for _, name := range full.Required {
		if !slices.Contains(f.Without, name) {
			form.Required = append(form.Required, name)
		}
	}
	for _, name := range f.Without {
		delete(form.Properties, name)
	}
	form.Properties[f.Files] = &huma.Schema{
		Type: huma.TypeArray, MaxItems: &f.MaxFiles, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"},
	}
	return form
}

// answerDoc describes what a Raw route answers.
func (s *Server) answerDoc(r Route, status int) *huma.Response {
	doc := &huma.Response{Description: http.StatusText(status)}
	switch {
	case r.Answer != nil:
		schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(r.Answer), true, "")
		doc.Content = map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema}}
	case r.Media != "":
		doc.Content = map[string]*huma.MediaType{r.Media: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	}
	return doc
}

func headerParam(name, doc, pattern string) *huma.Param {
	return &huma.Param{Name: name, In: "header", Description: doc, Schema: &huma.Schema{Type: huma.TypeString, Pattern: pattern}}
}

func pathParams(path string) []string {
	var names []string
	for _, part := range strings.Split(path, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.Trim(part, "{}"))
		}
	}
	return names
}

// operationID is stable and readable: "post-reports-id-admit".
func operationID(r Route) string {
	words := []string{strings.ToLower(r.Method)}
	for _, part := range strings.Split(r.Path, "/") {
		if part = strings.ToLower(strings.Trim(part, "{}")); part != "" {
			words = append(words, strings.ReplaceAll(part, "_", "-"))
		}
	}
	return strings.Join(words, "-")
}

// Spec is the OpenAPI 3.1 document as indented JSON; it is made once.
func (s *Server) Spec() ([]byte, error) {
	s.specOnce.Do(func() { s.spec, s.specErr = s.makeSpec() })
	return s.spec, s.specErr
}

// makeSpec writes the document without "additionalProperties": true, which is JSON Schema's default and would only
// loosen the generated clients' types.
func (s *Server) makeSpec() ([]byte, error) {
	raw, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	var doc any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	closeSchemas(doc)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return out.Bytes(), nil
}

func closeSchemas(node any) {
	switch n := node.(type) {
	case map[string]any:
		if n["additionalProperties"] == true {
			delete(n, "additionalProperties")
		}
		for _, child := range n {
			closeSchemas(child)
		}
	case []any:
		for _, child := range n {
			closeSchemas(child)
		}
	}
}
