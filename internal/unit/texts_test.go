package unit_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/authz"
	"huying/internal/roomtest"
	"huying/internal/unit"
)

func TestReadyTexts(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *unit.Service) {
		police, build := create(t, b, "police", "公安分局"), create(t, b, "zjj", "住建局")
		member := func(name, role string, in uuid.UUID) {
			b.Caller(name, authz.Grant{Role: role, Tenant: shinan, Division: shinan, UnitID: in})
		}
		member("head", "unit_head", police.ID)
		member("its clerk", "unit_clerk", police.ID)
		member("another head", "unit_head", build.ID)
		put := func(who string, more ...any) roomtest.Answer {
			body := map[string]any{"kind": "reply", "title": "已处理", "body": "您反映的问题已处理，现场照片附后。"}
			for i := 0; i+1 < len(more); i += 2 {
				body[more[i].(string)] = more[i+1]
			}
			return b.Ask(t, who, shinan, http.MethodPut, "/text-templates", body)
		}
		list := func(who, query string) (titles []string) {
			var page struct{ Items []unit.TextView }
			b.Ask(t, who, shinan, http.MethodGet, "/text-templates"+query, nil).Into(t, http.StatusOK, &page)
			for _, v := range page.Items {
				titles = append(titles, v.UnitName+v.Title)
			}
			return titles
		}
		var common, own unit.TextView
		put("staff", "position", 1).Into(t, http.StatusOK, &common)
		put("staff", "kind", "return_reason", "title", "不在管辖范围", "category", "noise").Into(t, http.StatusOK, nil)
		put("head", "title", "已巡查").Into(t, http.StatusOK, &own)
		if common.UnitID != nil || own.UnitID == nil || *own.UnitID != police.ID || !own.Active {
			t.Fatalf("%+v %+v", common, own)
		}
		put("staff", "unit_id", build.ID, "title", strings.Repeat("长", 30), "body", strings.Repeat("长", 1000), "active", false).Into(t, http.StatusOK, nil)

		for _, c := range []struct {
			who, query string
			want       []string
		}{
			{"its clerk", "", []string{"公安分局已巡查", "已处理", "不在管辖范围"}},
			{"another head", "", []string{"已处理", "不在管辖范围"}},
			{"another head", "?inactive=true&kind=reply", []string{"住建局" + strings.Repeat("长", 30), "已处理"}},
			{"office", "?kind=return_reason", []string{"不在管辖范围"}},
			{"staff", "?category=road", []string{"公安分局已巡查", "已处理"}},
		} {
			if got := list(c.who, c.query); !slices.Equal(got, c.want) {
				t.Errorf("%s%s: %v, want %v", c.who, c.query, got, c.want)
			}
		}
		for name, c := range map[string]struct {
			answer roomtest.Answer
			status int
			field  string
		}{
			"a category nobody knows":       {put("staff", "category", "moon"), http.StatusUnprocessableEntity, "category"},
			"nothing but blanks":            {put("staff", "body", "   "), http.StatusUnprocessableEntity, "body"},
			"a unit of nowhere":             {put("staff", "unit_id", uuid.New()), http.StatusUnprocessableEntity, "unit_id"},
			"a head for another unit":       {put("head", "unit_id", build.ID), http.StatusUnprocessableEntity, "unit_id"},
			"a head over a common text":     {put("head", "id", common.ID, "version", 1), http.StatusNotFound, ""},
			"another head over it":          {put("another head", "id", own.ID, "version", 1), http.StatusNotFound, ""},
			"an old version":                {put("head", "id", own.ID, "version", 9), http.StatusConflict, ""},
			"a clerk":                       {put("its clerk"), http.StatusForbidden, ""},
			"an office":                     {put("office"), http.StatusForbidden, ""},
			"a citizen":                     {b.Ask(t, "citizen", shinan, http.MethodGet, "/text-templates", nil), http.StatusForbidden, ""},
			"another head deletes it":       {b.Ask(t, "another head", shinan, http.MethodDelete, "/text-templates/"+own.ID.String(), nil), http.StatusNotFound, ""},
			"another district deletes it":   {b.Ask(t, "other", shibei, http.MethodDelete, "/text-templates/"+own.ID.String(), nil), http.StatusNotFound, ""},
			"a text that never was deleted": {b.Ask(t, "staff", shinan, http.MethodDelete, "/text-templates/"+uuid.NewString(), nil), http.StatusNotFound, ""},
		} {
			fields := c.answer.Fields()
			if c.answer.Status != c.status || c.field != "" && !slices.Equal(fields, []string{c.field}) {
				t.Errorf("%s: %d %v %s", name, c.answer.Status, fields, c.answer.Body)
			}
		}
		put("head", "id", own.ID, "version", 1, "title", "已到场巡查").Into(t, http.StatusOK, &own)
		if own.Title != "已到场巡查" || own.Version != 2 {
			t.Errorf("%+v", own)
		}
		b.Ask(t, "head", shinan, http.MethodDelete, "/text-templates/"+own.ID.String(), nil).Into(t, http.StatusNoContent, nil)
		if got := list("its clerk", ""); !slices.Equal(got, []string{"已处理", "不在管辖范围"}) {
			t.Errorf("after deletion: %v", got)
		}
	})
}
