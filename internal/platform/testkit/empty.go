package testkit

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// EmptyDatabase makes a database with nothing in it on a server that has the
// product's roles, and returns its superuser URL and what drops it again.
// Migrations are written against one.
func EmptyDatabase(ctx context.Context) (url string, drop func(context.Context) error, err error) {
	server, err := cluster()
	if err != nil {
		return "", nil, err
	}
	name := databaseName()
	if err := bootstrap(ctx, name); err != nil {
		return "", nil, err
	}
	own := *server
	own.Path = "/" + name
	return own.String(), func(ctx context.Context) error { return dropDatabase(ctx, name) }, nil
}

func databaseName() string { return "t_" + strings.ReplaceAll(uuid.NewString(), "-", "") }

func dropDatabase(ctx context.Context, name string) error {
	return onServer(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

// onServer runs one statement as superuser outside of any test's database.
func onServer(ctx context.Context, statement string) error {
	server, err := cluster()
	if err != nil {
		return err
	}
	return superuser(ctx, server.String(), func(c *pgx.Conn) error {
		if _, err := c.Exec(ctx, statement); err != nil {
			return fmt.Errorf("testkit: %s: %w", statement, err)
		}
		return nil
	})
}
