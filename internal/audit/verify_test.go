package audit_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"huying/ent/db/auditline"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

// chain is a database with twelve sealed lines in one tenant, seven of them under SHA-256 and five under SM3, and
// three in another.
func chain(t *testing.T, kit *testkit.Kit) *sql.DB {
	t.Helper()
	fill(t, kit.DB, shinan, 7)
	fill(t, kit.DB, shibei, 3)
	seal(t, sealer(kit, kit.DB, audit.SHA256))
	fill(t, kit.DB, shinan, 5)
	seal(t, sealer(kit, kit.DB, audit.SM3))
	intact(t, kit.DB, shinan, 12, 0)
	return bare(t, kit)
}

// tampered changes the data in a transaction that is undone after the look of verify.
type tampering struct {
	name       string
	statements []string
	seq        int64
	class      audit.Class
	// lost says that no line stands at seq.
	lost bool
}

// change is a new value for each column that is sealed, in SQL that both engines know.
func changes(engine string) map[string]string {
	facts, plus, uuid := "facts || '{\"n\": 99}'", "created_at + interval '1 microsecond'", "'019c8a3e-2f00-7000-8000-000000000001'"
	if engine == database.EngineSQLite {
		facts, plus = "replace(facts, '0.1', '0.10000000000000001')", "'2031-01-01 00:00:00.000001+00:00'"
	}
	out := map[string]string{
		auditline.FieldID: uuid, auditline.FieldActorID: uuid, auditline.FieldCreatedAt: plus, auditline.FieldFacts: facts,
		auditline.FieldActorKind: "''", auditline.FieldActorRole: "actor_role || ' '", auditline.FieldActorTenant: "'370203'",
		auditline.FieldAddress: "'10.0.0.1'", auditline.FieldRequestID: "'r'", auditline.FieldAction: "'report.list'",
		auditline.FieldSubjectKind: "'reports'", auditline.FieldSubjectID: "subject_id || '0'", auditline.FieldReason: "replace(reason, '<', '＜')",
	}
	return out
}

const at = " WHERE tenant_id = '370202' AND seq = "

