package app_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"huying/internal/app/apptest"
	"huying/internal/audit"
)

type auditPage struct {
	Items []struct {
		Action    string         `json:"action"`
		SubjectID string         `json:"subject_id"`
		ActorID   string         `json:"actor_id"`
		Reason    string         `json:"reason"`
		Facts     map[string]any `json:"facts"`
	} `json:"items"`
	Next string `json:"next_cursor"`
}

// The auditor sees who looked at whose data and who stands out; the person sees it too, without names; nobody else does;
// and the auditor's own looks are in the trail.
func TestAuditorsReports(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *apptest.House) {
		p := h.People(h.Shinan, 81)
		tenant := h.Shinan.Tenant
		auditor := apptest.Staff(t, h.URL, tenant, h.Shinan.Username("auditor"))
		r := p.Citizen.Submit(h.Shinan, 81)
		p.Office.Must(http.MethodPost, "/reports/"+r.ID+"/admit", map[string]any{}, nil)
		caller := apptest.Staff(t, h.URL, tenant, h.Shinan.Username("staff"))
		reason := "需要约时间上门，机主13812345678"
		for _, c := range []*apptest.Client{p.Office, caller} {
			if a := c.Do(http.MethodPost, "/reports/"+r.ID+"/reveal", map[string]any{"reason": reason}); a.Status != 200 {
				t.Fatalf("reveal by %s: %d %s", c.Name, a.Status, a.Body)
			}
		}
		if a := caller.Do(http.MethodPost, "/reports/"+r.ID+"/reveal", map[string]any{"reason": "联系" + apptest.Phone(81)}); a.Status != 422 {
			t.Errorf("a reason that holds the number: %d %s", a.Status, a.Body)
		}
		var page auditPage
		auditor.Must(http.MethodGet, "/audit/looks?report_id="+r.ID, nil, &page)
		if len(page.Items) != 2 || page.Items[0].Action != "person.reveal" || strings.Contains(page.Items[0].Reason, "138") {
			t.Errorf("looks at the report: %+v", page)
		}
		person := page.Items[0].SubjectID
		auditor.Must(http.MethodGet, "/audit/looks?limit=1&person_id="+person, nil, &page)
		if len(page.Items) != 1 || page.Next == "" {
			t.Errorf("first page of looks at the person: %+v", page)
		}
		standsOut(t, h, auditor, page.Items[0].ActorID)
		ownLooks(t, p.Citizen, r)
		exported(t, auditor)
		auditor.Must(http.MethodGet, "/audit/grants", nil, &page)
		auditor.Must(http.MethodGet, "/audit/looks", nil, &page)
		seen := map[string]bool{}
		for _, l := range page.Items {
			report, _ := l.Facts["report"].(string)
			seen[l.Action+" "+report] = true
		}
		for _, want := range []string{"audit.read looks", "audit.read actors", "audit.read grants", "audit.export looks", "person.reveal "} {
			if !seen[want] {
				t.Errorf("the trail of looks does not hold %q: %v", want, seen)
			}
		}
		others := []*apptest.Client{
			p.Citizen, p.Office, p.Deputy, caller, apptest.Staff(t, h.URL, tenant, h.Shinan.Username("admin")),
			apptest.Staff(t, h.URL, h.Shibei.Tenant, h.Shibei.Username("auditor")).As(tenant), apptest.Staff(t, h.URL, "370200", "city").As(tenant),
		}
		for _, path := range []string{"/audit/looks", "/audit/looks/actors", "/audit/grants", "/audit/export?kind=looks"} {
			for _, c := range others {
				if a := c.Do(http.MethodGet, path, nil); a.Status != 403 && a.Status != 404 {
					t.Errorf("%s reads %s: %d", c.Name, path, a.Status)
				}
			}
		}
	})
}

// standsOut: the office admitted the report, the other looked without ever working on it.
func standsOut(t *testing.T, h *apptest.House, auditor *apptest.Client, stranger string) {
	t.Helper()
	var tally struct {
		Items []struct {
			ActorID string   `json:"actor_id"`
			Looks   int      `json:"looks"`
			Strange int      `json:"without_work"`
			Flags   []string `json:"flags"`
		} `json:"items"`
	}
	auditor.Must(http.MethodGet, "/audit/looks/actors", nil, &tally)
	if len(tally.Items) != 2 || tally.Items[0].ActorID != stranger || tally.Items[0].Strange != 1 || tally.Items[1].Strange != 0 {
		t.Errorf("per actor: %+v", tally)
	}
	if a := auditor.Do(http.MethodGet, "/audit/looks/actors?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", nil); a.Status != 422 {
		t.Errorf("a year at once: %d", a.Status)
	}
}

func ownLooks(t *testing.T, citizen *apptest.Client, r apptest.Report) {
	t.Helper()
	var list struct {
		Items []struct {
			By, What, Reason, Number string
		} `json:"items"`
	}
	a := citizen.Must(http.MethodGet, "/me/looks", nil, &list)
	if len(list.Items) != 2 || list.Items[1].By == "" || list.Items[0].What != "姓名和电话" || list.Items[0].Number != r.Number {
		t.Errorf("own looks: %s", a.Body)
	}
	if bytes.Contains(a.Body, []byte("测试")) || bytes.Contains(a.Body, []byte("13812345678")) {
		t.Errorf("own looks name somebody: %s", a.Body)
	}
}

func exported(t *testing.T, auditor *apptest.Client) {
	t.Helper()
	for _, kind := range []string{"looks", "actors", "grants"} {
		a := auditor.Must(http.MethodGet, "/audit/export?kind="+kind, nil, nil)
		book, err := excelize.OpenReader(bytes.NewReader(a.Body))
		must(t, err)
		rows, err := book.GetRows(kind)
		if err != nil || kind != "grants" && len(rows) < 3 {
			t.Errorf("%s: %d rows, %v", kind, len(rows), err)
		}
		a = auditor.Must(http.MethodGet, "/audit/export?format=csv&kind="+kind, nil, nil)
		if lines := bytes.Count(a.Body, []byte("\n")); lines < len(rows) {
			t.Errorf("%s as CSV: %d lines, the workbook has %d rows", kind, lines, len(rows))
		}
	}
	for _, path := range []string{"?kind=people", "?kind=looks&format=pdf", "?kind=looks&from=yesterday"} {
		if a := auditor.Do(http.MethodGet, "/audit/export"+path, nil); a.Status != 422 {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
}

// A command at the machine leaves its line before it does anything.
func TestCommandsAreInTheTrail(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *apptest.House) {
		must(t, h.App.RecordCommand(t.Context(), "admin retention"))
		lines, err := h.App.Audit.List(t.Context(), "370200", audit.Filter{Action: "operator.command", Limit: 5})
		if err != nil || len(lines) != 1 || lines[0].SubjectID != "admin retention" || lines[0].ActorKind != audit.KindSystem {
			t.Errorf("%v %v", lines, err)
		}
	})
}
