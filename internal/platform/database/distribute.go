package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrNoCitus is returned by Distribute for a database without the extension or without a node to put shards on.
var ErrNoCitus = errors.New("this database is not a Citus coordinator: as a superuser run CREATE EXTENSION citus here and on" +
	" every worker, then SELECT citus_add_node('host', 5432) for each")

// Distribution is what Distribute does, or would do, to one table.
type Distribution struct {
	Table string `json:"table"`
	// Kind is distributed (by tenant_id, beside all the others), reference (a copy on every node) or local.
	Kind string `json:"kind"`
	// Done says that it was so before.
	Done bool `json:"done"`
}

// Table kinds of a distributed database.
const (
	kindDistributed = "distributed"
	kindReference   = "reference"
	kindLocal       = "local"
)

// distributionPlan sorts the tables by what they hold: a tenant's rows go to the tenant's shard, what the city's role may
// read and belongs to no tenant is small and goes everywhere, and the rest (persons, sessions, the queue) stays where it is.
const distributionPlan = `SELECT c.relname,
		CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
				THEN 'distributed'
			WHEN has_table_privilege('huying_city', c.oid, 'SELECT') THEN 'reference' ELSE 'local' END,
		EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.oid)
	FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> '` + savedKeys + `'
		AND pg_get_userbyid(c.relowner) = '` + RoleOwner + `' ORDER BY c.relname`

// savedKeys keeps the foreign keys that Distribute has taken off and not yet put back, so that it can be run again
// after it was broken off.
const savedKeys = "huying_distribution_keys"

// Distribute turns a migrated database, filled or empty, into one distributed over a Citus cluster by tenant_id: every
// tenant's rows lie together on one shard. The URL is the owner's. It may be run again, after a failure and after
// migrations that brought new tables. dry only says what would be done. Nobody may write meanwhile. See deploy/citus.md.
func Distribute(ctx context.Context, ownerURL string, dry bool, say func(Distribution)) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("owner URL: %w", redactURL(err, ownerURL))
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing of worth is left on it
	plan, err := planDistribution(ctx, conn)
	if err != nil {
		return err
	}
	if !dry {
		if err := prepareDistribution(ctx, conn); err != nil {
			return err
		}
	}
	first := ""
	for _, d := range plan {
		if !dry && !d.Done {
			if err := distribute(ctx, conn, d, first); err != nil {
				return fmt.Errorf("%s: %w", d.Table, err)
			}
		}
		if d.Kind == kindDistributed && first == "" {
			first = d.Table
		}
		say(d)
	}
	if dry {
		return nil
	}
	if err := closeWalls(ctx, conn); err != nil {
		return err
	}
	return putBackKeys(ctx, conn)
}

func planDistribution(ctx context.Context, conn *pgx.Conn) ([]Distribution, error) {
	var nodes int
	err := conn.QueryRow(ctx, "SELECT CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN 1 ELSE 0 END").Scan(&nodes)
	if err != nil {
		return nil, fmt.Errorf("look for citus: %w", err)
	}
	if nodes == 0 {
		return nil, ErrNoCitus
	}
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards").Scan(&nodes); err != nil {
		return nil, fmt.Errorf("look for workers: %w", err)
	}
	if nodes == 0 {
		return nil, ErrNoCitus
	}
	rows, err := conn.Query(ctx, distributionPlan)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	plan, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Distribution, err error) {
		err = row.Scan(&d.Table, &d.Kind, &d.Done)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	for i := range plan {
		plan[i].Done = plan[i].Done || plan[i].Kind == kindLocal
	}
	return plan, nil
}

