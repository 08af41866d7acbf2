package deputy_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"huying/internal/deputy"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/sheet"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
	"huying/internal/roomtest"
)

const (
	shinan    = "370202"
	shibei    = "370203"
	street    = "370202001"
	community = "370202001001"
)

// recused notes what the report room would have been told.
type recused struct {
	kind, key string
	person    uuid.UUID
}

type room struct {
	*deputy.Service
	told []recused
}

func onEngines(t *testing.T, test func(t *testing.T, b *roomtest.Bench, r *room)) {
	t.Helper()
	r := &room{}
	roomtest.Engines(t, func(b *roomtest.Bench) {
		r.told = nil
		r.Service = deputy.New(deputy.Deps{
			DB: b.DB, Clock: b.Clock, Index: b.Index, People: b.Identity, Territory: b.Division,
			Recuse: func(_ context.Context, _ *database.Tx, person uuid.UUID, kind, key, _ string) error {
				r.told = append(r.told, recused{kind, key, person})
				return nil
			},
		})
		r.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		b.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		b.Caller("other", authz.Grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		b.Caller("admin", authz.Grant{Role: "tenant_admin", Tenant: shinan, Division: shinan})
		b.Caller("office", authz.Grant{Role: "street_office", Tenant: shinan, Division: street})
		b.Caller("city", authz.Grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"})
		b.Caller("citizen")
		test(t, b, r)
	})
}

func body(name, phone string, change ...func(m map[string]any)) map[string]any {
	m := map[string]any{
		"name": name, "phone": phone, "home_division": community, "profession": "律师", "employer": "青岛鸿运物业服务有限公司",
		"seats": []map[string]any{{"level": "district", "term": 19, "electing_unit": "第三选区", "constituency": []string{street}}},
	}
	for _, c := range change {
		c(m)
	}
	return m
}

func create(t *testing.T, b *roomtest.Bench, name, phone string, change ...func(m map[string]any)) deputy.View {
	t.Helper()
	var v deputy.View
	b.Ask(t, "staff", shinan, http.MethodPost, "/deputies", body(name, phone, change...)).Into(t, http.StatusCreated, &v)
	return v
}

func TestDeputyIsRegisteredAndFound(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		made := create(t, b, "王小民", "13800000001")
		if made.Record == nil || made.Record.Employer == "" || len(made.Seats) != 1 || !strings.Contains(made.Seats[0].Congress, "市南区人民代表大会") {
			t.Fatalf("made %+v", made)
		}
		grants, err := b.Identity.GrantsOf(t.Context(), made.Record.PersonID)
		want := authz.Grant{Role: "deputy", Tenant: shinan, Division: community, DeputyID: made.ID}
		if err != nil || !slices.Contains(grants, want) {
			t.Fatalf("grants %v, %v", grants, err)
		}

		var seen deputy.View
		b.Ask(t, "", shinan, http.MethodGet, "/deputies/"+made.ID.String(), nil).Into(t, http.StatusOK, &seen)
		if seen.Record != nil || seen.Name != "王小民" {
			t.Fatalf("a visitor sees %+v", seen)
		}
		var page web.Page[deputy.View]
		b.Ask(t, "", shinan, http.MethodGet, "/deputies?division_code="+community, nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 1 || len(page.Items[0].Reasons) == 0 || !strings.Contains(page.Items[0].Reasons[0], "选区包含") {
			t.Fatalf("found %+v", page.Items)
		}
		b.Ask(t, "", shinan, http.MethodGet, "/deputies?division_code=370202002", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 0 {
			t.Fatalf("found in another street: %+v", page.Items)
		}
		b.Ask(t, "", shinan, http.MethodGet, "/deputies?name=王", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 1 {
			t.Fatalf("by name: %+v", page.Items)
		}
	})
}

func TestDeputiesArePaged(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		for n := range 5 {
			create(t, b, fmt.Sprintf("代表%d号", n), fmt.Sprintf("1380000000%d", n))
		}
		var names []string
		for next := ""; ; {
			var page web.Page[deputy.View]
			b.Ask(t, "", shinan, http.MethodGet, "/deputies?limit=2&cursor="+next, nil).Into(t, http.StatusOK, &page)
			for _, v := range page.Items {
				names = append(names, v.Name)
			}
			if next = page.NextCursor; next == "" {
				break
			}
		}
		if want := []string{"代表4号", "代表3号", "代表2号", "代表1号", "代表0号"}; !slices.Equal(names, want) {
			t.Fatalf("pages gave %v", names)
		}
	})
}

func TestWrongInputNamesTheField(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		set := func(key string, value any) func(map[string]any) { return func(m map[string]any) { m[key] = value } }
		for _, c := range []struct {
			name, field string
			change      func(map[string]any)
		}{
			{"a division of another tenant", "home_division", set("home_division", "370203001001")},
			{"a division that is none", "home_division", set("home_division", "370202999")},
			{"a phone that is none", "phone", set("phone", "12345")},
			{"a congress a subdistrict has not", "seats[0].level", set("seats", []map[string]any{{"level": "town", "term": 19}})},
			{"a constituency of another tenant", "seats[0].constituency", set("seats", []map[string]any{{"level": "district", "term": 19, "constituency": []string{"370203001"}}})},
			{"half a code", "seats[0].constituency", set("seats", []map[string]any{{"level": "district", "term": 19, "constituency": []string{"3702020"}}})},
			{"a station that is none", "station_ids", set("station_ids", []string{uuid.NewString()})},
		} {
			t.Run(c.name, func(t *testing.T) {
				a := b.Ask(t, "staff", shinan, http.MethodPost, "/deputies", body("王小民", "13800000001", c.change))
				if a.Status != http.StatusUnprocessableEntity || !slices.Equal(a.Fields(), []string{c.field}) {
					t.Fatalf("%d %s %v", a.Status, a.Code(), a.Fields())
				}
			})
		}
		var page web.Page[deputy.View]
		b.Ask(t, "", shinan, http.MethodGet, "/deputies", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 0 {
			t.Fatalf("refused input left %+v", page.Items)
		}
		for query, field := range map[string]string{
			"division_code=370203001": "division_code", "category=nothing": "category", "place_id=x": "place_id",
			"place_id=" + uuid.NewString(): "place_id", "lat=200": "lat", "cursor=zzz": "cursor",
		} {
			a := b.Ask(t, "", shinan, http.MethodGet, "/deputies?"+query, nil)
			if a.Status != http.StatusUnprocessableEntity || len(a.Fields()) != 1 || !strings.HasSuffix(a.Fields()[0], field) {
				t.Errorf("%s: %d %v", query, a.Status, a.Fields())
			}
		}
	})
}

