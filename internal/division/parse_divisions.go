package division

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxName is the longest name of a division, place or tenant in characters.
const maxName = 60

// Row is one line of a divisions file after its own columns were found sound.
type Row struct {
	Division
	line int
}

// ReadDivisions reads a divisions file: code, name, level, parent_code, and optionally valid_from,
// valid_to (yyyy-mm-dd), successors (codes joined by ;) and population (year=number joined by ;).
// Every unsound field is reported with line and column; the rows returned are the sound ones.
func ReadDivisions(src io.Reader) ([]Row, []RowError, error) {
	recs, bad, err := readTable(src, []string{"code", "name", "level", "parent_code"},
		"valid_from", "valid_to", "successors", "population")
	if err != nil {
		return nil, nil, err
	}
	broken := map[int]bool{}
	for _, b := range bad {
		broken[b.Line] = true
	}
	seen := map[string]int{}
	rows := make([]Row, 0, len(recs))
	for _, rec := range recs {
		if broken[rec.line] {
			continue
		}
		d, problems := readDivision(rec)
		if first, dup := seen[d.Code]; dup && len(problems) == 0 {
			problems = append(problems, RowError{rec.line, "code", fmt.Sprintf("代码 %s 与第 %d 行重复。", d.Code, first)})
		}
		if len(problems) > 0 {
			bad = append(bad, problems...)
			continue
		}
		seen[d.Code] = rec.line
		rows = append(rows, Row{d, rec.line})
	}
	return rows, bad, nil
}

func readDivision(rec record) (Division, []RowError) {
	var bad []RowError
	fail := func(column, format string, args ...any) {
		bad = append(bad, RowError{rec.line, column, fmt.Sprintf(format, args...)})
	}
	d := Division{Code: rec.get("code"), Name: rec.get("name"), ParentCode: rec.get("parent_code"), Successors: rec.list("successors")}
	level, ok := LevelOf(d.Code)
	if !ok {
		fail("code", "代码 %q 应为 4、6、9、12 或 15 位数字。", d.Code)
	}
	d.Level = level
	if ok && Level(rec.get("level")) != level {
		fail("level", "%d 位代码的级别应为 %s，不是 %q。", len(d.Code), level, rec.get("level"))
	}
	if ok && d.ParentCode != ParentOf(d.Code) {
		fail("parent_code", "上级代码应为 %s，不是 %q。", ParentOf(d.Code), d.ParentCode)
	}
	if d.Name == "" || utf8.RuneCountInString(d.Name) > maxName {
		fail("name", "名称不能为空，也不能超过 %d 个字。", maxName)
	}
	if level == LevelStreet {
		if _, known := StreetKindOf(d.Code); !known {
			fail("code", "街道级代码第 7–9 位应在 001–599 之间。")
		}
	}
	d.ValidFrom = readDay(rec, "valid_from", &bad)
	if to := readDay(rec, "valid_to", &bad); !to.IsZero() {
		d.ValidTo = &to
		if !d.ValidFrom.IsZero() && !to.After(d.ValidFrom) {
			fail("valid_to", "失效日期应晚于生效日期。")
		}
	}
	for _, s := range d.Successors {
		if l, known := LevelOf(s); !known || l != level || s == d.Code {
			fail("successors", "继任代码 %q 应为另一个同级区划。", s)
		}
	}
	if len(d.Successors) > 0 && d.ValidTo == nil {
		fail("successors", "有继任区划的，应同时填写失效日期 valid_to。")
	}
	d.Population = readPopulation(rec, &bad)
	return d, bad
}

func readDay(rec record, column string, bad *[]RowError) time.Time {
	v := rec.get(column)
	if v == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, v, zone)
	if err != nil {
		*bad = append(*bad, RowError{rec.line, column, fmt.Sprintf("日期 %q 应写成 2026-01-31。", v)})
		return time.Time{}
	}
	return t.UTC()
}

func readPopulation(rec record, bad *[]RowError) map[string]int {
	parts := rec.list("population")
	if len(parts) == 0 {
		return nil
	}
	out := make(map[string]int, len(parts))
	for _, p := range parts {
		y, n, _ := strings.Cut(p, "=")
		year, err1 := strconv.Atoi(strings.TrimSpace(y))
		people, err2 := strconv.Atoi(strings.TrimSpace(n))
		if err1 != nil || err2 != nil || year < 1949 || year > 2200 || people < 0 {
			*bad = append(*bad, RowError{rec.line, "population", fmt.Sprintf("%q 应写成 2025=12345。", p)})
			continue
		}
		out[strconv.Itoa(year)] = people
	}
	return out
}
