package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"huying/internal/app/apptest"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
	"huying/internal/platform/web"
)

// The attack suite on routes. Every route that is mounted is tried, from the
// server's own list: by callers without the permission, and by callers who have
// it but name something of another tenant or of another owner, which must be
// answered exactly as a thing that was never there.

// walls is which walls stand during the attack.
type walls struct {
	name   string
	engine string
	change func(t testing.TB, kit *testkit.Kit, cfg *config.Config)
}

var bothWalls = []walls{
	{"sqlite, wall in code", config.SQLite, nil},
	{"postgres, both walls", config.Postgres, nil},
	{"postgres, wall in code alone", config.Postgres, func(t testing.TB, kit *testkit.Kit, cfg *config.Config) {
		// The owner's policies let it see every row of every tenant.
		cfg.Database.URL, cfg.Database.CityURL = config.Secret(kit.OwnerURL()), config.Secret(kit.OwnerURL())
	}},
}

// attack is a house with everything that an attacker would like to reach.
type attack struct {
	t      *testing.T
	h      *apptest.House
	report apptest.Report
	ids    map[string][]any         // by parameter or field name: foreign, then never issued
	grants map[string][]authz.Grant // by token
}

func newAttack(t *testing.T, w walls) *attack {
	t.Helper()
	h := apptest.Boot(t, apptest.Setup{Engine: w.engine, Change: w.change})
	people := h.People(h.Shinan, 1)
	a := &attack{t: t, h: h, report: people.Citizen.Submit(h.Shinan, 1), grants: map[string][]authz.Grant{}}
	var full apptest.Report
	people.Citizen.Must(http.MethodGet, "/reports/"+a.report.ID, nil, &full)
	if len(full.Photos) == 0 {
		t.Fatal("the report has no photo to attack")
	}
	unused := people.Citizen.UploadPhoto(99)
	never := apptest.NeverIssued
	a.ids = map[string][]any{
		"report":             {a.report.ID, never},
		"number":             {a.report.Number, "370202-2026-999999"},
		"photo_id":           {full.Photos[0].ID, never},
		"unit_id":            {h.Shinan.Unit.String(), never},
		"lead_unit_id":       {h.Shinan.Unit.String(), never},
		"head_person_id":     {a.personOf("dept1.head"), never},
		"person_id":          {a.personOf("staff"), never},
		"deputy_id":          {h.Shinan.Deputies[0].String(), never},
		"station_id":         {h.Shinan.Station.String(), never},
		"congress_id":        {never, never},
		"place_id":           {never, never},
		"places":             {a.placeOf(), never},
		"upload_ids":         {[]any{unused}, []any{never}},
		"assisting_unit_ids": {[]any{h.Shinan.Unit.String()}, []any{never}},
		"separate_unit_ids":  {[]any{}, []any{}},
		"deputies":           {h.Shinan.Deputies[0].String(), never},
		"stations":           {h.Shinan.Station.String(), never},
		"accounts":           {a.personOf("staff"), never},
		"upload_id":          {unused, never},
		"units":              {h.Shinan.Unit.String(), never},
		"grants":             {a.grantOf("staff"), never},
		"sessions":           {a.sessionOf(people.Citizen), never},
		"reports":            {a.report.ID, never},
		"dispatch-rules":     {a.ruleOf(), never},
		"recusals":           {never, never},
		"notices":            {a.noticeOf(people.Office), never},
		"data-requests":      {a.requestOf(people.Citizen), never},
		"public":             {a.report.Number, "370202-2026-999999"},
		"category":           {"road", "road"},
		"division_code":      {h.Shibei.Community, h.Shibei.Community},
		"home_division":      {h.Shibei.Community, h.Shibei.Community},
		"constituency":       {[]any{h.Shibei.Street}, []any{h.Shibei.Street}},
		"description":        {"描述一件小事", "描述一件小事"},
		"subject_kind":       {"unit", "unit"},
		"subject_key":        {h.Shinan.Unit.String(), never},
		"role":               {"district_staff", "district_staff"},
		"username":           {"nobody.here", "nobody.here"},
		"phone":              {"19900019999", "19900019999"},
		"code":               {"FOREIGN1", "FOREIGN2"},
		"refresh_token":      {"x", "x"},
		"version":            {1, 1},
	}
	a.teachScreening()
	a.teachLife()
	a.teachPartners()
	return a
}

