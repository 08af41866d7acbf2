package report

import (
	"context"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportoffer"
	"huying/ent/db/reportrecusal"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
)

// relation is one report with everything that says who is what to it. It is
// loaded with a fixed number of statements.
type relation struct {
	report      *db.Report
	offers      []*db.ReportOffer
	deputies    []*db.ReportDeputy
	assignments []*db.Assignment
	// proposal is what the asker decides, else the oldest of proposals, all that wait.
	proposal  *db.ReportProposal
	proposals []*db.ReportProposal
	clocks    []*db.Deadline
	// letters are the supervision letters that wait for an answer.
	letters     []*db.Supervision
	events      []*db.ReportEvent
	leadRecused bool
}

// asker is who asks, in the one tenant of the request. The zero asker with
// system set is the timer.
type asker struct {
	person uuid.UUID
	tenant string
	grants []authz.Grant
	system bool
}

func askerOf(ctx context.Context, tenant string) asker {
	caller := auth.From(ctx)
	if caller == nil {
		return asker{tenant: tenant}
	}
	return asker{person: caller.PersonID, tenant: tenant, grants: caller.Grants}
}

// unitIDs are the units the asker acts for with one of the roles.
func (a asker) unitIDs(roles ...string) []uuid.UUID {
	var out []uuid.UUID
	for _, g := range a.grants {
		if g.Tenant == a.tenant && g.UnitID != uuid.Nil && slices.Contains(roles, g.Role) {
			out = append(out, g.UnitID)
		}
	}
	return out
}

// has says whether the asker holds the role in this tenant.
func (a asker) has(role string) bool {
	return slices.ContainsFunc(a.grants, func(g authz.Grant) bool { return g.Role == role && g.Tenant == a.tenant })
}

func (a asker) clerkOf() []uuid.UUID { return a.unitIDs("unit_clerk", "city_unit") }
func (a asker) headOf() []uuid.UUID  { return a.unitIDs("unit_head") }
func (a asker) units() []uuid.UUID   { return append(a.clerkOf(), a.headOf()...) }

// byReference finds a report by id or readable number.
func byReference(ref string) (func(*entsql.Selector), bool) {
	if id, err := uuid.Parse(ref); err == nil && len(ref) == 36 {
		return entsql.FieldEQ(entreport.FieldID, id), true
	}
	if _, _, _, ok := ParseNumber(ref); ok {
		return entsql.FieldEQ(entreport.FieldNumber, ref), true
	}
	return nil, false
}

// load reads the report and its relations. lock takes the report's row for
// this transaction, so that what is decided is still true when it is written.
func (s *Service) load(ctx context.Context, tx *database.Tx, ref string, lock bool, visible ...func(*entsql.Selector)) (*relation, error) {
	match, ok := byReference(ref)
	if !ok {
		return nil, notFound()
	}
	query := tx.Report.Query().Where(match)
	for _, v := range visible {
		query = query.Where(v)
	}
	if lock && tx.Engine() == database.EnginePostgres {
		query = query.ForUpdate()
	}
	row, err := query.Only(ctx)
	if db.IsNotFound(err) {
		return nil, notFound()
	}
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return s.relate(ctx, tx, row)
}

func (s *Service) relate(ctx context.Context, tx *database.Tx, row *db.Report) (*relation, error) {
	r := &relation{report: row}
	var err error
	if r.offers, err = tx.ReportOffer.Query().Where(reportoffer.ReportID(row.ID)).Order(reportoffer.ByID()).All(ctx); err != nil {
		return nil, fmt.Errorf("offers: %w", err)
	}
	if r.deputies, err = tx.ReportDeputy.Query().
		Where(reportdeputy.ReportID(row.ID), reportdeputy.EndedAtIsNil()).Order(reportdeputy.ByID()).All(ctx); err != nil {
		return nil, fmt.Errorf("deputies: %w", err)
	}
	if r.assignments, err = handling.Of(ctx, tx, subjectKind, row.ID); err != nil {
		return nil, err
	}
	if err := r.relateWork(ctx, tx); err != nil {
		return nil, err
	}
	if r.events, err = tx.ReportEvent.Query().Where(reportevent.ReportID(row.ID)).Order(reportevent.ByID()).All(ctx); err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	if lead := r.lead(); lead != nil {
		if r.leadRecused, err = tx.ReportRecusal.Query().
			Where(reportrecusal.ReportID(row.ID), reportrecusal.PersonID(lead.PersonID)).Exist(ctx); err != nil {
			return nil, fmt.Errorf("recusals: %w", err)
		}
	}
	return r, nil
}

// lead is the deputy who leads, or nil.
func (r *relation) lead() *db.ReportDeputy {
	for _, d := range r.deputies {
		if d.Part == reportdeputy.PartLead {
			return d
		}
	}
	return nil
}

