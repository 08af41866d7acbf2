package open311

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// Known is a report as far as whoever asks may know it.
type Known struct {
	Number, Category, CategoryName, StateName string
	// Over says that nothing more is done about it.
	Over bool
	// Title and Description are empty unless a screener has passed them.
	Title, Description         string
	DivisionCode, DivisionName string
	CreatedAt, UpdatedAt       time.Time
	PromisedAt                 *time.Time
	PhotoURL                   string
}

// Search asks for reports, newest first: by numbers, or by the time they were submitted.
type Search struct {
	Numbers, Categories []string
	From, To            time.Time
	Over                *bool
	// Key adds what came in under it.
	Key   *uuid.UUID
	Limit int
}

// Step is one thing that happened to a report, as far as whoever asks may know it.
type Step struct {
	ID         uuid.UUID
	Number     string
	Over       bool
	Said, Word string
	At         time.Time
}

// Filing is what another system hands over.
type Filing struct {
	Category, Description, DivisionCode, Address string
	Position                                     *division.Point
	Answers                                      map[string]string
	Name, Phone                                  string
	Public                                       bool
	Reference, Media                             string
}

// Receipt answers a filing.
type Receipt struct{ Number, Notice string }

// Reports is what this room needs of the reports.
type Reports interface {
	File(ctx context.Context, tenant string, f Filing, key *db.PartnerKey, idempotencyKey, bodyHash string) (Receipt, error)
	Known(ctx context.Context, tenant string, q Search) ([]Known, error)
	Steps(ctx context.Context, tenant string, from, to time.Time, key *uuid.UUID, limit int) ([]Step, error)
	// Note keeps what a partner says about the report with this number; false when it is not one of this key's.
	Note(ctx context.Context, tx *database.Tx, tenant, number string, key *db.PartnerKey, m Message) (bool, error)
}

// Message is an update that another system posts.
type Message struct {
	ID, Status, Text string
	At               time.Time
}

// Territory is what this room needs of the reference data.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
}

// Deps are what the room is built from.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Territory Territory
	Reports   Reports
	// Hosts are host names that belong to one tenant beside those the tenants list themselves.
	Hosts map[string]string
	// PublicURL is the address under which clients reach us; empty takes the one they asked.
	PublicURL string
}

// Room serves the protocol.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{d} }

// jurisdiction is the tenant that a request is about: the one it names, or the one of the host or header.
func (s *Room) jurisdiction(ctx context.Context, dir *division.Directory, named string) (division.Tenant, error) {
	tenant := web.TenantOf(ctx)
	if named == "" {
		t, ok := dir.Tenant(tenant)
		if !ok {
			return t, fault.BadRequest.New("请说明是哪个区市", fault.Field{Name: "jurisdiction_id", Message: "请填写区市代码（例如 370202）或其网址"})
		}
		return t, nil
	}
	t, ok := dir.Tenant(named)
	if !ok {
		t, ok = dir.TenantByHost(named)
	}
	if !ok {
		t, ok = dir.Tenant(s.Hosts[named])
	}
	if !ok || t.Reserved || !t.Open || tenant != "" && tenant != t.Code {
		return t, fault.NotFound.New("没有这个区市", fault.Field{Name: "jurisdiction_id", Message: "没有这个区市，或与网址所属区市不一致"})
	}
	return t, nil
}

// search answers GET requests: by ids, which override everything else, or by time.
func (s *Room) search(ctx context.Context, tenant division.Tenant, dir *division.Directory, args func(string) string, key *db.PartnerKey) ([]Request, error) {
	q := Search{Limit: atMost}
	if key != nil {
		q.Key = &key.ID
	}
	if q.Numbers = commas(args("service_request_id")); len(q.Numbers) > maxPart {
		return nil, fault.Invalid.New("编号太多", fault.Field{Name: "service_request_id", Message: "一次最多100个"})
	}
	var err error
	if len(q.Numbers) == 0 {
		if q.From, q.To, err = window(args("start_date"), args("end_date"), s.Clock.Now()); err != nil {
			return nil, err
		}
		if q.Over, err = statuses(args("status")); err != nil {
			return nil, err
		}
		for _, code := range commas(args("service_code")) {
			if _, ok := dir.Category(code); !ok {
				return nil, fault.NotFound.New("没有这个类别", fault.Field{Name: "service_code", Message: "没有这个类别：" + code})
			}
			q.Categories = append(q.Categories, code)
		}
	}
	found, err := s.Reports.Known(ctx, tenant.Code, q)
	if err != nil {
		return nil, err
	}
	out := make([]Request, len(found))
	for i, k := range found {
		out[i] = requestOf(k, tenant, dir)
	}
	return out, nil
}

