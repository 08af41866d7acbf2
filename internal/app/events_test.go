package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
)

// hint is one event of a stream.
type hint struct {
	ID, Event string
	Data      struct {
		Kind, Tenant, ID string
		Version          int
	}
}

// listening is one client's open stream.
type listening struct {
	events chan hint
	ended  chan struct{}
}

// listen opens a stream as the client and reads it until it ends.
func listen(t *testing.T, h *apptest.House, c *apptest.Client, last string) *listening {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("X-Tenant", c.Tenant)
	req.Header.Set("Last-Event-ID", last)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	l := &listening{events: make(chan hint, 1000), ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		defer resp.Body.Close()
		var e hint
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.ID = value
			case "event":
				e.Event = value
			case "data":
				if err := json.Unmarshal([]byte(value), &e.Data); err != nil {
					t.Errorf("data %q: %v", value, err)
				}
			case "":
				if e.Event != "" {
					l.events <- e
				}
				e = hint{}
			}
		}
	}()
	return l
}

// next waits for an event; the zero one when none comes within the time.
func (l *listening) next(wait time.Duration) hint {
	select {
	case e := <-l.events:
		return e
	case <-time.After(wait):
		return hint{}
	}
}

// about waits until a hint of the kind about the report comes, and says whether it did.
func (l *listening) about(kind, id string, wait time.Duration) (hint, bool) {
	for until := time.After(wait); ; {
		select {
		case e := <-l.events:
			if e.Data.Kind == kind && (id == "" || e.Data.ID == id) {
				return e, true
			}
		case <-until:
			return hint{}, false
		}
	}
}

// heard says whether a hint of the kind has come, without waiting.
func (l *listening) heard(kind string) (hint, bool) {
	for {
		select {
		case e := <-l.events:
			if e.Data.Kind == kind {
				return e, true
			}
		default:
			return hint{}, false
		}
	}
}

func TestEvents(t *testing.T) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) {
			h := apptest.Boot(t, apptest.Setup{Engine: engine})
			cast, p := h.Shinan, h.People(h.Shinan, 1)
			staff := func(c *apptest.Cast, role string) *apptest.Client {
				return apptest.Staff(t, h.URL, c.Tenant, c.Username(role))
			}
			if a := apptest.Visitor(t, h.URL, cast.Tenant).Do(http.MethodGet, "/events", nil); a.Status != http.StatusUnauthorized {
				t.Fatalf("a visitor: %d", a.Status)
			}
			mine, office := listen(t, h, p.Citizen, ""), listen(t, h, p.Office, "")
			outsiders := map[string]*listening{
				"another citizen":           listen(t, h, apptest.Citizen(t, h.URL, cast.Tenant, apptest.Phone(2)), ""),
				"another street's office":   listen(t, h, staff(cast, "office2"), ""),
				"a unit it is not with":     listen(t, h, staff(cast, "dept2"), ""),
				"another district's office": listen(t, h, staff(h.Shibei, "office"), ""),
				"the administrator":         listen(t, h, staff(cast, "admin"), ""),
			}
			for name, l := range outsiders {
				if e := l.next(time.Minute); e.Event != "hello" || e.ID == "" {
					t.Fatalf("%s begins with %+v", name, e)
				}
			}
			begin := mine.next(time.Minute)
			r := p.Citizen.Submit(cast, 1)
			if _, ok := mine.about("report", r.ID, time.Minute); !ok {
				t.Error("the reporter is not told of the own report")
			}
			seen, ok := office.about("report", r.ID, time.Minute)
			if !ok || seen.Data.Tenant != cast.Tenant || seen.Data.Version < 1 {
				t.Errorf("the office is told %+v", seen)
			}
			p.Office.Must(http.MethodPost, "/reports/"+r.ID+"/admit", map[string]any{}, nil)
			if _, ok := mine.about("notice", "", time.Minute); !ok {
				t.Error("the reporter is not told of the notice")
			}
			again := listen(t, h, p.Citizen, begin.ID)
			if _, ok := again.about("report", r.ID, time.Minute); !ok {
				t.Error("who comes back is not told what was missed")
			}
			if e := listen(t, h, p.Citizen, "somewhere-7").next(time.Minute); e.Event != "resync" {
				t.Errorf("who comes from another process begins with %+v", e)
			}
			time.Sleep(time.Second) // what they must not hear would have come by now, as it came to the others
			for name, l := range outsiders {
				if e, told := l.heard("report"); told {
					t.Errorf("%s is told %+v", name, e)
				}
			}
			h.App.Notify.Drain()
			select {
			case <-mine.ended:
			case <-time.After(time.Minute):
				t.Error("a stream goes on after the drain")
			}
		})
	}
}
