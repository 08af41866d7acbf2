package oversight_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/deadline"
	"huying/internal/roomtest"
)

// A week is told on its Monday from eight, to those of a district in which there was something to tell, and to the city.
func TestWeekly(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		digests = nil
		c.lives(t)
		local := b.Clock.Now().In(deadline.Zone)
		toMonday := (8 - int(local.Weekday())) % 7
		if toMonday == 0 {
			toMonday = 7
		}
		y, m, d := local.Date()
		monday := time.Date(y, m, d+toMonday, 0, 0, 0, 0, deadline.Zone)
		at := func(when time.Time) int {
			t.Helper()
			b.Clock.Advance(when.Sub(b.Clock.Now()))
			digests = nil
			if err := c.s.Weekly(t.Context()); err != nil {
				t.Fatal(err)
			}
			return len(digests)
		}
		if n := at(monday.Add(-time.Hour)); n != 0 {
			t.Errorf("on a Sunday: %+v", digests)
		}
		if n := at(monday.Add(7 * time.Hour)); n != 0 {
			t.Errorf("before eight: %+v", digests)
		}
		if n := at(monday.Add(8 * time.Hour)); n != 3 {
			t.Fatalf("%d digests: %+v", n, digests)
		}
		for _, d := range digests {
			if d.Params["submitted"] != "3" || d.Params["resolved"] != "1" || d.Params["late"] != "1" || !d.OnceAt.Equal(monday) {
				t.Errorf("%+v", d)
			}
		}
		if digests[0].PersonID != uuid.NewSHA1(uuid.Nil, []byte(shinan+"district_head")) || digests[0].Params["name"] != "市南区" || digests[0].Once == digests[2].Once {
			t.Errorf("%+v", digests)
		}
		if n := at(monday.AddDate(0, 0, 7).Add(9 * time.Hour)); n != 0 {
			t.Errorf("a week without anything is told: %+v", digests)
		}
	})
}
