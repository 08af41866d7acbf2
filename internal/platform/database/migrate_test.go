package database_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"huying/ent/migrations"
	"huying/internal/platform/database"
)

// TestAFilledSQLiteFileIsMigrated: an installation of the first version keeps
// its rows, and rows that point at them, through every later migration.
func TestAFilledSQLiteFileIsMigrated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "filled.db")
	conn, err := database.OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(migrations.Files, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, conn, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 20261122000001); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`INSERT INTO reports (tenant_id, id, created_at, updated_at, number, thread_id, category, description, division_code, reporter_id)
			VALUES ('370202', 'r1', '2026-11-22', '2026-11-22', '370202-2026-000001', 't1', 'road', '路面破损', '370202001001', 'p1')`,
		`INSERT INTO report_events (tenant_id, id, created_at, updated_at, report_id, action, to_state, at)
			VALUES ('370202', 'e1', '2026-11-22', '2026-11-22', 'r1', 'submit', 'submitted', '2026-11-22')`,
	} {
		if _, err := conn.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a second run finds nothing to do
		if err := database.MigrateSQLite(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	conn, err = database.OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var text string
	err = conn.QueryRowContext(t.Context(), `SELECT r.description FROM reports r JOIN report_events e
		ON e.tenant_id = r.tenant_id AND e.report_id = r.id WHERE e.action = 'submit'`).Scan(&text)
	if err != nil || text != "路面破损" {
		t.Fatalf("after migrating: %q, %v", text, err)
	}
	if _, err := conn.ExecContext(t.Context(), `DELETE FROM reports`); err == nil {
		t.Fatal("foreign keys are no longer enforced")
	}
}
