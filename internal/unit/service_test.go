package unit_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
	"huying/internal/roomtest"
	"huying/internal/unit"
)

const (
	shinan = "370202"
	shibei = "370203"
	street = "370202001"
)

func onEngines(t *testing.T, test func(t *testing.T, b *roomtest.Bench, s *unit.Service)) {
	t.Helper()
	var s *unit.Service
	roomtest.Engines(t, func(b *roomtest.Bench) {
		s = unit.New(unit.Deps{DB: b.DB, Clock: b.Clock, Index: b.Index, Staff: b.Identity, Territory: b.Division})
		s.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		b.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		b.Caller("other", authz.Grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		b.Caller("admin", authz.Grant{Role: "tenant_admin", Tenant: shinan, Division: shinan})
		b.Caller("office", authz.Grant{Role: "street_office", Tenant: shinan, Division: street})
		b.Caller("clerk", authz.Grant{Role: "unit_clerk", Tenant: shinan, Division: shinan, UnitID: uuid.New()})
		b.Caller("city", authz.Grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"})
		b.Caller("citizen")
		test(t, b, s)
	})
}

func create(t *testing.T, b *roomtest.Bench, code, name string, more ...any) unit.View {
	t.Helper()
	body := map[string]any{"code": code, "name": name, "division_code": shinan}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	var v unit.View
	b.Ask(t, "staff", shinan, http.MethodPost, "/units", body).Into(t, http.StatusCreated, &v)
	return v
}

func TestUnitsAreKept(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *unit.Service) {
		bureau := create(t, b, "cgj", "城市管理局", "head_name", "李某某")
		office := create(t, b, "cgj-1", "市容科", "parent_id", bureau.ID)
		if office.ParentID == nil || *office.ParentID != bureau.ID || office.Kind != "administrative" || office.DivisionName == "" {
			t.Fatalf("office %+v", office)
		}
		var page web.Page[unit.View]
		b.Ask(t, "clerk", shinan, http.MethodGet, "/units?parent_id="+bureau.ID.String(), nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 1 || page.Items[0].ID != office.ID {
			t.Fatalf("departments %+v", page.Items)
		}
		patch := func(id uuid.UUID, body map[string]any) roomtest.Answer {
			return b.Ask(t, "staff", shinan, http.MethodPatch, "/units/"+id.String(), body)
		}
		if a := patch(bureau.ID, map[string]any{"version": 1, "parent_id": office.ID}); !slices.Equal(a.Fields(), []string{"parent_id"}) {
			t.Errorf("a circle of units: %d %v", a.Status, a.Fields())
		}
		if a := patch(bureau.ID, map[string]any{"version": 1, "parent_id": uuid.New()}); !slices.Equal(a.Fields(), []string{"parent_id"}) {
			t.Errorf("a parent that is none: %d %v", a.Status, a.Fields())
		}
		if a := patch(bureau.ID, map[string]any{"version": 1, "division_code": shibei}); !slices.Equal(a.Fields(), []string{"division_code"}) {
			t.Errorf("a division of another tenant: %d %v", a.Status, a.Fields())
		}
		patch(bureau.ID, map[string]any{"version": 1, "active": false}).Into(t, http.StatusOK, nil)
		if a := patch(bureau.ID, map[string]any{"version": 1, "active": true}); a.Code() != "version_conflict" {
			t.Errorf("an old version: %s", a.Code())
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/units", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 1 {
			t.Errorf("an inactive unit is listed: %+v", page.Items)
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/units?inactive=true", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 2 {
			t.Errorf("asked for, it is not listed: %+v", page.Items)
		}
		taken := map[string]any{"code": "cgj", "name": "另一单位", "division_code": shinan}
		if a := b.Ask(t, "staff", shinan, http.MethodPost, "/units", taken); a.Code() != "unit_code_taken" {
			t.Errorf("a code twice: %d %s", a.Status, a.Code())
		}
		b.Ask(t, "other", shibei, http.MethodPost, "/units", map[string]any{"code": "cgj", "name": "市北城管", "division_code": shibei}).Into(t, http.StatusCreated, nil)
	})
}

func TestWrongCallers(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *unit.Service) {
		made := create(t, b, "cgj", "城市管理局")
		path, never := "/units/"+made.ID.String(), "/units/"+uuid.NewString()
		body := map[string]any{"code": "new", "name": "新单位", "division_code": shinan}
		for _, c := range []struct {
			who, tenant, method, path string
			body                      any
			status                    int
		}{
			{"", shinan, http.MethodGet, "/units", nil, http.StatusUnauthorized},
			{"citizen", shinan, http.MethodGet, "/units", nil, http.StatusForbidden},
			{"citizen", shinan, http.MethodGet, path, nil, http.StatusForbidden},
			{"clerk", shinan, http.MethodGet, path, nil, http.StatusOK},
			{"clerk", shinan, http.MethodPost, "/units", body, http.StatusForbidden},
			{"office", shinan, http.MethodPost, "/units", body, http.StatusForbidden},
			{"city", shinan, http.MethodPost, "/units", body, http.StatusForbidden},
			{"other", shinan, http.MethodGet, path, nil, http.StatusForbidden},
			{"other", shibei, http.MethodGet, path, nil, http.StatusNotFound},
			{"other", shibei, http.MethodGet, never, nil, http.StatusNotFound},
			{"other", shibei, http.MethodPatch, path, map[string]any{"version": 1, "name": "改名"}, http.StatusNotFound},
			{"office", shinan, http.MethodPut, "/dispatch-rules", map[string]any{"category": "manhole", "division_code": shinan, "unit_id": made.ID}, http.StatusForbidden},
			{"admin", shinan, http.MethodPut, "/dispatch-rules", map[string]any{"category": "manhole", "division_code": shinan, "unit_id": made.ID}, http.StatusForbidden},
			{"other", shibei, http.MethodPut, "/dispatch-rules", map[string]any{"category": "manhole", "division_code": shibei, "unit_id": made.ID}, http.StatusUnprocessableEntity},
			{"other", shibei, http.MethodDelete, "/dispatch-rules/" + uuid.NewString(), nil, http.StatusNotFound},
		} {
			if a := b.Ask(t, c.who, c.tenant, c.method, c.path, c.body); a.Status != c.status {
				t.Errorf("%s %s %s in %s: %d %s, want %d", c.who, c.method, c.path, c.tenant, a.Status, a.Code(), c.status)
			}
		}
	})
}

