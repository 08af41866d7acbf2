package division

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// RowError tells the person who prepared a file which line and column to look at, and why.
type RowError struct {
	Line    int    `json:"line"`
	Column  string `json:"column"`
	Message string `json:"message"`
}

// Error reads like "第 12 行 code：…".
func (e RowError) Error() string {
	return fmt.Sprintf("第 %d 行 %s：%s", e.Line, e.Column, e.Message)
}

// maxFileBytes bounds an import file; Qingdao's whole tree is 135 kB.
const maxFileBytes = 32 << 20

// record is one data line of a table, read by column name.
type record struct {
	line   int
	fields map[string]string
}

func (r record) get(column string) string { return r.fields[column] }

// list splits a field at semicolons (either width) and drops empty parts.
func (r record) list(column string) []string {
	parts := strings.FieldsFunc(r.fields[column], func(c rune) bool { return c == ';' || c == '；' })
	out := make([]string, 0, len(parts))
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// yes reads a yes/no field; anything else is a row error.
func (r record) yes(column string, bad *[]RowError) bool {
	switch strings.ToLower(r.get(column)) {
	case "yes", "true", "1", "是":
		return true
	case "no", "false", "0", "否", "":
		return false
	}
	*bad = append(*bad, RowError{r.line, column, "请填 yes 或 no。"})
	return false
}

// readTable reads a CSV file with a header line. Columns may come in any order; a missing required
// column fails the whole file, a malformed line is reported and skipped.
func readTable(src io.Reader, required []string, optional ...string) ([]record, []RowError, error) {
	data, err := io.ReadAll(io.LimitReader(src, maxFileBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read import file: %w", err)
	}
	if len(data) > maxFileBytes {
		return nil, nil, faultImport.New("文件超过 32 MB。")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r := csv.NewReader(bufio.NewReader(bytes.NewReader(data)))
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, nil, faultImport.New("文件是空的，或第一行不是表头。")
	}
	columns, err := readHeader(header, required, optional)
	if err != nil {
		return nil, nil, err
	}
	var rows []record
	var bad []RowError
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, bad, nil
		}
		line, _ := r.FieldPos(0)
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			bad = append(bad, RowError{pe.StartLine, columns[0], "这一行的引号或分隔不正确。"})
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read import line: %w", err)
		}
		if len(fields) != len(columns) {
			bad = append(bad, RowError{line, columns[0], fmt.Sprintf("应有 %d 列，实有 %d 列。", len(columns), len(fields))})
			continue
		}
		rec := record{line: line, fields: make(map[string]string, len(columns))}
		for i, c := range columns {
			v := strings.TrimSpace(fields[i])
			if problem := textProblem(v); problem != "" {
				bad = append(bad, RowError{line, c, problem})
			}
			rec.fields[c] = v
		}
		rows = append(rows, rec)
	}
}

func readHeader(header, required, optional []string) ([]string, error) {
	columns := make([]string, len(header))
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		if slices.Contains(columns[:i], h) {
			return nil, faultImport.New(fmt.Sprintf("表头里 %q 出现了两次。", h))
		}
		if !slices.Contains(required, h) && !slices.Contains(optional, h) {
			return nil, faultImport.New(fmt.Sprintf("不认识的列 %q。可用的列：%s。", h,
				strings.Join(append(slices.Clone(required), optional...), ", ")))
		}
		columns[i] = h
	}
	for _, need := range required {
		if !slices.Contains(columns, need) {
			return nil, faultImport.New(fmt.Sprintf("缺少列 %q。", need))
		}
	}
	return columns, nil
}

// textProblem refuses what no name or code may hold.
func textProblem(v string) string {
	if !utf8.ValidString(v) {
		return "文字编码不是 UTF-8，请另存为 UTF-8 的 CSV。"
	}
	for _, c := range v {
		if c < 0x20 || c == 0x7f || c == 0xFEFF {
			return "含有不可见的控制字符。"
		}
	}
	return ""
}
