package sheet

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// risky tells whether a spreadsheet could take the cell for a formula.
func risky(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0])
}

// Safe gives the cell as a spreadsheet will show it and never run it.
func Safe(cell string) string {
	if risky(cell) {
		return "'" + cell
	}
	return cell
}

// Template writes an XLSX file with the header, one example row and, on a second sheet,
// how to fill in each column. Required columns carry a star.
func Template(w io.Writer, columns []Column) error {
	file := excelize.NewFile()
	defer func() { _ = file.Close() }()
	const data, notes = "数据", "填写说明"
	if err := file.SetSheetName("Sheet1", data); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if _, err := file.NewSheet(notes); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	text, err := file.NewStyle(&excelize.Style{NumFmt: 49}) // 49 is text: long codes stay whole
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	put := func(sheet string, column, row int, cell string) {
		name, e := excelize.CoordinatesToCellName(column, row)
		if e == nil {
			e = file.SetCellStr(sheet, name, Safe(cell))
		}
		if err == nil && e != nil {
			err = fmt.Errorf("template: %w", e)
		}
	}
	put(notes, 1, 1, "列名")
	put(notes, 2, 1, "怎样填写")
	for i, c := range columns {
		title, need := c.Title, "可不填"
		if c.Required {
			title, need = title+"*", "必填"
		}
		put(data, i+1, 1, title)
		put(data, i+1, 2, c.Example)
		put(notes, 1, i+2, c.Title)
		put(notes, 2, i+2, strings.TrimSuffix(need+"。"+c.Note, "。")+"。")
	}
	if err != nil {
		return err
	}
	last, err := excelize.ColumnNumberToName(len(columns))
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := file.SetColStyle(data, "A:"+last, text); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := file.SetColWidth(data, "A", last, 18); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := file.SetColWidth(notes, "A", "B", 40); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return nil
}
