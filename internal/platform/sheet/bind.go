package sheet

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Column describes one column that a table may have.
type Column struct {
	Key      string // what the code calls it
	Title    string // what the header says, in Chinese
	Required bool   // no cell of it may be empty
	Max      int    // characters; 0 means 120
	Example  string // shown in the template
	Note     string // how to fill it in, shown in the template
	// Check turns a cell that is not empty into the value to keep, or says in Chinese
	// what is wrong with it. Nil keeps the cell as it is.
	Check func(cell string) (value, problem string)
}

// RowError is one mistake in a table, for the person who filled it in.
type RowError struct {
	Row     int    `json:"row" doc:"表格中的行号，表头所在行也计入"`
	Column  string `json:"column,omitempty" doc:"列名"`
	Message string `json:"message" doc:"哪里不对，怎样改"`
}

// Record is one row by column key. Every key of the columns has a value, perhaps "".
type Record struct {
	Row    int
	values map[string]string
	titles map[string]string
}

// Get gives the value of a column, "" when empty or absent.
func (r Record) Get(key string) string { return r.values[key] }

// Wrong makes a mistake of this row in the column of that key.
func (r Record) Wrong(key, message string, args ...any) RowError {
	return RowError{Row: r.Row, Column: r.titles[key], Message: fmt.Sprintf(message, args...)}
}

// Bind reads the rows by the names in the header. It gives the records whose own cells
// are all right and every mistake of the others; with a wrong header it gives none.
func (t *Table) Bind(columns []Column) ([]Record, []RowError) {
	at, errs := t.match(columns)
	if len(errs) > 0 {
		return nil, errs
	}
	titles := make(map[string]string, len(columns))
	for _, c := range columns {
		titles[c.Key] = c.Title
	}
	var records []Record
	for _, row := range t.Rows {
		record := Record{Row: row.Number, values: make(map[string]string, len(columns)), titles: titles}
		wrong := len(errs)
		for _, c := range columns {
			cell := ""
			if i, ok := at[c.Key]; ok && i < len(row.Cells) {
				cell = row.Cells[i]
			}
			value, problem := c.read(cell)
			if problem != "" {
				errs = append(errs, record.Wrong(c.Key, "%s", problem))
			}
			record.values[c.Key] = value
		}
		if len(errs) == wrong {
			records = append(records, record)
		}
	}
	return records, errs
}

func (c Column) read(cell string) (value, problem string) {
	limit := c.Max
	if limit == 0 {
		limit = 120
	}
	switch {
	case cell == "" && c.Required:
		return "", "不能为空"
	case cell == "":
		return "", ""
	case unprintable(cell):
		return "", "含有不可见的控制字符，请重新输入"
	case utf8.RuneCountInString(cell) > limit:
		return "", fmt.Sprintf("最多 %d 个字", limit)
	case risky(cell):
		return "", "不能以 = + - @ 开头"
	case c.Check != nil:
		return c.Check(cell)
	}
	return cell, ""
}

// match finds each column in the header. A star marks required columns in our own
// templates and is not part of the name.
func (t *Table) match(columns []Column) (map[string]int, []RowError) {
	const headerRow = 1
	at := map[string]int{}
	var errs []RowError
	for i, title := range t.Header {
		title = strings.TrimSpace(strings.Trim(title, "*＊ "))
		if title == "" {
			continue
		}
		k := slices.IndexFunc(columns, func(c Column) bool { return c.Title == title || c.Key == title })
		if k < 0 {
			errs = append(errs, RowError{Row: headerRow, Column: clip(title), Message: "不认识这一列，请对照模板"})
			continue
		}
		if _, twice := at[columns[k].Key]; twice {
			errs = append(errs, RowError{Row: headerRow, Column: clip(title), Message: "这一列出现了两次"})
			continue
		}
		at[columns[k].Key] = i
	}
	for _, c := range columns {
		if _, ok := at[c.Key]; !ok && c.Required {
			errs = append(errs, RowError{Row: headerRow, Column: c.Title, Message: "缺少这一列"})
		}
	}
	return at, errs
}

func clip(s string) string {
	if unprintable(s) {
		return "?"
	}
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// OneOf makes a Check that accepts these words and keeps what they stand for.
func OneOf(words map[string]string) func(string) (string, string) {
	names := make([]string, 0, len(words))
	for name := range words {
		names = append(names, name)
	}
	slices.Sort(names)
	return func(cell string) (string, string) {
		if value, ok := words[cell]; ok {
			return value, ""
		}
		for _, value := range words {
			if value == cell {
				return value, ""
			}
		}
		return "", "只能填：" + strings.Join(names, "、")
	}
}