func TestWrongCallers(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		made := create(t, b, "王小民", "13800000001")
		path := "/deputies/" + made.ID.String()
		never := "/deputies/" + uuid.NewString()
		change := map[string]any{"version": 1, "name": "王大民"}
		for _, c := range []struct {
			who, tenant, method, path string
			body                      any
			status                    int
		}{
			{"", shinan, http.MethodPost, "/deputies", body("甲某", "13800000002"), http.StatusUnauthorized},
			{"citizen", shinan, http.MethodPost, "/deputies", body("甲某", "13800000002"), http.StatusForbidden},
			{"office", shinan, http.MethodPost, "/deputies", body("甲某", "13800000002"), http.StatusForbidden},
			{"city", shinan, http.MethodPost, "/deputies", body("甲某", "13800000002"), http.StatusForbidden},
			{"other", shinan, http.MethodPost, "/deputies", body("甲某", "13800000002"), http.StatusForbidden},
			{"other", shinan, http.MethodPatch, path, change, http.StatusForbidden},
			{"other", shibei, http.MethodPatch, path, change, http.StatusNotFound},
			{"other", shibei, http.MethodPatch, never, change, http.StatusNotFound},
			{"", shibei, http.MethodGet, path, nil, http.StatusNotFound},
			{"", shibei, http.MethodGet, never, nil, http.StatusNotFound},
			{"staff", shinan, http.MethodPost, "/deputies/import", nil, http.StatusForbidden},
		} {
			if a := b.Ask(t, c.who, c.tenant, c.method, c.path, c.body); a.Status != c.status {
				t.Errorf("%s %s %s in %s: %d %s, want %d", c.who, c.method, c.path, c.tenant, a.Status, a.Code(), c.status)
			}
		}
		foreign := b.Ask(t, "", shibei, http.MethodGet, path, nil)
		none := b.Ask(t, "", shibei, http.MethodGet, never, nil)
		if foreign.Code() != none.Code() || foreign.Status != none.Status {
			t.Error("a foreign id is told apart from one that was never issued")
		}
	})
}