func TestCatalogue(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *unit.Service) {
		bureau, water := create(t, b, "cgj", "城市管理局"), create(t, b, "water", "供水集团")
		put := func(category, division string, id uuid.UUID, isDefault bool) unit.RuleView {
			t.Helper()
			var v unit.RuleView
			b.Ask(t, "staff", shinan, http.MethodPut, "/dispatch-rules",
				map[string]any{"category": category, "division_code": division, "unit_id": id, "default": isDefault}).Into(t, http.StatusOK, &v)
			return v
		}
		put("manhole", shinan, bureau.ID, true)
		rule := put("manhole", shinan, water.ID, true)
		put("manhole", street, bureau.ID, false)
		first := func(category, division string) (name string) {
			t.Helper()
			b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
				u, _, err := s.UnitFor(ctx, tx, unit.Case{Category: category, Division: division})
				name = u.Name
				return err
			})
			return name
		}
		if got := first("manhole", "370202002001"); got != "供水集团" {
			t.Errorf("the new default gave way to %q", got)
		}
		if got := first("manhole", "370202001001"); got != "城市管理局" {
			t.Errorf("the street's own rule gave %q", got)
		}
		if got := first("noise", "370202001001"); got != "" {
			t.Errorf("no rule gave %q", got)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			in, err := s.InCatalogue(ctx, tx, unit.Case{Category: "manhole", Division: "370202002001"}, bureau.ID)
			if err == nil && !in {
				t.Error("a listed unit is not in the catalogue")
			}
			out, err2 := s.InCatalogue(ctx, tx, unit.Case{Category: "manhole", Division: "370202002001"}, uuid.New())
			if out {
				t.Error("an unlisted unit is in the catalogue")
			}
			return cmpErr(err, err2)
		})
		b.Do(t, shibei, func(ctx context.Context, tx *database.Tx) error {
			if _, found, err := s.UnitFor(ctx, tx, unit.Case{Category: "manhole", Division: "370202002001"}); err != nil || found {
				t.Errorf("another tenant finds it: %v", err)
			}
			_, found, err := s.Unit(ctx, tx, water.ID)
			if found {
				t.Error("another tenant reads the unit")
			}
			return err
		})
		var page web.Page[unit.View]
		b.Ask(t, "office", shinan, http.MethodGet, "/units?category=manhole&division_code=370202001001", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 2 || page.Items[0].ID != bureau.ID {
			t.Errorf("the catalogue over HTTP: %+v", page.Items)
		}
		if a := b.Ask(t, "office", shinan, http.MethodGet, "/units?category=nothing", nil); !slices.Equal(a.Fields(), []string{"category", "division_code"}) {
			t.Errorf("nonsense: %d %v", a.Status, a.Fields())
		}
		b.Ask(t, "staff", shinan, http.MethodDelete, "/dispatch-rules/"+rule.ID.String(), nil).Into(t, http.StatusNoContent, nil)
		var rules web.Page[unit.RuleView]
		b.Ask(t, "office", shinan, http.MethodGet, "/dispatch-rules?category=manhole", nil).Into(t, http.StatusOK, &rules)
		if len(rules.Items) != 2 || rules.Items[0].UnitName == "" {
			t.Errorf("rules %+v", rules.Items)
		}
		b.Ask(t, "staff", shinan, http.MethodPatch, "/units/"+bureau.ID.String(), map[string]any{"version": 1, "active": false}).Into(t, http.StatusOK, nil)
		if got := first("manhole", "370202001001"); got != "" {
			t.Errorf("an inactive unit is dispatched to: %q", got)
		}
	})
}

