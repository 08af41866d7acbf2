package sheet

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// Export writes an XLSX file with the header of these columns and the rows below it, every cell as
// text, so that what was exported can be imported again.
func Export(w io.Writer, columns []Column, rows [][]string) error {
	file := excelize.NewFile()
	defer func() { _ = file.Close() }()
	const data = "数据"
	if err := file.SetSheetName("Sheet1", data); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	out, err := file.NewStreamWriter(data)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.Title
	}
	for i, row := range append([][]string{header}, rows...) {
		cells := make([]any, len(row))
		for k, cell := range row {
			cells[k] = Safe(cell)
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = out.SetRow(at, cells)
		}
		if err != nil {
			return fmt.Errorf("export: row %d: %w", i+1, err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
