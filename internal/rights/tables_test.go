package rights_test

import (
	"context"
	"database/sql"
	"os"
	"regexp"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the catalogue of PostgreSQL
	_ "modernc.org/sqlite"             // the file as it is, the queue's tables included

	"huying/internal/platform/testkit"
)

// A table that nobody has said what it holds about people must not exist.
func TestEveryTableIsClassified(t *testing.T) {
	page, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, found := strings.Cut(string(page), "## Personal data, table by table")
	if !found {
		t.Fatal("docs/security.md has no table of tables")
	}
	part, _, _ = strings.Cut(part, "\n## ")
	classified := map[string]bool{}
	for _, line := range strings.Split(part, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 {
			continue
		}
		for _, name := range regexp.MustCompile(`[a-z_]+`).FindAllString(cells[1], -1) {
			if classified[name] {
				t.Errorf("%s is classified twice", name)
			}
			classified[name] = true
		}
		for i, cell := range cells[2:5] {
			if strings.TrimSpace(cell) == "" {
				t.Errorf("%s: cell %d is empty", cells[1], i+2)
			}
		}
	}
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		tables := tablesOf(t, kit)
		if len(tables) < 60 {
			t.Fatalf("only %d tables", len(tables))
		}
		for _, name := range tables {
			if !classified[name] {
				t.Errorf("docs/security.md does not say what %s holds about people", name)
			}
		}
	})
}

func tablesOf(t *testing.T, kit *testkit.Kit) []string {
	t.Helper()
	driver, at, query := "sqlite", "file:"+kit.Config().Path+"?mode=ro", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if kit.SuperURL() != "" {
		driver, at, query = "pgx", kit.SuperURL(), "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	raw, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.QueryContext(context.WithoutCancel(t.Context()), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
