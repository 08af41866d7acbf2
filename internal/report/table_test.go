package report

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huying/internal/flow"
)

// theLaw are the 43 rows of report-lifecycle.md.
const theLaw = 43

// inForce are the rows this room executes; the rest are declared.
var inForce = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43}

func TestEveryRowOfTheLawIsDeclared(t *testing.T) {
	declared, live := map[int]bool{}, map[int]bool{}
	for _, r := range Table.Rows() {
		for _, o := range r.Outcomes {
			n := o.Number
			if n == 0 {
				n = r.Number
			}
			declared[n] = true
			if r.Arrives == "" {
				live[n] = true
			}
		}
	}
	for n := 1; n <= theLaw; n++ {
		if !declared[n] {
			t.Errorf("row %d is not declared", n)
		}
		if live[n] != slices.Contains(inForce, n) {
			t.Errorf("row %d: in force %v", n, live[n])
		}
	}
	if len(declared) != theLaw {
		t.Errorf("%d rows declared", len(declared))
	}
}

func TestTableGolden(t *testing.T) { golden(t, "table.txt", Table.List()) }

// TestWordings keeps every sentence the public is told.
func TestWordings(t *testing.T) {
	var b strings.Builder
	for _, r := range Table.Rows() {
		for _, o := range r.Outcomes {
			if o.Public != "" {
				b.WriteString(string(r.Action) + " → " + string(o.Next) + ": " + o.Public + "\n")
			}
		}
	}
	golden(t, "wordings.txt", b.String())
}

func TestWordingsHaveNoHoles(t *testing.T) {
	for _, r := range Table.Rows() {
		for _, o := range r.Outcomes {
			said := word(o.Public, map[string]string{"t": "3月3日10:00"})
			if strings.ContainsAny(said, "{}") {
				t.Errorf("%s leaves a hole: %s", r.Action, said)
			}
			if r.Arrives == "" && strings.Contains(o.Public, "{t}") && o.Promise == "" {
				t.Errorf("row %d %s speaks of a time it does not promise", r.Number, r.Action)
			}
		}
	}
	if got := word("请看{findings}", map[string]string{"findings": "有{t}字样"}); got != "请看有{t}字样" {
		t.Errorf("what people wrote was filled in: %s", got)
	}
}

var allParts = []flow.Part{Anyone, Reporter, OfferedDeputy, LeadDeputy, JoinedDeputy, Office, DistrictStaff, DistrictHead, Coordinator, UnitClerk, UnitHead, AssistingUnit, FollowUpCaller, DutyOfficer, Screener, CitySupervisor, System}

var allFacts = []flow.Fact{
	danger, repairFirst, unitKnown, lastOffer, roomForDeputy, deputyHasRoom, mayJoin, officeConfirms, nothingWaits, contacted, reached, triedEnough, unitHasToTake, unitHasToReply, lastUnit, solved, unhappy, answeredByDeputy, mayEnd, agreedToPublish, attached, accusation, reviewedOnce, mayAppeal, appealed, notInvolved, upheld, mayReferUp, committeeListed, outsidePart, handedOver, hasLead, leadLeaves, changeLeft, attitudeOnly, attitudeOwed, notOwn, callAgreed, within90, mayReopen, callUnsolved, mayExplain, exclusionAsked, notExcluded,
	masterLives, mayObject, mayRateMaster, wasSubmitted, wasAccepted, wasVerified, wasDispatched, wasHandling,
	disputed, undisputed, returnsLeft, inReturnTime, separateUnit, staffMayRule, unitKeeps, keeperContacted, needsTime, lastOpinion,
	holderAsks, asked, nothingAsked, asksLeft, isPaused, notPaused, mayPause, extensionLeft, askedInTime, carryUnsigned, restarts,
	fenced, letterWaits, lastLetter,
}

func drawSet[K comparable](t *rapid.T, label string, from []K) map[K]bool {
	set := map[K]bool{}
	for _, k := range from {
		if rapid.Bool().Draw(t, label) {
			set[k] = true
		}
	}
	return set
}

// TestRandomWalksStayInTheTable walks at random: whatever is offered works,
// nothing else does, no step leaves the declared states, and a walk with every
// fact in favour can always end.
func TestRandomWalksStayInTheTable(t *testing.T) {
	states, actions := Table.States(), Table.Actions()
	rapid.Check(t, func(t *rapid.T) {
		state := Submitted
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			parts := flow.Parts(drawSet(t, "part", allParts))
			facts := flow.Facts(drawSet(t, "fact", allFacts))
			offered := map[flow.Action]bool{}
			for _, o := range Table.Allowed(state, parts, facts) {
				offered[o.Action] = true
			}
			action := rapid.SampledFrom(actions).Draw(t, "action")
			move, err := Table.Decide(state, action, parts, facts)
			if (err == nil) != offered[action] {
				t.Fatalf("%s in %s: offered %v, decided %v", action, state, offered[action], err)
			}
			if err != nil {
				continue
			}
			if move.From != state || !slices.Contains(states, move.To) {
				t.Fatalf("%s led from %s to %q", action, move.From, move.To)
			}
			if move.Proposed && move.To != state {
				t.Fatalf("a proposal moved %s to %s", state, move.To)
			}
			for _, op := range move.Clocks {
				if op.Verb == flow.StartClock && spanFor(nil, op.Clock, "ordinary", facts[danger]).IsZero() {
					t.Fatalf("%s starts clock %q, which has no span", action, op.Clock)
				}
			}
			state = move.To
			if !Live(state) {
				return
			}
		}
	})
}

// TestNoStateIsATrap: from every state that rows in force reach, rows in force
// lead to an end.
func TestNoStateIsATrap(t *testing.T) {
	next := map[flow.State]map[flow.State]bool{}
	for _, r := range Table.Rows() {
		if r.Arrives != "" {
			continue
		}
		for _, from := range r.From {
			for _, o := range r.Outcomes {
				if o.Next != flow.Same {
					if next[from] == nil {
						next[from] = map[flow.State]bool{}
					}
					next[from][o.Next] = true
				}
			}
		}
	}
	reach := func(from flow.State) map[flow.State]bool {
		seen, todo := map[flow.State]bool{}, []flow.State{from}
		for len(todo) > 0 {
			s := todo[0]
			todo = todo[1:]
			for n := range next[s] {
				if !seen[n] {
					seen[n] = true
					todo = append(todo, n)
				}
			}
		}
		return seen
	}
	for s := range reach(flow.Start) {
		if Live(s) && !reach(s)[Closed] && !reach(s)[Withdrawn] {
			t.Errorf("%s leads nowhere", s)
		}
	}
}

func TestDiagramInTheDocumentationIsTheTables(t *testing.T) {
	golden(t, "diagram.mmd", Table.Mermaid())
}
