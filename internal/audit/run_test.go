package audit_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"huying/internal/audit"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/testkit"
)

func TestRun_seals_by_itself(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		logged := &strings.Builder{}
		s := audit.NewSealer(audit.SealerDeps{
			DB: kit.DB, Clock: clock.System(), Tenants: tenants(shinan), Algorithm: audit.SM3, Log: slog.New(slog.NewJSONHandler(logged, nil)),
		})
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() { s.Run(ctx); close(stopped) }()
		fill(t, kit.DB, shinan, 1)
		written := time.Now()
		for verify(t, kit.DB, shinan).Lines == 0 {
			if time.Since(written) > time.Minute {
				t.Fatal("not sealed in a minute")
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Logf("sealed after %s", time.Since(written))
		stop()
		<-stopped
		r := intact(t, kit.DB, shinan, 1, 0)
		if !strings.Contains(logged.String(), r.Head.Hash) {
			t.Errorf("the head is not in the log: %s", logged)
		}
	})
}

// One tenant's broken chain must not delay the others, nor fill the log.
func TestRun_lets_a_tenant_that_fails_rest_alone(t *testing.T) {
	kit := testkit.New(t, database.EngineSQLite)
	fill(t, kit.DB, shinan, 2)
	seal(t, sealer(kit, kit.DB, audit.SHA256))
	if _, err := bare(t, kit).ExecContext(t.Context(), "DELETE FROM audit_heads"); err != nil {
		t.Fatal(err)
	}
	fill(t, kit.DB, shinan, 1)
	logged := &strings.Builder{}
	s := audit.NewSealer(audit.SealerDeps{
		DB: kit.DB, Clock: clock.System(), Tenants: tenants(shinan, shibei), Log: slog.New(slog.NewTextHandler(logged, nil)),
	})
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	began := time.Now()
	go func() { s.Run(ctx); close(stopped) }()
	time.Sleep(2500 * time.Millisecond)
	fill(t, kit.DB, shibei, 1)
	written := time.Now()
	for verify(t, kit.DB, shibei).Lines == 0 {
		if time.Since(written) > time.Minute {
			t.Fatal("the other tenant's line waits")
		}
		time.Sleep(20 * time.Millisecond)
	}
	stop()
	<-stopped
	// It rests one second, two, four …: the nth complaint comes after 2ⁿ⁻¹−1 seconds at the earliest.
	n, passed := strings.Count(logged.String(), "level=ERROR"), time.Since(began)
	if n < 1 || passed < time.Duration(1<<(n-1)-1)*time.Second {
		t.Errorf("%d errors in the log after %s:\n%s", n, passed, logged)
	}
}
