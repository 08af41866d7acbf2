package unit_test

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
	"huying/internal/roomtest"
	"huying/internal/unit"
)

// clerk enrols somebody who works in the unit and gives the person.
func clerk(t *testing.T, b *roomtest.Bench, username string, in uuid.UUID) uuid.UUID {
	t.Helper()
	person, err := b.Identity.AddStaff(t.Context(), identity.NewStaff{Username: username, Name: "李四", PasswordHash: "x", Kind: auth.KindStaff})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Identity.Grant(t.Context(), person, authz.Grant{Role: "unit_clerk", Tenant: shinan, Division: shinan, UnitID: in}); err != nil {
		t.Fatal(err)
	}
	return person
}

func unitFor(t *testing.T, b *roomtest.Bench, s *unit.Service, c unit.Case) (name string) {
	t.Helper()
	b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
		u, _, err := s.UnitFor(ctx, tx, c)
		name = u.Name
		return err
	})
	return name
}

func TestCatalogueBySource(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *unit.Service) {
		police, build := create(t, b, "police", "公安分局"), create(t, b, "zjj", "住建局")
		person := clerk(t, b, "370202.li", police.ID)
		put := func(body map[string]any) roomtest.Answer {
			return b.Ask(t, "staff", shinan, http.MethodPut, "/dispatch-rules", body)
		}
		var dance unit.RuleView
		put(map[string]any{
			"category": "noise", "division_code": shinan, "source": "square_dance", "unit_id": police.ID, "default": true, "handler_id": person, "note": "夜间巡查",
		}).Into(t, http.StatusOK, &dance)
		if dance.SourceName == "" || dance.CategoryName != "噪声" || !dance.Active || dance.HandlerID == nil {
			t.Fatalf("line %+v", dance)
		}
		put(map[string]any{"category": "noise", "division_code": shinan, "source": "construction", "unit_id": build.ID}).Into(t, http.StatusOK, nil)
		for source, want := range map[string]string{"square_dance": "公安分局", "construction": "住建局", "vehicle": "", "": ""} {
			if got := unitFor(t, b, s, unit.Case{Category: "noise", Division: street, Source: source}); got != want {
				t.Errorf("noise of %q goes to %q, want %q", source, got, want)
			}
		}
		for name, c := range map[string]struct {
			body  map[string]any
			field string
		}{
			"an unknown source":        {map[string]any{"category": "noise", "division_code": shinan, "source": "aliens", "unit_id": police.ID}, "source"},
			"no source there":          {map[string]any{"category": "streetlight", "division_code": shinan, "source": "x", "unit_id": police.ID}, "source"},
			"somebody of another unit": {map[string]any{"category": "noise", "division_code": shinan, "unit_id": build.ID, "handler_id": person}, "handler_id"},
			"a handler that is nobody": {map[string]any{"category": "noise", "division_code": shinan, "unit_id": build.ID, "handler_id": uuid.New()}, "handler_id"},
			"another tenant's place":   {map[string]any{"category": "noise", "division_code": shibei, "unit_id": police.ID}, "division_code"},
		} {
			if a := put(c.body); a.Status != http.StatusUnprocessableEntity || !slices.Equal(a.Fields(), []string{c.field}) {
				t.Errorf("%s: %d %v", name, a.Status, a.Fields())
			}
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			named, err := s.Handlers(ctx, tx, unit.Case{Category: "noise", Division: street, Source: "square_dance"}, []uuid.UUID{police.ID, build.ID})
			if len(named) != 1 || named[police.ID] != person {
				t.Errorf("handlers %v", named)
			}
			for source, want := range map[string]bool{"square_dance": true, "construction": false, "": true} {
				in, err := s.InCatalogue(ctx, tx, unit.Case{Category: "noise", Division: street, Source: source}, police.ID)
				if err != nil || in != want {
					t.Errorf("police in the catalogue for %q: %v %v", source, in, err)
				}
			}
			return err
		})
		changeAndSearch(t, b, s, dance)
	})
}

