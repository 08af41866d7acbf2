package handling_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/handling"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

func TestOrderCheck(t *testing.T) {
	a, b, c := uuid.New(), uuid.New(), uuid.New()
	cases := []struct {
		name, field string
		order       handling.Order
	}{
		{"a_lead_alone", "", handling.Order{Lead: a}},
		{"a_lead_with_help", "", handling.Order{Lead: a, Assisting: []uuid.UUID{b, c}}},
		{"two_apart", "", handling.Order{Separate: []uuid.UUID{a, b}}},
		{"nobody", "lead_unit_id", handling.Order{}},
		{"only_help", "lead_unit_id", handling.Order{Assisting: []uuid.UUID{a}}},
		{"lead_and_apart", "separate_unit_ids", handling.Order{Lead: a, Separate: []uuid.UUID{b, c}}},
		{"one_apart", "separate_unit_ids", handling.Order{Separate: []uuid.UUID{a}}},
		{"apart_with_help", "assisting_unit_ids", handling.Order{Separate: []uuid.UUID{a, b}, Assisting: []uuid.UUID{c}}},
		{"one_unit_twice", "assisting_unit_ids", handling.Order{Lead: a, Assisting: []uuid.UUID{a}}},
	}
	for _, c := range cases {
		if field, problem := c.order.Check(); field != c.field || (problem == "") != (c.field == "") {
			t.Errorf("%s: %q %q", c.name, field, problem)
		}
	}
}

func TestAnAssignmentsLife(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		subject, a, b, c := uuid.New(), uuid.New(), uuid.New(), uuid.New()
		now := kit.Clock.Now()
		do := func(f func(ctx context.Context, tx *database.Tx) error) {
			t.Helper()
			if err := kit.DB.Do(t.Context(), tenancy.Tenant("370202"), f); err != nil {
				t.Fatal(err)
			}
		}
		read := func() (rows []*db.Assignment) {
			t.Helper()
			do(func(ctx context.Context, tx *database.Tx) (err error) {
				rows, err = handling.Of(ctx, tx, "report", subject)
				return err
			})
			return rows
		}
		assign := func(o handling.Order) {
			t.Helper()
			o.SubjectKind, o.SubjectID, o.At, o.Round = "report", subject, now, 1
			do(func(ctx context.Context, tx *database.Tx) error { return handling.Assign(ctx, tx, o) })
		}
		assign(handling.Order{Separate: []uuid.UUID{a, b}})
		rows := read()
		if len(rows) != 2 || len(handling.Untaken(rows)) != 2 || len(handling.Owing(rows)) != 2 {
			t.Fatalf("%v", rows)
		}
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Take(ctx, tx, handling.ByUnits(rows, []uuid.UUID{a}), now)
		})
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Contacted(ctx, tx, handling.ByUnits(rows, []uuid.UUID{a}), now)
		})
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Replied(ctx, tx, handling.ByUnits(rows, []uuid.UUID{a}), now)
		})
		rows = read()
		mine := handling.ByUnits(rows, []uuid.UUID{a})[0]
		if mine.State != "replied" || mine.TakenAt == nil || mine.ContactedAt == nil || len(handling.Owing(rows)) != 1 || len(handling.Untaken(rows)) != 1 {
			t.Fatalf("%+v of %v", mine, rows)
		}
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Redo(ctx, tx, []*db.Assignment{mine})
		})
		if rows := read(); len(handling.Owing(rows)) != 2 || handling.ByUnits(rows, []uuid.UUID{a})[0].RepliedAt != nil {
			t.Fatalf("after redo: %v", rows)
		}
		assign(handling.Order{Lead: c, Assisting: []uuid.UUID{a}})
		rows = read()
		if len(rows) != 2 || len(handling.Owing(rows)) != 1 || handling.Owing(rows)[0].UnitID != c {
			t.Fatalf("after a new order: %v", rows)
		}
	})
}
