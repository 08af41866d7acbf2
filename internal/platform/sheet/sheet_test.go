package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

var columns = []Column{
	{Key: "name", Title: "名称", Required: true, Max: 10, Example: "示例单位"},
	{Key: "kind", Title: "类型", Check: OneOf(map[string]string{"行政": "administrative", "企业": "enterprise"})},
	{Key: "phone", Title: "电话"},
}

func xlsx(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	file := excelize.NewFile()
	for i, row := range rows {
		if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := file.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadGivesTheSameTableFromEveryFormat(t *testing.T) {
	text := "名称*,类型,电话\n城管局,行政,053288880000\n\n供水集团,企业,\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"csv":          []byte(text),
		"csv with bom": []byte("\xEF\xBB\xBF" + text),
		"csv of excel": []byte(gbk),
		"xlsx":         xlsx(t, []any{"名称*", "类型", "电话"}, []any{"城管局", "行政", "053288880000"}, []any{}, []any{"供水集团", "企业"}),
	} {
		t.Run(name, func(t *testing.T) {
			table, err := Read(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			records, errs := table.Bind(columns)
			if len(errs) > 0 || len(records) != 2 {
				t.Fatalf("%d records, errors %v", len(records), errs)
			}
			if r := records[1]; r.Row != 4 || r.Get("name") != "供水集团" || r.Get("kind") != "enterprise" || r.Get("phone") != "" {
				t.Fatalf("second record %+v", r)
			}
		})
	}
}

func TestNumbersOfASpreadsheetStayWhole(t *testing.T) {
	table, err := Read(bytes.NewReader(xlsx(t, []any{"名称", "电话"}, []any{"甲", 13812345678})))
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Rows[0].Cells[1]; got != "13812345678" {
		t.Fatalf("the phone became %q", got)
	}
}

func TestBindNamesRowColumnAndMistake(t *testing.T) {
	table, err := Read(strings.NewReader("名称,类型,电话\n,行政,1\n一二三四五六七八九十一,行政,1\n甲,军队,1\n=cmd()|x,行政,1\n乙\u0007,行政,1\n丙,行政,\"-2+3\"\n丁,行政,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	records, errs := table.Bind(columns)
	if len(records) != 1 || records[0].Get("name") != "丁" {
		t.Fatalf("records %+v", records)
	}
	want := []RowError{
		{2, "名称", "不能为空"},
		{3, "名称", "最多 10 个字"},
		{4, "类型", "只能填：企业、行政"},
		{5, "名称", "不能以 = + - @ 开头"},
		{6, "名称", "含有不可见的控制字符，请重新输入"},
		{7, "电话", "不能以 = + - @ 开头"},
	}
	if fmt.Sprint(errs) != fmt.Sprint(want) {
		t.Fatalf("got  %v\nwant %v", errs, want)
	}
}

func TestBindRefusesAWrongHeader(t *testing.T) {
	for header, message := range map[string]string{
		"类型,电话":       "缺少这一列",
		"名称,职务":       "不认识这一列，请对照模板",
		"名称,名称":       "这一列出现了两次",
		"名称,\u0007坏列": "不认识这一列，请对照模板",
	} {
		table, err := Read(strings.NewReader(header + "\n甲,行政\n"))
		if err != nil {
			t.Fatal(err)
		}
		if records, errs := table.Bind(columns); len(records) != 0 || len(errs) != 1 || errs[0].Message != message {
			t.Errorf("%q: %d records, %v", header, len(records), errs)
		}
	}
}

func TestReadRefusesHostileFilesInPlainWords(t *testing.T) {
	many := strings.Repeat("甲,行政,1\n", MaxRows+2)
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":           {nil, "空的"},
		"blanks":            {[]byte(" \n\n"), "空的"},
		"a header alone":    {[]byte("名称,类型\n"), "没有数据行"},
		"an old xls":        {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1aaaa"), "另存为"},
		"a picture":         {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), ""},
		"half a zip":        {[]byte("PK\x03\x04half"), "损坏"},
		"another zip":       {zipOf(t, map[string][]byte{"a.txt": []byte("hello")}), "损坏"},
		"too large":         {bytes.Repeat([]byte("a"), MaxBytes+1), "超过 5 MB"},
		"too many rows":     {[]byte("名称,类型,电话\n" + many), "超过 5000 行"},
		"too many columns":  {[]byte(strings.Repeat("a,", MaxColumns+1) + "\nb\n"), "超过 60 列"},
		"an endless cell":   {[]byte("名称\n" + strings.Repeat("甲", MaxRunes+1)), "超过 4000 字"},
		"an open quote":     {[]byte("名称\n\"甲\n"), "引号"},
		"a row far below":   {farRow(t), "行"},
		"a zip bomb":        {zipOf(t, map[string][]byte{"xl/worksheets/sheet1.xml": make([]byte, 48<<20)}), "过大"},
		"a storm of tags":   {zipOf(t, map[string][]byte{"xl/sharedStrings.xml": bytes.Repeat([]byte("<si/>"), 2<<20)}), "过大"},
		"a crowd of parts":  {crowd(t), "结构异常"},
		"a cell at the end": {xlsxCell(t, "XFD2"), "列"},
	} {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			_, err := Read(bytes.NewReader(c.data))
			var refused *NotATableError
			if !errors.As(err, &refused) || !strings.Contains(refused.Reason, c.says) {
				t.Fatalf("err %v, want a refusal that says %q", err, c.says)
			}
			if grown := allocated() - before; grown > 96<<20 {
				t.Fatalf("refusing it took %d MB", grown>>20)
			}
		})
	}
}

// TestTagsWithinTheLimitStayAffordable reads the worst file that is still let through.
func TestTagsWithinTheLimitStayAffordable(t *testing.T) {
	whole := xlsx(t, []any{"名称"}, []any{"甲"})
	data := replacePart(t, whole, "xl/sharedStrings.xml",
		[]byte(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+strings.Repeat("<si/>", maxTags-5000)+`</sst>`))
	before := allocated()
	_, err := Read(bytes.NewReader(data))
	var refused *NotATableError
	if err != nil && !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if grown := allocated() - before; grown > 1200<<20 {
		t.Fatalf("allocated %d MB in all", grown>>20)
	}
}

func TestTemplateComesBackAndRunsNothing(t *testing.T) {
	var b bytes.Buffer
	hostile := append([]Column{{Key: "x", Title: "备注", Example: "=HYPERLINK(\"http://example.invalid\")"}}, columns...)
	if err := Template(&b, hostile); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if cell, _ := file.GetCellValue("数据", "A2"); !strings.HasPrefix(cell, "'=") {
		t.Fatalf("the example is %q and may run", cell)
	}
	if formula, _ := file.GetCellFormula("数据", "A2"); formula != "" {
		t.Fatalf("a formula: %q", formula)
	}
	table, err := Read(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := table.match(hostile); len(errs) != 0 {
		t.Fatalf("our own template is not understood: %v", errs)
	}
}

func TestSafe(t *testing.T) {
	for cell, want := range map[string]string{"": "", "甲": "甲", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "＝1": "'＝1", "a=1": "a=1"} {
		if got := Safe(cell); got != want {
			t.Errorf("Safe(%q) = %q, want %q", cell, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("名称,类型\n甲,行政\n"))
	f.Add(xlsx(f, []any{"名称"}, []any{"甲"}))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := Read(bytes.NewReader(data))
		if err != nil {
			var refused *NotATableError
			if !errors.As(err, &refused) || refused.Reason == "" {
				t.Fatalf("an error without words for people: %v", err)
			}
			return
		}
		records, _ := table.Bind(columns)
		for _, r := range records {
			if unprintable(r.Get("name")) || risky(r.Get("name")) || r.Get("name") == "" {
				t.Fatalf("let through %q", r.Get("name"))
			}
		}
	})
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func zipOf(t testing.TB, parts map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range parts {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func crowd(t testing.TB) []byte {
	parts := map[string][]byte{}
	for i := range maxParts + 1 {
		parts[fmt.Sprintf("p%d.xml", i)] = []byte("<a/>")
	}
	return zipOf(t, parts)
}

func farRow(t testing.TB) []byte { return xlsxCell(t, "A1048576") }

func xlsxCell(t testing.TB, cell string) []byte {
	t.Helper()
	file := excelize.NewFile()
	for _, at := range []string{"A1", cell} {
		if err := file.SetCellStr("Sheet1", at, "甲"); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := file.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func replacePart(t testing.TB, data []byte, name string, fresh []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = b.Bytes()
	}
	parts[name] = fresh
	return zipOf(t, parts)
}
