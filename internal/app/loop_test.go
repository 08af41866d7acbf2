package app_test

import (
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
	var public map[string]any
	visitor.Must(http.MethodGet, "/public/reports/"+r.Number, nil, &public)
	if d, _ := public["description"].(string); d != "" {
		t.Errorf("a private report shows its text to a visitor: %q", d)
	}
	if _, ok := public["reporter"]; ok {
		t.Error("a public report names its reporter")
	}
}
