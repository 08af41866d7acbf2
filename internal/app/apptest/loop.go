package apptest

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// Report is what tests read of a report.
type Report struct {
	ID             string `json:"id"`
	Number         string `json:"number"`
	Tenant         string `json:"tenant"`
	State          string `json:"state"`
	Version        int    `json:"version"`
	CloseReason    string `json:"close_reason"`
	AllowedActions []struct {
		Action string `json:"action"`
	} `json:"allowed_actions"`
	Photos []struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	} `json:"photos"`
	Timeline []struct {
		Action string `json:"action"`
		Text   string `json:"text"`
	} `json:"timeline"`
	Clocks []struct {
		Kind      string     `json:"kind"`
		DueAt     time.Time  `json:"due_at"`
		StoppedAt *time.Time `json:"stopped_at"`
	} `json:"clocks"`
	Offers []struct {
		DeputyID string   `json:"deputy_id"`
		Reasons  []string `json:"reasons"`
	} `json:"offers"`
}

// May says whether the caller who read the report is offered the action.
func (r Report) May(action string) bool {
	return slices.ContainsFunc(r.AllowedActions, func(a struct {
		Action string `json:"action"`
	},
	) bool {
		return a.Action == action
	})
}

// People are the five of the loop, and the head of the unit, who signs.
type People struct {
	Citizen, Office, Deputy, Clerk, Head *Client
}

// People signs everybody of a district in; n chooses the citizen's phone.
func (h *House) People(c *Cast, n int) People {
	h.t.Helper()
	staff := func(role string) *Client { return Staff(h.t, h.URL, c.Tenant, c.Username(role)) }
	return People{
		Citizen: Citizen(h.t, h.URL, c.Tenant, Phone(n)),
		Office:  staff("office"), Deputy: staff("deputy1"), Clerk: staff("dept1"), Head: staff("dept1.head"),
	}
}

// Phone is the n-th citizen's number; no real network has given it out.
func Phone(n int) string { return fmt.Sprintf("1990001%04d", n) }

// NewReport is the body of a report about a broken road in the district.
func (c *Cast) NewReport(uploads ...string) map[string]any {
	return map[string]any{
		"category": "road", "description": "小区门口路面破损，老人容易绊倒。", "division_code": c.Community,
		"upload_ids": uploads, "visibility": "private",
	}
}

// Submit takes a photo and submits a report as the client.
func (c *Client) Submit(cast *Cast, seed uint64) Report {
	c.t.Helper()
	var r Report
	key := fmt.Sprintf("%s-%d-%d", c.Name, seed, time.Now().UnixNano())
	c.Must(http.MethodPost, "/reports", cast.NewReport(c.UploadPhoto(seed)), &r, Key(key))
	return r
}

// Step is one person's action in the loop and the state it must lead to.
type Step struct {
	Who    *Client
	Action string
	Body   map[string]any
	State  string
}

// Steps are the rest of the straight path after a report was submitted.
func (p People) Steps(c *Cast) []Step {
	return []Step{
		{p.Office, "admit", map[string]any{}, "open"},
		{p.Deputy, "accept", map[string]any{}, "accepted"},
		{p.Deputy, "verify", map[string]any{"findings": "到现场看过，路面下沉约五厘米。", "photo": true}, "verified"},
		{p.Office, "dispatch", map[string]any{"lead_unit_id": c.Unit}, "dispatched"},
		{p.Clerk, "take", map[string]any{}, "handling"},
		{p.Clerk, "contact", map[string]any{"way": "phone", "outcome": "reached"}, "handling"},
		{p.Clerk, "reply", map[string]any{"result": "solved", "content": "路面已重新铺设。", "photo": true}, "handling"},
		{p.Head, "approve", map[string]any{}, "replied"},
		{p.Deputy, "confirm", map[string]any{"confirmed": true}, "resolved"},
		{p.Citizen, "rate", map[string]any{"result": 1}, "closed"},
	}
}

// Take does one step on a report and returns what the actor then sees.
func (s Step) Take(t testing.TB, r Report, seed uint64) Report {
	t.Helper()
	body := map[string]any{}
	for k, v := range s.Body {
		body[k] = v
	}
	if body["photo"] == true {
		delete(body, "photo")
		body["upload_ids"] = []string{s.Who.UploadPhoto(seed)}
	}
	s.Who.Must(http.MethodPost, "/reports/"+r.ID+"/"+s.Action, body, nil)
	var after Report
	s.Who.Must(http.MethodGet, "/reports/"+r.ID, nil, &after)
	if after.State != s.State {
		t.Fatalf("%s by %s led to %q, want %q", s.Action, s.Who.Name, after.State, s.State)
	}
	return after
}

// Walk takes one report from photo to rating.
func (h *House) Walk(c *Cast, p People, seed uint64) Report {
	h.t.Helper()
	r := p.Citizen.Submit(c, seed)
	for i, s := range p.Steps(c) {
		r = s.Take(h.t, r, seed+uint64(i)+1)
	}
	return r
}
