package report

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entassignment "huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/ent/db/reportproposal"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/handling"
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
	Steps     []PastStep
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

// replay carries one past through the table.
type replay struct {
	*History
	s         *Service
	m         *moment
	dir       *division.Directory
	cal       *deadline.Calendar
	overrides map[string]string
	ids       ids
	now       time.Time
}

// Replay turns a past into its rows as of now. r gives the ids. It fails when a step is not one the table
// allows, or when the timer would have acted between two steps and no step says so.
func (s *Service) Replay(dir *division.Directory, p Past, r *rand.Rand, now time.Time) (*History, error) {
	category, ok := dir.Category(p.In.Category)
	if !ok {
		return nil, fmt.Errorf("report: past %s: no category %q", p.Number, p.In.Category)
	}
	div, ok := dir.Division(p.In.DivisionCode)
	if !ok {
		return nil, fmt.Errorf("report: past %s: no division %q", p.Number, p.In.DivisionCode)
	}
	d := &draft{in: p.In, tenant: p.Tenant, filer: p.Reporter, reporter: p.Reporter, source: entreport.SourceCitizen, category: category, division: div, dir: dir}
	rep := s.rowAt(d, p.At, p.ID)
	rep.Number = p.Number
	h := &History{Report: rep, Place: p.Place, Reporter: p.Reporter}
	x := &replay{
		History: h, s: s, dir: dir, cal: deadline.NewCalendar(dir.Calendar(), officeHours(dir, p.Tenant)),
		overrides: s.clockSettings(dir, p.Tenant), ids: ids{r: r}, now: p.At,
	}
	if err := x.run(p, now); err != nil {
		return nil, fmt.Errorf("report: past %s: %w", p.Number, err)
	}
	if p.Published && rep.Visibility == entreport.VisibilityPublic {
		at := p.At.Add(time.Hour)
		rep.PublishedAt = &at
	}
	return h, nil
}

func (x *replay) run(p Past, now time.Time) error {
	x.begin(p.At)
	if err := x.decide("submit", Anyone, nil); err != nil {
		return err
	}
	x.m.params["no"], x.m.asker.person, x.m.label = p.Number, p.Reporter, "反映人"
	x.finish()
	for _, st := range p.Steps {
		if err := x.advance(st.At); err != nil {
			return err
		}
		if err := x.step(st); err != nil {
			return fmt.Errorf("%s at %s: %w", st.Action, st.At.Format(time.RFC3339), err)
		}
	}
	return x.advance(now)
}

// begin opens a moment at an instant.
func (x *replay) begin(at time.Time) {
	x.now = micro(at)
	rel := &relation{report: x.Report, offers: x.Offers, deputies: x.Deputies, events: x.Events}
	for _, a := range x.Assignments {
		if a.State != entassignment.StateEnded {
			rel.assignments = append(rel.assignments, a)
		}
	}
	x.m = &moment{
		relation: rel, now: x.now, asker: asker{tenant: x.Report.TenantID}, dir: x.dir,
		params: map[string]string{}, data: map[string]any{}, spans: map[string]deadline.Span{},
		notAfter: map[string]time.Time{}, dues: map[string]time.Time{}, hasDeputy: rel.lead() != nil,
	}
}

func (x *replay) decide(action flow.Action, part flow.Part, more flow.Facts) (err error) {
	var units []uuid.UUID
	for _, a := range x.m.assignments {
		units = append(units, a.UnitID)
	}
	facts := x.m.facts(units)
	for f, v := range more {
		facts[f] = v
	}
	state := x.m.state()
	if action == "submit" {
		state = flow.Start
	}
	x.m.move, err = Table.Decide(state, action, flow.PartsOf(part), facts)
	return err
}