func TestUpdateComparesTheVersion(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		made := create(t, b, "王小民", "13800000001")
		path := "/deputies/" + made.ID.String()
		var v deputy.View
		b.Ask(t, "staff", shinan, http.MethodPatch, path, map[string]any{"version": 1, "profession": "医生", "seats": []any{}}).Into(t, http.StatusOK, &v)
		if v.Profession != "医生" || v.Name != "王小民" || len(v.Seats) != 0 || v.Record.Version != 2 {
			t.Fatalf("changed to %+v", v)
		}
		if a := b.Ask(t, "staff", shinan, http.MethodPatch, path, map[string]any{"version": 1, "profession": "教师"}); a.Code() != "version_conflict" {
			t.Fatalf("an old version: %d %s", a.Status, a.Code())
		}
		var page web.Page[deputy.View]
		b.Ask(t, "", shinan, http.MethodGet, "/deputies?division_code="+community, nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 0 {
			t.Fatal("one whose mandate ended is still offered")
		}
	})
}

func TestCreateTwice(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		ask := func(key, name string) roomtest.Answer {
			return b.Ask(t, "staff", shinan, http.MethodPost, "/deputies", body(name, "13800000001"), "Idempotency-Key", key)
		}
		var first, again deputy.View
		ask("k1", "王小民").Into(t, http.StatusCreated, &first)
		ask("k1", "王小民").Into(t, http.StatusCreated, &again)
		if first.ID != again.ID {
			t.Fatal("the same key made two")
		}
		if a := ask("k1", "王大民"); a.Code() != "idempotency_key_reused" {
			t.Fatalf("another body: %s", a.Code())
		}
		if a := ask("k2", "王小民"); a.Code() != "deputy_exists" {
			t.Fatalf("the same phone: %d %s", a.Status, a.Code())
		}
	})
}

func TestRolesKeptApart(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		person, err := b.Identity.EnsurePerson(t.Context(), "13800000001", "王小民")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Identity.Grant(t.Context(), person, authz.Grant{Role: "auditor", Tenant: "370200", Division: "3702"}); err != nil {
			t.Fatal(err)
		}
		if a := b.Ask(t, "staff", shinan, http.MethodPost, "/deputies", body("王小民", "13800000001")); a.Code() != "roles_kept_apart" {
			t.Fatalf("%d %s", a.Status, a.Code())
		}
	})
}

