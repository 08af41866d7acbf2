package seed

import (
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"huying/ent/db/migrate"
)

// order are the tables a report lives in, those that others point at first.
// only narrows a table to rows that belong to reports.
var order = []struct{ table, only string }{
	{"reports", ""},
	{"report_events", ""},
	{"report_offers", ""},
	{"report_deputies", ""},
	{"report_proposals", ""},
	{"assignments", "subject_kind = 'report'"},
	{"deadlines", "subject_kind = 'report'"},
	{"ratings", "subject_kind = 'report'"},
	{"uploads", "state = 'attached'"},
	{"photos", "subject_kind = 'report'"},
	{"report_terms", ""},
	{"person_reports", ""},
	{"audit_lines", "subject_kind = 'report'"},
}

// mapped are the columns whose ids belong to the life of one report and are new
// in every copy. Ids of people, units, deputies and places stay.
var mapped = []string{
	"id", "report_id", "subject_id", "thread_id", "upload_id", "master_id", "split_from_id", "follows_id", "merged_report_id",
}

// sealed are filled by the audit's sealer, in the copy as in any new line.
var sealed = map[string]string{"seq": "NULL", "prev_hash": "''", "hash": "''"}

// statement is the INSERT … SELECT that makes copy number $1 of a table's base
// rows, moved back by $2 milliseconds.
func statement(t *schema.Table, e engine) string {
	var names, values []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
		values = append(values, value(t.Name, c, e))
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM base_%[1]s b", t.Name, strings.Join(names, ", "), strings.Join(values, ", "))
}

// snapshot keeps a table's base rows apart, so that copies are not copied again.
func snapshot(table, only string) string {
	if only == "" {
		return fmt.Sprintf("CREATE TEMP TABLE base_%[1]s AS SELECT * FROM %[1]s", table)
	}
	return fmt.Sprintf("CREATE TEMP TABLE base_%[1]s AS SELECT * FROM %[1]s WHERE %[2]s", table, only)
}

func value(table string, c *schema.Column, e engine) string {
	col := "b." + c.Name
	switch {
	case table == "audit_lines" && sealed[c.Name] != "":
		return sealed[c.Name]
	case table == "audit_lines" && c.Name == "subject_id":
		return e.textID(col)
	case table == "reports" && c.Name == "number":
		return e.number(col)
	case c.Type == field.TypeUUID && slices.Contains(mapped, c.Name):
		return e.id(col)
	case c.Type == field.TypeTime:
		return e.time(col)
	}
	return col
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
