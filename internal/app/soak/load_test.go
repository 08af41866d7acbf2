package soak_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"huying/internal/app/apptest"
)

// healing is how long after a part is back somebody may still be refused: a breaker's pause and a pool's look at its
// connections, with room for a slow machine.
const healing = 15 * time.Second

// killing is how long a run must be for its worker to be killed: the queue takes a killed worker's jobs up again after
// two minutes, for which a short run would have to wait.
const killing = time.Minute

// during runs cut, waits, and runs heal; meanwhile and shortly after, an honest refusal is allowed.
func (in *installation) during(ctx context.Context, length time.Duration, cut, heal func()) {
	in.mu.Lock()
	at := len(in.windows)
	in.windows = append(in.windows, [2]time.Time{time.Now(), time.Now().Add(24 * time.Hour)})
	in.mu.Unlock()
	cut()
	pause(ctx, length)
	heal()
	in.mu.Lock()
	in.windows[at][1] = time.Now().Add(healing)
	in.mu.Unlock()
}

func (in *installation) troubled(from time.Time) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, w := range in.windows {
		if from.Before(w[1]) && time.Now().After(w[0]) {
			return true
		}
	}
	return false
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// trouble is what happens to the installation while people work.
func (in *installation) trouble(ctx context.Context, length time.Duration) {
	part := func(percent int) time.Duration { return length * time.Duration(percent) / 100 }
	pause(ctx, part(10))
	in.apis[0].replace()
	in.apis[1].replace()
	pause(ctx, part(10))
	if length >= killing {
		in.worker.kill()
		pause(ctx, part(5))
		in.worker.start()
	}
	pause(ctx, part(5))
	in.during(ctx, min(20*time.Second, part(15)), in.store.Cut, in.store.Heal)
	pause(ctx, part(10))
	in.during(ctx, min(5*time.Second, part(10)), in.db.Cut, in.db.Heal)
}

// people signs in the five of the loop, citizen n, at the balancer.
func (in *installation) people(n int) apptest.People {
	staff := func(role string) *apptest.Client {
		return apptest.Staff(in.t, in.url, in.cast.Tenant, in.cast.Username(role))
	}
	return apptest.People{
		Citizen: apptest.Citizen(in.t, in.url, in.cast.Tenant, apptest.Phone(n)),
		Office:  staff("office"), Deputy: staff("deputy1"), Clerk: staff("dept1"), Head: staff("dept1.head"),
	}
}

// ask sends one request until it is answered, as a phone on a bad day does: under the same key, again after an honest
// refusal. Everything else is a fault of the product.
func (in *installation) ask(ctx context.Context, c *apptest.Client, method, path string, body any, out any) bool {
	key := apptest.Key(uuid.NewString())
	for ctx.Err() == nil {
		began := time.Now()
		a, err := c.Try(ctx, method, path, body, key)
		in.requests.Add(1)
		switch {
		case err != nil:
			if ctx.Err() == nil {
				in.wrong("%s: %s %s: %v", c.Name, method, path, err)
			}
			return false
		case a.Status/100 == 2:
			if out != nil && a.Into(out) != nil {
				in.wrong("%s: %s %s answers %.200s", c.Name, method, path, a.Body)
				return false
			}
			return true
		case a.Status == http.StatusServiceUnavailable && a.Header.Get("Retry-After") != "" && in.troubled(began):
			in.honest.Add(1)
			pause(ctx, 300*time.Millisecond)
		default:
			in.wrong("%s: %s %s: %d %.300s", c.Name, method, path, a.Status, a.Body)
			return false
		}
	}
	return false
}

// photo uploads one picture straight to the store by ticket.
func (in *installation) photo(ctx context.Context, c *apptest.Client, seed uint64) string {
	content := apptest.Photo(seed)
	for ctx.Err() == nil {
		began := time.Now()
		var ticket apptest.Ticket
		if !in.ask(ctx, c, http.MethodPost, "/uploads", apptest.Announcement(content, "photo.jpg", "image/jpeg"), &ticket) {
			return ""
		}
		put, err := c.Put(ctx, ticket, content)
		if err == nil && put.Status/100 == 2 {
			return ticket.UploadID
		}
		if !in.troubled(began) {
			in.wrong("%s: put: %v %+v", c.Name, err, put)
			return ""
		}
		in.honest.Add(1)
		pause(ctx, 300*time.Millisecond)
	}
	return ""
}

// walk takes one report from photo to rating and answers its id; "" when something went wrong, which is told already.
func (in *installation) walk(ctx context.Context, p apptest.People, seed uint64, note string) string {
	picture := in.photo(ctx, p.Citizen, seed)
	if picture == "" {
		return ""
	}
	var r apptest.Report
	if !in.ask(ctx, p.Citizen, http.MethodPost, "/reports", in.cast.NewReport(picture), &r) {
		return ""
	}
	for i, s := range p.Steps(in.cast) {
		body := map[string]any{}
		raw, _ := json.Marshal(s.Body) // made of strings and numbers
		_ = json.Unmarshal(raw, &body)
		if body["photo"] == true {
			delete(body, "photo")
			picture := in.photo(ctx, s.Who, seed+uint64(i)+1)
			if picture == "" {
				return ""
			}
			body["upload_ids"] = []string{picture}
		}
		var after apptest.Report
		if !in.ask(ctx, s.Who, http.MethodPost, "/reports/"+r.ID+"/"+s.Action, body, nil) ||
			!in.ask(ctx, s.Who, http.MethodGet, "/reports/"+r.ID, nil, &after) ||
			!in.ask(ctx, s.Who, http.MethodGet, "/reports", nil, nil) {
			return ""
		}
		if after.State != s.State {
			in.wrong("%s%s led to %s, want %s", note, s.Action, after.State, s.State)
			return ""
		}
	}
	in.mu.Lock()
	in.walked = append(in.walked, r.ID)
	in.mu.Unlock()
	return r.ID
}

// look reads lists and boards.
func (in *installation) look(ctx context.Context, desk *apptest.Client, n int) {
	for i := n; ctx.Err() == nil; i++ {
		path := []string{"/reports", "/reports?status=closed", "/oversight/overview"}[i%3]
		in.ask(ctx, desk, http.MethodGet, path, nil, nil)
		pause(ctx, 200*time.Millisecond)
	}
}

func (in *installation) String() string {
	return fmt.Sprintf("%d requests, %d of them refused honestly, %d reports walked to their end", in.requests.Load(), in.honest.Load(), len(in.walked))
}