// finish moves the clocks, the owner and the state, and notes the event, as execute does.
func (x *replay) finish() {
	m, rep := x.m, x.Report
	for _, op := range m.move.Clocks {
		switch op.Verb {
		case flow.StopAll:
			x.stop("", "done")
		case flow.StopClock:
			x.stop(op.Clock, "done")
		case flow.StartClock:
			x.stop(op.Clock, "replaced")
			x.start(op.Clock)
		}
	}
	owner := m.nextOwner()
	if m.move.To != m.move.From || m.owner != "" {
		label := x.s.ownerLabel(m)
		rep.OwnerKind = owner
		rep.OwnerLabel, rep.OwnerID = label, m.ownerID
	}
	rep.OwnerKind = owner
	rep.DueAt = deadline.Earliest(x.Deadlines, counts)
	if due, set := m.dues[m.move.Promise]; set {
		rep.PromisedAt = &due
		m.params["t"] = deadline.Words(due, m.now)
	}
	if m.move.To != m.move.From && !Live(m.move.To) {
		at := m.now
		rep.ClosedAt = &at
	}
	rep.State, rep.UpdatedAt = entreport.State(m.move.To), m.now
	x.note()
}

// note adds the event of the moment; every event but the first is one more version of the report.
func (x *replay) note() {
	m := x.m
	e := &db.ReportEvent{
		ID: x.ids.at(m.now), TenantID: x.Report.TenantID, ReportID: x.Report.ID, Row: m.move.Number, Action: string(m.move.Action), FromState: string(m.move.From),
		ToState: string(m.move.To), Round: x.Report.Round, ActorPart: string(m.move.Part), ActorLabel: m.label, InternalNote: m.note, At: m.now,
		CreatedAt: m.now, UpdatedAt: m.now,
	}
	if len(m.data) > 0 {
		e.Data = m.data
	}
	if m.asker.person != uuid.Nil {
		by := m.asker.person
		e.ActorID = &by
	}
	if m.move.Public != "" {
		e.PublicText = word(m.move.Public, m.params)
	}
	if len(x.Events) > 0 && m.move.Action != "overdue" && m.move.Action != "rate-remind" && m.move.Action != "rate-call" {
		x.Report.Version++
	}
	x.Events = append(x.Events, e)
}

func (x *replay) start(clock string) {
	m := x.m
	span, set := m.spans[clock]
	if !set {
		span = spanFor(x.overrides, clock, x.Report.ClockClass, x.Report.Danger)
	}
	due, provisional := x.cal.Add(m.now, span)
	due = micro(due)
	x.Deadlines = append(x.Deadlines, &db.Deadline{
		ID: x.ids.at(m.now), TenantID: x.Report.TenantID, CreatedAt: m.now, UpdatedAt: m.now, Version: 1, SubjectKind: subjectKind, SubjectID: x.Report.ID,
		Kind: clock, OwnerKind: m.nextOwner(), OwnerID: m.ownerID, Amount: span.N, Unit: string(span.Unit), StartedAt: m.now,
		DueAt: due, FirstDueAt: due, Provisional: provisional, NextCheckAt: &due,
	})
	m.dues[clock] = due
}

func (x *replay) stop(clock, reason string) {
	for _, d := range x.Deadlines {
		if deadline.Running(d) && (clock == "" || d.Kind == clock) {
			at := x.m.now
			d.StoppedAt, d.StopReason, d.NextCheckAt = &at, reason, nil
			d.Version++
		}
	}
}

// advance lets the timer pass to an instant: clocks that ran out are told, as the sweeper would have done.
func (x *replay) advance(to time.Time) error {
	if to.Before(x.now) {
		return fmt.Errorf("a step at %s before %s", to.Format(time.RFC3339), x.now.Format(time.RFC3339))
	}
	for {
		next := x.nextMissed(to)
		if next == nil {
			return nil
		}
		x.begin(next.DueAt)
		if x.s.timed(x.m.relation, next.Kind) != nil {
			return fmt.Errorf("%s ran out at %s and no step tells it", next.Kind, next.DueAt.Format(time.RFC3339))
		}
		fired := x.m.now
		next.FiredAt, next.NextCheckAt = &fired, nil
		next.Version++
		x.m.move = flow.Transition{Action: lateAction(next.Kind), Part: System, From: x.m.state(), To: x.m.state()}
		x.m.label, x.m.note = Table.PartWord(System), clockWord(next.Kind)+"已超过时限"
		x.m.data["clock"], x.m.data["due_at"] = next.Kind, next.DueAt
		x.note()
	}
}

func lateAction(clock string) flow.Action {
	switch clock {
	case clockRateRemind:
		return "rate-remind"
	case clockRateCall:
		return "rate-call"
	}
	return "overdue"
}

