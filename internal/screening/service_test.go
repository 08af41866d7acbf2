package screening_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/sheet"
	"huying/internal/roomtest"
	"huying/internal/screening"
)

const (
	shinan = "370202"
	shibei = "370203"
)

func onEngines(t *testing.T, test func(t *testing.T, b *roomtest.Bench, s *screening.Service)) {
	t.Helper()
	var s *screening.Service
	roomtest.Engines(t, func(b *roomtest.Bench) {
		s = screening.NewService(screening.Deps{DB: b.DB, Clock: b.Clock})
		s.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		b.Caller("admin", authz.Grant{Role: "tenant_admin", Tenant: shinan, Division: shinan})
		b.Caller("admin of shibei", authz.Grant{Role: "tenant_admin", Tenant: shibei, Division: shibei})
		b.Caller("screener", authz.Grant{Role: "screener", Tenant: shinan, Division: shinan})
		b.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		b.Caller("citizen")
		test(t, b, s)
	})
}

func hits(t *testing.T, b *roomtest.Bench, s *screening.Service, tenant, text string) int {
	t.Helper()
	n := 0
	b.Do(t, tenant, func(ctx context.Context, tx *database.Tx) error {
		m, err := s.Matcher(ctx, tx)
		if err == nil {
			n = len(m.Find(text))
		}
		return err
	})
	return n
}

func TestWordsAreKept(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *screening.Service) {
		const text = "请认准某某牌净水器"
		if hits(t, b, s, shinan, text) != 0 {
			t.Fatal("an unknown word is found")
		}
		var w screening.WordView
		b.Ask(t, "admin", shinan, http.MethodPut, "/screen-words", map[string]any{"word": " 某某牌 ", "list": "广告"}).Into(t, http.StatusOK, &w)
		if w.Word != "某某牌" || !w.Active {
			t.Fatalf("%+v", w)
		}
		if hits(t, b, s, shinan, text) != 1 {
			t.Error("a new word is not found at once")
		}
		if hits(t, b, s, shibei, text) != 0 {
			t.Error("a neighbour's word is found")
		}
		var page screening.WordsPage
		b.Ask(t, "screener", shinan, http.MethodGet, "/screen-words?q=某某", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 1 || page.Items[0].ID != w.ID {
			t.Fatalf("%+v", page)
		}
		b.Ask(t, "admin", shinan, http.MethodPut, "/screen-words", map[string]any{"word": "某某牌", "active": false}).Into(t, http.StatusOK, &w)
		if hits(t, b, s, shinan, text) != 0 || w.Active || w.Version != 2 {
			t.Errorf("a word switched off is found: %+v", w)
		}
		if a := b.Ask(t, "admin of shibei", shibei, http.MethodDelete, "/screen-words/"+w.ID.String(), nil); a.Status != http.StatusNotFound {
			t.Errorf("a foreign word: %d", a.Status)
		}
		if a := b.Ask(t, "admin", shinan, http.MethodDelete, "/screen-words/"+uuid.NewString(), nil); a.Status != http.StatusNotFound {
			t.Errorf("no word: %d", a.Status)
		}
		b.Ask(t, "admin", shinan, http.MethodDelete, "/screen-words/"+w.ID.String(), nil).Into(t, http.StatusNoContent, nil)
	})
}

func TestShippedWordsCanBeSwitchedOff(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *screening.Service) {
		const text = "他们兼职日结"
		if hits(t, b, s, shinan, text) != 1 {
			t.Fatal("a shipped word is not found")
		}
		b.Ask(t, "admin", shinan, http.MethodPut, "/screen-words", map[string]any{"word": "兼职日结", "active": false}).Into(t, http.StatusOK, nil)
		if hits(t, b, s, shinan, text) != 0 || hits(t, b, s, shibei, text) != 1 {
			t.Fatal("switching a shipped word off is not the tenant's alone")
		}
		var page screening.WordsPage
		b.Ask(t, "admin", shinan, http.MethodGet, "/screen-words?q=兼职", nil).Into(t, http.StatusOK, &page)
		if len(page.Shipped) != 0 {
			t.Errorf("still in force: %+v", page.Shipped)
		}
	})
}

func TestWrongCallersAndWords(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *screening.Service) {
		word := map[string]any{"word": "某某牌"}
		for _, c := range []struct {
			who, method string
			body        any
			status      int
		}{
			{"", http.MethodGet, nil, 401},
			{"citizen", http.MethodGet, nil, 403},
			{"staff", http.MethodGet, nil, 403},
			{"screener", http.MethodPut, word, 403},
			{"staff", http.MethodPut, word, 403},
			{"admin", http.MethodPut, map[string]any{"word": "！。"}, 422},
			{"admin", http.MethodPut, map[string]any{"word": "a！"}, 422},
			{"admin", http.MethodPut, map[string]any{}, 422},
		} {
			if a := b.Ask(t, c.who, shinan, c.method, "/screen-words", c.body); a.Status != c.status {
				t.Errorf("%s %s %v: %d, want %d", c.who, c.method, c.body, a.Status, c.status)
			}
		}
	})
}

func TestImport(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *screening.Service) {
		table := []byte("词,名单\n某某牌,广告\n净水神器,广告\n！,广告\n净水神器,广告\n")
		var r sheet.Result
		b.Upload(t, "admin", shinan, "/screen-words/import", table).Into(t, http.StatusOK, &r)
		if r.Applied || r.Valid != 2 || len(r.Errors) != 2 || r.Errors[0].Row != 4 || r.Errors[1].Row != 5 {
			t.Fatalf("%+v", r)
		}
		b.Upload(t, "admin", shinan, "/screen-words/import?partial=true&dry_run=true", table).Into(t, http.StatusOK, &r)
		if r.Applied || hits(t, b, s, shinan, "某某牌") != 0 {
			t.Fatalf("a dry run wrote: %+v", r)
		}
		b.Upload(t, "admin", shinan, "/screen-words/import?partial=true", table).Into(t, http.StatusOK, &r)
		if !r.Applied || r.Created != 2 || hits(t, b, s, shinan, "某某牌和净水神器") != 2 {
			t.Fatalf("%+v", r)
		}
		b.Upload(t, "admin", shinan, "/screen-words/import?partial=true", table).Into(t, http.StatusOK, &r)
		if r.Created != 0 || r.Updated != 2 {
			t.Fatalf("again: %+v", r)
		}
		if a := b.Upload(t, "screener", shinan, "/screen-words/import", table); a.Status != http.StatusForbidden {
			t.Errorf("the screener imports: %d", a.Status)
		}
	})
}