var parameter = regexp.MustCompile(`\{([a-z_]+)\}`)

// path fills a route's parameters with foreign things (0) or never-issued ones (1).
func (a *attack) path(r web.Route, which int) (string, bool) {
	filled := true
	path := parameter.ReplaceAllStringFunc(r.Path, func(p string) string {
		name := strings.Trim(p, "{}")
		before := strings.Split(strings.TrimSuffix(r.Path[:strings.Index(r.Path, p)], "/"), "/")
		values, ok := a.ids[name]
		if name == "id" || name == "report_id" || !ok {
			values, ok = a.ids[before[len(before)-1]]
			if before[1] == "public" {
				values = a.ids["public"]
			}
		}
		if name == "variant" {
			return "thumb"
		}
		if name == "format" {
			return "json"
		}
		if name == "code" {
			return a.h.Shinan.Street
		}
		if name == "token" {
			return "WmZqBAAAAHsAAAAAAAAAAAAAAAAAAAAA" // well formed and nobody's
		}
		if !ok {
			filled = false
			return p
		}
		return values[which].(string)
	})
	if r.Root {
		path = "/" + path // Client.Try takes "//" for the root
	}
	return path, filled
}

// requestOf asks for a copy of somebody's own data.
func (a *attack) requestOf(c *apptest.Client) string {
	a.t.Helper()
	var r struct {
		ID string `json:"id"`
	}
	c.Must(http.MethodPost, "/me/data-export", map[string]any{}, &r)
	return r.ID
}

func (a *attack) body(r web.Route, which int) any {
	known := map[string]any{}
	for name, values := range a.ids {
		known[name] = values[which]
	}
	return apptest.Sample(a.h.App.Web.OpenAPI(), r, known)
}

// callers are one signed-in client per account of a district and of the city.
func (a *attack) callers(c *apptest.Cast) map[string]*apptest.Client {
	all := map[string]*apptest.Client{
		"visitor": apptest.Visitor(a.t, a.h.URL, c.Tenant),
		"citizen": apptest.Citizen(a.t, a.h.URL, c.Tenant, apptest.Phone(7)),
	}
	for _, role := range []string{
		"staff", "head", "admin", "coordinator", "caller", "duty", "screener", "office", "office2", "grid", "auditor",
		"station1", "dept1", "dept1.head", "dept2", "deputy1", "deputy2",
	} {
		all[role] = apptest.Staff(a.t, a.h.URL, c.Tenant, c.Username(role))
	}
	for _, role := range []string{"city", "city.leader", "operator"} {
		all[role] = apptest.Staff(a.t, a.h.URL, c.Tenant, role)
	}
	return all
}

