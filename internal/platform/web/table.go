package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
	"huying/internal/platform/sheet"
)

var resultType = reflect.TypeFor[sheet.Result]()

// TableType is the content type of the tables the product writes.
const TableType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

const tableDetail = "multipart/form-data，部件 file 为 .xlsx 或 .csv（不超过 5 MB、5000 行）。" +
	"dry_run=true 只检查不写入；有错误时默认什么都不写入，partial=true 则写入没有错误的行。答复列出每处错误的行号、列名和改法。"

// Import mounts a route that takes a table of people's own making. The handler gets the file's
// bytes as they arrive, within the route's limit. The line of the table needs Path, Permission,
// Tag and Summary.
func Import(s *Server, r Route, take func(ctx context.Context, file io.Reader, o sheet.Options) (sheet.Result, error)) {
	r.Method, r.Body, r.Stream, r.Detail, r.Doc = http.MethodPost, Part, true, tableDetail, documentImport
	if r.Deadline == 0 {
		r.Deadline = 2 * time.Minute
	}
	Raw(s, r, func(c *fiber.Ctx) error {
		o, err := tableOptions(c)
		if err != nil {
			return err
		}
		file, err := filePart(c)
		if err != nil {
			return err
		}
		result, err := take(c.UserContext(), file, o)
		if refused := (*sheet.NotATableError)(nil); errors.As(err, &refused) {
			return sheet.Rejected.With(err, refused.Reason, fault.Field{Name: "file", Message: refused.Reason})
		} else if err != nil {
			return err
		}
		return c.JSON(result)
	})
}

// Template mounts a route that gives an empty table of these columns as XLSX.
func Template(s *Server, r Route, fileName string, columns []sheet.Column) {
	r.Method = http.MethodGet
	r.Doc = func(_ *huma.OpenAPI, op *huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": {
			Description: "表格模板，第二张工作表是填写说明",
			Content:     map[string]*huma.MediaType{TableType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}}
	}
	Raw(s, r, func(c *fiber.Ctx) error {
		var b bytes.Buffer
		if err := sheet.Template(&b, columns); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, TableType)
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+fileName+`"`)
		return c.Send(b.Bytes())
	})
}

func tableOptions(c *fiber.Ctx) (o sheet.Options, err error) {
	for name, to := range map[string]*bool{"dry_run": &o.DryRun, "partial": &o.Partial} {
		text := c.Query(name)
		if text == "" {
			continue
		}
		if *to, err = strconv.ParseBool(text); err != nil {
			return o, fault.Invalid.New("查询参数有误", fault.Field{Name: name, Message: "只能是 true 或 false"})
		}
	}
	return o, nil
}

func filePart(c *fiber.Ctx) (io.Reader, error) {
	parts, err := Parts(c)
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, fault.Invalid.New("没有收到文件", fault.Field{Name: "file", Message: "请选择要导入的表格"})
		}
		if err != nil {
			if _, known := fault.As(err); known {
				return nil, err
			}
			return nil, fault.BadRequest.With(err, "multipart/form-data 的内容不完整")
		}
		if part.FormName() == "file" {
			return part, nil
		}
	}
}

func documentImport(api *huma.OpenAPI, op *huma.Operation) {
	flag := &huma.Schema{Type: "boolean", Default: false}
	op.Parameters = append(op.Parameters,
		&huma.Param{Name: "dry_run", In: "query", Schema: flag, Description: "只检查，不写入"},
		&huma.Param{Name: "partial", In: "query", Schema: flag, Description: "有错误的行除外，其余照常写入"},
	)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		fiber.MIMEMultipartForm: {Schema: &huma.Schema{
			Type: "object", Required: []string{"file"},
			Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}},
		}},
	}}
	schema := api.Components.Schemas.Schema(resultType, true, "Result")
	op.Responses = map[string]*huma.Response{"200": {
		Description: "检查或导入的结果",
		Content:     map[string]*huma.MediaType{fiber.MIMEApplicationJSON: {Schema: schema}},
	}}
}
