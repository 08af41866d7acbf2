package desk_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"huying/internal/desk"
	"huying/internal/platform/authz"
	"huying/internal/roomtest"
)

const (
	shinan = "370202"
	shibei = "370203"
)

func TestDesk(t *testing.T) {
	var room *desk.Service
	roomtest.Engines(t, func(b *roomtest.Bench) {
		room = desk.New(desk.Deps{DB: b.DB, Clock: b.Clock})
		room.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		staff := b.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan}, authz.Grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		b.Caller("other", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		ask := func(who, tenant, method string, body any) roomtest.Answer {
			return b.Ask(t, who, tenant, method, "/me/desk", body)
		}
		var fresh desk.Arrangement
		ask("staff", shinan, http.MethodGet, nil).Into(t, http.StatusOK, &fresh)
		if fresh.Version != 0 || len(fresh.Filters)+len(fresh.Columns)+len(fresh.Phrases) != 0 {
			t.Fatalf("before anything was kept: %+v", fresh)
		}
		want := desk.Arrangement{
			Filters: []desk.Filter{{Name: "急", View: "waiting", Query: map[string]string{"category": "road"}}},
			Columns: []string{"number", "title"}, Phrases: map[string][]string{"reply.content": {"已处理。"}},
		}
		var kept, read desk.Arrangement
		ask("staff", shinan, http.MethodPut, want).Into(t, http.StatusOK, &kept)
		ask("staff", shinan, http.MethodGet, nil).Into(t, http.StatusOK, &read)
		if want.Version = 1; !reflect.DeepEqual(read, want) || !reflect.DeepEqual(kept, want) {
			t.Fatalf("kept %+v, read %+v", kept, read)
		}

		t.Run("another_window_is_not_overwritten", func(t *testing.T) {
			first := want
			first.Version = 0
			if a := ask("staff", shinan, http.MethodPut, first); a.Code() != "version_conflict" {
				t.Errorf("the first save again: %d %s", a.Status, a.Body)
			}
			stale := want
			stale.Version = 7
			if a := ask("staff", shinan, http.MethodPut, stale); a.Code() != "version_conflict" {
				t.Errorf("an unknown version: %d %s", a.Status, a.Body)
			}
			ask("staff", shinan, http.MethodPut, want).Into(t, http.StatusOK, &kept)
			if kept.Version != 2 {
				t.Errorf("version %d", kept.Version)
			}
		})
		t.Run("nobody_else_and_no_other_tenant_sees_it", func(t *testing.T) {
			for _, at := range [][2]string{{"other", shinan}, {"staff", shibei}} {
				var got desk.Arrangement
				ask(at[0], at[1], http.MethodGet, nil).Into(t, http.StatusOK, &got)
				if got.Version != 0 || len(got.Filters) != 0 {
					t.Errorf("%v reads %+v", at, got)
				}
			}
			if a := ask("", shinan, http.MethodGet, nil); a.Status != http.StatusUnauthorized {
				t.Errorf("a visitor: %d", a.Status)
			}
		})
		t.Run("what_cannot_be_kept_is_named", func(t *testing.T) {
			for field, change := range map[string]func(*desk.Arrangement){
				"filters[1].name": func(a *desk.Arrangement) { a.Filters = append(a.Filters, a.Filters[0]) },
				"filters[0].query": func(a *desk.Arrangement) {
					a.Filters = []desk.Filter{{Name: "急", Query: map[string]string{"q": strings.Repeat("长", 201)}}}
				},
				"phrases":               func(a *desk.Arrangement) { a.Phrases = map[string][]string{"no key": {"x"}} },
				"phrases.reply.content": func(a *desk.Arrangement) { a.Phrases = map[string][]string{"reply.content": {" "}} },
			} {
				bad := kept
				change(&bad)
				if a := ask("staff", shinan, http.MethodPut, bad); a.Status != http.StatusUnprocessableEntity || len(a.Fields()) != 1 || a.Fields()[0] != field {
					t.Errorf("%s: %d %v", field, a.Status, a.Fields())
				}
			}
		})
		t.Run("it_goes_with_the_person", func(t *testing.T) {
			n, err := room.Forget(t.Context(), shinan, staff.PersonID)
			if err != nil || n != 1 {
				t.Fatalf("%d %v", n, err)
			}
			left, err := room.Of(t.Context(), shinan, staff.PersonID)
			if err != nil || left.Version != 0 {
				t.Errorf("left %+v, %v", left, err)
			}
		})
	})
}