func TestCandidatesAndLoad(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, r *room) {
		free := create(t, b, "王小民", "13800000001", func(m map[string]any) { m["employer"] = "某学校" })
		manager := create(t, b, "李经理", "13800000002")
		f := deputy.Facts{DivisionCode: community, Category: "property"}
		offered := func(f deputy.Facts) (ids []uuid.UUID) {
			t.Helper()
			b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
				list, err := r.Candidates(ctx, tx, f)
				for _, c := range list {
					ids = append(ids, c.DeputyID)
				}
				return err
			})
			return ids
		}
		if got := offered(f); len(got) != 2 {
			t.Fatalf("offered to %v", got)
		}
		named := f
		named.Respondent = "鸿运物业"
		if got := offered(named); !slices.Equal(got, []uuid.UUID{free.ID}) {
			t.Fatalf("the manager of the company complained of is among %v", got)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			out, err := r.IsRecused(ctx, tx, manager.Record.PersonID, named)
			if err == nil && !out {
				t.Error("the manager may see the report")
			}
			return err
		})
		excluded := f
		excluded.Excluded = []uuid.UUID{free.Record.PersonID}
		if got := offered(excluded); !slices.Equal(got, []uuid.UUID{manager.ID}) {
			t.Fatalf("offered again: %v", got)
		}

		// Eight at once: no more than MaxLive are taken.
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for range 8 {
			wg.Go(func() {
				err := b.DB.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
					ok, err := r.Take(ctx, tx, free.ID)
					if ok {
						mu.Lock()
						taken++
						mu.Unlock()
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if taken != deputy.MaxLive {
			t.Fatalf("%d taken", taken)
		}
		if got := offered(f); !slices.Equal(got, []uuid.UUID{manager.ID}) {
			t.Fatalf("a full deputy is offered more: %v", got)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error { return r.ChangeLoad(ctx, tx, free.ID, -1) })
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error { return r.ChangeLoad(ctx, tx, free.ID, -99) })
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			d, found, err := r.Deputy(ctx, tx, free.ID)
			if err == nil && (!found || d.LiveReports != deputy.MaxLive-1) {
				t.Errorf("found %v, load %d", found, d.LiveReports)
			}
			return err
		})
		b.Do(t, shibei, func(ctx context.Context, tx *database.Tx) error {
			list, err := r.Candidates(ctx, tx, f)
			if len(list) != 0 {
				t.Errorf("another tenant is offered %v", list)
			}
			return err
		})
	})
}

func TestRecusals(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, r *room) {
		made := create(t, b, "王小民", "13800000001", func(m map[string]any) { m["employer"] = "" })
		person := made.Record.PersonID
		b.CallerAs("deputy", person, authz.Grant{Role: "deputy", Tenant: shinan, Division: community, DeputyID: made.ID})
		tie := map[string]any{"subject_kind": "respondent", "name": "青岛鸿运物业服务有限公司", "reason": "本人任经理"}

		var own deputy.RecusalView
		b.Ask(t, "deputy", shinan, http.MethodPost, "/recusals", tie).Into(t, http.StatusCreated, &own)
		if own.PersonID != person || own.SubjectKey != "鸿运物业服务" || !slices.Contains(r.told, recused{"respondent", "鸿运物业服务", person}) {
			t.Fatalf("own %+v, told %v", own, r.told)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			list, err := r.Candidates(ctx, tx, deputy.Facts{DivisionCode: community, Respondent: "鸿运物业"})
			if len(list) != 0 {
				t.Errorf("offered to %v", list)
			}
			return err
		})
		other := map[string]any{"person_id": uuid.NewString(), "subject_kind": "respondent", "name": "某公司甲乙", "reason": "试一试"}
		if a := b.Ask(t, "deputy", shinan, http.MethodPost, "/recusals", other); a.Status != http.StatusForbidden {
			t.Fatalf("a deputy recuses somebody else: %d", a.Status)
		}
		b.Ask(t, "staff", shinan, http.MethodPost, "/recusals", other).Into(t, http.StatusCreated, nil)
		for _, c := range []struct {
			name  string
			body  map[string]any
			field string
		}{
			{"a name of nothing", map[string]any{"subject_kind": "respondent", "name": "！！", "reason": "理由"}, "name"},
			{"a place of nowhere", map[string]any{"subject_kind": "place", "subject_id": uuid.NewString(), "reason": "理由"}, "subject_id"},
			{"a unit without an id", map[string]any{"subject_kind": "unit", "reason": "理由"}, "subject_id"},
		} {
			if a := b.Ask(t, "staff", shinan, http.MethodPost, "/recusals", c.body); !slices.Equal(a.Fields(), []string{c.field}) {
				t.Errorf("%s: %d %v", c.name, a.Status, a.Fields())
			}
		}
		list := func(who, tenant string) int {
			var page web.Page[deputy.RecusalView]
			b.Ask(t, who, tenant, http.MethodGet, "/recusals", nil).Into(t, http.StatusOK, &page)
			return len(page.Items)
		}
		if list("deputy", shinan) != 1 || list("staff", shinan) != 2 || list("other", shibei) != 0 || list("office", shinan) != 0 {
			t.Error("a list shows too much or too little")
		}
		end := "/recusals/" + own.ID.String() + "?reason=" + "已离职"
		if a := b.Ask(t, "deputy", shinan, http.MethodDelete, end, nil); a.Status != http.StatusForbidden {
			t.Errorf("a deputy ends his own: %d", a.Status)
		}
		if a := b.Ask(t, "other", shibei, http.MethodDelete, end, nil); a.Status != http.StatusNotFound {
			t.Errorf("another tenant ends it: %d", a.Status)
		}
		b.Ask(t, "staff", shinan, http.MethodDelete, end, nil).Into(t, http.StatusNoContent, nil)
		if a := b.Ask(t, "staff", shinan, http.MethodDelete, end, nil); a.Status != http.StatusNotFound {
			t.Errorf("it ends twice: %d", a.Status)
		}
	})
}

