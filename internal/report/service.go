package report

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"huying/ent/db"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/screening"
)

// subjectKind is the word other tables use for a report.
const subjectKind = "report"

// Matter is what matching and recusal look at; zero fields are simply unknown.
type Matter struct {
	Category, DivisionCode string
	Lat, Lng               *float64
	// Text is title and description; a body named in it recuses too.
	Text                                                        string
	Respondent                                                  string
	PlaceID, ReportID, ReporterID, PreferredDeputyID, StationID uuid.UUID
	UnitIDs                                                     []uuid.UUID
	// Excluded are people who are not asked again.
	Excluded []uuid.UUID
	Limit    int
}

// Candidate is a deputy a report may be offered to, with the reasons why.
type Candidate struct {
	DeputyID, PersonID uuid.UUID
	Name               string
	Score              int
	Reasons            []string
}

// Deputies is what this room needs of the deputies' room. All work in the
// caller's transaction.
type Deputies interface {
	// Candidates gives whom to offer to, best first; never somebody recused.
	Candidates(ctx context.Context, tx *database.Tx, m Matter) ([]Candidate, error)
	// Recused gives everybody of the tenant who must not see the matter.
	Recused(ctx context.Context, tx *database.Tx, m Matter) ([]uuid.UUID, error)
	// Deputy gives one deputy's name, person and live reports; false when unknown.
	Deputy(ctx context.Context, tx *database.Tx, id uuid.UUID) (Deputy, bool, error)
	// Away says in plain words why a deputy cannot be asked now: on leave, no
	// mandate, takes no reports. Empty: the deputy can be.
	Away(ctx context.Context, tx *database.Tx, id uuid.UUID) (string, error)
	// Take books one more live report on a deputy; false when the deputy holds
	// MaxLive, also when two are accepted at the same moment.
	Take(ctx context.Context, tx *database.Tx, deputyID uuid.UUID) (bool, error)
	// ChangeLoad adds to a deputy's live reports.
	ChangeLoad(ctx context.Context, tx *database.Tx, deputyID uuid.UUID, by int) error
}

// Deputy is what this room knows of a deputy.
type Deputy struct {
	ID, PersonID uuid.UUID
	Name         string
	Live         int
}

// Unit is what this room knows of a handling unit.
type Unit struct {
	ID          uuid.UUID
	Name, Phone string
	// HeadName is who answers for the unit, as kept in its register; may be empty.
	HeadName string
	Active   bool
}

// Case is what the dispatch catalogue is asked about. Source is what makes the
// problem, e.g. the kind of noise, "" when nobody said.
type Case struct{ Category, Division, Source string }

// Units is what this room needs of the units' room.
type Units interface {
	// Units gives the named units that exist in the tenant.
	Units(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]Unit, error)
	// UnitFor gives the catalogue's first choice for a case.
	UnitFor(ctx context.Context, tx *database.Tx, c Case) (Unit, bool, error)
	// InCatalogue says whether the catalogue lists the unit for it.
	InCatalogue(ctx context.Context, tx *database.Tx, c Case, unit uuid.UUID) (bool, error)
	// Committees gives the village's or residents' committees of the community
	// that the catalogue lists for the category (row 15), best first.
	Committees(ctx context.Context, tx *database.Tx, category, division string) ([]Unit, error)
	// OfStreet gives the street's or town's own administration (街道办、镇政府).
	OfStreet(ctx context.Context, tx *database.Tx, street string) ([]uuid.UUID, error)
	// Handlers gives, for those of the units that have one, who gets the case by default.
	Handlers(ctx context.Context, tx *database.Tx, c Case, units []uuid.UUID) (map[uuid.UUID]uuid.UUID, error)
}

// Stations is what this room needs of the stations' room.
type Stations interface {
	Exists(ctx context.Context, tx *database.Tx, id uuid.UUID) (bool, error)
}

// People is what this room needs of the people behind the door.
type People interface {
	EnsurePerson(ctx context.Context, phone, name string) (uuid.UUID, error)
	// Holder gives who holds a number now; false when nobody does.
	Holder(ctx context.Context, phone string) (uuid.UUID, bool, error)
	// Masked gives names and numbers with their middle hidden.
	Masked(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Person, error)
	// Contact unmasks one person and writes why into the audit log.
	Contact(ctx context.Context, tenant string, person, report uuid.UUID, reason string) (Person, error)
	// KeepFollowed adds a report to the own list of somebody who follows it.
	KeepFollowed(ctx context.Context, tenant string, person, report uuid.UUID) error
	// DropFollowed takes a report out of the own list of somebody who followed it.
	DropFollowed(ctx context.Context, person, report uuid.UUID) error
	// PeopleWith gives who holds a role at a place; unit narrows it unless nil.
	PeopleWith(ctx context.Context, tenant, role, division string, unit uuid.UUID) ([]uuid.UUID, error)
}

