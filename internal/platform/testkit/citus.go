package testkit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"huying/internal/platform/database"
)

// citusWorkers are the superuser addresses of the workers that HUYING_TEST_CITUS names; none means plain PostgreSQL.
func citusWorkers() (workers []*url.URL, err error) {
	given := os.Getenv("HUYING_TEST_CITUS")
	if given == "" {
		return nil, nil
	}
	if os.Getenv("HUYING_TEST_POSTGRES") == "" {
		return nil, errors.New("testkit: HUYING_TEST_CITUS names workers; HUYING_TEST_POSTGRES must name their coordinator")
	}
	for address := range strings.SplitSeq(given, ",") {
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("testkit: HUYING_TEST_CITUS: %w", err)
		}
		workers = append(workers, u)
	}
	return workers, nil
}

// Modes are the ways to tell PostgreSQL the scope that the server of this run can do: Citus passes only SET LOCAL on.
func Modes() []database.RLSMode {
	if os.Getenv("HUYING_TEST_CITUS") != "" {
		return []database.RLSMode{database.RLSLocal}
	}
	return []database.RLSMode{database.RLSSession, database.RLSLocal}
}

// OnCitus says whether the kit's database is distributed.
func (k *Kit) OnCitus() bool { return k.super != nil && os.Getenv("HUYING_TEST_CITUS") != "" }

// useCitus makes a database of its own on every node, migrates and fills it on the coordinator and distributes it. There
// is no template to copy, because a copy would know nothing of the shards.
func (k *Kit) useCitus(t testing.TB, workers []*url.URL, f fill) error {
	t.Helper()
	ctx := t.Context()
	coordinator, err := cluster()
	if err != nil {
		return err
	}
	name := databaseName()
	nodes := append([]*url.URL{coordinator}, workers...)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(ctx)
		for _, node := range nodes {
			err := superuser(ctx, node.String(), func(c *pgx.Conn) error {
				_, err := c.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
				return err
			})
			if err != nil {
				t.Errorf("testkit: %v", err)
			}
		}
	})
	for _, node := range nodes {
		if err := makeNode(ctx, node, name); err != nil {
			return err
		}
	}
	if err := k.pointAt(name); err != nil {
		return err
	}
	k.config.Mode = database.RLSLocal
	err = superuser(ctx, k.super.String(), func(c *pgx.Conn) error { return joinNodes(ctx, c, nodes) })
	if err != nil {
		return err
	}
	if err := database.MigratePostgres(ctx, k.owner.String()); err != nil {
		return err
	}
	if err := f.into(ctx, database.Config{Engine: database.EnginePostgres, URL: k.owner.String()}); err != nil {
		return err
	}
	return database.Distribute(ctx, k.owner.String(), false, func(database.Distribution) {})
}

// makeNode makes the roles, the database and the extension on one node.
func makeNode(ctx context.Context, node *url.URL, name string) error {
	alone, err := templateLock("roles")
	if err != nil {
		return err
	}
	defer alone.Close() //nolint:errcheck // closing is what gives the lock back
	err = database.BootstrapPostgres(ctx, node.String(), database.Bootstrap{
		Database: name, OwnerPassword: password, AppPassword: password, CityPassword: password,
	})
	if err != nil {
		return err
	}
	own := *node
	own.Path = "/" + name
	return superuser(ctx, own.String(), func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS citus")
		return err
	})
}

// joinNodes tells the coordinator, which nodes[0] is, of all nodes.
func joinNodes(ctx context.Context, c *pgx.Conn, nodes []*url.URL) error {
	for i, node := range nodes {
		port, err := strconv.Atoi(node.Port())
		if err != nil {
			return fmt.Errorf("testkit: port of %s: %w", node.Redacted(), err)
		}
		join := "SELECT citus_add_node($1, $2)"
		if i == 0 {
			join = "SELECT citus_set_coordinator_host($1, $2)"
		}
		if _, err := c.Exec(ctx, join, node.Hostname(), port); err != nil {
			return fmt.Errorf("testkit: join %s: %w", node.Redacted(), err)
		}
	}
	return nil
}