func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestImportUnits(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *unit.Service) {
		const header = "单位编码,单位名称,类型,层级,区划代码,上级单位编码,负责人,办公电话,是否启用\n"
		good := header + "cgj-1,市容科,,,370202,cgj,,,\ncgj,城市管理局,行政,区级,370202,,李某某,0532-88880000,是\n"
		send := func(query, text string) (r sheet.Result) {
			t.Helper()
			b.Upload(t, "admin", shinan, "/units/import"+query, []byte(text)).Into(t, http.StatusOK, &r)
			return r
		}
		list := func() []unit.View {
			var page web.Page[unit.View]
			b.Ask(t, "admin", shinan, http.MethodGet, "/units?inactive=true&limit=100", nil).Into(t, http.StatusOK, &page)
			return page.Items
		}
		if r := send("?dry_run=true", good); r.Applied || r.Created != 2 || len(r.Errors) != 0 || len(list()) != 0 {
			t.Fatalf("dry run %+v", r)
		}
		wrong := good + "cgj,重复,,,370202,,,,\nx1,单位甲,军队,,370202,,,,\nx2,单位乙,,,370203,,,,\nx3,单位丙,,,370202,x2,,,\nx4,单位丁,,,370202,x4,,,\n坏 码,单位戊,,,370202,,,电话,也许\n"
		r := send("", wrong)
		var at []string
		for _, e := range r.Errors {
			at = append(at, fmt.Sprintf("%d %s", e.Row, e.Column))
		}
		want := []string{"4 单位编码", "5 类型", "6 区划代码", "7 上级单位编码", "8 上级单位编码", "9 单位编码", "9 办公电话", "9 是否启用"}
		if r.Applied || len(list()) != 0 || !slices.Equal(at, want) {
			t.Fatalf("applied %v, errors %v", r.Applied, r.Errors)
		}
		if r := send("?partial=true", wrong); !r.Applied || r.Created != 2 || r.Valid != 2 || len(list()) != 2 {
			t.Fatalf("partial %+v", r)
		}
		if r := send("", good); !r.Applied || r.Updated != 2 || r.Created != 0 {
			t.Fatalf("again %+v", r)
		}
		units := list()
		i := slices.IndexFunc(units, func(u unit.View) bool { return u.Code == "cgj-1" })
		if units[i].ParentID == nil || units[1-i].HeadName != "李某某" {
			t.Fatalf("units %+v", units)
		}
		if r := send("", header+"cgj,城市管理局,,,370202,cgj-1,,,\n"); r.Applied || len(r.Errors) != 1 {
			t.Errorf("a circle through the table: %+v", r)
		}
		for who, status := range map[string]int{"staff": 403, "citizen": 403, "": 401, "other": 403} {
			if a := b.Upload(t, who, shinan, "/units/import", []byte(good)); a.Status != status {
				t.Errorf("%q imports: %d", who, a.Status)
			}
		}
	})
}

// TestImportOfAFullTable brings in as many lines as a table may have, in one chain of parents.
func TestImportOfAFullTable(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *unit.Service) {
		var text strings.Builder
		text.WriteString("单位编码,单位名称,区划代码,上级单位编码\n")
		for n := range sheet.MaxRows {
			parent := ""
			if n%50 > 0 {
				parent = fmt.Sprintf("u%d", n-1)
			}
			fmt.Fprintf(&text, "u%d,第%d单位,370202,%s\n", n, n, parent)
		}
		var r sheet.Result
		b.Upload(t, "admin", shinan, "/units/import", []byte(text.String())).Into(t, http.StatusOK, &r)
		if !r.Applied || r.Created != sheet.MaxRows {
			t.Fatalf("%+v", r)
		}
	})
}

