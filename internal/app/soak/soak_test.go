package soak_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"huying/internal/app/apptest"
)

// Citizens, a deputy, an office, a department and the congress work without a pause on two API processes and a worker over
// PostgreSQL and MinIO. The API processes are replaced one after the other, the worker is killed (in runs of a minute and
// more), the store is away, and every connection to the database breaks. No report, photo or notice may be lost or doubled, and nobody may be refused
// except by an honest 503 while a part is away.
func TestSoak(t *testing.T) {
	length := duration(t)
	in := install(t)
	in.start()
	base := in.people(0)
	before := in.walk(t.Context(), base, 1, "baseline")
	if before == "" {
		t.FailNow()
	}
	if length == 0 {
		in.verdict(before)
		return
	}
	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	var all sync.WaitGroup
	for crew := range 3 {
		p := in.people(crew + 1)
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				// A walk that has begun is walked to its end, whatever the clock says.
				in.walk(t.Context(), p, uint64(crew+1)*100_000+uint64(n)*100, "")
			}
		})
	}
	for reader := range 2 {
		desk := apptest.Staff(t, in.url, in.cast.Tenant, in.cast.Username("staff"))
		all.Go(func() { in.look(ctx, desk, reader) })
	}
	in.trouble(ctx, length)
	all.Wait()
	in.verdict(before)
}

// duration is HUYING_TEST_SOAK, or a minute among the long tests. Among the others one report walks over both processes and
// the worker, and nothing is broken.
func duration(t *testing.T) time.Duration {
	given := os.Getenv("HUYING_TEST_SOAK")
	if given == "" && os.Getenv("HUYING_TEST_LONG") == "" {
		return 0
	}
	if given == "" {
		return time.Minute
	}
	d, err := time.ParseDuration(given)
	if err != nil || d < 15*time.Second {
		t.Fatalf("HUYING_TEST_SOAK: want a duration of 15s or more, got %q", given)
	}
	return d
}
