package division

import (
	"fmt"
	"io"
	"regexp"
	"time"
	"unicode/utf8"
)

// categoryKey is the shape of the word a client sends for a category.
var categoryKey = regexp.MustCompile(`^[a-z][a-z_]{1,38}$`)

// readStandardCodes reads the national table: kind, code, name, group, standard_ref.
func readStandardCodes(src io.Reader) ([]StandardCode, []RowError, error) {
	recs, bad, err := readTable(src, []string{"kind", "code", "name", "group", "standard_ref"})
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]int{}
	out := make([]StandardCode, 0, len(recs))
	for _, r := range recs {
		c := StandardCode{r.get("kind"), r.get("code"), r.get("name"), r.get("group"), r.get("standard_ref")}
		key := c.Kind + ":" + c.Code
		switch {
		case !standardCode.MatchString(key):
			bad = append(bad, RowError{r.line, "code", fmt.Sprintf("%q 应为 component 或 matter 加五位数字。", key)})
		case c.Name == "" || c.StandardRef == "":
			bad = append(bad, RowError{r.line, "name", "名称和标准号不能为空。"})
		case seen[key+c.StandardRef] > 0:
			bad = append(bad, RowError{r.line, "code", fmt.Sprintf("与第 %d 行重复。", seen[key+c.StandardRef])})
		default:
			seen[key+c.StandardRef] = r.line
			out = append(out, c)
		}
	}
	return out, bad, nil
}

// readCategories reads the plain words; their codes must exist in the national table given.
func readCategories(src io.Reader, table []StandardCode) ([]Category, []RowError, error) {
	recs, bad, err := readTable(src, []string{"code", "name", "icon", "clock_class", "verify_first", "private_default"},
		"danger_hint", "professions", "standard_codes", "hint")
	if err != nil {
		return nil, nil, err
	}
	byCode := make(map[string]StandardCode, len(table))
	for _, c := range table {
		byCode[c.Kind+":"+c.Code] = c
	}
	owner := map[string]int{}
	seen := map[string]int{}
	out := make([]Category, 0, len(recs))
	for i, r := range recs {
		c := Category{
			Key: r.get("code"), Name: r.get("name"), Icon: r.get("icon"), Hint: r.get("hint"), Position: i + 1,
			ClockClass: ClockClass(r.get("clock_class")), Professions: r.list("professions"),
			VerifyFirst: r.yes("verify_first", &bad), PrivateDefault: r.yes("private_default", &bad), DangerHint: r.yes("danger_hint", &bad),
		}
		if !categoryKey.MatchString(c.Key) || seen[c.Key] > 0 {
			bad = append(bad, RowError{r.line, "code", fmt.Sprintf("类别代码 %q 应为小写字母和下划线，且不重复。", c.Key)})
			continue
		}
		seen[c.Key] = r.line
		if c.Name == "" || utf8.RuneCountInString(c.Name) > 20 {
			bad = append(bad, RowError{r.line, "name", "名称不能为空，也不能超过 20 个字。"})
		}
		if !knownClass(c.ClockClass) {
			bad = append(bad, RowError{r.line, "clock_class", "应为 urgent、utility、ordinary 或 complex。"})
		}
		for _, key := range r.list("standard_codes") {
			code, known := byCode[key]
			if !known || owner[key] > 0 {
				bad = append(bad, RowError{r.line, "standard_codes", fmt.Sprintf("标准代码 %q 不存在，或已归入另一类别。", key)})
				continue
			}
			owner[key] = r.line
			c.Codes = append(c.Codes, code)
		}
		out = append(out, c)
	}
	return out, bad, nil
}

// calendarDay is one exception to the ordinary week.
type calendarDay struct {
	day     string
	working bool
	name    string
}

// readCalendar reads exceptions to the ordinary week: date, kind (holiday or workday), name. A year counts
// as announced only when its National Day is listed, because a notice covers a whole year.
func readCalendar(src io.Reader) (days []calendarDay, years []int, bad []RowError, err error) {
	recs, bad, err := readTable(src, []string{"date", "kind", "name"})
	if err != nil {
		return nil, nil, nil, err
	}
	seen := map[string]int{}
	firstLine := map[int]int{}
	whole := map[int]bool{}
	for _, r := range recs {
		t, perr := time.Parse(time.DateOnly, r.get("date"))
		switch {
		case perr != nil:
			bad = append(bad, RowError{r.line, "date", fmt.Sprintf("日期 %q 应写成 2026-01-31。", r.get("date"))})
			continue
		case seen[r.get("date")] > 0:
			bad = append(bad, RowError{r.line, "date", fmt.Sprintf("与第 %d 行重复。", seen[r.get("date")])})
			continue
		case r.get("kind") != "holiday" && r.get("kind") != "workday":
			bad = append(bad, RowError{r.line, "kind", "应为 holiday（放假）或 workday（调休上班）。"})
			continue
		}
		seen[r.get("date")] = r.line
		working := r.get("kind") == "workday"
		if firstLine[t.Year()] == 0 {
			firstLine[t.Year()] = r.line
			years = append(years, t.Year())
		}
		whole[t.Year()] = whole[t.Year()] || t.Month() == time.October && t.Day() == 1 && !working
		days = append(days, calendarDay{r.get("date"), working, r.get("name")})
	}
	for _, y := range years {
		if !whole[y] {
			bad = append(bad, RowError{firstLine[y], "date", fmt.Sprintf("%d 年没有国庆节放假安排，不是完整的一年。", y)})
		}
	}
	return days, years, bad, nil
}

// readTenants reads the tenants shipped: code, name, brand_name, color, modules.
func readTenants(src io.Reader) ([]Tenant, []RowError, error) {
	recs, bad, err := readTable(src, []string{"code", "name", "brand_name", "color", "modules"})
	if err != nil {
		return nil, nil, err
	}
	out := make([]Tenant, 0, len(recs))
	for _, r := range recs {
		t := Tenant{
			Code: r.get("code"), Name: r.get("name"), BrandName: r.get("brand_name"), Color: r.get("color"),
			Modules: r.list("modules"), Hosts: []string{}, Open: true, Reserved: r.get("code") == CityTenant, Settings: DefaultSettings(),
		}
		if l, ok := LevelOf(t.Code); !ok || l != LevelDistrict {
			bad = append(bad, RowError{r.line, "code", "应为六位区划代码。"})
			continue
		}
		t.DivisionCode = t.Code
		if t.Reserved {
			t.DivisionCode = ParentOf(t.Code)
		}
		out = append(out, t)
	}
	return out, bad, nil
}
