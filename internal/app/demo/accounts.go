package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"huying/internal/app/demo/fiction"
	"huying/internal/division"
	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/report"
)

// Password opens every documented account. It is public and works in demo mode only.
const Password = "Huying-demo-2026" //nolint:gosec // public on purpose

// unitKind is one of the district's handling units and what the dispatch catalogue gives it.
type unitKind struct {
	name, kind string
	categories []string
}

// districtUnits are dept1, dept2, … of every tenant, in this order. The names of offices are those every
// district has; the people in them are invented.
var districtUnits = []unitKind{
	{"城市管理局", "administrative", []string{"greening", "garbage", "illegal_building"}},
	{"住房和城乡建设局", "administrative", []string{"property"}},
	{"生态环境分局", "vertical", []string{"noise"}},
	{"公安分局交警大队", "vertical", []string{"parking"}},
	{"市政设施养护中心", "administrative", []string{"road", "manhole"}},
	{"消防救援大队", "vertical", []string{"fire_lane"}},
	{"路灯与景观照明中心", "enterprise", []string{"streetlight"}},
	{"供水供热服务公司", "enterprise", []string{"utilities"}},
}

// team are the people of one handling unit.
type team struct {
	unit        report.Unit
	code, kind  string
	level, area string
	clerk, head uuid.UUID
	headName    string
	categories  []string
}

// member is a deputy of the cast.
type member struct {
	id, person           uuid.UUID
	name, home           string
	profession, employer string
	seats                []seat
	station              int
	live                 int
}

type seat struct {
	level        string
	term         int
	constituency []string
}

// cast is everybody of one tenant.
type cast struct {
	tenant  division.Tenant
	dir     *division.Directory
	streets []division.Division
	teams   []*team
	govs    map[string]*team     // street code → the street's government
	offices map[string]uuid.UUID // street code → who keeps the congress's desk there
	staff   uuid.UUID
	// head and coordinator rule on returns and carry-overs.
	head, coordinator uuid.UUID

	deputies []*member
	stations []station
	places   []place
	citizens []uuid.UUID
	cityUnit uuid.UUID
	// crowded, where set, chooses among the places.
	crowded *rand.Zipf
	// variants is how many different pictures each category has.
	variants int

	enrolments []identity.Enrolment
	tell       *fiction.Teller
	r          *rand.Rand
	since      time.Time
	phones     int
	hash       string
}

type station struct {
	id, manager          uuid.UUID
	name, kind, division string
	address              string
}

type place struct {
	id       uuid.UUID
	kind     string
	name     string
	alias    string
	division string
	position division.Point
}

// newID makes an id of the day the history begins.
func (c *cast) newID() uuid.UUID { return report.PastID(c.r, c.since) }

// enrol adds a person with an account. The number is one of the tenant's own block.
func (c *cast) enrol(kind, username, name string, grants ...authz.Grant) uuid.UUID {
	e := identity.Enrolment{ID: c.newID(), Kind: kind, Name: name, Grants: grants, Since: c.since}
	e.Phone = fiction.Phone(c.phones)
	c.phones++
	if username != "" {
		e.Username, e.PasswordHash = username, c.hash
	}
	c.enrolments = append(c.enrolments, e)
	return e.ID
}

func (c *cast) grant(role, area string) authz.Grant {
	return authz.Grant{Role: role, Tenant: c.tenant.Code, Division: area}
}

// desk enrols the people of the district's own offices.
func (c *cast) desk() {
	code := c.tenant.Code
	one := func(suffix string, roles ...string) uuid.UUID {
		var grants []authz.Grant
		for _, r := range roles {
			grants = append(grants, c.grant(r, code))
		}
		return c.enrol(auth.KindStaff, code+"."+suffix, c.tell.Person(), grants...)
	}
	c.staff = one("staff", "district_staff")
	one("admin", "tenant_admin")
	c.head = one("head", "district_head")
	c.coordinator = one("coordinator", "coordinator")
	one("caller", "follow_up_caller")
	one("duty", "duty_officer")
	one("screener", "screener")
}

// units makes the handling units with a clerk and a head each: the district's and one per street.
func (c *cast) units() {
	code, short := c.tenant.Code, districtShort(c.dir, c.tenant.Code)
	for i, k := range districtUnits {
		c.teams = append(c.teams, c.team(fmt.Sprintf("dept%d", i+1), short+k.name, k.kind, "district", code, fmt.Sprintf("%s.dept%d", code, i+1), k.categories))
	}
	c.govs = map[string]*team{}
	for _, s := range c.streets {
		name := s.Name + "办事处"
		if kind, _ := division.StreetKindOf(s.Code); kind == division.Town {
			name = s.Name + "人民政府"
		}
		if kind, _ := division.StreetKindOf(s.Code); kind == division.Zone {
			name = s.Name + "管理服务中心"
		}
		t := c.team(s.Code, name, "administrative", "subdistrict", s.Code, s.Code+".gov", []string{"other", "garbage", "property"})
		c.govs[s.Code] = t
		c.teams = append(c.teams, t)
	}
}

