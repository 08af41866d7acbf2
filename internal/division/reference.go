package division

import (
	"embed"
	"fmt"
	"io"
)

//go:embed data/*.csv
var shippedFiles embed.FS

// shippedFrom is the cut-off day of the shipped division codes (SOURCES.md).
const shippedFrom = "2023-06-30"

// shippedSource names where the shipped calendar comes from.
const shippedSource = "github.com/6tail/lunar-go v1.4.6"

// reference is the content of the shipped files.
type reference struct {
	divisions  []Row
	standard   []StandardCode
	categories []Category
	days       []calendarDay
	years      []int
	tenants    []Tenant
}

// readShipped reads every shipped file; a row error in one is our own and fails the start.
func readShipped() (reference, error) {
	var ref reference
	for _, step := range []struct {
		file string
		read func(io.Reader) ([]RowError, error)
	}{
		{"divisions-qingdao.csv", func(f io.Reader) (bad []RowError, err error) {
			ref.divisions, bad, err = ReadDivisions(f)
			return bad, err
		}},
		{"categories-gbt47678.csv", func(f io.Reader) (bad []RowError, err error) {
			ref.standard, bad, err = readStandardCodes(f)
			return bad, err
		}},
		{"categories-plain.csv", func(f io.Reader) (bad []RowError, err error) {
			ref.categories, bad, err = readCategories(f, ref.standard)
			return bad, err
		}},
		{"category-questions.csv", func(f io.Reader) ([]RowError, error) { return readQuestions(f, ref.categories) }},
		{"calendar.csv", func(f io.Reader) (bad []RowError, err error) {
			ref.days, ref.years, bad, err = readCalendar(f)
			return bad, err
		}},
		{"tenants.csv", func(f io.Reader) (bad []RowError, err error) {
			ref.tenants, bad, err = readTenants(f)
			return bad, err
		}},
	} {
		f, err := shippedFiles.Open("data/" + step.file)
		if err != nil {
			return ref, fmt.Errorf("open shipped %s: %w", step.file, err)
		}
		bad, err := step.read(f)
		if err == nil && len(bad) > 0 {
			err = bad[0]
		}
		_ = f.Close()
		if err != nil {
			return ref, fmt.Errorf("shipped %s: %w", step.file, err)
		}
	}
	return ref, nil
}
