package app_test

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"

	"huying/ent/db/migrate"
	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
	"huying/internal/platform/testkit"
)

// recorder keeps every statement on a tenant's table that does not name the tenant.
type recorder struct {
	mu       sync.Mutex
	tables   map[string]bool
	seen     map[string]int
	unfenced map[string]int
}

func newRecorder() *recorder {
	r := &recorder{tables: map[string]bool{}, seen: map[string]int{}, unfenced: map[string]int{}}
	for _, t := range migrate.Tables {
		if _, ok := t.Column("tenant_id"); ok {
			r.tables[t.Name] = true
		}
	}
	return r
}

var named = regexp.MustCompile("(?i)\\b(?:from|join|into|update)\\s+[\"`]?([a-z_]+)[\"`]?")

func (r *recorder) hear(_ context.Context, query string, _ []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range named.FindAllStringSubmatch(query, -1) {
		table := m[1]
		if !r.tables[table] {
			continue
		}
		r.seen[table]++
		if !fenced(query) {
			r.unfenced[query]++
		}
	}
}

// fenced says whether a statement names the tenant where it matters: in its
// predicate, or for an INSERT among its columns.
func fenced(query string) bool {
	upper := strings.ToUpper(query)
	if strings.HasPrefix(strings.TrimSpace(upper), "INSERT") {
		return strings.Contains(query, "tenant_id")
	}
	_, predicate, found := strings.Cut(upper, "WHERE")
	return found && strings.Contains(predicate, "TENANT_ID")
}

// All SQL of the loop carries the tenant: the wall in code does its part even
// where PostgreSQL would save us, and every statement can be sent to one shard.
func TestLoop_all_statements_name_the_tenant(t *testing.T) {
	for name, s := range map[string]apptest.Setup{
		"sqlite":   {Engine: config.SQLite},
		"postgres": {Engine: config.Postgres},
		"postgres behind pgbouncer": {Engine: config.Postgres, Change: func(t testing.TB, kit *testkit.Kit, cfg *config.Config) {
			pooled := kit.Pooled(t, 4)
			cfg.Database.URL, cfg.Database.CityURL = config.Secret(pooled.URL), config.Secret(pooled.CityURL)
			cfg.Database.RLSMode = string(database.RLSLocal)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecorder()
			s.OnSQL = r.hear
			h := apptest.Boot(t, s)
			people := h.People(h.Shinan, 1)
			report := h.Walk(h.Shinan, people, 50)
			for _, c := range []*apptest.Client{
				people.Citizen, people.Office, people.Deputy, people.Clerk, apptest.Staff(t, h.URL, "370200", "city"),
				apptest.Staff(t, h.URL, h.Shinan.Tenant, h.Shinan.Username("staff")),
			} {
				for _, list := range []string{"", "?mine=true", "?q=路面", "?assigned_to_me=true", "?overdue=true", "?category=road&status=closed", "?division_code=370202001"} {
					c.Must("GET", "/reports"+list, nil, nil)
				}
				c.Do("GET", "/reports/"+report.ID, nil)
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			for query, n := range r.unfenced {
				t.Errorf("%d times without the tenant: %s", n, query)
			}
			for _, table := range []string{"reports", "report_events", "deadlines", "audit_lines", "photos", "ratings", "assignments"} {
				if r.seen[table] == 0 {
					t.Errorf("the recorder saw no statement on %s: it does not listen", table)
				}
			}
		})
	}
}
