package database

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// quiet is how long a connection that listens may be silent before it is asked whether it still lives.
const quiet = 30 * time.Second

// Say tells every process that listens on a channel of this PostgreSQL; at most 8000 bytes.
func (d *DB) Say(ctx context.Context, channel, text string) error {
	_, err := d.pool.Exec(ctx, "SELECT pg_notify($1, $2)", channel, text)
	return err
}

// Listen hears a channel on a connection of its own until ctx ends or the connection is lost, which is its error. ready is
// called when it listens.
func Listen(ctx context.Context, url, channel string, ready func(), hear func(text string)) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("listen: %w", redactURL(err, url))
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it ends with us
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	ready()
	for {
		wait, cancel := context.WithTimeout(ctx, quiet)
		said, err := conn.WaitForNotification(wait)
		silent := wait.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case err == nil:
			hear(said.Payload)
		case silent && !conn.IsClosed():
			if err := conn.Ping(ctx); err != nil {
				return fmt.Errorf("listen: %w", err)
			}
		default:
			return fmt.Errorf("listen: %w", err)
		}
	}
}
