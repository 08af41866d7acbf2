package audit

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
)

// Bounds beyond which an actor stands out. They flag, they accuse nobody: the auditor asks.
const (
	// manyLooks in a period, and at least manyTimes the median of all who looked.
	manyLooks = 20
	manyTimes = 3
	// burstLooks within one clock hour.
	burstLooks = 10
	// nightLooks between nightFrom and nightTo o'clock.
	nightLooks = 3
	nightFrom  = 22
	nightTo    = 6
)

// local is the time the offices live by; there is no summer time.
var local = time.FixedZone("Asia/Shanghai", 8*60*60)

// tally collects looks per actor.
type tally struct {
	lines  int
	actors map[uuid.UUID]*sums
	worked map[string]bool
}

type sums struct {
	ActorCount
	subjects, reports map[string]bool
	hours             map[string]int
}

func newTally() *tally { return &tally{actors: map[uuid.UUID]*sums{}, worked: map[string]bool{}} }

func (t *tally) ids() []uuid.UUID {
	return slices.SortedFunc(maps.Keys(t.actors), func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
}

// add counts one line.
func (t *tally) add(l *db.AuditLine) {
	t.lines++
	a := t.actors[*l.ActorID]
	if a == nil {
		a = &sums{
			ActorCount: ActorCount{ActorID: *l.ActorID, Role: l.ActorRole, ByAction: map[string]int{}, First: l.CreatedAt.UTC(), Last: l.CreatedAt.UTC()},
			subjects:   map[string]bool{}, reports: map[string]bool{}, hours: map[string]int{},
		}
		t.actors[*l.ActorID] = a
	}
	a.Looks++
	a.ByAction[l.Action]++
	a.subjects[l.SubjectID] = true
	if about, ok := l.Facts["report_id"].(string); ok {
		a.reports[about] = true
	}
	at := l.CreatedAt.UTC()
	if at.Before(a.First) {
		a.First = at
	}
	if at.After(a.Last) {
		a.Last = at
	}
	here := at.In(local)
	if here.Hour() >= nightFrom || here.Hour() < nightTo {
		a.Night++
	}
	hour := here.Format("2006-01-02T15")
	a.hours[hour]++
	a.MostInHour = max(a.MostInHour, a.hours[hour])
}

// result are the counts, who stands out first, then who looked most.
func (t *tally) result() []ActorCount {
	var all []int
	for _, a := range t.actors {
		all = append(all, a.Looks)
	}
	slices.Sort(all)
	median := 0
	if len(all) > 0 {
		median = all[(len(all)-1)/2]
	}
	out := make([]ActorCount, 0, len(t.actors))
	for id, a := range t.actors {
		a.Subjects, a.Reports = len(a.subjects), len(a.reports)
		for r := range a.reports {
			if !t.worked[id.String()+" "+r] {
				a.Strange++
			}
		}
		a.Flags = flags(a.ActorCount, median)
		out = append(out, a.ActorCount)
	}
	slices.SortFunc(out, func(a, b ActorCount) int {
		return cmp.Or(cmp.Compare(len(b.Flags), len(a.Flags)), cmp.Compare(b.Looks, a.Looks), cmp.Compare(a.ActorID.String(), b.ActorID.String()))
	})
	return out
}

// flags says what stands out about one actor, given the median of all.
func flags(a ActorCount, median int) []string {
	out := []string{}
	if a.Looks >= manyLooks && a.Looks >= manyTimes*median {
		out = append(out, "many")
	}
	if a.MostInHour >= burstLooks {
		out = append(out, "burst")
	}
	if a.Strange > 0 {
		out = append(out, "strange")
	}
	if a.Night >= nightLooks {
		out = append(out, "night")
	}
	return out
}
