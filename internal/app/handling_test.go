package app_test

import (
	"net/http"
	"testing"
	"time"

	"huying/internal/app/apptest"
)

// what a report shows of rows 17 to 41.
type worked struct {
	State      string     `json:"state"`
	Disputed   bool       `json:"return_disputed"`
	Supervised bool       `json:"supervised"`
	Paused     *time.Time `json:"paused_until"`
	Photos     []struct {
		ID string `json:"id"`
	} `json:"photos"`
	Letters []struct {
		To     string `json:"to"`
		Answer string `json:"answer"`
	} `json:"letters"`
}

// A unit's days over HTTP: returned and ruled, made safe with a photo, asked,
// paused, supervised by the district and by the city; each step is also tried
// by people who may not.
func TestHandling(t *testing.T) {
	h := apptest.Boot(t, apptest.Setup{})
	cast := h.Shinan
	p := h.People(cast, 1)
	staff := func(role string) *apptest.Client { return apptest.Staff(t, h.URL, cast.Tenant, cast.Username(role)) }
	coordinator, district, signer := staff("coordinator"), staff("staff"), staff("head")
	city := apptest.Staff(t, h.URL, "370200", "city")
	r := p.Citizen.Submit(cast, 1)
	for i, step := range p.Steps(cast)[:4] {
		r = step.Take(t, r, uint64(10+i))
	}
	read := func() (v worked) {
		t.Helper()
		district.Must(http.MethodGet, "/reports/"+r.ID, nil, &v)
		return v
	}
	steps := []struct {
		who, wrong *apptest.Client
		action     string
		body       map[string]any
		holds      func(v worked) bool
	}{
		{p.Clerk, p.Office, "return", map[string]any{"reason": "不属我局职责", "proposed_unit_id": cast.OtherUnit}, func(v worked) bool { return !v.Disputed }},
		{p.Head, p.Clerk, "approve", map[string]any{}, func(v worked) bool { return v.Disputed && v.State == "dispatched" }},
		{coordinator, district, "decide-return", map[string]any{"lead_unit_id": cast.Unit, "reason": "按职责清单"}, func(v worked) bool { return !v.Disputed && v.State == "handling" }},
		{p.Clerk, coordinator, "interim", map[string]any{"measure": "fenced", "upload_ids": []string{p.Clerk.UploadPhoto(50)}}, func(v worked) bool { return len(v.Photos) == 3 }},
		{p.Clerk, p.Citizen, "ask", map[string]any{"question": "下沉处离路口多远？"}, func(v worked) bool { return v.Paused == nil }},
		{p.Citizen, p.Clerk, "answer", map[string]any{"content": "往东二十米"}, func(v worked) bool { return v.State == "handling" }},
		{p.Clerk, p.Head, "pause", map[string]any{"kind": "weather", "until": time.Now().Add(24 * time.Hour), "reason": "连日暴雨"}, func(v worked) bool { return v.Paused == nil }},
		{p.Office, p.Head, "approve", map[string]any{}, func(v worked) bool { return v.Paused != nil }},
		{p.Clerk, p.Citizen, "resume", map[string]any{}, func(v worked) bool { return v.Paused == nil }},
		{district, p.Office, "supervise", map[string]any{"letter": "请说明进展"}, func(v worked) bool { return !v.Supervised }},
		{signer, p.Office, "approve", map[string]any{}, func(v worked) bool { return v.Supervised && len(v.Letters) == 1 }},
		{p.Head, p.Clerk, "answer-supervision", map[string]any{"content": "下周三完工"}, func(v worked) bool { return !v.Supervised && v.Letters[0].Answer != "" }},
	}
	for _, st := range steps {
		path := "/reports/" + r.ID + "/" + st.action
		if a := st.wrong.Do(http.MethodPost, path, st.body); a.Status/100 != 4 {
			t.Errorf("%s by %s: %d %s", st.action, st.wrong.Name, a.Status, a.Body)
		}
		st.who.Must(http.MethodPost, path, st.body, nil)
		if v := read(); !st.holds(v) {
			t.Fatalf("after %s by %s: %+v", st.action, st.who.Name, v)
		}
	}
	letter := map[string]any{"number": r.Number, "letter": "请区人大督促办理"}
	if a := district.Do(http.MethodPost, "/supervisions", letter); a.Status != http.StatusForbidden {
		t.Errorf("a district wrote as the city: %d %s", a.Status, a.Body)
	}
	city.Must(http.MethodPost, "/supervisions", letter, nil)
	deadline := time.Now().Add(time.Minute)
	for !read().Supervised {
		if time.Now().After(deadline) {
			t.Fatal("the city's letter was not delivered")
		}
		time.Sleep(100 * time.Millisecond)
	}
	signer.Must(http.MethodPost, "/reports/"+r.ID+"/answer-supervision", map[string]any{"content": "已督促，下周完工"}, nil)
	if v := read(); v.Supervised || v.Letters[1].To != "区市人大" {
		t.Fatalf("%+v", v)
	}
}