func (x *replay) nextMissed(to time.Time) *db.Deadline {
	var first *db.Deadline
	for _, d := range x.Deadlines {
		if d.NextCheckAt != nil && !d.DueAt.After(to) && (first == nil || d.DueAt.Before(first.DueAt)) {
			first = d
		}
	}
	return first
}

// ownDeputy makes the leading deputy the owner and the one who acts.
func (x *replay) ownDeputy(c Candidate) {
	x.m.hasDeputy = true
	x.m.owner, x.m.ownerID, x.m.ownerLabel = OwnerDeputy, &c.DeputyID, c.Name+"代表"
}

func (x *replay) answerOffers(person uuid.UUID, mine, others reportoffer.State) {
	for _, o := range x.Offers {
		if o.State != reportoffer.StateOffered {
			continue
		}
		state := others
		if o.PersonID == person {
			state = mine
		}
		if state != reportoffer.StateOffered {
			at := x.m.now
			o.State, o.Version = state, o.Version+1
			if o.PersonID == person || state == reportoffer.StateLapsed {
				o.AnsweredAt = &at
			}
		}
	}
}

func (x *replay) assign(u Unit, by uuid.UUID) {
	m := x.m
	for _, a := range m.assignments {
		a.State = entassignment.StateEnded
		a.Version++
	}
	row := &db.Assignment{
		ID: x.ids.at(m.now), TenantID: x.Report.TenantID, CreatedAt: m.now, UpdatedAt: m.now, Version: 1, SubjectKind: subjectKind, SubjectID: x.Report.ID,
		UnitID: u.ID, Part: entassignment.PartLead, State: entassignment.StateAssigned, Round: x.Report.Round, AssignedAt: m.now,
	}
	if by != uuid.Nil {
		row.AssignedBy = &by
	}
	x.Assignments = append(x.Assignments, row)
	x.Report.LeadUnitID = &row.UnitID
	m.params["unit"], m.owner, m.ownerLabel, m.ownerID = u.Name, OwnerUnit, u.Name, &row.UnitID
	m.data["units"] = []uuid.UUID{u.ID}
}

func (x *replay) working() *db.Assignment {
	return x.m.assignments[slices.IndexFunc(x.m.assignments, handling.Answers)]
}

func (x *replay) offer(list []Candidate) {
	for _, c := range list[:min(len(list), MaxOffers)] {
		x.Offers = append(x.Offers, &db.ReportOffer{
			ID: x.ids.at(x.m.now), TenantID: x.Report.TenantID, CreatedAt: x.m.now, UpdatedAt: x.m.now, Version: 1, ReportID: x.Report.ID,
			DeputyID: c.DeputyID, PersonID: c.PersonID, State: reportoffer.StateOffered, Score: c.Score, Reasons: c.Reasons,
		})
	}
}

func (x *replay) takePart(c Candidate, part reportdeputy.Part) {
	x.Deputies = append(x.Deputies, &db.ReportDeputy{
		ID: x.ids.at(x.m.now), TenantID: x.Report.TenantID, CreatedAt: x.m.now, UpdatedAt: x.m.now, Version: 1,
		ReportID: x.Report.ID, DeputyID: c.DeputyID, PersonID: c.PersonID, Part: part,
	})
	if part == reportdeputy.PartLead {
		id := c.DeputyID
		x.Report.LeadDeputyID = &id
	}
}

// proposed notes what a second person signed later, or what still waits.
func (x *replay) proposed(st PastStep, unit *uuid.UUID, body []byte) {
	p := &db.ReportProposal{
		ID: x.ids.at(x.m.now), TenantID: x.Report.TenantID, CreatedAt: x.m.now, UpdatedAt: x.m.now, Version: 1, ReportID: x.Report.ID,
		Action: st.Action, ProposerID: st.By, ProposerPart: string(x.m.move.Part), UnitID: unit, Body: body, State: reportproposal.StatePending,
	}
	if !st.SignedAt.IsZero() {
		signer, at := st.Signer, micro(st.SignedAt)
		p.State, p.DecidedBy, p.DecidedAt, p.Version = reportproposal.StateApproved, &signer, &at, 2
	}
	x.Proposals = append(x.Proposals, p)
}