// prepareDistribution takes off the foreign keys between tenants' tables, which could not point at a table that moves
// before theirs, and tells the workers what the walls need to know.
func prepareDistribution(ctx context.Context, conn *pgx.Conn) error {
	for _, stmt := range []string{
		// Of SET only SET LOCAL reaches the workers, and only when asked: the walls stand there.
		"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET citus.propagate_set_commands = ''local''', current_database()); END $$",
		"SET citus.propagate_set_commands = 'local'",
		// The one trigger of a distributed table, head_forward, looks at rows of its own shard only.
		"SET citus.enable_unsafe_triggers = on",
		"SET citus.multi_shard_modify_mode = 'sequential'",
		"SET lock_timeout = '60s'",
		"CREATE TABLE IF NOT EXISTS " + savedKeys + " (tbl text, name text, definition text, PRIMARY KEY (tbl, name))",
	} {
		if _, err := conn.Exec(ctx, stmt); err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `INSERT INTO `+savedKeys+` SELECT r.relname, k.conname, pg_get_constraintdef(k.oid)
			FROM pg_constraint k JOIN pg_class r ON r.oid = k.conrelid
			WHERE k.contype = 'f' AND r.relnamespace = 'public'::regnamespace
				AND NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = k.conrelid)
			ON CONFLICT (tbl, name) DO UPDATE SET definition = excluded.definition RETURNING tbl, name`)
		if err != nil {
			return fmt.Errorf("foreign keys: %w", err)
		}
		keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Table, Name string }])
		if err != nil {
			return fmt.Errorf("foreign keys: %w", err)
		}
		for _, k := range keys {
			_, err := tx.Exec(ctx, fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s", pgx.Identifier{k.Table}.Sanitize(), pgx.Identifier{k.Name}.Sanitize()))
			if err != nil {
				return fmt.Errorf("foreign key %s: %w", k.Name, err)
			}
		}
		return nil
	})
}

// distribute moves one table. Its rows are copied to the shards and then taken out of the coordinator's own copy. Rows
// are not copied into a table whose owner is behind the wall too, so the wall is opened for the owner meanwhile.
func distribute(ctx context.Context, conn *pgx.Conn, d Distribution, first string) error {
	table := pgx.Identifier{d.Table}.Sanitize()
	if _, err := conn.Exec(ctx, "ALTER TABLE "+table+" NO FORCE ROW LEVEL SECURITY"); err != nil {
		return err
	}
	if err := move(ctx, conn, d, first); err != nil {
		return errors.Join(err, closeWalls(ctx, conn))
	}
	return closeWalls(ctx, conn)
}

// closeWalls forces row-level security again wherever it is on, a run that was broken off included.
func closeWalls(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
		AND relrowsecurity AND NOT relforcerowsecurity AND pg_get_userbyid(relowner) = '`+RoleOwner+"'")
	if err != nil {
		return fmt.Errorf("walls: %w", err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("walls: %w", err)
	}
	for _, table := range open {
		if _, err := conn.Exec(ctx, "ALTER TABLE "+pgx.Identifier{table}.Sanitize()+" FORCE ROW LEVEL SECURITY"); err != nil {
			return fmt.Errorf("wall of %s: %w", table, err)
		}
	}
	return nil
}

func move(ctx context.Context, conn *pgx.Conn, d Distribution, first string) error {
	if d.Kind == kindReference {
		_, err := conn.Exec(ctx, "SELECT create_reference_table($1::text::regclass)", d.Table)
		return err
	}
	beside := "default"
	if first != "" {
		beside = first
	}
	if _, err := conn.Exec(ctx, "SELECT create_distributed_table($1::text::regclass, 'tenant_id', colocate_with => $2)", d.Table, beside); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "SELECT truncate_local_data_after_distributing_table($1::text::regclass)", d.Table)
	return err
}

// putBackKeys gives every table its foreign keys again: now they are the shards', between rows of one tenant.
func putBackKeys(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, "SELECT tbl, name, definition FROM "+savedKeys+" ORDER BY tbl, name")
	if err != nil {
		return fmt.Errorf("foreign keys: %w", err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Table, Name, Definition string }])
	if err != nil {
		return fmt.Errorf("foreign keys: %w", err)
	}
	for _, k := range keys {
		stmt := fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", pgx.Identifier{k.Table}.Sanitize(), pgx.Identifier{k.Name}.Sanitize(), k.Definition)
		if _, err := conn.Exec(ctx, stmt); err != nil {
			return fmt.Errorf("foreign key %s: %w", k.Name, err)
		}
		if _, err := conn.Exec(ctx, "DELETE FROM "+savedKeys+" WHERE tbl = $1 AND name = $2", k.Table, k.Name); err != nil {
			return fmt.Errorf("foreign key %s: %w", k.Name, err)
		}
	}
	if _, err := conn.Exec(ctx, "DROP TABLE "+savedKeys); err != nil {
		return fmt.Errorf("foreign keys: %w", err)
	}
	return nil
}
