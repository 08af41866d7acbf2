package app_test

import (
	"net/http"
	"testing"
	"time"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
)

// A report changes hands, over HTTP and with the real queue: given back, taken
// by a colleague, handed over because of a leave; then finished, found unsolved
// on the phone, and given out again. Each step is also tried by the wrong people.
func TestHandsChange(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			h := apptest.Boot(t, apptest.Setup{Engine: engine, Store: config.EmbeddedStore})
			cast := h.Shinan
			p := h.People(cast, 1)
			staff := func(role string) *apptest.Client { return apptest.Staff(t, h.URL, cast.Tenant, cast.Username(role)) }
			second, caller, district := staff("deputy2"), staff("caller"), staff("staff")
			wrong := []*apptest.Client{
				apptest.Visitor(t, h.URL, cast.Tenant), apptest.Citizen(t, h.URL, cast.Tenant, apptest.Phone(2)), staff("office2"), staff("dept2"),
				staff("coordinator"), staff("admin"), apptest.Staff(t, h.URL, h.Shibei.Tenant, h.Shibei.Username("staff")).As(cast.Tenant),
			}
			r := p.Citizen.Submit(cast, 1)
			act := func(who *apptest.Client, action string, body map[string]any, state string) {
				t.Helper()
				for _, c := range wrong {
					if a := c.Do(http.MethodPost, "/reports/"+r.ID+"/"+action, body); a.Status != 401 && a.Status != 403 && a.Status != 404 {
						t.Errorf("%s by %s: %d %s", action, c.Name, a.Status, a.Body)
					}
				}
				who.Must(http.MethodPost, "/reports/"+r.ID+"/"+action, body, nil)
				if r = reportOf(p.Office, r.ID); r.State != state {
					t.Fatalf("%s led to %s, want %s", action, r.State, state)
				}
			}
			none := map[string]any{}
			act(p.Office, "admit", none, "open")
			act(p.Deputy, "accept", none, "accepted")
			act(p.Deputy, "release", map[string]any{"reason": "近期在外地"}, "open")
			if a := p.Deputy.Do(http.MethodGet, "/reports/"+r.ID, nil); a.Status != http.StatusNotFound {
				t.Errorf("who gave it back still reads it: %d", a.Status)
			}
			act(second, "accept", none, "accepted")

			leave := "/deputies/" + cast.Deputies[1].String()
			body := map[string]any{"until": time.Now().AddDate(0, 0, 10), "substitute_id": cast.Deputies[0], "reason": "外出学习"}
			for _, c := range wrong {
				if a := c.Do(http.MethodPost, leave+"/leave", body); a.Status != 401 && a.Status != 403 && a.Status != 404 {
					t.Errorf("leave by %s: %d %s", c.Name, a.Status, a.Body)
				}
			}
			var dry struct {
				Held []struct{ Number string }
			}
			second.Must(http.MethodGet, leave+"/held", nil, &dry)
			if len(dry.Held) != 1 || dry.Held[0].Number != r.Number {
				t.Errorf("the dry run: %+v", dry)
			}
			second.Must(http.MethodPost, leave+"/leave", body, nil)
			for end := time.Now().Add(time.Minute); reportOf(p.Office, r.ID).State != "open"; time.Sleep(50 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatal("the job did not hand it over")
				}
			}
			act(p.Deputy, "accept", none, "accepted")
			for i, step := range p.Steps(cast)[2:] {
				r = step.Take(t, r, uint64(10+i))
			}
			call := map[string]any{"reached": true, "contacted": true, "solved": false, "satisfied": 3}
			act(caller, "follow-up", call, "reopened")
			act(p.Office, "dispatch", none, "dispatched")
			if a := district.Do(http.MethodGet, "/class-proposals", nil); a.Status != http.StatusOK {
				t.Errorf("classes: %d %s", a.Status, a.Body)
			}
			if a := p.Office.Do(http.MethodGet, "/class-proposals", nil); a.Status != http.StatusForbidden {
				t.Errorf("classes for an office: %d", a.Status)
			}
		})
	}
}

func reportOf(c *apptest.Client, id string) (r apptest.Report) {
	c.Must(http.MethodGet, "/reports/"+id, nil, &r)
	return r
}
