package audit

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
)

// looksOf makes n looks of an actor, one every gap from start, each at another person's data in its own report.
func looksOf(actor uuid.UUID, n int, start time.Time, gap time.Duration, reports ...string) []*db.AuditLine {
	var out []*db.AuditLine
	for i := range n {
		l := &db.AuditLine{
			ActorID: &actor, ActorRole: "street_office", Action: "person.reveal", SubjectID: uuid.NewString(),
			CreatedAt: start.Add(time.Duration(i) * gap),
		}
		if len(reports) > 0 {
			l.Facts = map[string]any{"report_id": reports[i%len(reports)]}
		}
		out = append(out, l)
	}
	return out
}

func TestWhoStandsOut(t *testing.T) {
	noon := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // 12 o'clock local
	night := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	quiet := uuid.New()
	for name, c := range map[string]struct {
		lines  []*db.AuditLine
		worked bool
		want   []string
	}{
		"a few looks by day":                   {looksOf(uuid.New(), 5, noon, time.Hour, "r1"), true, nil},
		"many spread over weeks":               {looksOf(uuid.New(), 25, noon, 24*time.Hour, "r1"), true, []string{"many"}},
		"ten within an hour":                   {looksOf(uuid.New(), 10, noon, time.Minute, "r1"), true, []string{"burst"}},
		"nine within an hour":                  {looksOf(uuid.New(), 9, noon, time.Minute, "r1"), true, nil},
		"three at night":                       {looksOf(uuid.New(), 3, night, 10*time.Minute, "r1"), true, []string{"night"}},
		"two at night":                         {looksOf(uuid.New(), 2, night, 10*time.Minute, "r1"), true, nil},
		"one look at a matter never worked on": {looksOf(uuid.New(), 1, noon, time.Hour, "r1"), false, []string{"strange"}},
		"a line that names no matter":          {looksOf(uuid.New(), 1, noon, time.Hour), false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			ty := newTally()
			for _, l := range slices.Concat(c.lines, looksOf(quiet, 4, noon, 24*time.Hour)) {
				ty.add(l)
			}
			actor := *c.lines[0].ActorID
			if c.worked {
				ty.worked[actor.String()+" r1"] = true
			}
			for _, a := range ty.result() {
				if a.ActorID == actor && (!slices.Equal(a.Flags, c.want) && len(a.Flags)+len(c.want) > 0 || a.Looks != len(c.lines)) {
					t.Errorf("%+v, want %v", a, c.want)
				}
				if a.ActorID == quiet && len(a.Flags) > 0 {
					t.Errorf("the quiet one stands out: %v", a.Flags)
				}
			}
			if len(c.want) > 0 && ty.result()[0].ActorID != actor {
				t.Error("who stands out does not come first")
			}
		})
	}
}