func TestImport(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *room) {
		const header = "姓名,手机号,居住地区划代码,人大层级,届次,选区区划代码,工作单位\n"
		good := header + "王小民,13800000001,370202001001,区,19,370202001,某公司\n王小民,13800000001,370202001001,市,17,3702,某公司\n李大民,13800000002,370202001,区,第19届,,\n"
		send := func(query, text string) (r sheet.Result) {
			t.Helper()
			b.Upload(t, "admin", shinan, "/deputies/import"+query, []byte(text)).Into(t, http.StatusOK, &r)
			return r
		}
		count := func() int {
			var page web.Page[deputy.View]
			b.Ask(t, "", shinan, http.MethodGet, "/deputies?limit=100", nil).Into(t, http.StatusOK, &page)
			return len(page.Items)
		}
		if r := send("?dry_run=true", good); r.Applied || r.Rows != 3 || r.Valid != 3 || len(r.Errors) != 0 || count() != 0 {
			t.Fatalf("dry run %+v, %d written", r, count())
		}
		wrong := good + "张三,138,370203001,镇,0,abc,\n王二,13800000001,370202001001,区,19,,\n"
		r := send("", wrong)
		var at []string
		for _, e := range r.Errors {
			at = append(at, fmt.Sprintf("%d %s", e.Row, e.Column))
		}
		if want := []string{"5 手机号", "5 届次", "5 选区区划代码", "6 手机号"}; r.Applied || count() != 0 || !slices.Equal(at, want) {
			t.Fatalf("applied %v, %d written, errors %v", r.Applied, count(), at)
		}
		if r := send("?partial=true", wrong); !r.Applied || r.Created != 2 || r.Valid != 3 || count() != 2 {
			t.Fatalf("partial %+v, %d written", r, count())
		}
		if r := send("", good); !r.Applied || r.Created != 0 || r.Updated != 2 || count() != 2 {
			t.Fatalf("again %+v, %d written", r, count())
		}
		var page web.Page[deputy.View]
		b.Ask(t, "", shinan, http.MethodGet, "/deputies?name=王小民", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 1 || len(page.Items[0].Seats) != 2 {
			t.Fatalf("two mandates became %+v", page.Items)
		}
		if a := b.Upload(t, "admin", shinan, "/deputies/import", []byte("PK\x03\x04broken")); a.Code() != "table_rejected" {
			t.Errorf("a broken file: %d %s", a.Status, a.Code())
		}
		if a := b.Upload(t, "admin", shinan, "/deputies/import?dry_run=perhaps", []byte(good)); !slices.Equal(a.Fields(), []string{"dry_run"}) {
			t.Errorf("a strange option: %d %v", a.Status, a.Fields())
		}
		for who, status := range map[string]int{"staff": http.StatusForbidden, "citizen": http.StatusForbidden, "": http.StatusUnauthorized, "other": http.StatusForbidden} {
			if a := b.Upload(t, who, shinan, "/deputies/import", []byte(good)); a.Status != status {
				t.Errorf("%q imports: %d", who, a.Status)
			}
		}
		a := b.Ask(t, "admin", shinan, http.MethodGet, "/deputies/import-template", nil)
		if table, err := sheet.Read(strings.NewReader(string(a.Body))); err != nil || len(table.Header) != 11 {
			t.Errorf("template: %v", err)
		}
	})
}