// same compares two answers but for ids: those of the request itself, those the
// caller sent, and those of a row just made.
func same(one, two *apptest.Answer) bool {
	return one.Status == two.Status && bytes.Equal(anyID.ReplaceAll(one.Body, nil), anyID.ReplaceAll(two.Body, nil))
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{6}-\d{4}-\d{6}|FOREIGN\d`)

// skipped are routes that end the caller's own session or fetch the product
// itself, and would disturb the attack without telling anything; and the stream,
// whose answer does not end and which has a test of its own.
func skipped(r web.Route) bool {
	return r.Method == "*" || r.Media == "text/event-stream" || r.Hidden || strings.HasPrefix(r.Path, "/auth/") || strings.HasPrefix(r.Path, "/me/totp") || r.Path == "/me/sessions" && r.Method == http.MethodDelete || r.Path == "/me/password"
}

func TestAttack_every_route_by_every_caller(t *testing.T) {
	for i, w := range bothWalls {
		t.Run(w.name, func(t *testing.T) {
			a := newAttack(t, w)
			foreign := a.callers(a.h.Shibei)
			// The gate stands before the walls and the engines, so it is tried once.
			var own map[string]*apptest.Client
			if i == 0 {
				own = a.callers(a.h.Shinan)
			}
			tried := 0
			for _, r := range a.h.App.Web.Routes() {
				if skipped(r) {
					continue
				}
				t.Run(r.Method+" "+r.FullPath(), func(t *testing.T) {
					tried++
					s := a.aim(t, r)
					for name, c := range foreign {
						for _, c := range []*apptest.Client{c, c.As(a.h.Shinan.Tenant)} {
							// What a role may not at home, the own district's callers show.
							if a.allowed(c, r) {
								a.foreign(t, s, name, c)
							} else if i == 0 && c.Tenant == a.h.Shinan.Tenant {
								a.mayNot(t, s, name, c)
							}
						}
					}
					for name, c := range own {
						if !a.allowed(c, r) {
							a.mayNot(t, s, name, c)
						}
					}
				})
			}
			if tried < 30 {
				t.Fatalf("only %d routes were tried", tried)
			}
		})
	}
}

// shot is a route with a thing of the first district to reach for, and with one that was never issued.
type shot struct {
	web.Route
	paths  [2]string
	bodies [2]any
}

// aim fills a route.
func (a *attack) aim(t *testing.T, r web.Route) shot {
	t.Helper()
	s := shot{Route: r}
	for which := range s.paths {
		path, ok := a.path(r, which)
		if !ok {
			t.Fatal("the suite has nothing to put into this path; teach it the new parameter")
		}
		s.paths[which], s.bodies[which] = path, a.body(r, which)
	}
	return s
}

// mayNot expects a refusal from somebody whose grants lack the permission.
func (a *attack) mayNot(t *testing.T, s shot, name string, c *apptest.Client) {
	t.Helper()
	got := c.Do(s.Method, s.paths[0], s.bodies[0])
	want := http.StatusForbidden
	if name == "visitor" {
		want = http.StatusUnauthorized
	}
	if got.Status != want {
		t.Errorf("%s without %s in %s: %d %s", name, s.Permission, c.Tenant, got.Status, got.Body)
	}
}

// allowed asks the policy about the grants the caller really holds.
func (a *attack) allowed(c *apptest.Client, r web.Route) bool {
	if r.Permission == web.Public {
		return true
	}
	var grants []authz.Grant
	if c.Token != "" {
		for _, g := range a.grantsOf(c) {
			if g.Tenant == c.Tenant || g.Tenant == "" || g.Tenant == auth.CityTenant || r.Tenant == web.None {
				grants = append(grants, g)
			}
		}
		grants = append(grants, authz.Citizen)
	}
	return a.h.App.Index.Access(grants, c.Tenant, r.Permission).OK()
}

// grantsOf are the caller's grants in all tenants.
func (a *attack) grantsOf(c *apptest.Client) []authz.Grant {
	grants, known := a.grants[c.Token]
	if !known {
		caller, err := a.h.App.Identity.Authenticate(a.t.Context(), c.Token, auth.Meta{})
		if err != nil {
			a.t.Fatal(err)
		}
		grants = caller.AllGrants
		a.grants[c.Token] = grants
	}
	return grants
}

// foreign expects that a thing of another tenant is answered like one that was
// never issued, and that nothing breaks.
func (a *attack) foreign(t *testing.T, s shot, name string, c *apptest.Client) {
	t.Helper()
	if s.paths[0] == s.paths[1] && sameJSON(s.bodies[0], s.bodies[1]) {
		return
	}
	one, two := c.Do(s.Method, s.paths[0], s.bodies[0]), c.Do(s.Method, s.paths[1], s.bodies[1])
	open := name == "citizen" || strings.HasPrefix(name, "city") || a.h.App.Index.Access(nil, c.Tenant, s.Permission).OK()
	if c.Tenant == a.h.Shinan.Tenant && open {
		// A citizen and the city may look into any district, and everybody at what is public there.
		if one.Status >= 500 || two.Status >= 500 {
			t.Errorf("%s: %d %s", name, max(one.Status, two.Status), one.Body)
		}
		return
	}
	if !same(one, two) {
		t.Errorf("%s in %s tells a foreign thing from a never-issued one:\n%d %.300s\n%d %.300s", name, c.Tenant, one.Status, one.Body, two.Status, two.Body)
	}
	if one.Status >= 500 || one.Status/100 == 2 && parameter.MatchString(s.Path) && !strings.Contains(s.Path, "{code}") {
		t.Errorf("%s in %s: %d %.300s", name, c.Tenant, one.Status, one.Body)
	}
}

func sameJSON(a, b any) bool {
	one, err1 := json.Marshal(a)
	two, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(one, two)
}

// Inside one tenant, a report of somebody else is as absent as one of another
// tenant: for another citizen, another street, another unit, a deputy to whom
// it was not offered, and those whose office reads no reports.
func TestAttack_wrong_owner(t *testing.T) {
	for _, w := range bothWalls {
		t.Run(w.name, func(t *testing.T) {
			a := newAttack(t, w)
			all := a.callers(a.h.Shinan)
			var shots []shot
			for _, r := range a.h.App.Web.Routes() {
				if strings.HasPrefix(r.Path, "/reports/{") {
					shots = append(shots, a.aim(t, r))
				}
			}
			for _, name := range []string{"citizen", "office2", "dept1", "dept1.head", "dept2", "deputy1", "admin", "auditor", "station1", "operator"} {
				c := all[name]
				for _, s := range shots {
					if !a.allowed(c, s.Route) {
						continue // the gate refuses these, as the suite of every caller shows
					}
					one, two := c.Do(s.Method, s.paths[0], s.bodies[0]), c.Do(s.Method, s.paths[1], s.bodies[0])
					if !same(one, two) || one.Status/100 == 2 || one.Status >= 500 {
						t.Errorf("%s %s by %s:\n%d %.300s\n%d %.300s", s.Method, s.Path, name, one.Status, one.Body, two.Status, two.Body)
					}
				}
				for _, list := range []string{"", "?q=路面", "?category=road", "?division_code=370202001"} {
					got := c.Do(http.MethodGet, "/reports"+list, nil)
					if bytes.Contains(got.Body, []byte(a.report.ID)) || got.Status >= 500 {
						t.Errorf("%s finds the report by %q: %d", name, list, got.Status)
					}
				}
			}
		})
	}
}

func (a *attack) grantOf(role string) string {
	admin := apptest.Staff(a.t, a.h.URL, a.h.Shinan.Tenant, a.h.Shinan.Username("admin"))
	var list struct {
		Items []struct {
			ID   string `json:"id"`
			Role string `json:"role"`
		} `json:"items"`
	}
	admin.Must(http.MethodGet, "/grants", nil, &list)
	for _, g := range list.Items {
		if g.Role == map[string]string{"staff": "district_staff"}[role] {
			return g.ID
		}
	}
	a.t.Fatalf("no grant of %s in %+v", role, list)
	return ""
}

func (a *attack) personOf(role string) string {
	id, err := a.h.App.Identity.ByUsername(a.t.Context(), a.h.Shinan.Username(role))
	if err != nil {
		a.t.Fatal(err)
	}
	return id.String()
}

func (a *attack) sessionOf(c *apptest.Client) string {
	return a.first(c, "/me/sessions")
}

func (a *attack) noticeOf(c *apptest.Client) string {
	return a.first(c, "/me/notices")
}

func (a *attack) ruleOf() string {
	return a.first(apptest.Staff(a.t, a.h.URL, a.h.Shinan.Tenant, a.h.Shinan.Username("staff")), "/dispatch-rules")
}

// first is the id of the first thing in a list, or a never-issued one when the list is empty.
func (a *attack) first(c *apptest.Client, path string) string {
	var list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	answer := c.Do(http.MethodGet, path, nil)
	if err := answer.Into(&list); err != nil || len(list.Items) == 0 {
		return apptest.NeverIssued
	}
	return list.Items[0].ID
}
