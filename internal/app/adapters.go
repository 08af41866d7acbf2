package app

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/internal/deputy"
	"huying/internal/identity"
	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/report"
	"huying/internal/station"
	"huying/internal/unit"
)

// deputies are the deputies' room as the room of reports sees it.
type deputies struct{ room *deputy.Service }

// Candidates gives whom to offer to, best first.
func (d deputies) Candidates(ctx context.Context, tx *database.Tx, m report.Matter) ([]report.Candidate, error) {
	found, err := d.room.Candidates(ctx, tx, facts(m))
	out := make([]report.Candidate, 0, len(found))
	for _, c := range found {
		out = append(out, report.Candidate{DeputyID: c.DeputyID, PersonID: c.PersonID, Name: c.Name, Score: c.Score, Reasons: c.Reasons})
	}
	return out, err
}

// Recused gives everybody of the tenant who must not see the matter.
func (d deputies) Recused(ctx context.Context, tx *database.Tx, m report.Matter) ([]uuid.UUID, error) {
	return d.room.RecusedPersons(ctx, tx, facts(m))
}

// Deputy gives one deputy; false when there is none.
func (d deputies) Deputy(ctx context.Context, tx *database.Tx, id uuid.UUID) (report.Deputy, bool, error) {
	b, ok, err := d.room.Deputy(ctx, tx, id)
	return report.Deputy{ID: b.ID, PersonID: b.PersonID, Name: b.Name, Live: b.LiveReports}, ok, err
}

// Away says why a deputy cannot be asked now.
func (d deputies) Away(ctx context.Context, tx *database.Tx, id uuid.UUID) (string, error) {
	return d.room.Away(ctx, tx, id)
}

// Take books one more live report unless the deputy is full.
func (d deputies) Take(ctx context.Context, tx *database.Tx, id uuid.UUID) (bool, error) {
	return d.room.Take(ctx, tx, id)
}

// ChangeLoad adds to a deputy's live reports.
func (d deputies) ChangeLoad(ctx context.Context, tx *database.Tx, id uuid.UUID, by int) error {
	return d.room.ChangeLoad(ctx, tx, id, by)
}

// handOvers are the reports' room as the deputies' room sees it. It is asked
// through the house, because the rooms are built one after the other.
type handOvers struct{ house *App }

// HeldBy lists what deputies would leave behind.
func (h handOvers) HeldBy(ctx context.Context, tx *database.Tx, ids ...uuid.UUID) ([]deputy.Held, error) {
	found, err := h.house.Report.HeldBy(ctx, tx, ids...)
	out := make([]deputy.Held, len(found))
	for i, x := range found {
		out[i] = deputy.Held{ReportID: x.ReportID, DeputyID: x.DeputyID, Number: x.Number, State: x.State, Part: x.Part}
	}
	return out, err
}

// DeputyAway takes a deputy off a report.
func (h handOvers) DeputyAway(ctx context.Context, tenant string, id, deputy uuid.UUID, mandateEnded bool, substitute *uuid.UUID) error {
	why := report.AwayOnLeave
	if mandateEnded {
		why = report.AwayMandateEnded
	}
	return h.house.Report.DeputyAway(ctx, tenant, id, deputy, why, substitute)
}

func facts(m report.Matter) deputy.Facts {
	return deputy.Facts{
		Category: m.Category, DivisionCode: m.DivisionCode, Lat: m.Lat, Lng: m.Lng, Text: m.Text, Respondent: m.Respondent,
		PlaceID: m.PlaceID, ReportID: m.ReportID, ReporterID: m.ReporterID, PreferredDeputyID: m.PreferredDeputyID,
		StationID: m.StationID, UnitIDs: m.UnitIDs, Excluded: m.Excluded, Limit: m.Limit,
	}
}

// units are the units' room as the room of reports sees it.
type units struct{ room *unit.Service }

// Units gives the named units that exist in the tenant.
func (u units) Units(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]report.Unit, error) {
	found, err := u.room.Units(ctx, tx, ids)
	out := make(map[uuid.UUID]report.Unit, len(found))
	for id, x := range found {
		out[id] = brief(x)
	}
	return out, err
}

// UnitFor gives the catalogue's first choice.
func (u units) UnitFor(ctx context.Context, tx *database.Tx, c report.Case) (report.Unit, bool, error) {
	x, ok, err := u.room.UnitFor(ctx, tx, unit.Case(c))
	return brief(x), ok, err
}

// InCatalogue says whether the catalogue lists the unit.
func (u units) InCatalogue(ctx context.Context, tx *database.Tx, c report.Case, id uuid.UUID) (bool, error) {
	return u.room.InCatalogue(ctx, tx, unit.Case(c), id)
}