// Person is a name and a number as far as they may be shown.
type Person struct{ Name, Phone string }

// Notice is a line for somebody's inbox, and perhaps a short message.
type Notice struct {
	PersonID uuid.UUID
	Template string
	Params   map[string]string
	ReportID uuid.UUID
	Number   string
	SMS      bool
	// Until is when what it tells of is over, or the zero time.
	Until time.Time
	// Once names the fact where a job tells it, so that it is told once however often the job is worked; OnceAt is a
	// time that is the same whenever Once is. A fact told before is an error that database.IsUnique knows.
	Once   string
	OnceAt time.Time
}

// Notices delivers notices within the transaction.
type Notices interface {
	Notify(ctx context.Context, tx *database.Tx, n Notice) error
}

// Hints tells who listens that a report has a new version. It is told within the transaction and passes it on once
// that stands.
type Hints interface {
	ReportChanged(tx *database.Tx, tenant string, reportID uuid.UUID, version int, people ...uuid.UUID)
}

// Territory answers where things are.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
	Resolve(ctx context.Context, tenant string, q division.Question) (division.Division, error)
	Place(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.Place, bool, error)
}

// Sealer encrypts what is kept about somebody who has no account.
type Sealer interface {
	Seal(aad string, plain []byte) ([]byte, error)
	Open(aad string, sealed []byte) ([]byte, error)
}

// Codes makes digests that only the holder of the key can make, under the
// present key first and every older one after it.
type Codes interface {
	BlindAll(domain, value string) []string
}

// Queue takes jobs within the transaction.
type Queue interface {
	Insert(ctx context.Context, tx *database.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// CityAudit writes the line of a read across tenants before it is answered.
type CityAudit interface {
	CrossTenantRead(ctx context.Context, tenants []string, what string) error
}

// Taken is one step as it was written, with how far a unit's clock had climbed before it and after it.
type Taken struct {
	Report              *db.Report
	Event               *db.ReportEvent
	RungBefore, RungNow int
}

// Steps hears of every step in the step's own transaction; when it fails the step is not taken.
type Steps interface {
	Stepped(ctx context.Context, tx *database.Tx, t Taken) error
}

// Deps are what the room is built from.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Index     *authz.Index
	Territory Territory
	Deputies  Deputies
	Units     Units
	Stations  Stations
	People    People
	Notices   Notices
	Links     Links
	// Hints may be nil: nobody listens.
	Hints Hints
	// Steps may be nil: nobody counts.
	Steps Steps
	// Partners may be nil: no other system is connected.
	Partners  Partners
	Consents  Consents
	Evidence  *evidence.Service
	Screening *screening.Service
	Keys      Sealer
	Codes     Codes
	Jobs      Queue
	CityAudit CityAudit
	// RespondentKey makes two spellings of one body equal.
	RespondentKey func(name string) string
	// SameRespondent says whether two such keys mean one body.
	SameRespondent func(a, b string) bool
}

// Service is the room of reports.
type Service struct {
	Deps
}

// New makes the room.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	return &Service{Deps: d}
}

var _ rivertype.JobArgs = TellArgs{}

// Calendar is the working calendar with the tenant's own office hours.
func (s *Service) Calendar(ctx context.Context, tenant string) (*deadline.Calendar, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	return deadline.NewCalendar(dir.CalendarOf(tenant), officeHours(dir, tenant)), nil
}

func officeHours(dir *division.Directory, tenant string) []deadline.Session {
	t, ok := dir.Tenant(tenant)
	if !ok {
		return nil
	}
	var out []deadline.Session
	for _, h := range t.Settings.OfficeHours {
		from, err1 := time.Parse("15:04", h.From)
		to, err2 := time.Parse("15:04", h.To)
		if err1 != nil || err2 != nil {
			return nil
		}
		out = append(out, deadline.Session{From: sinceMidnight(from), To: sinceMidnight(to)})
	}
	return out
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

func (s *Service) clockSettings(dir *division.Directory, tenant string) map[string]string {
	if t, ok := dir.Tenant(tenant); ok {
		return t.Settings.Clocks
	}
	return nil
}
