package report

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/sheet"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// exportPermission is what somebody needs to take a list out of the house.
const exportPermission = "report.export"

// exportMax is how many reports one file holds.
const exportMax = 5000

const exportStretch = 500

// File is an exported list.
type File struct {
	Name, Media string
	Content     []byte
}

// Export writes the listed reports as a table. Who took how many out is written
// before anything is given. Too many fail with fault.Invalid.
func (s *Service) Export(ctx context.Context, tenant string, f Filter, format string) (*File, error) {
	if format != "xlsx" && format != "csv" {
		return nil, fault.Invalid.New("请选择格式", fault.Field{Name: "format", Message: "xlsx 或 csv"})
	}
	var rows [][]string
	cursor := ""
	for {
		page, err := s.listBy(ctx, tenant, f, web.Paging{Limit: exportStretch, Cursor: cursor}, exportPermission)
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			rows = append(rows, exportRow(it))
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
		if len(rows) >= exportMax {
			return nil, fault.Invalid.New(fmt.Sprintf("超过%d件，请缩小筛选范围", exportMax))
		}
	}
	err := s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return audit.Write(ctx, tx, audit.Line{
			Action: "report.export", SubjectKind: subjectKind, SubjectID: tenant, Facts: map[string]any{"rows": len(rows), "format": format},
		})
	})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	media := "text/csv; charset=utf-8"
	if format == "csv" {
		err = sheet.WriteCSV(&out, exportHeader, rows)
	} else {
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = sheet.WriteXLSX(&out, "事项", exportHeader, rows)
	}
	if err != nil {
		return nil, fmt.Errorf("export reports: %w", err)
	}
	return &File{Name: "reports-" + tenant + "." + format, Media: media, Content: out.Bytes()}, nil
}

var exportHeader = []string{
	"受理编号", "标题", "类别", "区划", "地址", "状态", "现由谁负责", "提交时间", "最近变化", "时限", "是否超时", "催办档次", "第几次办理", "危险", "督办", "退单待裁定",
}

func exportRow(it Item) []string {
	owner := ""
	if it.Owner != nil {
		owner = it.Owner.Name
	}
	due := ""
	if it.DueAt != nil {
		due = localStamp(*it.DueAt)
	}
	return []string{
		it.Number, it.Title, it.CategoryName, it.DivisionName, it.Address, it.StateName, owner, localStamp(it.CreatedAt), localStamp(it.UpdatedAt),
		due, yes(it.Overdue), strconv.Itoa(it.Rung), strconv.Itoa(it.Round), yes(it.Danger), yes(it.Supervised), yes(it.Disputed),
	}
}

func localStamp(t time.Time) string { return t.In(deadline.Zone).Format("2006-01-02 15:04") }

func yes(b bool) string {
	if b {
		return "是"
	}
	return ""
}
