package deputy_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	rowdeputy "huying/ent/db/deputy"
	"huying/internal/deputy"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/roomtest"
)

// shelf plays the reports' room: it holds what it is told and notes who leaves.
type shelf struct {
	held []deputy.Held
	left []string
	jobs int
	fail uuid.UUID
}

func (s *shelf) HeldBy(_ context.Context, _ *database.Tx, ids ...uuid.UUID) (out []deputy.Held, _ error) {
	for _, h := range s.held {
		for _, id := range ids {
			if h.DeputyID == id {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

func (s *shelf) DeputyAway(_ context.Context, _ string, report, _ uuid.UUID, ended bool, substitute *uuid.UUID) error {
	if report == s.fail {
		return fmt.Errorf("the store is down")
	}
	s.left = append(s.left, fmt.Sprintf("ended=%v substitute=%v", ended, substitute != nil))
	return nil
}

func (s *shelf) Insert(context.Context, *database.Tx, river.JobArgs, *river.InsertOpts) error {
	s.jobs++
	return nil
}

func onShelf(t *testing.T, test func(t *testing.T, b *roomtest.Bench, s *shelf, room *deputy.Service)) {
	t.Helper()
	s, room := &shelf{}, (*deputy.Service)(nil)
	roomtest.Engines(t, func(b *roomtest.Bench) {
		*s = shelf{}
		room = deputy.New(deputy.Deps{
			DB: b.DB, Clock: b.Clock, Index: b.Index, People: b.Identity, Territory: b.Division, Reports: s, Jobs: s,
		})
		room.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		b.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		b.Caller("office", authz.Grant{Role: "street_office", Tenant: shinan, Division: street})
		b.Caller("next", authz.Grant{Role: "street_office", Tenant: shinan, Division: "370202002"})
		b.Caller("citizen")
		test(t, b, s, room)
	})
}

func TestLeave(t *testing.T) {
	onShelf(t, func(t *testing.T, b *roomtest.Bench, s *shelf, room *deputy.Service) {
		one, two := create(t, b, "王小民", "13800000001"), create(t, b, "张大力", "13800000002")
		b.CallerAs("self", one.Record.PersonID, authz.Grant{Role: "deputy", Tenant: shinan, Division: community, DeputyID: one.ID})
		s.held = []deputy.Held{{ReportID: uuid.New(), DeputyID: one.ID, Number: "370202-2026-000001", State: "verified", Part: "lead"}}
		path, now := "/deputies/"+one.ID.String(), b.Clock.Now()
		in := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
		good := map[string]any{"until": in(240 * time.Hour), "substitute_id": two.ID, "reason": "赴外地学习"}
		with := func(k string, v any) map[string]any {
			m := map[string]any{k: v}
			for name, value := range good {
				if name != k {
					m[name] = value
				}
			}
			return m
		}
		for _, c := range []struct {
			caller, field string
			body          map[string]any
			status        int
		}{
			{"citizen", "", good, http.StatusForbidden},
			{"next", "", good, http.StatusNotFound},
			{"staff", "reason", with("reason", ""), http.StatusUnprocessableEntity},
			{"staff", "until", with("until", in(-time.Hour)), http.StatusUnprocessableEntity},
			{"staff", "until", with("until", in(9000*time.Hour)), http.StatusUnprocessableEntity},
			{"staff", "substitute_id", with("substitute_id", one.ID), http.StatusUnprocessableEntity},
			{"staff", "substitute_id", with("substitute_id", uuid.New()), http.StatusUnprocessableEntity},
			{"staff", "", with("version", 99), http.StatusConflict},
		} {
			a := b.Ask(t, c.caller, shinan, http.MethodPost, path+"/leave", c.body)
			if a.Status != c.status || c.field != "" && (len(a.Fields()) != 1 || a.Fields()[0] != c.field) {
				t.Errorf("%s %v: %d %s", c.caller, c.body, a.Status, a.Body)
			}
		}
		var v deputy.LeaveView
		for _, caller := range []string{"self", "office", "staff"} {
			b.Ask(t, caller, shinan, http.MethodGet, path+"/held", nil).Into(t, http.StatusOK, &v)
			if len(v.Held) != 1 || v.Held[0].Number != s.held[0].Number || v.Until != nil {
				t.Errorf("%s sees %+v", caller, v)
			}
		}
		if a := b.Ask(t, "self", shinan, http.MethodGet, "/deputies/"+two.ID.String()+"/held", nil); a.Status != http.StatusNotFound {
			t.Errorf("a colleague's reports: %d", a.Status)
		}
		if n, err := room.HandOver(t.Context(), shinan); n != 0 || err != nil {
			t.Errorf("nobody is away: %d, %v", n, err)
		}
		s.jobs = 0
		b.Ask(t, "self", shinan, http.MethodPost, path+"/leave", with("from", in(48*time.Hour))).Into(t, http.StatusOK, &v)
		if v.SubstituteID == nil || *v.SubstituteID != two.ID || s.jobs != 1 {
			t.Errorf("%+v with %d jobs", v, s.jobs)
		}
		if n, err := room.HandOver(t.Context(), shinan); n != 0 || err != nil {
			t.Errorf("before it begins: %d, %v", n, err)
		}
		b.Clock.Advance(49 * time.Hour)
		if n, err := room.HandOver(t.Context(), shinan); n != 1 || err != nil || s.left[0] != "ended=false substitute=true" {
			t.Errorf("on leave: %d, %v, %v", n, err, s.left)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			away, err := room.Away(ctx, tx, one.ID)
			if away != "正在请假" {
				t.Errorf("away %q", away)
			}
			return err
		})
		v = deputy.LeaveView{}
		b.Ask(t, "office", shinan, http.MethodDelete, path+"/leave", nil).Into(t, http.StatusOK, &v)
		if n, _ := room.HandOver(t.Context(), shinan); n != 0 || v.Until != nil {
			t.Errorf("back: %d, %+v", n, v)
		}
	})
}

func TestSession(t *testing.T) {
	onShelf(t, func(t *testing.T, b *roomtest.Bench, s *shelf, room *deputy.Service) {
		one, two := create(t, b, "王小民", "13800000001"), create(t, b, "张大力", "13800000002")
		b.CallerAs("self", one.Record.PersonID, authz.Grant{Role: "deputy", Tenant: shinan, Division: community, DeputyID: one.ID})
		s.held = []deputy.Held{{ReportID: uuid.New(), DeputyID: one.ID, Number: "370202-2026-000001", State: "verified", Part: "lead"}}
		path := "/deputies/" + one.ID.String() + "/leave"
		body := map[string]any{"until": b.Clock.Now().Add(96 * time.Hour).Format(time.RFC3339), "reason": "参加人民代表大会会议", "keep_cases": true}
		body["substitute_id"] = two.ID
		if a := b.Ask(t, "self", shinan, http.MethodPost, path, body); a.Status != http.StatusUnprocessableEntity || len(a.Fields()) != 1 || a.Fields()[0] != "substitute_id" {
			t.Errorf("a substitute in a session: %d %s", a.Status, a.Body)
		}
		delete(body, "substitute_id")
		var v deputy.LeaveView
		b.Ask(t, "self", shinan, http.MethodPost, path, body).Into(t, http.StatusOK, &v)
		if !v.KeepCases || v.SubstituteID != nil || v.Until == nil || len(v.Held) != 1 {
			t.Errorf("%+v", v)
		}
		if n, err := room.HandOver(t.Context(), shinan); n != 0 || err != nil || len(s.left) != 0 {
			t.Errorf("handed over in a session: %d, %v, %v", n, err, s.left)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			away, err := room.Away(ctx, tx, one.ID)
			if away != "正在开会" {
				t.Errorf("away %q", away)
			}
			return err
		})
		// A leave that follows hands over as ever.
		b.Ask(t, "self", shinan, http.MethodPost, path, map[string]any{"until": body["until"], "reason": "会后外出"}).Into(t, http.StatusOK, &v)
		if n, err := room.HandOver(t.Context(), shinan); n != 1 || err != nil || v.KeepCases {
			t.Errorf("a plain leave: %d, %v, %+v", n, err, v)
		}
	})
}

func TestTheEndOfATerm(t *testing.T) {
	onShelf(t, func(t *testing.T, b *roomtest.Bench, s *shelf, room *deputy.Service) {
		twice := func(m map[string]any) {
			m["seats"] = append(m["seats"].([]map[string]any), map[string]any{"level": "city", "term": 17, "constituency": []string{shinan}})
		}
		one, two := create(t, b, "王小民", "13800000001"), create(t, b, "张大力", "13800000002", twice)
		s.held = []deputy.Held{
			{ReportID: uuid.New(), DeputyID: one.ID, Number: "370202-2026-000001", State: "verified", Part: "lead"},
			{ReportID: uuid.New(), DeputyID: one.ID, Number: "370202-2026-000002", State: "open", Part: "offered"},
			{ReportID: uuid.New(), DeputyID: two.ID, Number: "370202-2026-000003", State: "handling", Part: "lead"},
		}
		var page struct{ Items []deputy.CongressView }
		b.Ask(t, "staff", shinan, http.MethodGet, "/congresses", nil).Into(t, http.StatusOK, &page)
		var id string
		for _, c := range page.Items {
			if c.Level == "district" && c.Term == 19 && c.Seats == 2 {
				id = c.ID.String()
			}
		}
		if id == "" || len(page.Items) != 2 {
			t.Fatalf("%+v", page.Items)
		}
		var v deputy.ClosingView
		b.Ask(t, "staff", shinan, http.MethodGet, "/congresses/"+id+"/closing", nil).Into(t, http.StatusOK, &v)
		if len(v.Leaving) != 1 || v.Leaving[0].DeputyID != one.ID || len(v.Leaving[0].Held) != 2 || v.Seats != 2 || v.TermTo != nil {
			t.Fatalf("the dry run: %+v", v)
		}
		confirm := map[string]any{"leaving": 1, "reason": "第十九届届满"}
		ask := func(caller string, body map[string]any) roomtest.Answer {
			return b.Ask(t, caller, shinan, http.MethodPost, "/congresses/"+id+"/close", body)
		}
		for name, c := range map[string]struct {
			caller string
			body   map[string]any
			status int
		}{
			"an office":            {"office", confirm, http.StatusForbidden},
			"what was not shown":   {"staff", map[string]any{"leaving": 2, "reason": "届满"}, http.StatusConflict},
			"a day in the future":  {"staff", map[string]any{"leaving": 1, "reason": "届满", "ended_at": b.Clock.Now().Add(time.Hour).Format(time.RFC3339)}, http.StatusUnprocessableEntity},
			"without saying why":   {"staff", map[string]any{"leaving": 1}, http.StatusUnprocessableEntity},
			"nothing of it at all": {"staff", nil, http.StatusUnprocessableEntity},
		} {
			a := ask(c.caller, c.body)
			if a.Status != c.status {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
		if a := b.Ask(t, "staff", shinan, http.MethodPost, "/congresses/"+uuid.NewString()+"/close", confirm); a.Status != http.StatusNotFound {
			t.Errorf("a term nobody knows of: %d", a.Status)
		}
		s.jobs = 0
		for range 2 { // The second confirms what is done.
			ask("staff", confirm).Into(t, http.StatusOK, &v)
			if v.TermTo == nil || v.Seats != 0 || s.jobs != 1 {
				t.Errorf("%+v with %d jobs", v, s.jobs)
			}
		}
		s.fail = s.held[0].ReportID
		if n, err := room.HandOver(t.Context(), shinan); n != 1 || err == nil {
			t.Errorf("one of two failed: %d, %v", n, err)
		}
		s.fail, s.left = uuid.Nil, nil
		if n, err := room.HandOver(t.Context(), shinan); n != 2 || err != nil || s.left[0] != "ended=true substitute=false" {
			t.Errorf("%d, %v, %v", n, err, s.left)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			row, err := tx.Deputy.Query().Where(rowdeputy.ID(two.ID)).Only(ctx)
			if err != nil {
				return err
			}
			away, err := room.Away(ctx, tx, row.ID)
			if away != "" {
				t.Errorf("a deputy of the city's congress is away: %q", away)
			}
			return err
		})
	})
}
