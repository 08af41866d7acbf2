package division

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// ImportOptions says how a file is taken in.
type ImportOptions struct {
	// DryRun checks and counts, and writes nothing.
	DryRun bool
	// Complete says the file is the whole tree below the divisions it names at the top: what is stored
	// there and missing from the file is closed on the day Effective.
	Complete bool
	// Effective is the day a new division begins and a missing one ends; the zero time is today.
	Effective time.Time
}

// ImportResult counts what an import did, or in a dry run would do. Any error means nothing was written.
type ImportResult struct {
	Rows      int        `json:"rows"`
	Created   int        `json:"created"`
	Updated   int        `json:"updated"`
	Closed    int        `json:"closed"`
	Unchanged int        `json:"unchanged"`
	DryRun    bool       `json:"dry_run"`
	Errors    []RowError `json:"errors,omitempty"`
}

// plan is what a divisions file changes.
type plan struct {
	create, update, close []change
	unchanged             int
}

// change is a division as it shall be and the day the stored version it replaces began.
type change struct {
	Division
	storedFrom time.Time
}

// planDivisions compares a file with the latest stored version of each code. Parents and successors must
// exist in one of the two. Nothing is ever deleted.
func planDivisions(stored map[string]Division, rows []Row, o ImportOptions) (plan, []RowError) {
	inFile := make(map[string]bool, len(rows))
	for _, r := range rows {
		inFile[r.Code] = true
	}
	known := func(code string) bool { _, ok := stored[code]; return ok || inFile[code] }
	var p plan
	var bad []RowError
	for _, r := range rows {
		if r.Level != LevelCity && !known(r.ParentCode) {
			bad = append(bad, RowError{r.line, "parent_code", fmt.Sprintf("上级 %s 既不在文件里，也不在库里。", r.ParentCode)})
		}
		for _, s := range r.Successors {
			if !known(s) {
				bad = append(bad, RowError{r.line, "successors", fmt.Sprintf("继任区划 %s 既不在文件里，也不在库里。", s)})
			}
		}
		old, exists := stored[r.Code]
		if !exists {
			p.begin(r.Division, o.Effective)
			continue
		}
		p.replace(old, r.Division, o.Effective)
	}
	if o.Complete {
		p.close = missing(stored, rows, inFile, o.Effective)
	}
	return p, bad
}

// begin adds a version that starts on the row's own day or else on the effective one.
func (p *plan) begin(d Division, effective time.Time) {
	if d.ValidFrom.IsZero() {
		d.ValidFrom = effective
	}
	p.create = append(p.create, change{Division: d})
}

// replace lays a row over the stored version. An empty optional column keeps what is stored. A new name,
// and a code that comes back after it was closed, begin a new version, so that a report of last year
// still shows last year's name; a row that repeats the stored first day corrects it in place.
func (p *plan) replace(old, row Division, effective time.Time) {
	next := old
	next.Name, next.ValidTo, next.Successors = row.Name, row.ValidTo, row.Successors
	if len(row.Population) > 0 {
		next.Population = maps.Clone(old.Population)
		if next.Population == nil {
			next.Population = map[string]int{}
		}
		maps.Copy(next.Population, row.Population)
	}
	starts := row.ValidFrom
	if starts.IsZero() {
		starts = effective
	}
	renamed := row.Name != old.Name
	returned := old.ValidTo != nil && row.ValidTo == nil
	switch {
	case renamed && starts.After(old.ValidFrom), returned && !starts.Before(*old.ValidTo):
		if old.ValidTo == nil {
			ended := old
			ended.ValidTo = &starts
			p.update = append(p.update, change{ended, old.ValidFrom})
		}
		next.ValidFrom = starts
		p.create = append(p.create, change{Division: next})
		return
	case !row.ValidFrom.IsZero():
		next.ValidFrom = row.ValidFrom
	}
	if next.equal(old) {
		p.unchanged++
		return
	}
	p.update = append(p.update, change{next, old.ValidFrom})
}

func (d Division) equal(o Division) bool {
	sameEnd := d.ValidTo == nil && o.ValidTo == nil ||
		d.ValidTo != nil && o.ValidTo != nil && d.ValidTo.Equal(*o.ValidTo)
	return d.Name == o.Name && d.ValidFrom.Equal(o.ValidFrom) && sameEnd &&
		slices.Equal(d.Successors, o.Successors) && maps.Equal(d.Population, o.Population)
}

// missing finds open stored divisions below the file's topmost rows which the file no longer names.
func missing(stored map[string]Division, rows []Row, inFile map[string]bool, day time.Time) []change {
	var tops []string
	for _, r := range rows {
		if !inFile[r.ParentCode] {
			tops = append(tops, r.Code)
		}
	}
	var out []change
	for _, code := range slices.Sorted(maps.Keys(stored)) {
		d := stored[code]
		if d.ValidTo != nil || inFile[code] || !slices.ContainsFunc(tops, func(t string) bool { return Within(code, t) }) {
			continue
		}
		end := day
		d.ValidTo = &end
		out = append(out, change{d, d.ValidFrom})
	}
	return out
}