// changeAndSearch deactivates the line with its version and looks for it in every way.
func changeAndSearch(t *testing.T, b *roomtest.Bench, s *unit.Service, dance unit.RuleView) {
	t.Helper()
	path := "/dispatch-rules/" + dance.ID.String()
	patch := func(who, tenant string, body map[string]any) roomtest.Answer {
		return b.Ask(t, who, tenant, http.MethodPatch, path, body)
	}
	if a := patch("office", shinan, map[string]any{"version": 1, "active": false}); a.Status != http.StatusForbidden {
		t.Errorf("an office changed the catalogue: %d", a.Status)
	}
	if a := patch("other", shibei, map[string]any{"version": 1, "active": false}); a.Status != http.StatusNotFound {
		t.Errorf("another district reached the line: %d", a.Status)
	}
	if a := patch("staff", shinan, map[string]any{"version": 9, "active": false}); a.Code() != "version_conflict" {
		t.Errorf("an old version: %s", a.Code())
	}
	var changed unit.RuleView
	patch("staff", shinan, map[string]any{"version": dance.Version, "active": false, "no_handler": true}).Into(t, http.StatusOK, &changed)
	if changed.Active || changed.HandlerID != nil || changed.Note != "夜间巡查" || !changed.Default {
		t.Errorf("changed %+v", changed)
	}
	if got := unitFor(t, b, s, unit.Case{Category: "noise", Division: street, Source: "square_dance"}); got != "" {
		t.Errorf("an inactive line answers %q", got)
	}
	for query, want := range map[string]int{
		"": 1, "?inactive=true": 2, "?inactive=true&q=夜间": 1, "?inactive=true&q=公安": 1, "?source=construction": 1,
		"?inactive=true&unit_id=" + dance.UnitID.String(): 1, "?category=road": 0, "?division_code=" + street: 0, "?division_code=3702": 1,
	} {
		var page web.Page[unit.RuleView]
		b.Ask(t, "office", shinan, http.MethodGet, "/dispatch-rules"+query, nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != want {
			t.Errorf("%q finds %d lines, want %d", query, len(page.Items), want)
		}
	}
}

func TestImportAndExportRules(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *unit.Service) {
		police := create(t, b, "police", "公安分局")
		clerk(t, b, "370202.li", police.ID)
		table := strings.Join([]string{
			"问题类别,区划代码,问题来源,承办单位编码,是否首选,可直接交村居,默认经办人用户名,是否启用,备注",
			"噪声,370202,广场舞、唱歌,police,是,否,370202.li,是,夜间",
			"noise,370202001,square_dance,police,否,是,,是,",
			"garbage,370202,,police,是,,,,",
		}, "\n")
		load := func(who, tenant, text, query string) (r sheet.Result) {
			t.Helper()
			b.Upload(t, who, tenant, "/dispatch-rules/import"+query, []byte(text)).Into(t, http.StatusOK, &r)
			return r
		}
		if r := load("admin", shinan, table, "?dry_run=true"); r.Applied || r.Created != 3 || len(r.Errors) != 0 {
			t.Fatalf("dry run %+v", r)
		}
		if got := unitFor(t, b, s, unit.Case{Category: "garbage", Division: street}); got != "" {
			t.Fatalf("a dry run wrote: %q", got)
		}
		wrong := table + "\n噪声,370202,外星人,police,,,,,\n没有,370203,,nobody,,,,,\n垃圾,370202,,police,是,,,,\n噪声,370202,,police,,,370202.nobody,,"
		r := load("admin", shinan, wrong, "")
		var at []string
		for _, e := range r.Errors {
			at = append(at, e.Column)
		}
		slices.Sort(at)
		if r.Applied || !slices.Equal(at, []string{"区划代码", "承办单位编码", "承办单位编码", "是否首选", "问题来源", "问题类别", "默认经办人用户名"}) {
			t.Fatalf("wrong lines: applied %v, %v", r.Applied, r.Errors)
		}
		if r := load("admin", shinan, table, ""); !r.Applied || r.Created != 3 {
			t.Fatalf("import %+v", r)
		}
		if r := load("staff", shinan, table, ""); r.Created != 0 || r.Updated != 3 {
			t.Fatalf("again %+v", r)
		}
		out := b.Ask(t, "admin", shinan, http.MethodGet, "/dispatch-rules/export", nil)
		out.Into(t, http.StatusOK, nil)
		if r := load("admin", shinan, string(out.Body), ""); !r.Applied || r.Updated != 3 || r.Created != 0 {
			t.Fatalf("what was exported comes back as %+v", r)
		}
		read, err := sheet.Read(bytes.NewReader(out.Body))
		if err != nil || len(read.Rows) != 3 || !slices.Contains(read.Rows[1].Cells, "370202.li") {
			t.Fatalf("exported %+v %v", read, err)
		}
		for _, who := range []string{"office", "clerk", "citizen", "other"} {
			if a := b.Upload(t, who, shinan, "/dispatch-rules/import", []byte(table)); a.Status != http.StatusForbidden {
				t.Errorf("%s imported: %d", who, a.Status)
			}
			if a := b.Ask(t, who, shinan, http.MethodGet, "/dispatch-rules/export", nil); a.Status != http.StatusForbidden {
				t.Errorf("%s exported: %d", who, a.Status)
			}
		}
	})
}

// Lengths are counted in characters, as the forms say, not in bytes.
func TestNotesInChineseMayBeAsLongAsTheFormSays(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *unit.Service) {
		u := create(t, b, "zjj", strings.Repeat("局", 60))
		body := map[string]any{"category": "noise", "division_code": shinan, "unit_id": u.ID, "note": strings.Repeat("夜", 150)}
		b.Ask(t, "staff", shinan, http.MethodPut, "/dispatch-rules", body).Into(t, http.StatusOK, nil)
	})
}
