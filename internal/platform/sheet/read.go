package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Limits of one table.
const (
	MaxBytes   = 5 << 20  // of the file as it arrives
	MaxRows    = 5000     // below the header
	MaxColumns = 60       // of any row
	MaxRunes   = 4000     // of one cell
	maxUnpack  = 24 << 20 // of all parts of an XLSX together
	maxParts   = 400      // files inside an XLSX
	maxTags    = 1 << 20  // markup of an XLSX: each tag costs memory when it is read
)

// NotATableError says that the bytes are no table we read; its text is for people.
type NotATableError struct {
	Reason string // in Chinese
	cause  error
}

// Error gives the reason.
func (e *NotATableError) Error() string { return e.Reason }

// Unwrap gives the technical cause, if any.
func (e *NotATableError) Unwrap() error { return e.cause }

func refuse(cause error, reason string, args ...any) error {
	return &NotATableError{Reason: fmt.Sprintf(reason, args...), cause: cause}
}

// Row is one line of the table under its number as the spreadsheet shows it.
type Row struct {
	Number int
	Cells  []string
}

// Table is a header and the rows below it; empty rows are left out.
type Table struct {
	Header []string
	Rows   []Row
}

// Read reads the first sheet of an XLSX file, or a CSV file, and decides by the bytes,
// never by a name. Errors are NotATableError, or those of r.
func Read(r io.Reader) (*Table, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	var rows []Row
	switch {
	case len(data) > MaxBytes:
		return nil, refuse(nil, "文件超过 %d MB，请分成几个文件", MaxBytes>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, refuse(nil, "文件是空的")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		rows, err = readXLSX(data)
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")):
		return nil, refuse(nil, "这是旧的 .xls 文件或加密的文件，请另存为 .xlsx 再上传")
	default:
		rows, err = readCSV(data)
	}
	if err != nil {
		return nil, err
	}
	return table(rows)
}

func table(rows []Row) (*Table, error) {
	var t Table
	for _, row := range rows {
		for i := range row.Cells {
			row.Cells[i] = strings.TrimSpace(row.Cells[i])
		}
		if strings.Join(row.Cells, "") == "" {
			continue
		}
		if t.Header == nil {
			t.Header = row.Cells
			continue
		}
		t.Rows = append(t.Rows, row)
	}
	if t.Header == nil {
		return nil, refuse(nil, "表里没有内容")
	}
	if len(t.Rows) == 0 {
		return nil, refuse(nil, "表里只有表头，没有数据行")
	}
	return &t, nil
}

func readCSV(data []byte) ([]Row, error) {
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if !utf8.Valid(data) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return nil, refuse(err, "文件的文字编码无法识别，请保存为 UTF-8 编码的 CSV 或 .xlsx")
		}
		data = decoded
	}
	if bytes.ContainsRune(data, 0) {
		return nil, refuse(nil, "这不是表格文件，请上传 .xlsx 或 .csv")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	var rows []Row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			line := len(rows) + 1
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				line = parse.StartLine
			}
			return nil, refuse(err, "第 %d 行的引号不成对，无法读取", line)
		}
		line, _ := r.FieldPos(0)
		if rows, err = appendRow(rows, line, cells); err != nil {
			return nil, err
		}
	}
}

func appendRow(rows []Row, number int, cells []string) ([]Row, error) {
	if len(rows) > MaxRows || number > 4*MaxRows {
		return nil, refuse(nil, "数据超过 %d 行，请分成几个文件", MaxRows)
	}
	if len(cells) > MaxColumns {
		return nil, refuse(nil, "第 %d 行超过 %d 列", number, MaxColumns)
	}
	for _, cell := range cells {
		if utf8.RuneCountInString(cell) > MaxRunes {
			return nil, refuse(nil, "第 %d 行有一格超过 %d 字", number, MaxRunes)
		}
	}
	return append(rows, Row{Number: number, Cells: cells}), nil
}

func readXLSX(data []byte) (rows []Row, err error) {
	if err := weigh(data); err != nil {
		return nil, err
	}
	// The library has panicked on crafted parts before; a file must never take the process down.
	defer func() {
		if p := recover(); p != nil {
			rows, err = nil, refuse(fmt.Errorf("xlsx: %v", p), "表格文件已损坏，无法读取")
		}
	}()
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpack, UnzipXMLSizeLimit: maxUnpack,
	})
	if err != nil {
		return nil, refuse(err, "表格文件已损坏或带密码，无法读取")
	}
	defer func() { _ = file.Close() }()
	sheets := file.GetSheetList()
	if len(sheets) == 0 {
		return nil, refuse(nil, "表格文件里没有工作表")
	}
	lines, err := file.Rows(sheets[0])
	if err != nil {
		return nil, refuse(err, "表格文件已损坏，无法读取")
	}
	defer func() { _ = lines.Close() }()
	for number := 1; lines.Next(); number++ {
		cells, err := lines.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, refuse(err, "第 %d 行无法读取", number)
		}
		if number > 4*MaxRows {
			return nil, refuse(nil, "数据超过 %d 行，请分成几个文件", MaxRows)
		}
		if len(cells) == 0 {
			continue
		}
		if rows, err = appendRow(rows, number, cells); err != nil {
			return nil, err
		}
	}
	if err := lines.Error(); err != nil {
		return nil, refuse(err, "表格文件已损坏，无法读取")
	}
	return rows, nil
}

// weigh unpacks every part once into nothing, so that a bomb is found before anything
// is built from it. Declared sizes are not believed.
func weigh(data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refuse(err, "表格文件已损坏，无法读取")
	}
	if len(archive.File) > maxParts {
		return refuse(nil, "表格文件的结构异常，已拒绝")
	}
	var size, tags int64
	buffer := make([]byte, 32<<10)
	for _, part := range archive.File {
		in, err := part.Open()
		if err != nil {
			return refuse(err, "表格文件已损坏，无法读取")
		}
		for {
			n, err := in.Read(buffer)
			size += int64(n)
			tags += int64(bytes.Count(buffer[:n], []byte{'<'}))
			if size > maxUnpack || tags > maxTags {
				_ = in.Close()
				return refuse(nil, "表格文件展开后过大，已拒绝；请只保留需要导入的内容")
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				_ = in.Close()
				return refuse(err, "表格文件已损坏，无法读取")
			}
		}
		_ = in.Close()
	}
	return nil
}

// unprintable tells whether a cell holds control characters or broken text.
func unprintable(cell string) bool {
	return !utf8.ValidString(cell) || strings.ContainsFunc(cell, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == utf8.RuneError || unicode.Is(unicode.Cf, r) && r != '\u200d'
	})
}
