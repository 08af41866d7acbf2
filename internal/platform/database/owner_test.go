package database_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"huying/internal/platform/database"
	"huying/internal/platform/testkit"
)

// The owner passes through the forced policies of every table: a data migration changes the rows of all tenants, and a
// dump holds them.
func TestOwner_reaches_every_row(t *testing.T) {
	kit := testkit.New(t, database.EnginePostgres)
	for _, tenant := range []string{shinan, shibei} {
		mustReport(t, kit.DB, tenant, tenant+"-2026-000001")
	}
	conn, err := pgx.Connect(t.Context(), kit.OwnerURL())
	if err != nil {
		t.Fatal(err)
	}
	changed, err := conn.Exec(t.Context(), "UPDATE reports SET description = 'by a migration'")
	if err != nil || changed.RowsAffected() != 2 {
		t.Errorf("the owner changed %d rows, want 2: %v", changed.RowsAffected(), err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	dump := func(options ...string) (string, error) {
		out, err := exec.CommandContext(t.Context(), testkit.PostgresProgram(t, "pg_dump"), append(options, kit.OwnerURL())...).CombinedOutput()
		return string(out), err
	}
	if text, err := dump("--enable-row-security"); err != nil || strings.Count(text, "by a migration") != 2 {
		t.Errorf("the dump holds %d of 2 rows: %v", strings.Count(text, "by a migration"), err)
	}
	if text, err := dump(); err == nil {
		t.Errorf("the manual says that a dump without the flag is refused; it gave %d bytes", len(text))
	}
}
