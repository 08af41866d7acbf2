package app_test

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
)

// within waits for what the queue does in its own time.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("not within a minute: %s", what)
}

// Our own client against our own server: a report that a deputy accepts is pushed to an Open311 endpoint, which is this
// installation's own; what happens there is pulled and read here, what happens here is told there, and nothing goes
// round in circles. Beside it a webhook hears of every step.
func TestPartners_loop(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			h := apptest.Boot(t, apptest.Setup{Engine: engine, Change: func(_ testing.TB, _ *testkit.Kit, cfg *config.Config) {
				cfg.Partners.AllowNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
				cfg.Partners.PullEvery = time.Hour
			}})
			c := h.Shinan
			admin := apptest.Staff(t, h.URL, c.Tenant, c.Username("admin"))
			partner := map[string]any{
				"kind": "open311", "name": "区社会治理服务中心", "url": h.URL + "/open311/v2", "jurisdiction": c.Tenant, "active": true, "push_at": "accepted",
				"pull": true, "categories": map[string]string{"*": "other", "road": "road"},
			}
			var made struct {
				ID      string
				Version int
			}
			admin.Must(http.MethodPost, "/partners", partner, &made)
			key, _ := makeKey(t, h, c, map[string]any{"name": "推送用", "scopes": []string{"submit", "update"}, "may_publish": true, "partner_id": made.ID})
			partner["api_key"], partner["version"] = key, made.Version
			admin.Must(http.MethodPut, "/partners/"+made.ID, partner, nil)
			people := h.People(c, 1)
			ours := people.Citizen.Submit(c, 1)
			for _, step := range people.Steps(c)[:2] {
				ours = step.Take(t, ours, 1)
			}
			theirs := testPushed(t, h, made.ID, people)
			testPulled(t, h, people, ours, theirs, made.ID)
		})
	}
}

// testPushed waits until the report has arrived at the other end and gives its number there.
func testPushed(t *testing.T, h *apptest.House, partner string, people apptest.People) (number string) {
	t.Helper()
	staff := apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("staff"))
	within(t, "the report is pushed", func() bool {
		var r struct{ Links map[string]int }
		staff.Must(http.MethodGet, "/partners/"+partner+"/reconciliation", nil, &r)
		return r.Links["sent"] == 1
	})
	var list struct {
		Items []struct{ Number, State, Address string }
	}
	people.Office.Must(http.MethodGet, "/reports?status=submitted", nil, &list)
	if len(list.Items) != 1 {
		t.Fatalf("%d reports arrived", len(list.Items))
	}
	return list.Items[0].Number
}

func testPulled(t *testing.T, h *apptest.House, people apptest.People, ours apptest.Report, theirs, partner string) {
	t.Helper()
	tenant := h.Shinan.Tenant
	people.Office.Must(http.MethodPost, "/reports/"+theirs+"/admit", map[string]any{}, nil)
	for range 2 {
		if err := h.App.Partner.Pull(t.Context(), tenant); err != nil {
			t.Fatal(err)
		}
	}
	var seen struct {
		Timeline []struct{ Action, By, Note string }
	}
	people.Office.Must(http.MethodGet, "/reports/"+ours.ID, nil, &seen)
	notes := 0
	for _, e := range seen.Timeline {
		if e.Action == "partner-note" && e.By == "区社会治理服务中心" {
			notes++
		}
	}
	if notes != 2 { // received there, and admitted
		t.Errorf("%d notes of the partner: %+v", notes, seen.Timeline)
	}
	public := apptest.Visitor(t, h.URL, tenant).Do(http.MethodGet, "/public/reports/"+theirs, nil)
	if strings.Contains(string(public.Body), "区社会治理服务中心") {
		t.Errorf("the public reads of it: %s", public.Body)
	}
	// A step here is told there, as a note of the partner's.
	people.Steps(h.Shinan)[2].Take(t, ours, 2)
	within(t, "the step is told", func() bool {
		return strings.Contains(string(people.Office.Must(http.MethodGet, "/reports/"+theirs, nil, nil).Body), "已核实")
	})
	var r struct {
		Links       map[string]int
		Differences []json.RawMessage
	}
	apptest.Staff(t, h.URL, tenant, h.Shinan.Username("staff")).Must(http.MethodGet, "/partners/"+partner+"/reconciliation", nil, &r)
	if r.Links["sent"] != 1 || len(r.Links) != 1 || len(r.Differences) != 0 {
		t.Errorf("it went round in a circle, or differs: %+v", r)
	}
	var board struct {
		Months []struct{ Total int }
	}
	apptest.Visitor(t, h.URL, tenant).Must(http.MethodGet, "/public/board?months=3", nil, &board)
	if len(board.Months) != 3 {
		t.Errorf("the public board has %d months", len(board.Months))
	}
	csv := apptest.Visitor(t, h.URL, tenant).Must(http.MethodGet, "/public/open-data/reports.csv?month="+time.Now().AddDate(0, -2, 0).Format("2006-01"), nil, nil)
	if !strings.Contains(string(csv.Body), "month,division_code") || !strings.Contains(csv.Header.Get("Link"), "license") {
		t.Errorf("%s", csv.Body)
	}
}