func tamperings(engine string) []tampering {
	var all []tampering
	for column, value := range changes(engine) {
		for _, seq := range []int64{1, 5, 12} {
			all = append(all, tampering{
				fmt.Sprintf("%s of line %d", column, seq),
				[]string{fmt.Sprintf("UPDATE audit_lines SET %s = %s%s%d", column, value, at, seq)},
				seq, audit.ClassContent, false,
			})
		}
	}
	const spare = "UPDATE audit_lines SET seq = -1" + at
	return append(all, []tampering{
		{"null in place of the actor", []string{"UPDATE audit_lines SET actor_id = NULL" + at + "5"}, 5, audit.ClassContent, false},
		{"facts gone", []string{"UPDATE audit_lines SET facts = NULL" + at + "5"}, 5, audit.ClassContent, false},
		{"the hash of a line", []string{"UPDATE audit_lines SET hash = 'sha256:' || substr(hash, 8, 63) || 'x'" + at + "5"}, 5, audit.ClassHash, false},
		{"the hash of the last line", []string{"UPDATE audit_lines SET hash = 'sm3:00'" + at + "12"}, 12, audit.ClassHash, false},
		{"a hash of no known algorithm", []string{"UPDATE audit_lines SET hash = 'md5:00'" + at + "5"}, 5, audit.ClassHash, false},
		{"another algorithm's name", []string{"UPDATE audit_lines SET hash = replace(hash, 'sha256:', 'sm3:')" + at + "5"}, 5, audit.ClassContent, false},
		{"what a line names as the one before", []string{"UPDATE audit_lines SET prev_hash = ''" + at + "5"}, 5, audit.ClassLink, false},
		{"a line removed", []string{"DELETE FROM audit_lines" + at + "5"}, 5, audit.ClassMissing, true},
		{"the first line removed", []string{"DELETE FROM audit_lines" + at + "1"}, 1, audit.ClassMissing, true},
		{"the last line removed", []string{"DELETE FROM audit_lines" + at + "12"}, 12, audit.ClassMissing, true},
		{"the seal taken off", []string{"UPDATE audit_lines SET seq = NULL, prev_hash = '', hash = ''" + at + "5"}, 5, audit.ClassMissing, true},
		{"everything removed", []string{"DELETE FROM audit_lines WHERE tenant_id = '370202'"}, 1, audit.ClassMissing, true},
		{
			"removed, and the rest counted anew",
			[]string{"DELETE FROM audit_lines" + at + "5", "UPDATE audit_lines SET seq = seq - 1000 WHERE tenant_id = '370202' AND seq > 5", "UPDATE audit_lines SET seq = seq + 999 WHERE tenant_id = '370202' AND seq < 0"},
			5, audit.ClassOrder, false,
		},
		{
			"two neighbours change places",
			[]string{spare + "5", "UPDATE audit_lines SET seq = 5" + at + "6", "UPDATE audit_lines SET seq = 6" + at + "-1"},
			5, audit.ClassOrder, false,
		},
		{
			"two distant lines change places",
			[]string{spare + "2", "UPDATE audit_lines SET seq = 2" + at + "11", "UPDATE audit_lines SET seq = 11" + at + "-1"},
			2, audit.ClassOrder, false,
		},
		{"a number below the first", []string{"UPDATE audit_lines SET seq = -3" + at + "5"}, -3, audit.ClassOrder, false},
		{"the tail removed and the head set back", []string{
			"DELETE FROM audit_lines WHERE tenant_id = '370202' AND seq > 10",
			"UPDATE audit_heads SET seq = 10 WHERE tenant_id = '370202'",
		}, 10, audit.ClassHead, true},
		{"the head set back", []string{
			"UPDATE audit_heads SET seq = 11, hash = (SELECT hash FROM audit_lines WHERE tenant_id = '370202' AND seq = 11) WHERE tenant_id = '370202'",
		}, 12, audit.ClassHead, false},
		{"the head's hash", []string{"UPDATE audit_heads SET hash = 'sm3:00' WHERE tenant_id = '370202'"}, 12, audit.ClassHead, true},
		{"the head removed", []string{"DELETE FROM audit_heads WHERE tenant_id = '370202'"}, 1, audit.ClassHead, false},
	}...)
}

func TestVerify_names_what_was_tampered_with(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		conn := chain(t, kit)
		for _, c := range tamperings(kit.DB.Engine()) {
			t.Run(c.name, func(t *testing.T) {
				restore := snapshot(t, conn)
				defer restore()
				for _, s := range c.statements {
					res, err := conn.ExecContext(t.Context(), s)
					if err != nil {
						t.Fatalf("%s: %v", s, err)
					}
					if n, _ := res.RowsAffected(); n == 0 {
						t.Fatalf("%s changed nothing", s)
					}
				}
				var id string
				if !c.lost {
					if err := conn.QueryRowContext(t.Context(), "SELECT CAST(id AS text) FROM audit_lines"+at+fmt.Sprint(c.seq)).Scan(&id); err != nil {
						t.Fatal(err)
					}
				}
				r := verify(t, kit.DB, shinan)
				if r.Intact() || *r.Break != (audit.Break{Seq: c.seq, ID: id, Class: c.class}) {
					t.Fatalf("want %s at %d (%s), got: %s", c.class, c.seq, id, r)
				}
				if !strings.Contains(r.String(), fmt.Sprintf("第 %d 条断开", c.seq)) {
					t.Errorf("%s", r)
				}
				if other := verify(t, kit.DB, shibei); !other.Intact() || other.Lines != 3 {
					t.Errorf("the other tenant: %s", other)
				}
			})
		}
		intact(t, kit.DB, shinan, 12, 0)
	})
}

