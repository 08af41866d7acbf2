package app_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the superuser's look at every table
	_ "modernc.org/sqlite"             // the same on the file

	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/objects"
)

// pile keeps everything written to it.
type pile struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (p *pile) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all.Write(b)
}

func (p *pile) has(needle string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Contains(p.all.Bytes(), []byte(needle))
}

// rawDB opens the house's database without any wall.
func rawDB(t *testing.T, h *apptest.House) *sql.DB {
	t.Helper()
	driver, at := "sqlite", "file:"+h.Kit.Config().Path+"?mode=ro"
	if h.App.Config.Database.Engine == config.Postgres {
		driver, at = "pgx", h.Kit.SuperURL()
	}
	raw, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return raw
}

// columns lists every column of every table, the queue's included.
func columns(t *testing.T, h *apptest.House, raw *sql.DB) [][2]string {
	t.Helper()
	query := `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	if h.App.Config.Database.Engine == config.Postgres {
		query = `SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t
			USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`
	}
	rows, err := raw.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out [][2]string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		out = append(out, [2]string{table, column})
	}
	if err := rows.Err(); err != nil || len(out) < 300 {
		t.Fatalf("only %d columns: %v", len(out), err)
	}
	return out
}

// find tells in which columns a needle stands, as text or as bytes.
func find(t *testing.T, h *apptest.House, raw *sql.DB, needle string) []string {
	t.Helper()
	code := strings.ToLower(hex.EncodeToString([]byte(needle)))
	var where []string
	for _, c := range columns(t, h, raw) {
		quoted := `"` + c[1] + `"`
		query := fmt.Sprintf(`SELECT count(*) FROM "%s" WHERE instr(CAST(%s AS TEXT), ?) > 0 OR instr(lower(hex(%s)), ?) > 0`, c[0], quoted, quoted)
		if h.App.Config.Database.Engine == config.Postgres {
			query = fmt.Sprintf(`SELECT count(*) FROM "%s" WHERE strpos(%s::text, $1) > 0 OR strpos(%s::text, $2) > 0`, c[0], quoted, quoted)
		}
		n := 0
		if err := raw.QueryRowContext(t.Context(), query, needle, code).Scan(&n); err != nil {
			t.Fatalf("%s.%s: %v", c[0], c[1], err)
		}
		if n > 0 {
			where = append(where, fmt.Sprintf("%s.%s ×%d", c[0], c[1], n))
		}
	}
	return where
}

// stored reads every object of a tenant and of the city, staging included.
func stored(t *testing.T, h *apptest.House, visit func(key string, content []byte)) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	for _, tenant := range []string{h.Shinan.Tenant, "370200"} {
		for _, area := range []objects.Area{objects.Evidence, objects.Staging} {
			err := h.App.Store.Versions(ctx, area, tenant, "", func(v objects.Stored) error {
				if v.Marker {
					return nil
				}
				object, err := h.App.Store.Get(ctx, v.Ref)
				if errors.Is(err, objects.ErrNotFound) { // a job removed it meanwhile
					return nil
				}
				if err != nil {
					return err
				}
				defer object.Close()
				content, err := io.ReadAll(object)
				visit(v.Key, content)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
