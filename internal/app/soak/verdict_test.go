package soak_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// verdict waits until the queue is empty and counts what is there against what was acknowledged.
func (in *installation) verdict(baseline string) {
	t := in.t
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, in.direct.Database.OwnerURL.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // only read
	in.settle(ctx, conn)
	in.mu.Lock()
	walked := slices.Clone(in.walked)
	in.mu.Unlock()
	for what, query := range map[string]string{
		"reports":                "SELECT count(*) FROM reports",
		"reports of a person":    "SELECT count(*) FROM person_reports",
		"reports that are rated": "SELECT count(DISTINCT subject_id) FROM ratings",
	} {
		if n := in.count(ctx, conn, query); n != len(walked) {
			t.Errorf("%s: %d, acknowledged were %d", what, n, len(walked))
		}
	}
	if photos := in.count(ctx, conn, "SELECT count(*) FROM photos"); photos != 3*len(walked) {
		t.Errorf("%d photos of %d reports, want three of each", photos, len(walked))
	}
	for what, query := range map[string]string{
		"events":  "SELECT report_id::text, action FROM report_events",
		"notices": "SELECT subject_id::text, template FROM notices WHERE subject_id IS NOT NULL",
	} {
		in.alike(ctx, conn, what, query, baseline, walked)
	}
	t.Logf("soak: %s", in)
}

// settle waits until nothing waits and nothing runs.
func (in *installation) settle(ctx context.Context, conn *pgx.Conn) {
	for {
		n := in.count(ctx, conn, "SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'retryable', 'pending') OR (state = 'scheduled' AND scheduled_at < now())")
		if n == 0 || in.t.Failed() {
			return
		}
		if ctx.Err() != nil {
			in.t.Fatalf("%d jobs are not done\n%s", n, in.worker.tail())
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (in *installation) count(ctx context.Context, conn *pgx.Conn, query string) (n int) {
	in.t.Helper()
	if err := conn.QueryRow(ctx, query).Scan(&n); err != nil {
		in.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// alike demands of every walked report what the quiet one has, each as often: nothing is lost and nothing doubled.
func (in *installation) alike(ctx context.Context, conn *pgx.Conn, what, query, baseline string, walked []string) {
	rows, err := conn.Query(ctx, query)
	if err != nil {
		in.t.Fatal(err)
	}
	found := map[string]map[string]int{}
	var id, kind string
	if _, err := pgx.ForEachRow(rows, []any{&id, &kind}, func() error {
		if found[id] == nil {
			found[id] = map[string]int{}
		}
		found[id][kind]++
		return nil
	}); err != nil {
		in.t.Fatal(err)
	}
	if len(found[baseline]) == 0 {
		in.t.Fatalf("%s: the quiet report has none", what)
	}
	for _, id := range walked {
		if !maps.Equal(found[id], found[baseline]) {
			in.t.Errorf("%s of %s: %s; of the quiet report: %s", what, id, told(found[id]), told(found[baseline]))
		}
	}
}

func told(counts map[string]int) string {
	parts := make([]string, 0, len(counts))
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s×%d", k, counts[k]))
	}
	return strings.Join(parts, " ")
}