// snapshot keeps both tables aside and returns how to put them back.
func snapshot(t *testing.T, conn *sql.DB) func() {
	t.Helper()
	run := func(statements ...string) {
		for _, s := range statements {
			if _, err := conn.ExecContext(t.Context(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	run("CREATE TABLE kept_lines AS SELECT * FROM audit_lines", "CREATE TABLE kept_heads AS SELECT * FROM audit_heads")
	return func() {
		run("DELETE FROM audit_lines", "DELETE FROM audit_heads", "INSERT INTO audit_lines SELECT * FROM kept_lines",
			"INSERT INTO audit_heads SELECT * FROM kept_heads", "DROP TABLE kept_lines", "DROP TABLE kept_heads")
	}
}

// SQLite keeps whatever is put into a column; that must be named as well, not end in an error.
func TestVerify_names_values_of_the_wrong_kind(t *testing.T) {
	kit := testkit.New(t, database.EngineSQLite)
	conn := chain(t, kit)
	for name, set := range map[string]string{
		"no time":              "created_at = 'yesterday'",
		"a finer time":         "created_at = replace(created_at, '+00:00', '001+00:00')",
		"no id":                "id = 'x'",
		"facts that are none":  "facts = '{'",
		"a key twice":          `facts = replace(facts, '{"big"', '{"big":2,"big"')`,
		"a number as facts":    "facts = 5",
		"a blob as the reason": "reason = X'ff'",
	} {
		restore := snapshot(t, conn)
		if _, err := conn.ExecContext(t.Context(), "UPDATE audit_lines SET "+set+at+"5"); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, kit.DB, shinan); r.Intact() || r.Break.Seq != 5 || r.Break.Class != audit.ClassContent {
			t.Errorf("%s: %s", name, r)
		}
		restore()
	}
}

// Whoever owns the database can seal everything anew. A head noted elsewhere shows it.
func TestVerify_against_a_noted_head_finds_a_chain_sealed_anew(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		conn := chain(t, kit)
		noted, err := audit.ParseAnchor(verify(t, kit.DB, shinan).Anchor().String())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{
			"UPDATE audit_lines SET reason = '无' WHERE tenant_id = '370202' AND seq = 5",
			"UPDATE audit_lines SET seq = NULL, prev_hash = '', hash = '' WHERE tenant_id = '370202'", "DELETE FROM audit_heads WHERE tenant_id = '370202'",
		} {
			if _, err := conn.ExecContext(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if r := verify(t, kit.DB, shinan, noted); r.Intact() || r.Break.Class != audit.ClassAnchor || r.Break.Seq != 12 || r.Unsealed != 12 {
			t.Errorf("a chain that ends before the noted head: %s", r)
		}
		seal(t, sealer(kit, kit.DB, audit.SM3))
		intact(t, kit.DB, shinan, 12, 0)
		if r := verify(t, kit.DB, shinan, noted); r.Intact() || r.Break.Class != audit.ClassAnchor || r.Break.Seq != 12 {
			t.Errorf("a chain sealed anew: %s", r)
		}
		if r := verify(t, kit.DB, shibei, noted); !r.Intact() {
			t.Errorf("another tenant's head: %s", r)
		}
	})
}

func TestParseAnchor_refuses_what_was_not_printed(t *testing.T) {
	for _, text := range []string{"", "370202", "370202:1", "370202:0:sm3:00", "370202:x:sm3:00", "37020:1:sm3:00", "370202:1:md5:00", "370202:-1:sha256:00"} {
		if a, err := audit.ParseAnchor(text); err == nil {
			t.Errorf("%q: %+v", text, a)
		}
	}
	if _, err := audit.ParseAlgorithm("SM3"); err == nil {
		t.Error("an algorithm of another name")
	}
}

func TestVerify_across_pages(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		for _, total := range []int{1000, 1001, 2000} {
			fill(t, kit.DB, shinan, total-int(verify(t, kit.DB, shinan).Lines))
			seal(t, sealer(kit, kit.DB, audit.SHA256))
			intact(t, kit.DB, shinan, int64(total), 0)
		}
		if _, err := bare(t, kit).ExecContext(t.Context(), "UPDATE audit_lines SET hash = 'sha256:00'"+at+"1000"); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, kit.DB, shinan); r.Intact() || r.Break.Seq != 1000 || r.Break.Class != audit.ClassHash {
			t.Errorf("the last line of a page: %s", r)
		}
	})
}

