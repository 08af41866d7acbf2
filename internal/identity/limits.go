package identity

import (
	"context"
	"fmt"
	"time"

	"huying/ent/db"
	"huying/ent/db/ratelimit"
	"huying/internal/platform/database"
)

// take counts one use of key in the present window and returns zero, or, when the quota is used up, how
// long to wait. The count stands in the database, so a restart does not refill it. Parallel callers
// queue on the counter's row, so no more than q.Max get zero.
func take(ctx context.Context, tx *database.Tx, key string, q Quota, now time.Time) (time.Duration, error) {
	start := now.Truncate(q.Window)
	if err := count(ctx, tx, key, start, start.Add(q.Window), now); err != nil {
		return 0, err
	}
	row, err := tx.RateLimit.Query().Where(ratelimit.Key(key), ratelimit.WindowStart(start)).Only(ctx)
	if err != nil {
		return 0, fmt.Errorf("identity: quota: %w", err)
	}
	if row.Count > q.Max {
		return start.Add(q.Window).Sub(now), nil
	}
	return 0, nil
}

func count(ctx context.Context, tx *database.Tx, key string, start, expires, now time.Time) error {
	//nolint:forbidigo // the Update of an upsert writes the row in conflict and re-reads nothing
	err := tx.RateLimit.Create().SetKey(key).SetWindowStart(start).SetCount(1).SetExpiresAt(expires).SetCreatedAt(now).
		OnConflictColumns(ratelimit.FieldKey, ratelimit.FieldWindowStart).
		Update(func(u *db.RateLimitUpsert) { u.AddCount(1).SetExpiresAt(expires) }).
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("identity: quota: %w", err)
	}
	return nil
}

// whole is the window of counters that do not belong to a window: failures, which end by themselves.
var whole = time.Unix(0, 0).UTC()

// lockedFor returns how long key is still locked, zero when it is not.
func lockedFor(ctx context.Context, tx *database.Tx, key string, limit int, now time.Time) (time.Duration, error) {
	row, err := tx.RateLimit.Query().Where(ratelimit.Key(key), ratelimit.WindowStart(whole)).Only(ctx)
	if database.IsNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("identity: lock: %w", err)
	}
	if row.Count >= limit && now.Before(row.ExpiresAt) {
		return row.ExpiresAt.Sub(now), nil
	}
	return 0, nil
}

// try counts a try on key before anything is compared, and returns how long key is locked, zero when
// the try may go on. Counting takes the row's lock, so tries that come at once are served one by one
// and no more than limit of them fail before the lock. Each try keeps the count alive for keep.
func try(ctx context.Context, tx *database.Tx, key string, limit int, keep time.Duration, now time.Time) (time.Duration, error) {
	if wait, err := lockedFor(ctx, tx, key, limit, now); err != nil || wait > 0 {
		return wait, err
	}
	err := tx.RateLimit.Update().Where(ratelimit.Key(key), ratelimit.WindowStart(whole), ratelimit.ExpiresAtLTE(now)).
		SetCount(0).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("identity: lock: %w", err)
	}
	if err := count(ctx, tx, key, whole, now.Add(keep), now); err != nil {
		return 0, err
	}
	return lockedFor(ctx, tx, key, limit+1, now)
}

// untried takes one try back that was neither right nor wrong.
func untried(ctx context.Context, tx *database.Tx, key string) error {
	if err := tx.RateLimit.Update().Where(ratelimit.Key(key), ratelimit.WindowStart(whole)).AddCount(-1).Exec(ctx); err != nil {
		return fmt.Errorf("identity: lock: %w", err)
	}
	return nil
}

// forgiven forgets the failures of key.
func forgiven(ctx context.Context, tx *database.Tx, key string) error {
	if _, err := tx.RateLimit.Delete().Where(ratelimit.Key(key), ratelimit.WindowStart(whole)).Exec(ctx); err != nil {
		return fmt.Errorf("identity: lock: %w", err)
	}
	return nil
}
