package objects_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"huying/internal/platform/objects"
)

func TestBuckets(t *testing.T) {
	eachStore(t, func(t *testing.T, ctx context.Context, s *objects.Store) {
		const tenant = "370298"
		var calls []string
		s.Observe(func(operation string, err error, _ time.Duration) {
			if err != nil {
				operation += " " + err.Error()
			}
			calls = append(calls, operation)
		})
		before, err := s.Buckets(ctx, tenant)
		must(t, err)
		if len(before) != 2 || before[0].There || before[1].There {
			t.Errorf("before there are any: %+v", before)
		}
		must(t, s.EnsureTenant(ctx, tenant))
		after, err := s.Buckets(ctx, tenant)
		must(t, err)
		if !after[0].There || !after[0].Versioned || !after[0].Locked || after[0].Open {
			t.Errorf("evidence: %+v", after[0])
		}
		if !after[1].There || !after[1].Versioned || after[1].Locked || after[1].Open {
			t.Errorf("staging: %+v", after[1])
		}
		if _, err := s.Stat(ctx, objects.Ref{Tenant: tenant, Key: "photos/none"}); !errors.Is(err, objects.ErrNotFound) {
			t.Fatal(err)
		}
		if len(calls) != 4 || calls[1] != "make buckets" || calls[3] != "stat objects: stat: objects: not found" {
			t.Errorf("told of %q", calls)
		}
	})
}
