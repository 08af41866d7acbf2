package opendata

import (
	"bytes"
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
)

const tag = "开放数据"

type (
	noInput    struct{}
	monthInput struct {
		Month string `query:"month" pattern:"^[0-9]{4}-[0-9]{2}$" required:"true" doc:"已经结束的月份，例如 2026-10"`
	}
	boardInput struct {
		Months int `query:"months" minimum:"1" maximum:"12" default:"6" doc:"最近几个已经结束的月份"`
	}
	catalogueOutput struct{ Body Catalogue }
	recordsOutput   struct{ Body Dataset }
	boardOutput     struct{ Body Board }
)

// Field is one line of the data dictionary.
type Field struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"`
	Values  string `json:"values,omitempty"`
}

// Catalogue says what there is, what it means and under which terms.
type Catalogue struct {
	Title      string   `json:"title"`
	License    string   `json:"license"`
	LicenseURL string   `json:"license_url"`
	Method     string   `json:"method" doc:"如何保护个人"`
	Fields     []Field  `json:"fields" doc:"数据字典"`
	Months     []string `json:"months" doc:"可以下载的月份，新的在前"`
}

// Dataset is one month.
type Dataset struct {
	Month      string   `json:"month"`
	License    string   `json:"license"`
	LicenseURL string   `json:"license_url"`
	Records    []Record `json:"records"`
}

// Board is the public board of a district.
type Board struct {
	License string    `json:"license"`
	Method  string    `json:"method"`
	Months  []Figures `json:"months" doc:"新的在前"`
}

const method = "只含经本人同意公开的事项；没有编号、文字、照片、日期和位置点；同一街道同一类别不足5件的并入全区，仍不足5件的并入其余类别，再不足的略去；统计由同一份数据算出，只按整月提供。"

// Mount adds the room's routes.
func (s *Room) Mount(srv *web.Server) {
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/public/open-data", Permission: "open-data.read", Tag: tag, Summary: "数据目录、字典和许可"}, s.catalogue)
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/public/open-data/reports", Permission: "open-data.read", Tag: tag, Summary: "一个月的公开事项（JSON）"}, s.json)
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/public/open-data/reports.csv", Permission: "open-data.read", Tag: tag, Summary: "一个月的公开事项（CSV）",
		Query: map[string]string{"month": "已经结束的月份，例如 2026-10"}, Media: "text/csv",
	}, s.csv)
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/public/board", Permission: "open-data.read", Tag: tag, Summary: "本区市公开看板"}, s.board)
}

// dictionary is made from the record itself, so that it cannot fall behind.
func dictionary() []Field {
	var out []Field
	t := reflect.TypeFor[Record]()
	for i := range t.NumField() {
		f := t.Field(i)
		meaning := f.Tag.Get("doc")
		if meaning == "" {
			meaning = map[string]string{"division_name": "街道或镇、区市的名称", "category_name": "类别的名称", "status": "状态"}[f.Tag.Get("json")]
		}
		out = append(out, Field{Name: f.Tag.Get("json"), Meaning: meaning, Values: f.Tag.Get("enum")})
	}
	return out
}

func (s *Room) catalogue(context.Context, *noInput) (*catalogueOutput, error) {
	return &catalogueOutput{Body: Catalogue{
		Title: "公开事项", License: License, LicenseURL: LicenseURL, Method: method, Fields: dictionary(), Months: months(maxMonths, s.Clock.Now()),
	}}, nil
}

func (s *Room) json(ctx context.Context, in *monthInput) (*recordsOutput, error) {
	list, err := s.Month(ctx, web.TenantOf(ctx), in.Month)
	if err != nil {
		return nil, err
	}
	return &recordsOutput{Body: Dataset{Month: in.Month, License: License, LicenseURL: LicenseURL, Records: list}}, nil
}

func (s *Room) csv(c *fiber.Ctx) error {
	ctx, month := c.UserContext(), c.Query("month")
	list, err := s.Month(ctx, web.TenantOf(ctx), month)
	if err != nil {
		return err
	}
	var head []string
	for _, f := range dictionary() {
		head = append(head, f.Name)
	}
	rows := make([][]string, len(list))
	for i, r := range list {
		rows[i] = []string{r.Month, r.DivisionCode, r.DivisionName, r.Category, r.CategoryName, r.Status, r.Duration}
	}
	var out bytes.Buffer
	if err := sheet.WriteCSV(&out, head, rows); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="reports-`+web.TenantOf(ctx)+"-"+strings.TrimSpace(month)+`.csv"`)
	c.Set("Link", "<"+LicenseURL+`>; rel="license"`)
	return c.Send(out.Bytes())
}

func (s *Room) board(ctx context.Context, in *boardInput) (*boardOutput, error) {
	list, err := s.Board(ctx, web.TenantOf(ctx), in.Months)
	if err != nil {
		return nil, err
	}
	return &boardOutput{Body: Board{License: License, Method: method, Months: list}}, nil
}
