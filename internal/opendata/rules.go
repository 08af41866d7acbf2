package opendata

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"huying/internal/deadline"
)

// Smallest is how many records a cell has at least. Five is what statistical offices take for counts of persons.
const Smallest = 5

// Merged stands for the categories that were put together.
const Merged = "merged"

// maxMonths is how far back is served: as long as closed reports keep their content by default.
const maxMonths = 36

// Fact is a public report before it becomes a record.
type Fact struct {
	Street, Category string
	Over             bool
	// Days from submission to its end, −1 while it goes on.
	Days int
}

// Record is one line of the open data.
type Record struct {
	Month        string `json:"month" doc:"提交月份，2026-10"`
	DivisionCode string `json:"division_code" doc:"街道或镇；该街道同类不足5件的并入区市"`
	DivisionName string `json:"division_name"`
	Category     string `json:"category" doc:"类别；全区同类不足5件的并为 merged"`
	CategoryName string `json:"category_name"`
	Status       string `json:"status" enum:"open,closed" doc:"closed 为已解决或已办结"`
	Duration     string `json:"duration" enum:"0-1,2-7,8-15,16-30,31+," doc:"从提交到办结的天数，未办结为空"`
}

// band is a duration as it is published: days would tell one report from another.
func band(days int) string {
	switch {
	case days < 0:
		return ""
	case days <= 1:
		return "0-1"
	case days <= 7:
		return "2-7"
	case days <= 15:
		return "8-15"
	case days <= 30:
		return "16-30"
	}
	return "31+"
}

// cell is a place and a category.
type cell struct{ division, category string }

// anonymise merges small cells and drops what stays small. district is the code that streets are merged into.
func anonymise(facts []Fact, district string) map[cell][]Fact {
	cells := map[cell][]Fact{}
	for _, f := range facts {
		c := cell{f.Street, f.Category}
		cells[c] = append(cells[c], f)
	}
	merge(cells, func(c cell) cell { return cell{district, c.category} })
	merge(cells, func(cell) cell { return cell{district, Merged} })
	for c, in := range cells {
		if len(in) < Smallest {
			delete(cells, c)
		}
	}
	return cells
}

// merge moves the records of small cells to a wider one. Where just one cell was small, the smallest of the others
// that has the same wider cell goes with it: else the wider cell would be that one cell under another name.
func merge(cells map[cell][]Fact, wider func(cell) cell) {
	small, large := map[cell][]cell{}, map[cell][]cell{}
	for c, in := range cells {
		w := wider(c)
		switch {
		case c == w:
		case len(in) < Smallest:
			small[w] = append(small[w], c)
		default:
			large[w] = append(large[w], c)
		}
	}
	for w, list := range small {
		if len(list) == 1 && len(cells[w]) == 0 {
			others := large[w]
			slices.SortFunc(others, func(a, b cell) int {
				return cmp.Or(cmp.Compare(len(cells[a]), len(cells[b])), cmp.Compare(a.division, b.division), cmp.Compare(a.category, b.category))
			})
			if len(others) > 0 {
				list = append(list, others[0])
			}
		}
		for _, c := range list {
			cells[w] = append(cells[w], cells[c]...)
			delete(cells, c)
		}
	}
}

// names gives what people call places and categories.
type names struct{ division, category func(code string) string }

// records are the lines of a month, in an order that says nothing about who came first.
func records(month string, facts []Fact, district string, n names) []Record {
	out := []Record{}
	for c, in := range anonymise(facts, district) {
		for _, f := range in {
			r := Record{
				Month: month, DivisionCode: c.division, DivisionName: n.division(c.division), Category: c.category, CategoryName: n.category(c.category),
				Status: "open", Duration: band(f.Days),
			}
			if f.Over {
				r.Status = "closed"
			} else {
				r.Duration = ""
			}
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Record) int {
		return cmp.Or(cmp.Compare(a.DivisionCode, b.DivisionCode), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Duration, b.Duration))
	})
	return out
}

// Count is one figure of the board.
type Count struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Total  int    `json:"total" doc:"公开事项数"`
	Closed int    `json:"closed" doc:"其中已解决或已办结"`
}

// Figures are a month's public figures.
type Figures struct {
	Month      string         `json:"month"`
	Total      int            `json:"total" doc:"开放数据里的公开事项数，不含为保护个人而略去的"`
	Closed     int            `json:"closed"`
	Categories []Count        `json:"categories"`
	Divisions  []Count        `json:"divisions" doc:"街道、镇；区市一行是合并的"`
	Durations  map[string]int `json:"durations" doc:"已办结事项按天数"`
}

// count makes the figures from the records, so that both tell the same.
func count(month string, list []Record) Figures {
	f := Figures{Month: month, Durations: map[string]int{}}
	for _, r := range list {
		f.Total++
		f.Categories = tally(f.Categories, r.Category, r.CategoryName, r.Status)
		f.Divisions = tally(f.Divisions, r.DivisionCode, r.DivisionName, r.Status)
		if r.Status == "closed" {
			f.Closed++
			f.Durations[r.Duration]++
		}
	}
	for _, list := range [][]Count{f.Categories, f.Divisions} {
		slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Code, b.Code)) })
	}
	return f
}

func tally(list []Count, code, name, status string) []Count {
	i := slices.IndexFunc(list, func(c Count) bool { return c.Code == code })
	if i < 0 {
		list, i = append(list, Count{Code: code, Name: name}), len(list)
	}
	list[i].Total++
	if status == "closed" {
		list[i].Closed++
	}
	return list
}

// bounds are the instants of a month, false when it is no month, not over yet, or too long ago.
func bounds(month string, now time.Time) (from, to time.Time, ok bool) {
	from, err := time.ParseInLocation("2006-01", month, deadline.Zone)
	if err != nil {
		return from, to, false
	}
	to = from.AddDate(0, 1, 0)
	return from.UTC(), to.UTC(), !to.After(now) && !from.Before(now.AddDate(0, -maxMonths-1, 0))
}

// months are the months that are over, newest first.
func months(n int, now time.Time) []string {
	y, m, _ := now.In(deadline.Zone).Date()
	out := make([]string, n)
	for i := range out {
		first := time.Date(y, m-time.Month(i+1), 1, 0, 0, 0, 0, deadline.Zone)
		out[i] = fmt.Sprintf("%04d-%02d", first.Year(), first.Month())
	}
	return out
}
