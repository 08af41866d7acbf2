package demo

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/app/demo/fiction"
	"huying/internal/deputy"
	"huying/internal/report"
)

// admit is row 2: the street's desk takes it in, mostly in time.
func (l *life) admit() error {
	st := report.PastStep{Action: "admit", Part: "street_office", By: l.office(), Offers: l.c.candidates(l)}
	at := l.within("admit", 0.1, 0.95)
	if !l.hasty && l.c.often(5, 14) && !l.x.Report.Danger {
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
	offers := slices.DeleteFunc(slices.Clone(l.x.Offers), func(o *db.ReportOffer) bool { return l.c.idle(o.DeputyID) })
	if len(offers) == 0 || !l.hasty && l.c.often(12, 24) {
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

// idle says that a deputy has not accepted anything in a year: every ninth of them.
func (c *cast) idle(id uuid.UUID) bool {
	return slices.IndexFunc(c.deputies, func(m *member) bool { return m.id == id })%9 == 8
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
	if !l.hasty && !l.returned && l.c.tell.Chance(returnedOf) {
		if told, err := l.giveBack(); told || err != nil {
			return err
		}
	}
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
		if !l.hasty && l.c.often(8, 22) {
			at = l.within("contact", 1.1, 2.2)
		}
		return l.do(at, report.PastStep{Action: "contact", Part: "unit_clerk", By: l.team.clerk, Way: fiction.Pick(l.c.tell, []string{"phone", "phone", "visit"}), Yes: l.c.tell.Chance(94)})
	}
	if !l.hasty && !l.carried && !l.x.Report.Danger && l.c.tell.Below(1000) < carriedOf {
		return l.carryOver()
	}
	at := l.within("handling", 0.15, 0.95)
	if !l.hasty && l.c.often(9, 31) {
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
	unhappy := until == untilReopened || l.x.Report.Round == 1 && l.c.often(4, 7)
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
