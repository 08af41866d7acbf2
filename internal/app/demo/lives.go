package demo

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/internal/division"
	"huying/internal/report"
)

// How far a life is told. Unless a life is told to the end it stops right after the named state is reached.
const (
	untilSubmitted  = "submitted"
	untilOpen       = "open"
	untilAccepted   = "accepted"
	untilVerified   = "verified"
	untilDispatched = "dispatched"
	untilHandling   = "handling"
	untilReplied    = "replied"
	untilResolved   = "resolved"
	untilReopened   = "reopened"
	untilWithdrawn  = "withdrawn"
	carriedOver     = "carried_over"
	untilClosed     = "closed"
)

// categoryShares say how often each category is reported, in hundredths.
var categoryShares = []struct {
	key   string
	share int
}{
	{"parking", 15},
	{"garbage", 14},
	{"noise", 12},
	{"road", 11},
	{"utilities", 10},
	{"property", 9},
	{"greening", 8},
	{"streetlight", 6},
	{"illegal_building", 5},
	{"manhole", 4},
	{"fire_lane", 3},
	{"other", 3},
}

// life is one report being told.
type life struct {
	c     *cast
	x     *report.Replay
	now   time.Time
	hasty bool // told shortly before now: minutes and hours instead of days
	// pictured says that the report has photographs before and, when answered, after.
	pictured bool
	place    place
	street   string
	cat      division.Category
	lead     report.Candidate
	team     *team
	// returned and carried say that the detour was taken already.
	returned, carried bool
}

// errTooLate says that the present came before the state that was asked for.
var errTooLate = errors.New("demo: the present is reached")

// plot says how one life is to be told.
type plot struct {
	number   string
	at, now  time.Time
	until    string
	hasty    bool
	pictured bool
}

// tellLife tells one life from its submission until a state, or until the present.
func (c *cast) tellLife(s *report.Service, p plot) (*life, error) {
	l := &life{c: c, now: p.now, hasty: p.hasty, pictured: p.pictured, place: c.somewhere()}
	l.street = l.place.division[:9]
	l.cat, _ = c.dir.Category(c.category(p.at))
	var err error
	l.x, err = s.Replay(c.dir, report.Past{
		ID: report.PastID(c.r, p.at), Tenant: c.tenant.Code, Number: p.number, At: p.at, In: c.submission(l),
		Reporter: c.citizens[c.tell.Below(len(c.citizens))], Place: l.place.name, Published: c.tell.Chance(80),
	}, c.r)
	if err != nil {
		return nil, err
	}
	return l, l.run(p.until)
}

func (c *cast) somewhere() place {
	if c.crowded != nil {
		return c.places[c.crowded.Uint64()]
	}
	return c.places[c.tell.Below(len(c.places))]
}

// submission is what the citizen writes.
func (c *cast) submission(l *life) report.Submission {
	in := report.Submission{
		Category: l.cat.Key, Description: c.tell.Report(l.cat.Key, l.place.name), DivisionCode: l.place.division,
		Address: l.place.name, PlaceID: &l.place.id, Visibility: "private", Danger: l.cat.DangerHint && c.tell.Chance(6),
	}
	if c.tell.Chance(70) {
		accuracy := float64(5 + c.tell.Below(60))
		in.Position = &report.Position{
			Lat: round(l.place.position.Lat + c.tell.Between(-0.0015, 0.0015)), Lng: round(l.place.position.Lng + c.tell.Between(-0.0015, 0.0015)), AccuracyM: &accuracy,
		}
	}
	if !l.cat.PrivateDefault && c.tell.Chance(65) {
		in.Visibility = "public"
	}
	if l.cat.Key == "property" || l.cat.Key == "noise" && c.tell.Chance(50) {
		in.Respondent = c.tell.Firm()
	}
	if c.tell.Chance(8) {
		in.IdentityLevel = "hidden_all"
	}
	return in
}

// run tells step after step. Reaching the present is no failure for a life told from long ago.
func (l *life) run(until string) error {
	for l.x.State() != until && l.x.State() != untilClosed {
		before := len(l.x.Events)
		err := l.next(until)
		if errors.Is(err, errTooLate) && !l.hasty {
			return nil
		}
		if err != nil {
			return err
		}
		if len(l.x.Events) == before {
			return fmt.Errorf("demo: %s stands still in %s", l.x.Report.Number, l.x.State())
		}
	}
	return nil
}

// next tells the step that follows in the straight path, with the detours a year brings.
func (l *life) next(until string) error {
	if until == untilWithdrawn && l.x.State() == untilOpen {
		return l.do(l.after(20, 300), report.PastStep{Action: "withdraw", Part: "reporter", By: l.x.Report.ReporterID, Text: "问题已经自行解决"})
	}
	switch l.x.State() {
	case untilSubmitted:
		return l.admit()
	case untilOpen:
		return l.accept()
	case untilAccepted:
		return l.verify()
	case untilVerified:
		return l.dispatch()
	case untilDispatched:
		return l.take()
	case untilHandling:
		return l.handle()
	case untilReplied:
		return l.confirm()
	case untilResolved:
		return l.rate(until)
	case untilReopened:
		return l.dispatch()
	case carriedOver:
		return l.review()
	}
	return fmt.Errorf("demo: no step out of %s", l.x.State())
}

// after gives an instant some minutes after the last step; a hasty life is told in a tenth of the time.
func (l *life) after(low, high float64) time.Time {
	minutes := l.c.tell.Skewed(low, high)
	if l.hasty {
		minutes /= 10
	}
	return l.x.At().Add(time.Duration(minutes * float64(time.Minute)))
}

// within gives an instant in the given share of a running clock; beyond a clock the timer acts on, never.
func (l *life) within(clock string, low, high float64) time.Time {
	due, running := l.x.Due(clock)
	if !running {
		return l.after(60, 600)
	}
	span := due.Sub(l.x.At())
	if span <= 0 { // it ran out while something else was waited for
		return l.after(30, 1500)
	}
	if l.hasty {
		span = min(span, 3*time.Hour)
	}
	return l.x.At().Add(time.Duration(float64(span) * l.c.tell.Skewed(low, high)))
}

func (l *life) do(at time.Time, st report.PastStep) error {
	if at.After(l.now) {
		return errTooLate
	}
	st.At, st.Deputy = at, orCandidate(st.Deputy, l.lead)
	if st.Unit.ID == uuid.Nil && l.team != nil && st.Action != "admit" {
		st.Unit = l.team.unit
	}
	return l.x.Step(st)
}

func orCandidate(given, lead report.Candidate) report.Candidate {
	if given.DeputyID != uuid.Nil {
		return given
	}
	return lead
}

func (l *life) office() uuid.UUID { return l.c.offices[l.street] }
