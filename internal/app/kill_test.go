package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/testkit"
)

// The real binary is killed without warning, again and again, while citizens
// send photos and reports. No report that was acknowledged may be lost or
// doubled, none may point at a photo that is not there, and photos that belong
// to no report are swept.
func TestKill_between_photo_and_report(t *testing.T) {
	rounds := 10
	if long() {
		rounds = 200
	}
	program := buildProgram(t)
	for name, s := range map[string]apptest.Setup{
		"sqlite, embedded store": {Engine: config.SQLite, Store: config.EmbeddedStore},
		"postgres, MinIO":        {Engine: config.Postgres, Store: config.S3Store},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t, program, s)
			v.start()
			const people = 6
			citizens := make([]*sender, people)
			for i := range citizens {
				citizens[i] = &sender{v: v, client: apptest.Citizen(t, v.url, v.cast.Tenant, apptest.Phone(i)), keys: map[string]string{}}
			}
			for round := range rounds {
				ctx, stop := context.WithCancel(t.Context())
				var all sync.WaitGroup
				for i, c := range citizens {
					all.Go(func() { c.send(ctx, round*people+i) })
				}
				time.Sleep(time.Duration(50+rand.IntN(900)) * time.Millisecond)
				v.kill()
				stop()
				all.Wait()
				v.start()
			}
			for _, c := range citizens {
				c.finish(t)
			}
			v.kill()
			v.check(t, citizens)
			t.Logf("%d rounds, %d reports, %d sent again", rounds, v.sent, v.again)
		})
	}
}

// victim is the real program on real data.
type victim struct {
	t       *testing.T
	program string
	cfg     config.Config
	cast    *apptest.Cast
	url     string
	cmd     *exec.Cmd
	// sent and again count reports, for the log.
	sent, again int
}

func newVictim(t *testing.T, program string, s apptest.Setup) *victim {
	t.Helper()
	v := &victim{t: t, program: program}
	v.cfg, v.cast = apptest.Prepare(t, s)
	v.cfg.HTTP.Listen = testkit.Address(t)
	v.url = "http://" + v.cfg.HTTP.Listen
	t.Cleanup(v.kill)
	return v
}

func buildProgram(t *testing.T) string {
	t.Helper()
	root, err := testkit.Repository()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "huying")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/huying")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// start runs the program and waits until it is ready.
func (v *victim) start() {
	v.t.Helper()
	v.cmd = exec.Command(v.program, "serve")
	v.cmd.Env = append(os.Environ(), apptest.Environ(v.cfg)...)
	var log strings.Builder
	v.cmd.Stdout, v.cmd.Stderr = &log, &log
	if err := v.cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	visitor := apptest.Visitor(v.t, v.url, v.cast.Tenant)
	for until := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		a, err := visitor.Try(v.t.Context(), http.MethodGet, "//readyz", nil)
		if err == nil && a.Status == http.StatusOK {
			return
		}
		if time.Now().After(until) {
			v.kill()
			v.t.Fatalf("the program did not come up: %v %+v\n%s", err, a, log.String())
		}
	}
}

func (v *victim) kill() {
	if v.cmd != nil && v.cmd.Process != nil {
		_ = v.cmd.Process.Kill()
		_ = v.cmd.Wait()
		v.cmd = nil
	}
}

// sender is a citizen on a bad network: whatever was not answered is sent again
// under the same key.
type sender struct {
	v       *victim
	client  *apptest.Client
	keys    map[string]string // key → id of the acknowledged report, or ""
	pending []pending
}

type pending struct {
	key  string
	body map[string]any
}

// send takes photos and reports until the connection breaks.
func (s *sender) send(ctx context.Context, seed int) {
	for n := 0; ctx.Err() == nil; n++ {
		upload, err := s.photo(ctx, uint64(seed*1000+n))
		if err != nil {
			return
		}
		p := pending{uuid.NewString(), s.v.cast.NewReport(upload)}
		s.keys[p.key] = ""
		if !s.report(ctx, p) {
			s.pending = append(s.pending, p)
			return
		}
	}
}

// photo uploads one and returns its id; any failure is the kill's.
func (s *sender) photo(ctx context.Context, seed uint64) (string, error) {
	content := apptest.Photo(seed)
	a, err := s.client.Try(ctx, http.MethodPost, "/uploads", apptest.Announcement(content, "photo.jpg", "image/jpeg"))
	if err != nil {
		return "", err
	}
	var ticket apptest.Ticket
	if err := json.Unmarshal(a.Body, &ticket); err != nil || a.Status/100 != 2 {
		return "", fmt.Errorf("ticket: %d %s", a.Status, a.Body)
	}
	put, err := s.client.Put(ctx, ticket, content)
	if err != nil {
		return "", err
	}
	if put.Status/100 != 2 {
		return "", errors.New("put refused")
	}
	return ticket.UploadID, nil
}

func (s *sender) report(ctx context.Context, p pending) bool {
	a, err := s.client.Try(ctx, http.MethodPost, "/reports", p.body, apptest.Key(p.key))
	if err != nil || a.Status != http.StatusCreated {
		return false
	}
	var r apptest.Report
	if a.Into(&r) != nil || r.ID == "" {
		return false
	}
	s.keys[p.key] = r.ID
	return true
}

// finish sends what was never answered again, as a phone does, until it is.
func (s *sender) finish(t *testing.T) {
	t.Helper()
	for _, p := range s.pending {
		a := s.client.Do(http.MethodPost, "/reports", p.body, apptest.Key(p.key))
		var r apptest.Report
		if a.Status == http.StatusCreated && a.Into(&r) == nil {
			s.keys[p.key] = r.ID
			continue
		}
		t.Errorf("a report whose photo was there is refused when sent again: %d %s", a.Status, a.Body)
	}
	for key, id := range s.keys {
		if id == "" {
			continue
		}
		var r apptest.Report
		s.client.Must(http.MethodGet, "/reports/"+id, nil, &r)
		if len(r.Photos) != 1 {
			t.Errorf("report %s has %d photos", key, len(r.Photos))
			continue
		}
		for _, variant := range []string{"thumb", "medium"} {
			if a := s.client.Do(http.MethodGet, "/reports/"+id+"/photos/"+r.Photos[0].ID+"/"+variant, nil); a.Status >= 400 {
				t.Errorf("report %s points at a photo that is not there: %s: %d %s", id, variant, a.Status, a.Body)
			}
		}
	}
}

// check counts reports against keys and sweeps the orphans two days later.
func (v *victim) check(t *testing.T, citizens []*sender) {
	t.Helper()
	acknowledged := map[string]bool{}
	keys := 0
	for _, c := range citizens {
		for _, id := range c.keys {
			keys++
			acknowledged[id] = true
		}
	}
	v.sent = keys
	for _, c := range citizens {
		v.again += len(c.pending)
	}
	if len(acknowledged) != keys || keys < len(citizens) {
		t.Errorf("%d keys led to %d reports", keys, len(acknowledged))
	}
	later := clock.NewFake(time.Now().Add(49 * time.Hour))
	a, err := app.Build(t.Context(), v.cfg, app.Options{Clock: later, Log: apptest.Quiet(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	if n := apptest.CountReports(t, a, v.cast.Tenant); n != keys {
		t.Errorf("%d reports in the database, %d were sent", n, keys)
	}
	if _, err := a.Evidence.Sweep(t.Context(), v.cast.Tenant); err != nil {
		t.Errorf("sweep: %v", err)
	}
	if left := apptest.Orphans(t, a, v.cast.Tenant); left != 0 {
		t.Errorf("%d orphans are left after the sweep", left)
	}
}
