package app_test

import (
	"bytes"
	"net/http"
	"testing"

	"huying/internal/app/apptest"
)

// The straight path of one photo report, over HTTP, as the people who walk it,
// on both engines and both stores; each step is also tried by people who may not.
func TestLoop(t *testing.T) {
	apptest.Setups(t, func(t *testing.T, s apptest.Setup) {
		h := apptest.Boot(t, s)
		cast := h.Shinan
		p := h.People(cast, 1)
		wrong := []*apptest.Client{
			apptest.Visitor(t, h.URL, cast.Tenant),
			apptest.Citizen(t, h.URL, cast.Tenant, apptest.Phone(2)),
			apptest.Staff(t, h.URL, cast.Tenant, cast.Username("office2")),
			apptest.Staff(t, h.URL, cast.Tenant, cast.Username("dept2")),
			apptest.Staff(t, h.URL, cast.Tenant, cast.Username("dept2.head")),
			apptest.Staff(t, h.URL, cast.Tenant, cast.Username("coordinator")),
			apptest.Staff(t, h.URL, cast.Tenant, cast.Username("admin")),
			apptest.Staff(t, h.URL, "370200", "city"),
			apptest.Staff(t, h.URL, h.Shibei.Tenant, h.Shibei.Username("office")),
			apptest.Staff(t, h.URL, h.Shibei.Tenant, h.Shibei.Username("staff")).As(cast.Tenant),
		}
		r := p.Citizen.Submit(cast, 1)
		if r.State != "submitted" || r.Number == "" {
			t.Fatalf("submitted: %+v", r)
		}
		for i, step := range p.Steps(cast) {
			var before apptest.Report
			step.Who.Must(http.MethodGet, "/reports/"+r.ID, nil, &before)
			if !before.May(step.Action) {
				t.Errorf("%s is not offered %s in state %s", step.Who.Name, step.Action, before.State)
			}
			body := map[string]any{}
			for k, v := range step.Body {
				body[k] = v
			}
			delete(body, "photo")
			for _, c := range wrong {
				a := c.Do(http.MethodPost, "/reports/"+r.ID+"/"+step.Action, body)
				if a.Status != 401 && a.Status != 403 && a.Status != 404 {
					t.Errorf("%s by %s (%s): %d %s", step.Action, c.Name, c.Tenant, a.Status, a.Body)
				}
			}
			r = step.Take(t, r, uint64(10+i))
			if again := step.Who.Do(http.MethodPost, "/reports/"+r.ID+"/"+step.Action, body); step.Action != "contact" && again.Status/100 == 2 {
				t.Errorf("%s twice: %d %s", step.Action, again.Status, again.Body)
			}
		}
		finished(t, h, p, r)
	})
}

// finished checks what everybody is left with.
func finished(t *testing.T, h *apptest.House, p apptest.People, r apptest.Report) {
	t.Helper()
	if r.CloseReason != "rated" {
		t.Errorf("closed as %q, want rated", r.CloseReason)
	}
	if len(r.Photos) != 3 {
		t.Errorf("%d photos, want the citizen's, the deputy's and the unit's", len(r.Photos))
	}
	for _, c := range r.Clocks {
		if c.StoppedAt == nil {
			t.Errorf("clock %s still runs on a closed report", c.Kind)
		}
	}
	for _, ph := range r.Photos {
		for _, variant := range []string{"thumb", "medium"} {
			a := p.Citizen.Do(http.MethodGet, "/reports/"+r.ID+"/photos/"+ph.ID+"/"+variant, nil)
			if a.Status != 200 && a.Status/100 != 3 {
				t.Errorf("photo %s: %d %s", variant, a.Status, a.Body)
			}
		}
	}
	visitor := apptest.Visitor(t, h.URL, r.Tenant)
	if a := visitor.Do(http.MethodGet, "/public/reports/"+r.Number, nil); a.Status != http.StatusNotFound {
		t.Errorf("a visitor sees a private report: %d %s", a.Status, a.Body)
	}
}

// A report that its reporter made public shows a visitor where and what and how
// far it is, and before a screener has passed it neither text nor photo, nor
// ever a person.
func TestPublic_before_screening(t *testing.T) {
	h := apptest.Boot(t, apptest.Setup{})
	p := h.People(h.Shinan, 1)
	body := h.Shinan.NewReport(p.Citizen.UploadPhoto(1))
	body["visibility"], body["respondent"] = "public", "某某物业公司"
	var r apptest.Report
	p.Citizen.Must(http.MethodPost, "/reports", body, &r)
	p.Office.Must(http.MethodPost, "/reports/"+r.ID+"/admit", map[string]any{}, nil)
	visitor := apptest.Visitor(t, h.URL, r.Tenant)
	for _, path := range []string{"/public/reports/" + r.Number, "/public/reports"} {
		a := visitor.Do(http.MethodGet, path, nil)
		if a.Status != 200 || !bytes.Contains(a.Body, []byte(r.Number)) {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
		for _, secret := range []string{"老人容易绊倒", "某某物业", apptest.Phone(1), "reporter"} {
			if bytes.Contains(a.Body, []byte(secret)) {
				t.Errorf("%s shows %q to a visitor", path, secret)
			}
		}
	}
	var full apptest.Report
	p.Citizen.Must(http.MethodGet, "/reports/"+r.ID, nil, &full)
	if a := visitor.Do(http.MethodGet, "/reports/"+r.ID+"/photos/"+full.Photos[0].ID+"/medium", nil); a.Status != 404 {
		t.Errorf("a visitor sees a photo before screening: %d", a.Status)
	}
}
