package database_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"huying/ent/db"
	"huying/ent/db/migrate"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

// The attack suite on tables: every table that exists is tried with the wrong
// tenant, with either wall switched off. The lists come from the databases and
// from ent, so a new table is attacked from its first day.

// column of a table as the engine describes it.
type column struct{ name, kind string }

// bare opens the kit's data with no wall at all: as superuser, foreign keys off.
func bare(t *testing.T, kit *testkit.Kit) *sql.DB {
	t.Helper()
	open := func() (*sql.DB, error) { return database.OpenSQLite(t.Context(), kit.Config().Path) }
	off := "PRAGMA foreign_keys = 0"
	if kit.DB.Engine() == database.EnginePostgres {
		open = func() (*sql.DB, error) { return sql.Open("pgx", kit.SuperURL()) }
		off = "SET session_replication_role = replica"
	}
	conn, err := open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	conn.SetMaxOpenConns(1)
	if _, err := conn.ExecContext(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	if kit.OnCitus() {
		dropForeignKeys(t, conn)
	}
	return conn
}

// dropForeignKeys stands for the switch that keeps them quiet, which a Citus coordinator does not pass on to the shards.
func dropForeignKeys(t *testing.T, conn *sql.DB) {
	t.Helper()
	rows, err := conn.QueryContext(t.Context(), `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
		FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
			AND conrelid IN (SELECT logicalrelid FROM pg_dist_partition)`)
	if err != nil {
		t.Fatal(err)
	}
	var drops []string
	for rows.Next() {
		var drop string
		if err := rows.Scan(&drop); err != nil {
			t.Fatal(err)
		}
		drops = append(drops, drop)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	for _, drop := range drops {
		if _, err := conn.ExecContext(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
	}
}

// tables lists every table of the product with its columns, queue and
// migration bookkeeping aside.
func tables(t *testing.T, kit *testkit.Kit, conn *sql.DB) map[string][]column {
	t.Helper()
	query := `SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	if kit.DB.Engine() == database.EnginePostgres {
		query = `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name IN
			(SELECT tablename FROM pg_tables WHERE schemaname = 'public')`
	}
	rows, err := conn.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string][]column{}
	for rows.Next() {
		var table string
		var c column
		if err := rows.Scan(&table, &c.name, &c.kind); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(table, "river_") && !strings.HasPrefix(table, "goose_") && !strings.HasPrefix(table, "sqlite_") {
			all[table] = append(all[table], c)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(all) < len(migrate.Tables) {
		t.Fatalf("%d tables found, ent alone has %d", len(all), len(migrate.Tables))
	}
	return all
}

func tenanted(columns []column) bool {
	return slices.ContainsFunc(columns, func(c column) bool { return c.name == "tenant_id" })
}

// anything is a value that fits the column; id and tenant decide the key.
func anything(c column, id uuid.UUID, tenant string) any {
	kind := strings.ToLower(c.kind)
	switch {
	case c.name == "tenant_id", c.name == "tenant", c.name == "code" && len(tenant) == 6:
		return tenant
	case c.name == "id" && strings.Contains(kind, "int"):
		return id.ID()
	case kind == "uuid":
		return id.String()
	case strings.HasPrefix(kind, "json"):
		return "{}"
	case strings.HasPrefix(kind, "bool"):
		return false
	case strings.HasPrefix(kind, "time"), strings.HasPrefix(kind, "datetime"), kind == "date":
		return testkit.Start.Format("2006-01-02 15:04:05.000000+00:00")
	case strings.Contains(kind, "int"), kind == "real", strings.HasPrefix(kind, "double"), strings.HasPrefix(kind, "numeric"):
		return int(tenant[5]) // two tenants, two values: some numbers are unique
	case kind == "bytea", kind == "blob":
		return id[:]
	default:
		return id.String()[:6]
	}
}

func fillAll(t *testing.T, conn *sql.DB, all map[string][]column, tenants ...string) {
	t.Helper()
	for table, columns := range all {
		for _, tenant := range tenants {
			id := uuid.New()
			var names, marks []string
			var values []any
			for i, c := range columns {
				names, values = append(names, `"`+c.name+`"`), append(values, anything(c, id, tenant))
				marks = append(marks, fmt.Sprintf("$%d", i+1))
			}
			query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ","), strings.Join(marks, ","))
			if _, err := conn.ExecContext(t.Context(), query, values...); err != nil {
				t.Fatalf("fill %s: %v", table, err)
			}
		}
	}
}

func TestEvery_table_is_on_a_list(t *testing.T) {
	global := tenancy.GlobalTypes()
	for _, table := range migrate.Tables {
		_, walled := table.Column("tenant_id")
		named := slices.ContainsFunc(global, func(name string) bool { return tableOf(t, name) == table.Name })
		if walled == named {
			t.Errorf("%s: has tenant_id: %v, is on the list of global tables: %v; it must be exactly one of them", table.Name, walled, named)
		}
	}
}

// tableOf asks ent's own client for the table of a type.
func tableOf(t *testing.T, typeName string) string {
	t.Helper()
	for _, table := range migrate.Tables {
		if strings.EqualFold(strings.ReplaceAll(table.Name, "_", ""), plural(strings.ToLower(typeName))) {
			return table.Name
		}
	}
	t.Fatalf("no table of %s", typeName)
	return ""
}

func plural(s string) string {
	if strings.HasSuffix(s, "y") && !strings.HasSuffix(s, "day") && !strings.HasSuffix(s, "key") {
		return s[:len(s)-1] + "ies"
	}
	return s + "s"
}

func TestEvery_table_has_the_second_wall(t *testing.T) {
	kit := testkit.New(t, database.EnginePostgres)
	conn := bare(t, kit)
	for table, columns := range tables(t, kit, conn) {
		var enabled, forced bool
		var keyed, loose, people int
		err := conn.QueryRowContext(t.Context(), `SELECT relrowsecurity, relforcerowsecurity,
			(SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
				WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'tenant_id'),
			(SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT EXISTS (SELECT 1 FROM pg_attribute a
				WHERE a.attrelid = c.oid AND a.attnum = ANY(i.indkey) AND a.attname = 'tenant_id')),
			(SELECT count(*) FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid IN ('persons'::regclass, 'sessions'::regclass))
			FROM pg_class c WHERE oid = $1::regclass`, table).Scan(&enabled, &forced, &keyed, &loose, &people)
		if err != nil {
			t.Fatal(err)
		}
		if !tenanted(columns) {
			continue
		}
		if !enabled || !forced {
			t.Errorf("%s: row-level security enabled %v, forced %v", table, enabled, forced)
		}
		if keyed != 1 || loose != 0 {
			t.Errorf("%s: the tenant must be in the primary key and in every unique index (%d without)", table, loose)
		}
		if people != 0 {
			t.Errorf("%s: a foreign key to people or sessions; a bare uuid is enough", table)
		}
	}
}

// With the wall in code switched off — plain SQL on the app's own pool —
// PostgreSQL alone must keep the tenants apart, in both ways of telling it.
func TestEvery_table_without_the_wall_in_code(t *testing.T) {
	for _, mode := range testkit.Modes() {
		t.Run(string(mode), func(t *testing.T) {
			kit := testkit.New(t, database.EnginePostgres)
			conn := bare(t, kit)
			all := tables(t, kit, conn)
			fillAll(t, conn, all, shinan, shibei)
			d := kit.Open(t, func(c *database.Config) { c.Mode = mode })
			for table, columns := range all {
				t.Run(table, func(t *testing.T) {
					if tenanted(columns) {
						attackTenanted(t, d, table)
					} else {
						attackGlobal(t, d, table)
					}
				})
			}
		})
	}
}

// rows runs a statement as the scope sees the database, undoes it, and returns
// how many rows it touched.
func rows(t *testing.T, d *database.DB, scope tenancy.Scope, statement string) (n int64, err error) {
	t.Helper()
	undo := errors.New("undo")
	got := d.Do(t.Context(), scope, func(ctx context.Context, tx *database.Tx) error {
		native, _ := tx.Native()
		tag, failed := native.Exec(ctx, statement)
		n, err = tag.RowsAffected(), failed
		return undo
	})
	if !errors.Is(got, undo) {
		t.Fatal(got)
	}
	return n, err
}

func attackTenanted(t *testing.T, d *database.DB, table string) {
	for _, attack := range []struct {
		name, statement string
		want            int64
	}{
		{"read all", "SELECT * FROM " + table, 1},
		{"read a foreign tenant", "SELECT * FROM " + table + " WHERE tenant_id = '" + shibei + "'", 0},
		{"change all", "UPDATE " + table + " SET tenant_id = tenant_id", 1},
		{"change a foreign tenant", "UPDATE " + table + " SET tenant_id = tenant_id WHERE tenant_id = '" + shibei + "'", 0},
		{"delete a foreign tenant", "DELETE FROM " + table + " WHERE tenant_id = '" + shibei + "'", 0},
	} {
		n, err := rows(t, d, tenancy.Tenant(shinan), attack.statement)
		if err != nil && !denied(err) || err == nil && n != attack.want {
			t.Errorf("%s: %d rows (%v), want %d", attack.name, n, err, attack.want)
		}
	}
	// A distributed table refuses the move before a policy is asked.
	_, err := rows(t, d, tenancy.Tenant(shinan), "UPDATE "+table+" SET tenant_id = '"+shibei+"'")
	if !denied(err) && (err == nil || !strings.Contains(err.Error(), "partition value")) {
		t.Errorf("moving a row to another tenant: %v, want a refusal by policy", err)
	}
	for name, scope := range map[string]tenancy.Scope{"door": tenancy.Door(), "reference": tenancy.Reference()} {
		if n, err := rows(t, d, scope, "SELECT * FROM "+table); err != nil || n != 0 {
			t.Errorf("scope %s without a tenant sees %d rows (%v)", name, n, err)
		}
	}
}

func attackGlobal(t *testing.T, d *database.DB, table string) {
	seen, err := rows(t, d, tenancy.Tenant(shinan), "SELECT * FROM "+table)
	secret := err != nil || seen == 0
	if behind := identityTable(table); behind != secret {
		t.Errorf("a tenant reads %d rows (%v); behind the identity door: %v", seen, err, behind)
	}
	if secret {
		if n, err := rows(t, d, tenancy.Door(), "SELECT * FROM "+table); err != nil || n != 2 {
			t.Errorf("the door reads %d rows (%v), want both", n, err)
		}
	}
	want := int64(0)
	if table == "tenants" {
		want = 1 // a tenant keeps its own brand and settings
	}
	for _, statement := range []string{"UPDATE " + table + " SET id = id", "DELETE FROM " + table} {
		n, err := rows(t, d, tenancy.Tenant(shinan), statement)
		if err != nil && !denied(err) || n > want {
			t.Errorf("a tenant: %s touched %d rows (%v)", statement, n, err)
		}
	}
}

func identityTable(table string) bool {
	return !slices.Contains([]string{"tenants", "divisions", "division_boundaries", "categories", "category_codes", "calendar_days", "calendar_years"}, table)
}

func denied(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501"
}

// The city's role reads every tenant and can change nothing, whatever it sends.
func TestEvery_table_as_the_city(t *testing.T) {
	kit := testkit.New(t, database.EnginePostgres)
	conn := bare(t, kit)
	all := tables(t, kit, conn)
	fillAll(t, conn, all, shinan, shibei)
	city, err := sql.Open("pgx", kit.Config().CityURL)
	if err != nil {
		t.Fatal(err)
	}
	defer city.Close()
	for table, columns := range all {
		var n int
		err := city.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n)
		switch {
		case tenanted(columns) && (err != nil || n != 2):
			t.Errorf("%s: the city reads %d rows (%v), want 2", table, n, err)
		case !tenanted(columns) && identityTable(table) && !denied(err):
			t.Errorf("%s: the city reads people (%v)", table, err)
		}
		for _, statement := range []string{"UPDATE " + table + " SET id = id", "DELETE FROM " + table, "TRUNCATE " + table, "INSERT INTO " + table + " DEFAULT VALUES"} {
			if _, err := city.ExecContext(t.Context(), statement); err == nil {
				t.Errorf("the city may: %s", statement)
			}
		}
	}
}

// With the second wall switched off — the owner role on PostgreSQL, any
// connection on SQLite — the wall in code alone must keep the tenants apart.
func TestEvery_type_without_the_second_wall(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		conn := bare(t, kit)
		fillAll(t, conn, tables(t, kit, conn), shinan, shibei)
		global := tenancy.GlobalTypes()
		client := reflect.TypeOf(db.Client{})
		for i := range client.NumField() {
			name := client.Field(i).Name
			if !client.Field(i).IsExported() || name == "Schema" {
				continue
			}
			t.Run(name, func(t *testing.T) {
				if slices.Contains(global, name) {
					attackGlobalType(t, kit.Owner, name)
				} else {
					attackTenantedType(t, kit.Owner, name)
				}
			})
		}
	})
}

// call calls a chain of ent's generated methods, the last with ctx, and returns
// its count and error.
func call(ctx context.Context, tx *database.Tx, typeName string, first string, then ...string) (int64, error) {
	v := reflect.ValueOf(tx.Client).Elem().FieldByName(typeName).MethodByName(first).Call(nil)[0]
	for _, name := range then {
		m := v.MethodByName(name)
		var in []reflect.Value
		if m.Type().NumIn() > 0 && !m.Type().IsVariadic() {
			switch m.Type().In(0) {
			case reflect.TypeFor[context.Context]():
				in = append(in, reflect.ValueOf(ctx))
			case reflect.TypeFor[time.Time]():
				in = append(in, reflect.ValueOf(testkit.Start))
			case reflect.TypeFor[string]():
				in = append(in, reflect.ValueOf(shibei))
			}
		}
		out := m.Call(in)
		if len(out) == 2 {
			err, _ := out[1].Interface().(error)
			if out[0].Kind() == reflect.Int {
				return out[0].Int(), err
			}
			return int64(out[0].Len()), err
		}
		if err, ok := out[0].Interface().(error); ok {
			return 0, err
		}
		v = out[0]
	}
	return 0, nil
}

// within runs a call in scope and undoes what it changed.
func within(t *testing.T, d *database.DB, scope tenancy.Scope, use func(context.Context, *database.Tx) (int64, error)) (n int64, err error) {
	t.Helper()
	if scope.Kind() == tenancy.KindCity || scope.Kind() == tenancy.KindPerson {
		err = d.View(t.Context(), scope, func(ctx context.Context, tx *database.Tx) (err error) { n, err = use(ctx, tx); return err })
		return n, err
	}
	undo := errors.New("undo")
	got := d.Do(t.Context(), scope, func(ctx context.Context, tx *database.Tx) error { n, err = use(ctx, tx); return undo })
	if !errors.Is(got, undo) {
		t.Fatal(got)
	}
	return n, err
}

func attackTenantedType(t *testing.T, d *database.DB, name string) {
	for _, attack := range []struct {
		what  string
		scope tenancy.Scope
		chain []string
		want  int64
		fails error
	}{
		{"count", tenancy.Tenant(shinan), []string{"Query", "Count"}, 1, nil},
		{"ids", tenancy.Tenant(shinan), []string{"Query", "IDs"}, 1, nil},
		{"count in a third tenant", tenancy.Tenant("370211"), []string{"Query", "Count"}, 0, nil},
		{"count over the city's list", tenancy.City([]string{shinan, shibei}), []string{"Query", "Count"}, 2, nil},
		{"count over a list of one", tenancy.City([]string{shibei}), []string{"Query", "Count"}, 1, nil},
		{"count through the door", tenancy.Door(), []string{"Query", "Count"}, 0, tenancy.ErrForbidden},
		{"count as a person", tenancy.Person(uuid.New()), []string{"Query", "Count"}, 0, tenancy.ErrForbidden},
		{"update all", tenancy.Tenant(shinan), []string{"Update", "SetUpdatedAt", "Save"}, 1, nil},
		{"update through the door", tenancy.Door(), []string{"Update", "SetUpdatedAt", "Save"}, 0, tenancy.ErrForbidden},
		{"delete all", tenancy.Tenant(shinan), []string{"Delete", "Exec"}, 1, nil},
		{"create in another tenant", tenancy.Tenant(shinan), []string{"Create", "SetTenantID", "Exec"}, 0, tenancy.ErrWrongTenant},
	} {
		if len(attack.chain) == 3 && attack.chain[1] == "SetUpdatedAt" && !hasMethod(name, "Update", "SetUpdatedAt") {
			attack.chain, attack.want = []string{"Update", "Save"}, 0 // written once: ent has no setter
		}
		n, err := within(t, d, attack.scope, func(ctx context.Context, tx *database.Tx) (int64, error) {
			return call(ctx, tx, name, attack.chain[0], attack.chain[1:]...)
		})
		if n != attack.want || !errors.Is(err, attack.fails) {
			t.Errorf("%s: %d rows, %v; want %d, %v", attack.what, n, err, attack.want, attack.fails)
		}
	}
}

func hasMethod(typeName, first, method string) bool {
	client, _ := reflect.TypeFor[db.Client]().FieldByName(typeName)
	builder, _ := client.Type.MethodByName(first)
	_, ok := builder.Type.Out(0).MethodByName(method)
	return ok
}

func attackGlobalType(t *testing.T, d *database.DB, name string) {
	table := tableOf(t, name)
	n, err := within(t, d, tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) (int64, error) {
		return call(ctx, tx, name, "Query", "Count")
	})
	if identityTable(table) && !errors.Is(err, tenancy.ErrForbidden) {
		t.Errorf("a tenant reads %d rows past the door (%v)", n, err)
	}
	n, err = within(t, d, tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) (int64, error) {
		return call(ctx, tx, name, "Delete", "Exec")
	})
	if !errors.Is(err, tenancy.ErrForbidden) {
		t.Errorf("a tenant deletes %d rows (%v)", n, err)
	}
}