// What the app's own role may do to the trail on PostgreSQL, with plain SQL past the wall in code: add, seal once, read.
func TestPostgres_lets_the_app_only_add_and_seal_once(t *testing.T) {
	kit := testkit.New(t, database.EnginePostgres)
	chain(t, kit)
	fill(t, kit.DB, shinan, 1)
	const mine = " WHERE tenant_id = '370202' AND "
	for _, c := range []struct {
		statement string
		refused   bool
		rows      int64
	}{
		{"UPDATE audit_lines SET reason = 'x'" + mine + "seq IS NULL", true, 0},
		{"UPDATE audit_lines SET created_at = created_at" + mine + "seq IS NULL", true, 0},
		{"UPDATE audit_lines SET tenant_id = '370203'" + mine + "seq IS NULL", true, 0},
		{"DELETE FROM audit_lines", true, 0},
		{"DELETE FROM audit_lines" + mine + "seq IS NULL", true, 0},
		{"TRUNCATE audit_lines", true, 0},
		{"UPDATE audit_lines SET hash = 'sm3:00'" + mine + "seq = 5", false, 0},
		{"UPDATE audit_lines SET seq = NULL, prev_hash = '', hash = ''" + mine + "seq = 12", false, 0},
		{"UPDATE audit_lines SET prev_hash = 'x'" + mine + "seq IS NULL", true, 0},
		{"UPDATE audit_lines SET seq = 13" + mine + "seq IS NULL", true, 0},
		{"UPDATE audit_lines SET seq = 0, hash = 'sm3:00'" + mine + "seq IS NULL", true, 0},
		{"UPDATE audit_lines SET seq = 13, hash = 'sm3:00' WHERE tenant_id = '370203'", false, 0},
		{"UPDATE audit_lines SET seq = 13, prev_hash = 'x', hash = 'sm3:00'" + mine + "seq IS NULL", false, 1},
		{"INSERT INTO audit_lines (tenant_id, id, created_at, action) VALUES ('370202', gen_random_uuid(), now(), 'x')", false, 1},
		{"INSERT INTO audit_lines (tenant_id, id, created_at, action, seq, hash) VALUES ('370202', gen_random_uuid(), now(), 'x', 13, 'sm3:00')", true, 0},
		{"INSERT INTO audit_lines (tenant_id, id, created_at, action) VALUES ('370203', gen_random_uuid(), now(), 'x')", true, 0},
		{"DELETE FROM audit_heads", true, 0},
		{"TRUNCATE audit_heads", true, 0},
		{"UPDATE audit_heads SET tenant_id = tenant_id", true, 0},
		{"UPDATE audit_heads SET seq = 11, hash = (SELECT hash FROM audit_lines WHERE seq = 11)", true, 0},
		{"UPDATE audit_heads SET hash = 'sm3:00'", true, 0},
		{"UPDATE audit_heads SET seq = 13, hash = 'sm3:00'", true, 0},
		{"INSERT INTO audit_heads (tenant_id, id, created_at, updated_at, seq) VALUES ('370202', gen_random_uuid(), now(), now(), 9)", true, 0},
		{"DROP TRIGGER head_forward ON audit_heads", true, 0},
		{"ALTER TABLE audit_lines DISABLE ROW LEVEL SECURITY", true, 0},
		{"SET ROLE huying_owner", true, 0},
		{"SET session_replication_role = replica", true, 0},
	} {
		n, err := asApp(t, kit, c.statement)
		if (err != nil) != c.refused || n != c.rows {
			t.Errorf("%s: %d rows, %v; want %d, refused %v", c.statement, n, err, c.rows, c.refused)
		}
	}
	intact(t, kit.DB, shinan, 12, 1)
}

// asApp runs a statement as the app's role in the tenant and undoes it.
func asApp(t *testing.T, kit *testkit.Kit, statement string) (n int64, err error) {
	t.Helper()
	failed := kit.DB.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
		native, _ := tx.Native()
		tag, e := native.Exec(ctx, statement)
		n, err = tag.RowsAffected(), e
		return pgx.ErrTxClosed
	})
	if failed == nil {
		t.Fatal("not undone")
	}
	return n, err
}
