package idempotency

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/web"
)

// Once runs the create of an HTTP request inside its transaction and gives its answer. The key,
// the body and the caller are those of the request; a repetition gets the first answer again. T
// must survive JSON. Without a key fn simply runs.
func Once[T any](ctx context.Context, tx *database.Tx, route string, now time.Time, fn func(context.Context) (T, error)) (T, error) {
	var zero, made T
	key, hash := web.IdempotencyKey(ctx)
	person := uuid.Nil
	if caller := auth.From(ctx); caller != nil {
		person = caller.PersonID
	}
	answer, repeated, err := Run(ctx, tx, Key{Person: person, Route: route, Key: key, BodyHash: hash, Now: now},
		func(ctx context.Context) ([]byte, error) {
			var err error
			if made, err = fn(ctx); err != nil {
				return nil, err
			}
			return json.Marshal(made)
		})
	if err != nil || !repeated {
		return made, err
	}
	var again T
	if err := json.Unmarshal(answer, &again); err != nil {
		return zero, fmt.Errorf("idempotency: stored answer of %s: %w", route, err)
	}
	return again, nil
}
