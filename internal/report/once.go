package report

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"huying/internal/idempotency"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/web"
)

// errRepeated undoes an action whose key another request has just brought to its end.
var errRepeated = errors.New("report: this key's action is done")

// onceKey carries the key of an action to the transaction that does it.
type onceKey struct{}

// once does an action once per Idempotency-Key, for 24 hours: a phone that never heard the answer sends the action
// again and is shown the report, instead of being told that the step is no longer its own. Without a key it is plain do.
func (s *Service) once(ctx context.Context, ref, name string, do func(context.Context) (uuid.UUID, error)) (*viewOutput, error) {
	given, hash := web.IdempotencyKey(ctx)
	caller := auth.From(ctx)
	if given == "" || caller == nil {
		id, err := do(ctx)
		if err != nil {
			return nil, err
		}
		return s.show(ctx, id)
	}
	key := idempotency.Key{
		Person: caller.PersonID, Route: "POST /reports/" + ref + "/" + name, Key: given, BodyHash: hash, Now: s.Clock.Now(),
	}
	done, found, err := s.recall(ctx, web.TenantOf(ctx), key)
	if err != nil {
		return nil, err
	}
	if !found {
		id, err := do(context.WithValue(ctx, onceKey{}, key))
		if err == nil {
			return s.show(ctx, id)
		}
		// An equal request may have got through a moment ago.
		var again error
		if done, found, again = s.recall(ctx, web.TenantOf(ctx), key); !found || again != nil {
			return nil, err
		}
	}
	id, err := uuid.ParseBytes(done)
	if err != nil {
		return nil, fmt.Errorf("stored answer: %w", err)
	}
	return s.show(ctx, id)
}

// remember writes the action's key, if it has one, beside what the action wrote.
func remember(ctx context.Context, tx *database.Tx, id uuid.UUID) error {
	key, has := ctx.Value(onceKey{}).(idempotency.Key)
	if !has {
		return nil
	}
	_, repeated, err := idempotency.Run(ctx, tx, key, func(context.Context) ([]byte, error) { return []byte(id.String()), nil })
	if err == nil && repeated {
		err = errRepeated
	}
	return err
}
