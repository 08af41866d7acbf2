package demo

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/internal/app/demo/fiction"
	"huying/internal/deputy"
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
	l := &life{c: c, now: p.now, hasty: p.hasty, pictured: p.pictured, place: c.places[c.tell.Below(len(c.places))]}
	l.street = l.place.division[:9]
	l.cat, _ = c.dir.Category(c.category())
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

// category chooses by the shares.
func (c *cast) category() string {
	n := c.tell.Below(100)
	for _, s := range categoryShares {
		if n -= s.share; n < 0 {
			return s.key
		}
	}
	return "other"
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
	}
	return fmt.Errorf("demo: no step out of %s", l.x.State())
}

// after gives an instant some minutes after the last step; a hasty life is told in a tenth of the time.
func (l *life) after(low, high float64) time.Time {
	minutes := l.c.tell.Between(low, high)
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
	return l.x.At().Add(time.Duration(float64(span) * l.c.tell.Between(low, high)))
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

// admit is row 2: the street's desk takes it in, mostly in time.
func (l *life) admit() error {
	st := report.PastStep{Action: "admit", Part: "street_office", By: l.office(), Offers: l.c.candidates(l)}
	at := l.within("admit", 0.1, 0.95)
	if !l.hasty && l.c.tell.Chance(5) && !l.x.Report.Danger {
		at = l.within("admit", 1.05, 1.8)
	}
	if l.x.Report.Danger || !l.cat.VerifyFirst {
		l.team = l.c.teamFor(l)
		st.Unit = l.team.unit
	}
	if len(st.Offers) == 0 && st.Unit.ID == uuid.Nil {
		if err := l.do(at, st); err != nil {
			return err
		}
		return l.do(at, report.PastStep{Action: "silence", Part: "system"})
	}
	return l.do(at, st)
}

// candidates asks the deputies' own matching rule.
func (c *cast) candidates(l *life) []report.Candidate {
	rep := l.x.Report
	facts := deputy.Facts{
		Category: rep.Category, DivisionCode: rep.DivisionCode, Lat: rep.Lat, Lng: rep.Lng, Text: rep.Description,
		Respondent: rep.Respondent, ReporterID: rep.ReporterID, Limit: report.MaxOffers,
	}
	words := deputy.Words{Division: c.dir.FullName, Professions: l.cat.Professions}
	var out []report.Candidate
	for _, m := range deputy.Match(facts, c.profiles(), words) {
		out = append(out, report.Candidate{DeputyID: m.DeputyID, PersonID: m.PersonID, Name: m.Name, Score: m.Score, Reasons: m.Reasons})
	}
	return out
}

// profiles are the deputies as the rule sees them. One place is kept free in every deputy's hands, so that
// visitors of the demo find somebody to accept.
func (c *cast) profiles() []deputy.Profile {
	out := make([]deputy.Profile, len(c.deputies))
	for i, m := range c.deputies {
		p := deputy.Profile{
			DeputyID: m.id, PersonID: m.person, Name: m.name, HomeDivision: m.home, Profession: m.profession, Employer: m.employer,
			Live: m.live + 1, TakesReports: true, Stations: []uuid.UUID{c.stations[m.station].id},
		}
		for _, s := range m.seats {
			p.Seats = append(p.Seats, deputy.Seat{Level: s.level, Constituency: s.constituency})
		}
		out[i] = p
	}
	return out
}

// teamFor is the first choice of the dispatch catalogue.
func (c *cast) teamFor(l *life) *team {
	for _, t := range []*team{c.govs[l.street]} {
		for _, k := range t.categories {
			if k == l.cat.Key {
				return t
			}
		}
	}
	for _, t := range c.teams {
		for _, k := range t.categories {
			if k == l.cat.Key && t.level == "district" {
				return t
			}
		}
	}
	return c.govs[l.street]
}

// accept is rows 8 and 9: somebody asked accepts, or a day passes and the desk holds it.
func (l *life) accept() error {
	offers := l.x.Offers
	if len(offers) == 0 || !l.hasty && l.c.tell.Chance(12) {
		due, ok := l.x.Due("accept")
		if !ok {
			return fmt.Errorf("demo: %s is open and no clock runs", l.x.Report.Number)
		}
		return l.do(due, report.PastStep{Action: "silence", Part: "system"})
	}
	o := offers[l.c.tell.Below(min(2, len(offers)))]
	who := report.Candidate{DeputyID: o.DeputyID, PersonID: o.PersonID, Name: l.c.nameOf(o.DeputyID)}
	if err := l.do(l.within("accept", 0.02, 0.9), report.PastStep{Action: "accept", Part: "offered_deputy", By: who.PersonID, Deputy: who}); err != nil {
		return err
	}
	l.lead = who
	return nil
}

func (c *cast) nameOf(id uuid.UUID) string {
	for _, m := range c.deputies {
		if m.id == id {
			return m.name
		}
	}
	return "人大"
}

// verify is row 11, rarely its silence, and rarely row 12: the deputy's own answer.
func (l *life) verify() error {
	by, part := l.lead.PersonID, "lead_deputy"
	if by == uuid.Nil {
		by, part = l.office(), "street_office"
	}
	switch {
	case l.lead.PersonID != uuid.Nil && l.c.tell.Chance(7):
		at := l.within("verify", 0.1, 0.6)
		signed := at.Add(l.after(20, 90).Sub(l.x.At()))
		if signed.After(l.now) {
			return errTooLate
		}
		return l.do(at, report.PastStep{
			Action: "resolve", Part: part, By: by, Signer: l.office(), SignedAt: signed, Way: "explained", Text: "已当面向反映人说明情况，并协调社区当日处理。",
		})
	case !l.hasty && l.c.tell.Chance(4):
		due, _ := l.x.Due("verify")
		return l.do(due, report.PastStep{Action: "verify-silence", Part: "system"})
	}
	return l.do(l.within("verify", 0.1, 0.92), report.PastStep{Action: "verify", Part: part, By: by, Text: l.c.tell.Findings()})
}

// dispatch is rows 14 and 37.
func (l *life) dispatch() error {
	if l.team == nil {
		l.team = l.c.teamFor(l)
	}
	by, part := l.office(), "street_office"
	if l.x.State() == untilReopened || l.c.tell.Chance(20) {
		by, part = l.c.staff, "district_staff"
	}
	clock, high := "dispatch", 1.15
	if l.x.State() == untilReopened {
		clock, high = "redispatch", 0.9
	}
	return l.do(l.within(clock, 0.05, high), report.PastStep{Action: "dispatch", Part: part, By: by, Unit: l.team.unit})
}

// take is row 16, rarely its silence.
func (l *life) take() error {
	if !l.hasty && l.c.tell.Chance(6) {
		due, _ := l.x.Due("take")
		return l.do(due, report.PastStep{Action: "take-silence", Part: "system"})
	}
	return l.do(l.within("take", 0.05, 0.9), report.PastStep{Action: "take", Part: "unit_clerk", By: l.team.clerk})
}

// handle is rows 21 and 29: contact first, then the reply that the head signs. Some are late.
func (l *life) handle() error {
	if _, waiting := l.x.Due("contact"); waiting {
		at := l.within("contact", 0.05, 0.9)
		if !l.hasty && l.c.tell.Chance(8) {
			at = l.within("contact", 1.1, 2.2)
		}
		return l.do(at, report.PastStep{Action: "contact", Part: "unit_clerk", By: l.team.clerk, Way: fiction.Pick(l.c.tell, []string{"phone", "phone", "visit"}), Yes: l.c.tell.Chance(94)})
	}
	at := l.within("handling", 0.15, 0.95)
	if !l.hasty && l.c.tell.Chance(11) {
		at = l.within("handling", 1.05, 1.9)
	}
	signed := at.Add(l.after(15, 240).Sub(l.x.At()))
	if signed.After(l.now) {
		return errTooLate
	}
	// What is said to be repaired is shown: the table wants a photograph after the work.
	result := "explained"
	if l.pictured {
		result = fiction.Pick(l.c.tell, []string{"solved", "solved", "solved", "solved", "partly_solved", "explained"})
	}
	return l.do(at, report.PastStep{
		Action: "reply", Part: "unit_clerk", By: l.team.clerk, Signer: l.team.head, SignedAt: signed, Result: result, Text: l.c.tell.Reply(l.cat.Key),
	})
}

// confirm is rows 30 and 31.
func (l *life) confirm() error {
	if l.lead.PersonID == uuid.Nil {
		return l.confirmBy(l.office(), "street_office", l.after(60, 900))
	}
	if due, ok := l.x.Due("confirm"); ok && !l.hasty && l.c.tell.Chance(7) {
		if err := l.do(due, report.PastStep{Action: "confirm-silence", Part: "system"}); err != nil {
			return err
		}
		return l.confirmBy(l.office(), "street_office", l.after(60, 900))
	}
	return l.confirmBy(l.lead.PersonID, "lead_deputy", l.within("confirm", 0.05, 0.85))
}

func (l *life) confirmBy(by uuid.UUID, part string, at time.Time) error {
	st := report.PastStep{Action: "confirm", Part: part, By: by, Yes: true}
	if l.x.Report.Round == 1 && len(l.x.Ratings) == 0 && l.c.tell.Chance(6) && len(l.x.Events) < 16 {
		st.Yes, st.Text = false, l.c.tell.Refusal()
	}
	return l.do(at, st)
}

// rate is rows 32, 33 and 34.
func (l *life) rate(until string) error {
	unhappy := until == untilReopened || l.x.Report.Round == 1 && l.c.tell.Chance(9)
	if !unhappy && !l.hasty && l.c.tell.Chance(38) {
		due, _ := l.x.Due("rate")
		return l.do(due, report.PastStep{Action: "rate-silence", Part: "system"})
	}
	mark := 1
	switch {
	case unhappy:
		mark = 3
	case l.c.tell.Chance(24):
		mark = 2
	}
	return l.do(l.within("rate", 0.01, 0.6), report.PastStep{Action: "rate", Part: "reporter", By: l.x.Report.ReporterID, Mark: mark, Text: l.c.tell.Comment(mark)})
}