func (r *relation) offerOf(person uuid.UUID) *db.ReportOffer {
	for _, o := range r.offers {
		if o.PersonID == person {
			return o
		}
	}
	return nil
}

func (r *relation) state() flow.State { return flow.State(r.report.State) }

// parts says what the asker is to this report.
func (r *relation) parts(a asker) flow.Parts {
	if a.system {
		return flow.PartsOf(System)
	}
	p := flow.Parts{}
	if a.person == uuid.Nil {
		return p
	}
	p[Anyone] = true
	if r.report.ReporterID == a.person {
		p[Reporter] = true
	}
	if o := r.offerOf(a.person); o != nil && openOffer(o) {
		p[OfferedDeputy] = true
	}
	for _, d := range r.deputies {
		if d.PersonID == a.person {
			p[map[reportdeputy.Part]flow.Part{reportdeputy.PartLead: LeadDeputy, reportdeputy.PartJoined: JoinedDeputy}[d.Part]] = true
		}
	}
	for _, g := range a.grants {
		r.grantPart(p, a, g)
	}
	return p
}

// openOffer says whether a deputy may still answer: asked, or overtaken by a
// colleague whom one may join.
func openOffer(o *db.ReportOffer) bool {
	return o.State == reportoffer.StateOffered || o.State == reportoffer.StateTakenByOther
}

// placeParts are the roles that act wherever their division covers the report.
var placeParts = map[string]flow.Part{
	"street_office": Office, "district_staff": DistrictStaff, "district_head": DistrictHead, "coordinator": Coordinator,
	"follow_up_caller": FollowUpCaller, "duty_officer": DutyOfficer, "screener": Screener,
}

func (r *relation) grantPart(p flow.Parts, a asker, g authz.Grant) {
	if g.Role == "city_supervisor" && authz.Within(r.report.DivisionCode, g.Division) {
		p[CitySupervisor] = true
	}
	if g.Tenant != a.tenant {
		return
	}
	if part, known := placeParts[g.Role]; known && authz.Within(r.report.DivisionCode, g.Division) {
		p[part] = true
	}
	for _, as := range handling.ByUnits(r.assignments, []uuid.UUID{g.UnitID}) {
		if !handling.Acts(r.assignments, as) {
			continue
		}
		switch {
		case as.Part == assignment.PartAssisting && (g.Role == "unit_clerk" || g.Role == "city_unit"):
			p[AssistingUnit] = true
		case g.Role == "unit_clerk" || g.Role == "city_unit":
			p[UnitClerk] = true
		case g.Role == "unit_head" && as.Part != assignment.PartAssisting:
			p[UnitHead] = true
		}
	}
}

// facts are what the table may ask about this report, seen by somebody who acts
// for these units.
func (r *relation) facts(units []uuid.UUID) flow.Facts {
	rep := r.report
	mine := handling.ByUnits(r.assignments, units)
	owing := handling.Owing(r.assignments)
	open := 0
	for _, o := range r.offers {
		if o.State == reportoffer.StateOffered {
			open++
		}
	}
	f := flow.Facts{
		danger:           rep.Danger,
		repairFirst:      !rep.VerifyFirst,
		lastOffer:        open <= 1,
		roomForDeputy:    r.lead() == nil,
		mayJoin:          r.lead() != nil && len(r.deputies) < MaxDeputies,
		officeConfirms:   r.lead() == nil || r.leadRecused || rep.OwnerKind == OwnerOffice,
		nothingWaits:     r.waits("resolve") == nil,
		attached:         rep.DetachedAt == nil,
		leftPhone:        rep.IdentityLevel != entreport.IdentityLevelNoPhone,
		hasLead:          r.lead() != nil,
		changeLeft:       !r.askedForAnother(),
		agreedToPublish:  rep.Visibility == entreport.VisibilityPublic && rep.DetachedAt == nil,
		unitHasToTake:    len(handling.Untaken(mine)) > 0,
		unitHasToReply:   len(handling.Owing(mine)) > 0,
		contacted:        rep.DetachedAt != nil || allContacted(handling.Owing(mine)),
		lastUnit:         len(owing) <= len(handling.Owing(mine)),
		answeredByDeputy: len(r.assignments) == 0,
		mayEnd:           before(r.state()) && rep.FollowerCount == 0 && !rep.Danger,
	}
	r.transferFacts(f)
	return f
}

// askedForAnother says whether the reporter has changed the deputy before.
func (r *relation) askedForAnother() bool {
	return slices.ContainsFunc(r.events, func(e *db.ReportEvent) bool {
		return e.Action == "change-deputy" && e.ActorPart == string(Reporter)
	})
}

func before(s flow.State) bool {
	return slices.Contains([]flow.State{Submitted, Open, Accepted, Verified, Dispatched}, s)
}

func allContacted(rows []*db.Assignment) bool {
	return !slices.ContainsFunc(rows, func(a *db.Assignment) bool { return a.ContactedAt == nil })
}
