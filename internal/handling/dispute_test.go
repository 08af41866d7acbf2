package handling_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/deadline"
	"huying/internal/handling"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

// weekdays is a calendar without holidays.
type weekdays struct{}

func (weekdays) Workday(day time.Time) (bool, bool) {
	d := day.In(deadline.Zone).Weekday()
	return d != time.Saturday && d != time.Sunday, true
}

func local(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, deadline.Zone)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func clockOf(from, span string) *db.Deadline {
	return deadline.Order{Clock: "handling", Span: deadline.MustSpan(span), From: local(from)}.Draft(deadline.NewCalendar(weekdays{}, nil))
}

func TestTimesOfADispute(t *testing.T) {
	cal := deadline.NewCalendar(weekdays{}, nil)
	by := func(from, span, most string) time.Time {
		return handling.ReturnBy(cal, clockOf(from, span), local(from), deadline.MustSpan(most))
	}
	fair := func(from, span, now string) time.Time { return handling.FairDue(cal, clockOf(from, span), local(now)) }
	help := func(from, span, now string) time.Time { return handling.HelpDue(cal, clockOf(from, span), local(now)) }
	cases := []struct {
		name string
		got  time.Time
		want string
	}{
		{"a_short_clock_gives_a_fifth", by("2026-11-23 09:00", "10h", "1wd"), "2026-11-23 11:00"},
		{"a_long_one_never_more_than_the_limit", by("2026-11-23 09:00", "15d", "1wd"), "2026-11-24 17:30"},
		{"danger_half_an_hour", by("2026-11-23 23:40", "24h", "30min"), "2026-11-24 00:10"},
		{"working_days_are_measured_at_work", by("2026-11-23 09:00", "4wd", "3wd"), "2026-11-24 09:00"},
		{"a_new_lead_early_keeps_the_promise", fair("2026-11-23 09:00", "10d", "2026-11-24 09:00"), "2026-12-03 09:00"},
		{"a_new_lead_at_half_keeps_the_promise", fair("2026-11-23 09:00", "10d", "2026-11-28 09:00"), "2026-12-03 09:00"},
		{"a_new_lead_late_has_half", fair("2026-11-23 09:00", "10d", "2026-12-01 09:00"), "2026-12-06 09:00"},
		{"help_is_due_at_half_of_the_rest", help("2026-11-23 09:00", "10d", "2026-11-25 09:00"), "2026-11-29 09:00"},
		{"help_after_the_end_is_due_at_once", help("2026-11-23 09:00", "1d", "2026-11-25 09:00"), "2026-11-25 09:00"},
	}
	for _, c := range cases {
		// The close of a day and the opening of the next are one moment of working time.
		if !c.got.Equal(local(c.want)) && cal.Between(c.got, local(c.want)) != 0 {
			t.Errorf("%s: %s, want %s", c.name, c.got.In(deadline.Zone).Format("01-02 15:04"), c.want)
		}
	}
}

func TestADispute(t *testing.T) {
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
			err := kit.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) (err error) {
				rows, err = handling.Of(ctx, tx, "suggestion", subject)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		of := func(unit uuid.UUID) *db.Assignment { return handling.ByUnits(read(), []uuid.UUID{unit})[0] }
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Assign(ctx, tx, handling.Order{
				SubjectKind: "suggestion", SubjectID: subject, Lead: a, Assisting: []uuid.UUID{c}, Round: 1, At: now,
			})
		})
		returned := func(unit uuid.UUID) {
			do(func(ctx context.Context, tx *database.Tx) error {
				return handling.Return(ctx, tx, of(unit), handling.Refusal{Reason: "不属职责", Proposed: &b, At: now})
			})
		}
		returned(a)
		if d := handling.Disputed(read()); d == nil || d.UnitID != a || *d.ProposedUnitID != b || !handling.Acts(read(), d) || len(handling.Owing(read())) != 1 {
			t.Fatalf("the first receiver is not responsible any more: %+v", d)
		}
		do(func(ctx context.Context, tx *database.Tx) error { return handling.Keep(ctx, tx, of(a), now) })
		if of(a).State != "taken" || of(a).TakenAt == nil || handling.Disputed(read()) != nil {
			t.Fatalf("kept: %+v", of(a))
		}
		returned(a)
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Replace(ctx, tx, read(), of(a), c, nil, now)
		})
		if len(handling.Helping(read())) != 0 || of(c).Part != "lead" || len(handling.Owing(read())) != 1 || handling.Owing(read())[0].UnitID != c {
			t.Fatalf("replaced: %v", read())
		}
		if !handling.Acts(read(), of(a)) {
			t.Fatal("the replaced unit was let go before another had taken")
		}
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Take(ctx, tx, handling.Untaken(read()), now)
		})
		if handling.Acts(read(), of(a)) || handling.Disputed(read()) != nil {
			t.Fatal("the replaced unit still acts")
		}
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Help(ctx, tx, of(c), b, nil, now, now.Add(time.Hour), "查管线")
		})
		if w := handling.Awaited(read()); len(w) != 1 || w[0].DueAt == nil || len(handling.Owing(read())) != 1 {
			t.Fatalf("asked to assist: %v", read())
		}
		do(func(ctx context.Context, tx *database.Tx) error {
			return handling.Opine(ctx, tx, handling.Awaited(read()), "管线归我方", now)
		})
		if len(handling.Awaited(read())) != 0 || of(b).Opinion != "管线归我方" {
			t.Fatalf("opinion: %+v", of(b))
		}
	})
}
