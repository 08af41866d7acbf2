package seed

import (
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"huying/ent/db/migrate"
)

// order are the tables a report lives in, those that others point at first. only narrows a table to rows that belong to
// reports, of says by which column.
var order = []struct{ table, of, only string }{
	{"reports", "id", ""},
	{"report_events", "report_id", ""},
	{"report_offers", "report_id", ""},
	{"report_deputies", "report_id", ""},
	{"report_proposals", "report_id", ""},
	{"assignments", "subject_id", "subject_kind = 'report'"},
	{"deadlines", "subject_id", "subject_kind = 'report'"},
	{"ratings", "subject_id", "subject_kind = 'report'"},
	{"photos", "subject_id", "subject_kind = 'report'"},
	{"uploads", "id", "state = 'attached'"},
	{"report_terms", "id", ""},
	{"person_reports", "report_id", ""},
	{"audit_lines", "subject_id", "subject_kind = 'report'"},
}

// written is the order in which tables are filled: an upload stands before the photo that points at it.
var written = func() []int {
	out := make([]int, len(order))
	for i := range order {
		out[i] = i
	}
	out[photosAt], out[uploadsAt] = uploadsAt, photosAt
	return out
}()

// Where some tables stand in order.
const (
	reportsAt = 0
	eventsAt  = 1
	photosAt  = 8
	uploadsAt = 9
	auditAt   = 12
)

// mapped are the columns whose ids belong to the life of one report and are new in every copy. Ids of people, units,
// deputies and places stay.
var mapped = []string{
	"id", "report_id", "subject_id", "thread_id", "upload_id", "master_id", "split_from_id", "follows_id", "merged_report_id",
}

// What a copy does with a column.
type doing int

const (
	keep    doing = iota
	renew         // an id of this life
	earlier       // an instant
	numbers       // a text in which the report's number may stand
	idText        // an id of this life, written as text
	sealing       // filled when the line is sealed
)

// plan says what a copy does with each column of a table.
func plan(t *schema.Table) []doing {
	out := make([]doing, len(t.Columns))
	for i, c := range t.Columns {
		switch {
		case t.Name == "audit_lines" && slices.Contains([]string{"seq", "prev_hash", "hash"}, c.Name):
			out[i] = sealing
		case t.Name == "audit_lines" && c.Name == "subject_id":
			out[i] = idText
		case t.Name == "reports" && c.Name == "number", t.Name == "report_events" && c.Name == "public_text", t.Name == "audit_lines" && c.Name == "facts":
			out[i] = numbers
		case c.Type == field.TypeUUID && slices.Contains(mapped, c.Name):
			out[i] = renew
		case c.Type == field.TypeTime:
			out[i] = earlier
		}
	}
	return out
}

// tables are the tables of order as ent declares them.
func tables() ([]*schema.Table, error) {
	var out []*schema.Table
	for _, o := range order {
		i := slices.IndexFunc(migrate.Tables, func(t *schema.Table) bool { return t.Name == o.table })
		if i < 0 {
			return nil, fmt.Errorf("seed: no table %q", o.table)
		}
		out = append(out, migrate.Tables[i])
	}
	return out, nil
}

func columnAt(t *schema.Table, name string) int {
	return slices.IndexFunc(t.Columns, func(c *schema.Column) bool { return c.Name == name })
}
