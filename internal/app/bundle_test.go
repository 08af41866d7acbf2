package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"huying/internal/app/apptest"
	"huying/internal/evidence"
)

// The district's congress takes the evidence of a report out; it says why, and nobody else may.
func TestEvidenceBundle(t *testing.T) {
	apptest.Pairs(t, func(t *testing.T, s apptest.Setup) {
		h := apptest.Boot(t, s)
		cast := h.Shinan
		p := h.People(cast, 1)
		r := p.Citizen.Submit(cast, 5)
		staff := apptest.Staff(t, h.URL, cast.Tenant, cast.Username("staff"))
		path := "/reports/" + r.ID + "/bundle?reason=" + url.QueryEscape("法院调取证据")
		for _, c := range []*apptest.Client{
			p.Citizen, p.Office, p.Clerk, apptest.Visitor(t, h.URL, cast.Tenant),
			apptest.Staff(t, h.URL, cast.Tenant, cast.Username("auditor")),
			apptest.Staff(t, h.URL, h.Shibei.Tenant, h.Shibei.Username("staff")).As(cast.Tenant),
		} {
			if a := c.Do(http.MethodGet, path, nil); a.Status != 401 && a.Status != 403 && a.Status != 404 {
				t.Errorf("%s: %d", c.Name, a.Status)
			}
		}
		if a := staff.Do(http.MethodGet, "/reports/"+r.ID+"/bundle", nil); a.Status != 422 {
			t.Errorf("without a reason: %d %s", a.Status, a.Body)
		}
		a := staff.Must(http.MethodGet, path, nil, nil)
		m, err := evidence.VerifyBundle(bytes.NewReader(a.Body), int64(len(a.Body)))
		if err != nil {
			t.Fatal(err)
		}
		if !m.Complete || m.Number != r.Number || len(m.Files) != 5 || m.Reason != "法院调取证据" {
			t.Errorf("%+v", m)
		}
		z, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"timeline.txt": "已收到，编号" + r.Number, "audit.jsonl": `"action":"report.bundle"`, "report.json": r.Number,
		} {
			f, err := z.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(f)
			if err != nil || !strings.Contains(string(content), want) {
				t.Errorf("%s lacks %s: %v\n%s", name, want, err, content)
			}
			if strings.Contains(string(content), apptest.Phone(1)) {
				t.Errorf("%s tells the reporter's phone", name)
			}
		}
	})
}
