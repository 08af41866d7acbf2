package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
)

// A text with a number goes over the whole product: the neighbour is told of it
// before sending, the screener masks it, the public reads it masked, and who
// left no phone follows it by a code.
func TestScreening_over_HTTP(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			h := apptest.Boot(t, apptest.Setup{Engine: engine})
			c := h.Shinan
			staff := func(role string) *apptest.Client { return apptest.Staff(t, h.URL, c.Tenant, c.Username(role)) }
			citizen, neighbour := apptest.Citizen(t, h.URL, c.Tenant, apptest.Phone(1)), apptest.Citizen(t, h.URL, c.Tenant, apptest.Phone(2))
			body := c.NewReport()
			body["description"], body["visibility"], body["identity_level"] = "路面破损，请打13900001111。", "public", "no_phone"
			var r struct {
				ID, Number string
				QueryCode  string `json:"query_code"`
			}
			citizen.Must(http.MethodPost, "/reports", body, &r, apptest.Key("screened"))
			var near struct {
				Items []struct{ Number, Reasons string }
			}
			neighbour.Must(http.MethodPost, "/reports/similar", map[string]any{"category": "road", "description": "路面破损", "division_code": c.Community}, &near)
			if len(near.Items) != 1 || near.Items[0].Number != r.Number || !strings.Contains(near.Items[0].Reasons, "同一社区") {
				t.Errorf("the neighbour is told %+v", near)
			}
			screener := staff("screener")
			if a := screener.Do(http.MethodPost, "/reports/"+r.ID+"/publish", map[string]any{}); a.Status != http.StatusConflict {
				t.Errorf("published while a text waits: %d %s", a.Status, a.Body)
			}
			var queue struct {
				Items []struct{ ID, Field, Masked string }
			}
			screener.Must(http.MethodGet, "/screen-items", nil, &queue)
			if len(queue.Items) == 0 {
				t.Fatal("nothing waits for the screener")
			}
			for _, it := range queue.Items {
				if a := staff("office").Do(http.MethodPost, "/screen-items/"+it.ID+"/decide", map[string]any{"decision": "pass"}); a.Status != http.StatusForbidden {
					t.Errorf("the office decides: %d", a.Status)
				}
				screener.Must(http.MethodPost, "/screen-items/"+it.ID+"/decide", map[string]any{"decision": "redact"}, nil)
			}
			screener.Must(http.MethodPost, "/reports/"+r.ID+"/publish", map[string]any{}, nil)
			visitor := apptest.Visitor(t, h.URL, c.Tenant)
			seen := visitor.Do(http.MethodGet, "/public/reports/"+r.Number, nil)
			if seen.Status != http.StatusOK || strings.Contains(string(seen.Body), "13900001111") || !strings.Contains(string(seen.Body), "×××") {
				t.Errorf("the public reads %d %s", seen.Status, seen.Body)
			}
			tracked := visitor.Do(http.MethodPost, "/public/track", map[string]any{"number": r.Number, "code": r.QueryCode})
			var page struct{ Number string }
			if err := json.Unmarshal(tracked.Body, &page); err != nil || tracked.Status != http.StatusOK || page.Number != r.Number {
				t.Errorf("by its code: %d %s", tracked.Status, tracked.Body)
			}
			if a := visitor.Do(http.MethodPost, "/public/track", map[string]any{"number": r.Number, "phone": apptest.Phone(1)}); a.Status != http.StatusNotFound {
				t.Errorf("by the phone that was not left: %d %s", a.Status, a.Body)
			}
			var alerts struct{ Items []any }
			staff("staff").Must(http.MethodGet, "/crowd-alerts", nil, &alerts)
			if a := neighbour.Do(http.MethodGet, "/crowd-alerts", nil); a.Status != http.StatusForbidden {
				t.Errorf("a citizen lists crowd alerts: %d", a.Status)
			}
		})
	}
}
