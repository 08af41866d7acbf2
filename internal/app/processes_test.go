package app_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/platform/config"
)

// Two processes on one PostgreSQL are one installation: nothing a client needs sticks to the process it met first.
func TestTwoProcesses(t *testing.T) {
	h := apptest.Boot(t, apptest.Setup{Engine: config.Postgres})
	other := second(t, h)
	cast, p := h.Shinan, h.People(h.Shinan, 1)

	t.Run("a_screen_hears_of_what_happens_in_the_other", func(t *testing.T) {
		there, here := listen(t, other, p.Citizen, ""), listen(t, h, p.Office, "")
		for name, l := range map[string]*listening{"there": there, "here": here} {
			if e := l.next(time.Minute); e.Event != "hello" {
				t.Fatalf("%s begins with %+v", name, e)
			}
		}
		r := p.Citizen.Submit(cast, 1)
		if _, ok := there.about("report", r.ID, time.Minute); !ok {
			t.Error("the reporter's screen is not told")
		}
		if _, ok := here.about("report", r.ID, time.Minute); !ok {
			t.Error("the office's screen in the same process is not told")
		}
		office := apptest.Staff(t, other.URL, cast.Tenant, cast.Username("office"))
		office.Must(http.MethodPost, "/reports/"+r.ID+"/admit", map[string]any{}, nil)
		var admitted apptest.Report
		office.Must(http.MethodGet, "/reports/"+r.ID, nil, &admitted)
		for told := 0; told < admitted.Version; {
			e, ok := here.about("report", r.ID, time.Minute)
			if !ok {
				t.Fatal("what was done in the second process is not heard in the first")
			}
			told = e.Data.Version
		}
		// The queue is worked by the first process alone; the notice it writes is shown where the citizen listens.
		if _, ok := there.about("notice", "", time.Minute); !ok {
			t.Error("the notice is not heard of")
		}
	})

	t.Run("a_lock_on_a_name_holds_everywhere", func(t *testing.T) {
		name := cast.Username("dept2")
		try := func(url, password string) int {
			return apptest.Visitor(t, url, cast.Tenant).Do(http.MethodPost, "/auth/sessions", map[string]string{"username": name, "password": password}).Status
		}
		if got := try(other.URL, apptest.Password); got/100 != 2 {
			t.Fatalf("the right password: %d", got)
		}
		for range 5 {
			try(h.URL, "a wrong password")
		}
		if got := try(other.URL, apptest.Password); got/100 != 4 {
			t.Errorf("locked in the first process, the second answers %d", got)
		}
	})
}

// second serves the same rows from another application, which works no jobs.
func second(t *testing.T, h *apptest.House) *apptest.House {
	t.Helper()
	cfg := h.App.Config
	cfg.Jobs.Work = false
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.HTTP.Listen = ln.Addr().String()
	b, err := app.Build(t.Context(), app.WithoutStore(cfg), app.Options{Log: apptest.Quiet(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- b.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Logf("the second process ended with: %v", err)
		}
	})
	return &apptest.House{URL: "http://" + cfg.HTTP.Listen}
}
