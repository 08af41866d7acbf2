package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/rightsrequest"
	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

const (
	rareName  = "仇瑾瑜"
	rarePhone = "19900010051"
	rareWords = "彩虹桥第三块石板"
)

type dataRequest struct {
	ID    string `json:"id"`
	State string `json:"state"`
	File  string `json:"file"`
}

// erasing is one person with a life in the house, who is going to leave.
type erasing struct {
	t                      *testing.T
	h                      *apptest.House
	p                      apptest.People
	id                     uuid.UUID
	ended, ending, running apptest.Report
}

// A person who asks for the end of the own data is found nowhere afterwards: not by name, number or words in any column
// of any table, in the object store or in the logs; and every statistic is as before.
func TestErasure(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			logs := &pile{}
			log := slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
			h := apptest.Boot(t, apptest.Setup{Engine: engine, Log: log})
			e := newErasing(t, h)
			raw := rawDB(t, h)
			if where := find(t, h, raw, rareWords); len(where) < 2 {
				t.Fatalf("the search finds nothing before the erasure: %v", where)
			}
			before, err := h.App.Report.Tallies(t.Context(), h.Shinan.Tenant)
			must(t, err)
			e.copy()
			e.refused()
			e.erase()
			after, err := h.App.Report.Tallies(t.Context(), h.Shinan.Tenant)
			must(t, err)
			before["state:submitted"]--
			before["state:withdrawn"]++
			for _, k := range []string{"state:submitted", "state:withdrawn"} {
				if before[k] == 0 {
					delete(before, k)
				}
			}
			if fmt.Sprint(before) != fmt.Sprint(after) {
				t.Errorf("statistics changed:\n%v\n%v", before, after)
			}
			for _, needle := range []string{rareName, rareName[:6], rarePhone, rareWords} {
				where := find(t, h, raw, needle)
				switch {
				case needle == rareWords && len(where) > 4:
					// The words of the matter that runs on stay for those who work on it, and nowhere else.
					t.Errorf("the words stand in %v", where)
				case needle != rareWords && len(where) > 0:
					t.Errorf("%s still stands in %v", needle, where)
				}
				if logs.has(needle) {
					t.Errorf("%s stands in the logs", needle)
				}
				stored(t, h, func(key string, content []byte) {
					if bytes.Contains(content, []byte(needle)) || strings.HasPrefix(key, "copies/") {
						t.Errorf("%s, or a copy, still stands in object %s", needle, key)
					}
				})
			}
			e.left(raw)
			e.nextHolder()
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newErasing(t *testing.T, h *apptest.House) *erasing {
	t.Helper()
	e := &erasing{t: t, h: h, p: h.People(h.Shinan, 51)}
	e.p.Citizen.Must(http.MethodPatch, "/me", map[string]any{"name": rareName}, nil)
	var me struct {
		ID uuid.UUID `json:"id"`
	}
	e.p.Citizen.Must(http.MethodGet, "/me", nil, &me)
	e.id = me.ID
	e.ended, e.running, e.ending = e.submit(51), e.submit(71), e.submit(91)
	steps := e.p.Steps(h.Shinan)
	for i, st := range steps {
		switch st.Action {
		case "contact":
			st.Body["note"] = "已与" + rareName + "通话，号码" + rarePhone
		case "reply":
			st.Body["content"] = "已向" + rareName + "说明，" + rareWords + "已修好"
		case "rate":
			st.Body["comment"] = "我是" + rareName + "，电话" + rarePhone
		}
		e.ended = st.Take(t, e.ended, uint64(52+i))
	}
	for i, st := range e.p.Steps(h.Shinan)[:6] {
		if st.Action == "contact" {
			st.Body["note"] = "已与" + rareName + "通话，号码" + rarePhone
		}
		e.running = st.Take(t, e.running, uint64(72+i))
	}
	e.p.Citizen.UploadPhoto(99)
	return e
}

func (e *erasing) submit(seed uint64) apptest.Report {
	e.t.Helper()
	body := e.h.Shinan.NewReport(e.p.Citizen.UploadPhoto(seed))
	body["description"] = "我是" + rareName + "，电话" + rarePhone + "，" + rareWords + "松了。"
	body["title"], body["address"], body["respondent"] = rareName+"反映", rareName+"家门口", rareName+"商店"
	body["position"] = map[string]any{"lat": 36.0671, "lng": 120.3826}
	body["on_behalf"] = map[string]any{"name": rareName, "phone": rarePhone, "relation": "母亲"}
	var r apptest.Report
	e.p.Citizen.Must(http.MethodPost, "/reports", body, &r, apptest.Key(fmt.Sprint("erase-", seed)))
	return r
}

// copy asks for the own data and looks into the file.
func (e *erasing) copy() {
	e.t.Helper()
	var r dataRequest
	e.p.Citizen.Must(http.MethodPost, "/me/data-export", map[string]any{}, &r)
	if a := e.p.Citizen.Do(http.MethodPost, "/me/data-export", map[string]any{}); a.Status != 409 && a.Status != 202 {
		e.t.Errorf("a second copy at once: %d %s", a.Status, a.Body)
	}
	eventually(e.t, 2*time.Minute, func() error {
		var list struct {
			Items []dataRequest `json:"items"`
		}
		e.p.Citizen.Must(http.MethodGet, "/me/data-requests", nil, &list)
		for _, x := range list.Items {
			if x.State != "ready" {
				return fmt.Errorf("request %s is %s", x.ID, x.State)
			}
			r = x
		}
		return nil
	})
	a := e.p.Citizen.Must(http.MethodGet, r.File, nil, nil)
	file, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
	must(e.t, err)
	all, photos := "", 0
	for _, f := range file.File {
		if strings.HasPrefix(f.Name, "照片/") {
			photos++
			continue
		}
		in, err := f.Open()
		must(e.t, err)
		text, err := io.ReadAll(in)
		must(e.t, err)
		all += string(text)
	}
	for _, want := range []string{rareName, rarePhone, rareWords, e.ended.Number, e.ending.Number, "母亲", "publish", "受理"} {
		if want != "publish" && !strings.Contains(all, want) {
			e.t.Errorf("the copy does not hold %s", want)
		}
	}
	if photos != 3 {
		e.t.Errorf("%d photos in the copy, want the citizen's three", photos)
	}
	stranger := apptest.Citizen(e.t, e.h.URL, e.h.Shinan.Tenant, apptest.Phone(52))
	for _, c := range []*apptest.Client{stranger, e.p.Office} {
		if a := c.Do(http.MethodGet, r.File, nil); a.Status != 404 {
			e.t.Errorf("%s fetches the copy: %d", c.Name, a.Status)
		}
	}
}

func (e *erasing) refused() {
	e.t.Helper()
	confirm := map[string]any{"confirm": true, "reason": rareName + "搬家了，电话" + rarePhone}
	for _, c := range []*apptest.Client{e.p.Office, e.p.Deputy} {
		if a := c.Do(http.MethodPost, "/me/erasure", confirm); a.Status != 409 || a.Problem().Code != "holds_grants" {
			e.t.Errorf("%s erases itself: %d %s", c.Name, a.Status, a.Body)
		}
	}
	if a := e.p.Citizen.Do(http.MethodPost, "/me/erasure", map[string]any{"confirm": false}); a.Status != 422 {
		e.t.Errorf("without confirming: %d", a.Status)
	}
	if a := e.p.Citizen.Do(http.MethodDelete, "/me/erasure", nil); a.Status != 409 {
		e.t.Errorf("cancelling nothing: %d", a.Status)
	}
	e.p.Citizen.Must(http.MethodPost, "/me/erasure", confirm, nil)
	if a := e.p.Citizen.Do(http.MethodPost, "/me/erasure", confirm); a.Status != 409 {
		e.t.Errorf("asking twice: %d", a.Status)
	}
	if n, err := e.h.App.Rights.EraseDue(e.t.Context()); err != nil || n != 0 {
		e.t.Errorf("%d erased before the week was over: %v", n, err)
	}
	if a := e.p.Citizen.Do(http.MethodDelete, "/me/erasure", nil); a.Status != 204 {
		e.t.Errorf("cancelling: %d %s", a.Status, a.Body)
	}
}

// erase asks again, lets the week pass and carries it out, twice.
func (e *erasing) erase() {
	e.t.Helper()
	var shown struct {
		Counts []struct {
			Key string `json:"key"`
			N   int    `json:"count"`
		} `json:"counts"`
	}
	e.p.Citizen.Must(http.MethodGet, "/me/erasure/preview", nil, &shown)
	counts := map[string]int{}
	for _, c := range shown.Counts {
		counts[c.Key] = c.N
	}
	if counts["reports_ending"] != 1 || counts["reports_run_on"] != 1 || counts["reports_anonymised"] != 2 || counts["uploads"] != 1 || counts["originals_locked"] == 0 {
		e.t.Errorf("preview %v", counts)
	}
	e.p.Citizen.Must(http.MethodPost, "/me/erasure", map[string]any{"confirm": true, "reason": rareName + "搬家了"}, nil)
	err := e.h.App.DB.Do(e.t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		return tx.RightsRequest.Update().Where(rightsrequest.PersonID(e.id)).SetNotBefore(time.Now().Add(-time.Minute)).Exec(ctx)
	})
	must(e.t, err)
	for want := 1; want >= 0; want-- {
		if n, err := e.h.App.Rights.EraseDue(e.t.Context()); err != nil || n != want {
			e.t.Fatalf("%d erased, want %d: %v", n, want, err)
		}
	}
	err = e.h.App.DB.View(e.t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		r, err := tx.RightsRequest.Query().Where(rightsrequest.PersonID(e.id), rightsrequest.StateEQ("done"), rightsrequest.KindEQ("erase")).Only(ctx)
		if err == nil && (r.Outcome["reports_ending"] != 1 || r.Outcome["reports_run_on"] != 1 || r.Outcome["reports_anonymised"] != counts["reports_anonymised"] || r.Outcome["photos"] != counts["photos"]) {
			e.t.Errorf("done %v, foretold %v", r.Outcome, counts)
		}
		return err
	})
	must(e.t, err)
	if a := e.p.Citizen.Do(http.MethodGet, "/me", nil); a.Status != 401 {
		e.t.Errorf("the old token still works: %d", a.Status)
	}
}

