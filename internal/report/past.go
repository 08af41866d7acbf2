package report

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/flow"
)

// Past is the life of a report as it happened before this system knew it: what taking over an older
// system, and the demo, tell. Replaying it through the state table gives the rows that living it would
// have left; what the table forbids fails.
type Past struct {
	ID       uuid.UUID
	Tenant   string
	Number   string
	At       time.Time
	In       Submission
	Reporter uuid.UUID
	// Place is the name of the place, for search.
	Place     string
	Published bool
}

// PastStep is one action of the table. The silences of the timer are steps too, and must stand where the
// timer would have acted.
type PastStep struct {
	At     time.Time
	Action string
	// Part is who acted, in the words of the table; the person behind it is By.
	Part string
	By   uuid.UUID
	// Signer and SignedAt are the second person's, for actions that need one.
	Signer   uuid.UUID
	SignedAt time.Time
	// Offers go with admit; Deputy with accept and join.
	Offers []Candidate
	Deputy Candidate
	// Unit goes with dispatch, and with admit where the report goes straight to a unit.
	Unit Unit
	// Other is the unit that a return says is responsible.
	Other Unit
	// Plan, Person and Review go with carry-over and its signature.
	Plan, Person string
	Review       time.Time
	// Text is what was found, answered, given as a reason or commented.
	Text string
	// Way and Result are the choices of contact, resolve and reply; Mark is the citizen's 1 to 3.
	Way, Result string
	Mark        int
	// Yes is the answer of confirm, and whether contact reached the citizen.
	Yes bool
}

// History is what a past left behind.
type History struct {
	Report      *db.Report
	Place       string
	Reporter    uuid.UUID
	Events      []*db.ReportEvent
	Deadlines   []*db.Deadline
	Offers      []*db.ReportOffer
	Deputies    []*db.ReportDeputy
	Assignments []*db.Assignment
	Proposals   []*db.ReportProposal
	Ratings     []*db.Rating
}

// Holders are the deputies whose hands this report fills.
func (h *History) Holders() []uuid.UUID {
	if !busy(flow.State(h.Report.State)) {
		return nil
	}
	var out []uuid.UUID
	for _, d := range h.Deputies {
		if d.EndedAt == nil {
			out = append(out, d.DeputyID)
		}
	}
	return out
}

// ids makes UUIDv7 whose time is the history's own, so that "newest first by id" holds for it too.
type ids struct {
	r    *rand.Rand
	last int64
}

func (g *ids) at(t time.Time) uuid.UUID {
	micros := t.UnixMicro()
	if micros <= g.last {
		micros = g.last + 1
	}
	g.last = micros
	return PastID(g.r, time.UnixMicro(micros))
}

// PastID is a UUIDv7 (RFC 9562, method 3: microseconds in rand_a) of a past instant.
func PastID(r *rand.Rand, t time.Time) uuid.UUID {
	var id uuid.UUID
	micros := t.UnixMicro()
	binary.BigEndian.PutUint64(id[:8], uint64(micros/1000)<<16) //nolint:gosec // times after 1970
	frac := uint16(micros%1000) * 4                             //nolint:gosec // below 4096
	binary.BigEndian.PutUint16(id[6:8], 0x7000|frac)
	binary.BigEndian.PutUint64(id[8:], r.Uint64())
	id[8] = id[8]&0x3f | 0x80
	return id
}

// Replay carries one past through the table, step by step.
type Replay struct {
	*History
	s         *Service
	m         *moment
	dir       *division.Directory
	cal       *deadline.Calendar
	overrides map[string]string
	ids       ids
	now       time.Time
}

// Replay begins the life of a past with its submission. r gives the ids. What the table does not allow
// fails, and so does a step before which the timer would have acted.
func (s *Service) Replay(dir *division.Directory, p Past, r *rand.Rand) (*Replay, error) {
	category, ok := dir.Category(p.In.Category)
	if !ok {
		return nil, fmt.Errorf("report: past %s: no category %q", p.Number, p.In.Category)
	}
	div, ok := dir.Division(p.In.DivisionCode)
	if !ok {
		return nil, fmt.Errorf("report: past %s: no division %q", p.Number, p.In.DivisionCode)
	}
	d := &draft{in: p.In, tenant: p.Tenant, filer: p.Reporter, reporter: p.Reporter, source: entreport.SourceCitizen, category: category, division: div, dir: dir}
	rep := s.rowAt(d, micro(p.At), p.ID)
	rep.Number, rep.CloseReason = p.Number, entreport.CloseReasonNone
	if p.Published && rep.Visibility == entreport.VisibilityPublic {
		at := micro(p.At.Add(time.Hour))
		rep.PublishedAt = &at
	}
	x := &Replay{
		History: &History{Report: rep, Place: p.Place, Reporter: p.Reporter}, s: s, dir: dir,
		cal:       deadline.NewCalendar(dir.CalendarOf(p.Tenant), officeHours(dir, p.Tenant)),
		overrides: s.clockSettings(dir, p.Tenant), ids: ids{r: r},
	}
	x.begin(p.At)
	if err := x.decide("submit", Anyone, nil); err != nil {
		return nil, fmt.Errorf("report: past %s: %w", p.Number, err)
	}
	x.m.params["no"], x.m.asker.person, x.m.label = p.Number, p.Reporter, "反映人"
	x.finish()
	return x, nil
}

// Step tells the next action.
func (x *Replay) Step(st PastStep) error {
	err := x.advance(st.At, flow.Action(st.Action))
	if err == nil {
		err = x.step(st)
	}
	if err != nil {
		return fmt.Errorf("report: past %s: %s at %s: %w", x.Report.Number, st.Action, st.At.Format(time.RFC3339), err)
	}
	return nil
}

// Until ends the telling at the present and gives what is left behind.
func (x *Replay) Until(now time.Time) (*History, error) {
	if err := x.advance(now, ""); err != nil {
		return nil, fmt.Errorf("report: past %s: %w", x.Report.Number, err)
	}
	return x.History, nil
}

// State is where the report stands now.
func (x *Replay) State() string { return string(x.Report.State) }

// At is the instant of the last step.
func (x *Replay) At() time.Time { return x.now }

// Due is when a running clock runs out; false when it does not run.
func (x *Replay) Due(clock string) (time.Time, bool) {
	for _, d := range x.Deadlines {
		if d.Kind == clock && deadline.Running(d) {
			return d.DueAt, true
		}
	}
	return time.Time{}, false
}

// Working moves an instant forward by working hours of the tenant.
func (x *Replay) Working(t time.Time, hours int) time.Time {
	due, _ := x.cal.Add(t, deadline.Span{N: hours, Unit: deadline.WorkingHours})
	return due
}

// Renumber gives the report another number; histories told out of order are numbered when they are sorted.
func (h *History) Renumber(number string) {
	for _, e := range h.Events {
		e.PublicText = strings.ReplaceAll(e.PublicText, h.Report.Number, number)
	}
	h.Report.Number = number
}