func (c *cast) team(code, name, kind, level, area, username string, categories []string) *team {
	t := &team{unit: report.Unit{ID: c.newID(), Name: name, Phone: "0532-8000" + fmt.Sprintf("%04d", 1000+c.r.IntN(9000)), Active: true}, code: code, kind: kind, level: level, area: area, categories: categories}
	t.headName = c.tell.Person()
	clerk, head := c.grant("unit_clerk", area), c.grant("unit_head", area)
	clerk.UnitID, head.UnitID = t.unit.ID, t.unit.ID
	t.clerk = c.enrol(auth.KindStaff, username, c.tell.Person(), clerk)
	t.head = c.enrol(auth.KindStaff, username+".head", t.headName, head)
	return t
}

// desks enrols the congress's desk of every street.
func (c *cast) desks() {
	c.offices = map[string]uuid.UUID{}
	for _, s := range c.streets {
		c.offices[s.Code] = c.enrol(auth.KindStaff, s.Code+".office", c.tell.Person(), c.grant("street_office", s.Code))
	}
}

// posts makes one liaison station per street, the first of them professional, with a manager each.
func (c *cast) posts() {
	for i, s := range c.streets {
		st := station{id: c.newID(), name: s.Name + "人大代表联络站", kind: "comprehensive", division: s.Code, address: s.Name + c.tell.Road() + fmt.Sprintf("%d号", 1+c.r.IntN(200))}
		if i == 0 {
			st.name, st.kind = districtShort(c.dir, c.tenant.Code)+"城市管理专业代表联络站", "professional"
		}
		g := c.grant("station_manager", s.Code)
		g.StationID = st.id
		st.manager = c.enrol(auth.KindStaff, fmt.Sprintf("%s.station%d", c.tenant.Code, i+1), c.tell.Person(), g)
		c.stations = append(c.stations, st)
	}
}

// members makes the deputies: every street has several, all levels of congress occur, and where there are
// towns their own deputies too. The first one lives in the first street and is never busy, so that a
// visitor's report can always be accepted by {tenant}.deputy1.
func (c *cast) members(n int) {
	manned := len(c.streets)
	if c.tenant.Code == emptyStation && manned > 1 {
		manned--
	}
	for i := range n {
		street := c.streets[i%len(c.streets)]
		m := &member{id: c.newID(), name: c.tell.Person(), profession: c.tell.Profession(), employer: c.tell.Firm(), station: i % manned, home: c.homeIn(street.Code)}
		m.seats = []seat{c.seatOf(i, street)}
		if i%9 == 4 {
			m.seats = append(m.seats, seat{"city", 17, []string{c.tenant.Code}})
		}
		g := c.grant("deputy", c.tenant.Code)
		g.DeputyID = m.id
		m.person = c.enrol(auth.KindDeputy, fmt.Sprintf("%s.deputy%d", c.tenant.Code, i+1), m.name, g)
		c.deputies = append(c.deputies, m)
	}
}

func (c *cast) seatOf(i int, street division.Division) seat {
	kind, _ := division.StreetKindOf(street.Code)
	switch {
	case i == 1:
		return seat{"national", 14, []string{c.tenant.Code}}
	case i == 2 || i == 3:
		return seat{"provincial", 14, []string{c.tenant.Code}}
	case i%7 == 5:
		return seat{"city", 17, []string{c.tenant.Code}}
	case kind == division.Town && i%2 == 0:
		return seat{"town", 19, []string{street.Code}}
	}
	return seat{"district", 18, []string{street.Code}}
}

// homeIn chooses a community of a street, or the street itself where it has none.
func (c *cast) homeIn(street string) string {
	if kids := c.dir.Children(street); len(kids) > 0 {
		return kids[c.r.IntN(len(kids))].Code
	}
	return street
}

// crowd enrols the citizens, who have a number and no account.
func (c *cast) crowd(n int) {
	for range n {
		c.citizens = append(c.citizens, c.enrol(auth.KindCitizen, "", c.tell.Person()))
	}
}

func districtShort(dir *division.Directory, code string) string {
	d, _ := dir.Division(code)
	return d.Name
}