// Handlers gives who in the units gets the case by default.
func (u units) Handlers(ctx context.Context, tx *database.Tx, c report.Case, ids []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	return u.room.Handlers(ctx, tx, unit.Case(c), ids)
}

// Committees gives the committees of the community that the catalogue lists.
func (u units) Committees(ctx context.Context, tx *database.Tx, category, division string) ([]report.Unit, error) {
	found, err := u.room.Committees(ctx, tx, category, division)
	out := make([]report.Unit, len(found))
	for i, x := range found {
		out[i] = brief(x)
	}
	return out, err
}

// OfStreet gives the street's own administration.
func (u units) OfStreet(ctx context.Context, tx *database.Tx, street string) ([]uuid.UUID, error) {
	return u.room.OfStreet(ctx, tx, street)
}

func brief(u unit.Unit) report.Unit {
	return report.Unit{ID: u.ID, Name: u.Name, Phone: u.Phone, HeadName: u.HeadName, Active: u.Active}
}

// stations are the stations' room as the room of reports sees it.
type stations struct{ room *station.Service }

// Exists says whether there is such a station in the tenant.
func (s stations) Exists(ctx context.Context, tx *database.Tx, id uuid.UUID) (bool, error) {
	_, ok, err := s.room.Station(ctx, tx, id)
	return ok, err
}

// people is the identity door as the room of reports sees it.
type people struct{ door *identity.Service }

// EnsurePerson finds or makes the person who holds a number.
func (p people) EnsurePerson(ctx context.Context, phone, name string) (uuid.UUID, error) {
	return p.door.EnsurePerson(ctx, phone, name)
}

// Holder gives who holds a number now; false when nobody does.
func (p people) Holder(ctx context.Context, phone string) (uuid.UUID, bool, error) {
	return p.door.Holder(ctx, phone)
}

// Masked gives names and numbers with their middle hidden.
func (p people) Masked(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]report.Person, error) {
	found, err := p.door.Masked(ctx, ids)
	out := make(map[uuid.UUID]report.Person, len(found))
	for id, m := range found {
		out[id] = report.Person{Name: m.Name, Phone: m.Phone}
	}
	return out, err
}

// Contact unmasks one person, which is audited with the reason.
func (p people) Contact(ctx context.Context, tenant string, person, about uuid.UUID, reason string) (report.Person, error) {
	c, err := p.door.ContactAbout(ctx, tenant, person, about, reason)
	return report.Person{Name: c.Name, Phone: c.Phone}, err
}

// HistoryFrom is the zero time: the door gives a recycled number's new holder a person of its own, so everything
// kept under a person is that person's.
func (p people) HistoryFrom(context.Context, uuid.UUID) (time.Time, error) { return time.Time{}, nil }

// KeepFollowed adds a followed report to the person's own list.
func (p people) KeepFollowed(ctx context.Context, tenant string, person, report uuid.UUID) error {
	return p.door.KeepFollowed(ctx, tenant, person, report)
}

// DropFollowed takes a followed report out of the person's own list.
func (p people) DropFollowed(ctx context.Context, person, report uuid.UUID) error {
	return p.door.DropFollowed(ctx, person, report)
}

// PeopleWith gives who holds a role in a unit or, without one, at a place.
func (p people) PeopleWith(ctx context.Context, tenant, role, division string, unitID uuid.UUID) ([]uuid.UUID, error) {
	if unitID != uuid.Nil {
		return p.door.PeopleOfUnit(ctx, tenant, role, unitID)
	}
	return p.door.PeopleWith(ctx, tenant, role, division)
}

// notices is the shelf's notices as the room of reports sees them.
type notices struct{ a *App }

// Notify writes the notice within the transaction; by SMS too, unless the tenant keeps this one to the inbox.
func (n notices) Notify(ctx context.Context, tx *database.Tx, in report.Notice) error {
	dir, err := n.a.Division.Directory(ctx)
	if err != nil {
		return err
	}
	scope, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	tenant, _ := dir.Tenant(scope.TenantCode())
	return n.a.Notify.Person(ctx, tx, notify.Notice{
		PersonID: in.PersonID, Template: in.Template, Params: in.Params, ReportID: in.ReportID,
		SMS:   in.SMS && !slices.Contains(tenant.Settings.SMSOff, in.Template),
		Until: in.Until, Once: in.Once, OnceAt: in.OnceAt,
	})
}

// rateBySMS rates a report for somebody who answered a message.
func (a *App) rateBySMS(ctx context.Context, r notify.Rating) error {
	return a.Report.RateBySMS(ctx, r.Tenant, r.ReportID, r.PersonID, r.Result)
}

// readable gives those of the reports that somebody who listens may read.
func (a *App) readable(ctx context.Context, caller *auth.Caller, tenant string, ids []uuid.UUID) ([]uuid.UUID, error) {
	return a.Report.Readable(ctx, caller, tenant, ids)
}