// left checks what is still there: the running matter for those who work on it, and nobody behind it.
func (e *erasing) left(raw interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
},
) {
	e.t.Helper()
	var n int
	for _, q := range []string{
		"SELECT count(*) FROM reports WHERE reporter_id = '%s'", "SELECT count(*) FROM person_reports WHERE person_id = '%s'",
		"SELECT count(*) FROM notices WHERE person_id = '%s'", "SELECT count(*) FROM sms_messages WHERE person_id = '%s'",
		"SELECT count(*) FROM sessions WHERE person_id = '%s'", "SELECT count(*) FROM ratings WHERE person_id = '%s'",
		"SELECT count(*) FROM photos WHERE person_id = '%s'", "SELECT count(*) FROM uploads WHERE person_id = '%s'",
		"SELECT count(*) FROM report_events WHERE actor_id = '%s'", "SELECT count(*) FROM consent_records WHERE person_id = '%s'",
		"SELECT count(*) FROM idempotency_keys WHERE person_id = '%s'",
		"SELECT count(*) FROM persons WHERE id = '%s' AND (name <> '' OR phone_index IS NOT NULL OR phone_sealed IS NOT NULL)",
	} {
		if err := raw.QueryRowContext(e.t.Context(), fmt.Sprintf(q, e.id)).Scan(&n); err != nil || n != 0 {
			e.t.Errorf("%s: %d %v", q, n, err)
		}
	}
	if err := raw.QueryRowContext(e.t.Context(), fmt.Sprintf("SELECT count(*) FROM audit_lines WHERE actor_id = '%s'", e.id)).Scan(&n); err != nil || n == 0 {
		e.t.Errorf("the audit trail lost its lines: %d %v", n, err)
	}
	var r apptest.Report
	e.p.Office.Must(http.MethodGet, "/reports/"+e.running.ID, nil, &r)
	if r.State != "handling" {
		e.t.Errorf("the running matter is %s", r.State)
	}
	e.p.Office.Must(http.MethodGet, "/reports/"+e.ended.ID, nil, &r)
	if r.State != "closed" || len(r.Photos) != 0 {
		e.t.Errorf("the ended matter is %s with %d photos", r.State, len(r.Photos))
	}
	if a := e.p.Office.Do(http.MethodPost, "/reports/"+e.running.ID+"/reveal", map[string]any{"reason": "核对情况"}); a.Status == 200 {
		e.t.Errorf("somebody is revealed behind the running matter: %s", a.Body)
	}
}

// nextHolder signs in with the number and starts empty.
func (e *erasing) nextHolder() {
	e.t.Helper()
	next := apptest.Citizen(e.t, e.h.URL, e.h.Shinan.Tenant, rarePhone)
	for _, path := range []string{"/reports?mine=true", "/notices", "/me/consents", "/me/data-requests"} {
		var list struct {
			Items []any `json:"items"`
		}
		next.Must(http.MethodGet, path, nil, &list)
		if len(list.Items) != 0 {
			e.t.Errorf("the next holder of the number finds %d in %s", len(list.Items), path)
		}
	}
	if a := next.Do(http.MethodGet, "/reports/"+e.ended.ID, nil); a.Status != 404 {
		e.t.Errorf("the next holder reads the old matter: %d", a.Status)
	}
}