// one answers GET requests/{id}.
func (s *Room) one(ctx context.Context, tenant division.Tenant, dir *division.Directory, number string, key *db.PartnerKey) ([]Request, error) {
	found, err := s.search(ctx, tenant, dir, func(name string) string {
		return map[string]string{"service_request_id": number}[name]
	}, key)
	if err == nil && len(found) == 0 {
		err = fault.NotFound.New("没有这件事项", fault.Field{Name: "service_request_id", Message: "没有这件事项"})
	}
	return found, err
}

func requestOf(k Known, tenant division.Tenant, dir *division.Directory) Request {
	r := Request{
		ID: k.Number, Status: word(k.Over), StatusNotes: Text(k.StateName), ServiceName: Text(k.CategoryName), ServiceCode: k.Category,
		Description: Text(k.Description), AgencyResponsible: Text(tenant.Name), Requested: Moment(k.CreatedAt), Updated: Moment(k.UpdatedAt),
		Address: Text(k.DivisionName), AddressID: Text(k.DivisionCode), MediaURL: Text(k.PhotoURL),
	}
	if k.PromisedAt != nil {
		r.Expected = Moment(*k.PromisedAt)
	}
	// The public knows the community, so the point is the community's; where that is not known, the street's.
	for code := k.DivisionCode; len(code) >= 9; {
		d, ok := dir.Division(code)
		if ok && d.Centre != nil {
			r.Lat, r.Long = Degrees{&d.Centre.Lat}, Degrees{&d.Centre.Lng}
			break
		}
		code = d.ParentCode
	}
	return r
}

func word(over bool) string {
	if over {
		return statusClosed
	}
	return statusOpen
}

// updates answers GET servicerequestupdates.
func (s *Room) updates(ctx context.Context, tenant division.Tenant, args func(string) string, key *db.PartnerKey) ([]Update, error) {
	from, to, err := window(args("start_date"), args("end_date"), s.Clock.Now())
	if err != nil {
		return nil, err
	}
	var id *uuid.UUID
	if key != nil {
		id = &key.ID
	}
	found, err := s.Reports.Steps(ctx, tenant.Code, from, to, id, atMost)
	if err != nil {
		return nil, err
	}
	out := make([]Update, len(found))
	for i, st := range found {
		text := st.Said
		if text == "" {
			text = st.Word
		}
		out[i] = Update{ID: st.ID.String(), RequestID: st.Number, Status: word(st.Over), Updated: Moment(st.At), Description: Text(text)}
	}
	return out, nil
}

// services are the categories that are taken.
func services(dir *division.Directory) []Service {
	out := []Service{}
	for _, c := range dir.Categories() {
		out = append(out, serviceOf(c))
	}
	return out
}

func definition(dir *division.Directory, code string) (Definition, error) {
	i := slices.IndexFunc(dir.Categories(), func(c division.Category) bool { return c.Key == code })
	if i < 0 {
		return Definition{}, fault.NotFound.New("没有这个类别", fault.Field{Name: "service_code", Message: "没有这个类别"})
	}
	return definitionOf(dir.Categories()[i]), nil
}

// discovery says what is spoken where.
func (s *Room) discovery(base, phone string) Discovery {
	if s.PublicURL != "" {
		base = s.PublicURL
	}
	contact := "本级人大代表工作机构"
	if phone != "" {
		contact += "，电话 " + phone
	}
	changeset := Moment(time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC))
	return Discovery{
		Changeset: changeset, Contact: contact, KeyService: "由区市系统管理员在“合作系统”中发放",
		Endpoints: []Endpoint{{
			Specification: "http://wiki.open311.org/GeoReport_v2", URL: base + Root, Changeset: changeset, Type: "production",
			Formats: []string{"text/xml", "application/json"},
		}},
	}
}
