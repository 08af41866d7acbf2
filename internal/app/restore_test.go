package app_test

import (
	"bytes"
	"context"
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
	"huying/internal/platform/config"
)

// The real program serves citizens who send photos and reports without a pause. It is backed up meanwhile, killed, its
// data is destroyed, the archive is laid back, and everything that was acknowledged before the backup began must be
// there: reports, photos by their sums, and audit chains through the heads noted then.
func TestRestoreDrill(t *testing.T) {
	rounds, each := 1, 1
	if long() {
		rounds, each = 5, 20
	}
	v := newVictim(t, buildProgram(t), apptest.Setup{Engine: config.SQLite, Store: config.EmbeddedStore})
	v.start()
	const people = 3
	citizens := make([]*sender, people)
	for i := range citizens {
		citizens[i] = &sender{v: v, client: apptest.Citizen(t, v.url, v.cast.Tenant, apptest.Phone(i)), keys: map[string]string{}}
	}
	for round := range rounds {
		archive := filepath.Join(t.TempDir(), "backup.tar")
		before := drill(t, v, citizens, archive, round*people, each)
		v.destroy(t)
		out := v.admin(t, true, "restore", archive)
		if !strings.Contains(out, "restored") || !strings.Contains(out, "0 findings") {
			t.Fatalf("no verdict:\n%s", out)
		}
		v.start()
		for _, id := range before {
			v.readWithPhoto(t, citizens, id)
		}
		t.Logf("round %d: %d reports acknowledged before the backup are there with their photos\n%s", round+1, len(before), out)
	}
	v.kill()
	v.refusals(t)
}

// drill backs up while the citizens send and answers what was acknowledged before the backup began.
func drill(t *testing.T, v *victim, citizens []*sender, archive string, seed, each int) (before []string) {
	t.Helper()
	for i, c := range citizens {
		for k := range each {
			id, err := c.photo(t.Context(), uint64(seed*1000+i*100+k))
			if err != nil {
				t.Fatal(err)
			}
			p := pending{uuid.NewString(), v.cast.NewReport(id)}
			if !c.report(t.Context(), p) {
				t.Fatal("a report was refused")
			}
			before = append(before, c.keys[p.key])
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i, c := range citizens {
		all.Go(func() { c.send(ctx, 500+seed+i) })
	}
	v.admin(t, true, "backup", archive)
	stop()
	all.Wait()
	return before
}

// admin runs a command of the real program on the victim's data.
func (v *victim) admin(t *testing.T, works bool, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), v.program, append([]string{"admin"}, args...)...)
	c.Env = append(os.Environ(), apptest.Environ(v.cfg)...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); (err == nil) != works {
		t.Fatalf("admin %v: %v\n%s", args, err, out.String())
	}
	return out.String()
}

// destroy kills the process and everything but the key ring, which is kept elsewhere.
func (v *victim) destroy(t *testing.T) {
	t.Helper()
	v.kill()
	for _, gone := range []string{v.cfg.Database.Path, v.cfg.Database.Path + "-wal", v.cfg.Database.Path + "-shm", v.cfg.Objects.Dir} {
		if err := os.RemoveAll(gone); err != nil {
			t.Fatal(err)
		}
	}
}

// readWithPhoto reads a report as the citizen who sent it, the bytes of its photo included.
func (v *victim) readWithPhoto(t *testing.T, citizens []*sender, id string) {
	t.Helper()
	for _, c := range citizens {
		for _, own := range c.keys {
			if own != id {
				continue
			}
			var r apptest.Report
			c.client.Must(http.MethodGet, "/reports/"+id, nil, &r)
			if len(r.Photos) != 1 {
				t.Fatalf("report %s has %d photos", id, len(r.Photos))
			}
			if a := c.client.Do(http.MethodGet, "/reports/"+id+"/photos/"+r.Photos[0].ID+"/medium", nil); a.Status >= 400 {
				t.Errorf("photo of %s: %d %s", id, a.Status, a.Body)
			}
			return
		}
	}
	t.Errorf("nobody sent %s", id)
}

// refusals are what must not work: laying over an installation, without the right key ring, or on other parts.
func (v *victim) refusals(t *testing.T) {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "again.tar")
	v.admin(t, true, "backup", archive)
	if out := v.admin(t, false, "backup", archive); !strings.Contains(out, "exists already") {
		t.Errorf("an archive was overwritten: %s", out)
	}
	if out := v.admin(t, false, "restore", archive); !strings.Contains(out, "there already") {
		t.Errorf("an installation was overwritten: %s", out)
	}
	v.destroy(t)
	other := *v
	other.cfg.Keys.File = filepath.Join(t.TempDir(), "keys.json")
	if err := app.CreateKeys(other.cfg.Keys.File, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if out := other.admin(t, false, "restore", archive); !strings.Contains(out, "key ring lacks") {
		t.Errorf("a foreign key ring was taken: %s", out)
	}
	if out := v.admin(t, true, "restore", archive); !strings.Contains(out, "restored") {
		t.Errorf("no verdict: %s", out)
	}
}