func TestImportStaff(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *unit.Service) {
		bureau := create(t, b, "cgj", "城市管理局")
		if _, err := b.Identity.EnsurePerson(t.Context(), "13900000009", "某市民"); err != nil {
			t.Fatal(err)
		}
		const header = "用户名,姓名,手机号,角色,授权区划代码,承办单位编码,联络站名称\n"
		good := header + "370202.zhang,张三,13900000001,承办单位经办人,370202,cgj,\n370202.li,李四,,承办单位负责人,370202,cgj,\n370202001.wang,王五,,网格员,370202001001,,\n370202001.wang,王五,,信息审核员,370202001,,\n"
		send := func(query, text string) (r sheet.Result) {
			t.Helper()
			b.Upload(t, "admin", shinan, "/staff/import"+query, []byte(text)).Into(t, http.StatusOK, &r)
			return r
		}
		if r := send("?dry_run=true", good); r.Applied || r.Created != 3 || len(r.Errors) != 0 || len(r.Accounts) != 0 {
			t.Fatalf("dry run %+v", r)
		}
		if _, err := b.Identity.ByUsername(t.Context(), "370202.zhang"); err == nil {
			t.Fatal("a dry run made an account")
		}
		wrong := header + strings.Join([]string{
			"city.boss,甲,,网格员,370202001001,,",
			"370202.a,甲,,市人大领导,370202,,",
			"370202.b,甲,,区市系统管理员,370202,,",
			"370202.c,甲,,承办单位经办人,370202,,",
			"370202.d,甲,,承办单位经办人,370202,nobody,",
			"370202.e,甲,,网格员,370203001001,,",
			"370202.f,甲,,网格员,370202001,,",
			"370202.g,甲,13900000009,网格员,370202001001,,",
			"370202.h,甲,123,网格员,370202001001,,",
			"370202.i,甲,,区社会治理服务中心/政府办,370202,,",
			"370202.i,甲,,承办单位负责人,370202,cgj,",
			"370202.i,乙,,值班员,370202,,",
			"370202.j,甲,,联络站站长,370202001,,没有的站",
		}, "\n") + "\n"
		r := send("", wrong)
		var at []string
		for _, e := range r.Errors {
			at = append(at, fmt.Sprintf("%d %s", e.Row, e.Column))
		}
		want := []string{
			"2 用户名", "3 角色", "4 角色", "5 授权区划代码", "6 承办单位编码", "7 授权区划代码", "8 授权区划代码",
			"9 手机号", "10 手机号", "12 角色", "13 姓名", "14 联络站名称",
		}
		if r.Applied || !slices.Equal(at, want) {
			t.Fatalf("applied %v, errors\n%v, want\n%v", r.Applied, at, want)
		}
		r = send("", good)
		if !r.Applied || r.Created != 3 || len(r.Accounts) != 3 || len(r.Accounts[0].InitialPassword) < 16 {
			t.Fatalf("import %+v", r)
		}
		person, err := b.Identity.ByUsername(t.Context(), "370202.li")
		if err != nil {
			t.Fatal(err)
		}
		grants, err := b.Identity.GrantsOf(t.Context(), person)
		if err != nil || !slices.Contains(grants, authz.Grant{Role: "unit_head", Tenant: shinan, Division: shinan, UnitID: bureau.ID}) {
			t.Fatalf("grants %v, %v", grants, err)
		}
		var u unit.View
		b.Ask(t, "staff", shinan, http.MethodGet, "/units/"+bureau.ID.String(), nil).Into(t, http.StatusOK, &u)
		if u.HeadName != "李四" || u.HeadPersonID == nil || *u.HeadPersonID != person {
			t.Fatalf("the unit's head is %q", u.HeadName)
		}
		headed := func(head uuid.UUID) roomtest.Answer {
			return b.Ask(t, "staff", shinan, http.MethodPatch, "/units/"+bureau.ID.String(), map[string]any{"version": u.Version, "head_person_id": head})
		}
		stranger, err := b.Identity.EnsurePerson(t.Context(), "13900009999", "路人")
		if err != nil {
			t.Fatal(err)
		}
		for _, nobody := range []uuid.UUID{stranger, uuid.New()} {
			if a := headed(nobody); !slices.Equal(a.Fields(), []string{"head_person_id"}) {
				t.Errorf("a head without a role here: %d %v", a.Status, a.Fields())
			}
		}
		headed(person).Into(t, http.StatusOK, nil)
		if r := send("", good); !r.Applied || r.Created != 0 || r.Updated != 3 || len(r.Accounts) != 0 {
			t.Fatalf("again %+v", r)
		}
		if a := b.Upload(t, "staff", shinan, "/staff/import", []byte(good)); a.Status != http.StatusForbidden {
			t.Errorf("staff import staff: %d", a.Status)
		}
	})
}
