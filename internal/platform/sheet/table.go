package sheet

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// byteOrderMark lets Chinese Excel recognise a CSV file as UTF-8.
const byteOrderMark = "\ufeff"

// WriteCSV writes a table as UTF-8 CSV. No cell can be taken for a formula.
func WriteCSV(w io.Writer, header []string, rows [][]string) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	out := csv.NewWriter(w)
	for _, row := range append([][]string{header}, rows...) {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = Safe(cell)
		}
		if err := out.Write(safe); err != nil {
			return fmt.Errorf("csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	return nil
}

// WriteXLSX writes a table as the only sheet of a workbook, all cells as text. No cell can be taken for a formula.
func WriteXLSX(w io.Writer, title string, header []string, rows [][]string) error {
	file := excelize.NewFile()
	defer func() { _ = file.Close() }()
	if err := file.SetSheetName("Sheet1", title); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	out, err := file.NewStreamWriter(title)
	if err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	for i, row := range append([][]string{header}, rows...) {
		cells := make([]any, len(row))
		for j, cell := range row {
			cells[j] = Safe(cell)
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = out.SetRow(at, cells)
		}
		if err != nil {
			return fmt.Errorf("xlsx: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	if err := file.Write(w); err != nil {
		return fmt.Errorf("xlsx: %w", err)
	}
	return nil
}
