package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/idempotency"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

func run(kit *testkit.Kit, tenant string, k idempotency.Key, fn func(context.Context) ([]byte, error)) (answer string, repeated bool, err error) {
	err = kit.DB.Do(context.Background(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		a, r, err := idempotency.Run(ctx, tx, k, fn)
		answer, repeated = string(a), r
		return err
	})
	return answer, repeated, err
}

func TestFiftyAtOnceRunOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		var ran atomic.Int64
		k := idempotency.Key{Person: uuid.New(), Route: "POST /things", Key: "a", BodyHash: "h", Now: kit.Clock.Now()}
		answers := make([]string, 50)
		var group sync.WaitGroup
		for i := range answers {
			group.Go(func() {
				answer, _, err := run(kit, "370202", k, func(context.Context) ([]byte, error) {
					return fmt.Appendf(nil, "made %d", ran.Add(1)), nil
				})
				if err != nil {
					t.Error(err)
				}
				answers[i] = answer
			})
		}
		group.Wait()
		if ran.Load() != 1 {
			t.Fatalf("ran %d times", ran.Load())
		}
		for _, a := range answers {
			if a != "made 1" {
				t.Fatalf("an answer is %q", a)
			}
		}
	})
}

func TestKeysAreApart(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		base := idempotency.Key{Person: uuid.New(), Route: "POST /things", Key: "a", BodyHash: "h", Now: kit.Clock.Now()}
		n := 0
		make := func(context.Context) ([]byte, error) { n++; return fmt.Appendf(nil, "%d", n), nil }
		if a, r, err := run(kit, "370202", base, make); a != "1" || r || err != nil {
			t.Fatal(a, r, err)
		}
		change := func(f func(*idempotency.Key)) idempotency.Key { k := base; f(&k); return k }
		cases := []struct {
			name, tenant string
			key          idempotency.Key
			answer       string
			kind         *fault.Kind
		}{
			{"same_again", "370202", base, "1", nil},
			{"another_body", "370202", change(func(k *idempotency.Key) { k.BodyHash = "other" }), "", idempotency.KeyReused},
			{"another_tenant", "370203", base, "2", nil},
			{"another_person", "370202", change(func(k *idempotency.Key) { k.Person = uuid.New() }), "3", nil},
			{"another_route", "370202", change(func(k *idempotency.Key) { k.Route = "POST /others" }), "4", nil},
			{"no_key", "370202", change(func(k *idempotency.Key) { k.Key = "" }), "5", nil},
			{"no_key_again", "370202", change(func(k *idempotency.Key) { k.Key = "" }), "6", nil},
			{"just_before_the_end", "370202", change(func(k *idempotency.Key) { k.Now = k.Now.Add(idempotency.Life - time.Microsecond) }), "1", nil},
			{"after_a_day", "370202", change(func(k *idempotency.Key) { k.Now = k.Now.Add(idempotency.Life); k.BodyHash = "other" }), "7", nil},
			{"too_long", "370202", change(func(k *idempotency.Key) { k.Key = strings.Repeat("x", 129) }), "", fault.Invalid},
			{"control_characters", "370202", change(func(k *idempotency.Key) { k.Key = "a\nb" }), "", fault.Invalid},
		}
		for _, c := range cases {
			a, _, err := run(kit, c.tenant, c.key, make)
			if c.kind != nil && !fault.Is(err, c.kind) || c.kind == nil && (err != nil || a != c.answer) {
				t.Errorf("%s: %q %v", c.name, a, err)
			}
		}
	})
}

func TestAFailureLeavesTheKeyFree(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		k := idempotency.Key{Person: uuid.New(), Route: "POST /things", Key: "a", BodyHash: "h", Now: kit.Clock.Now()}
		broken := errors.New("half way")
		if _, _, err := run(kit, "370202", k, func(context.Context) ([]byte, error) { return nil, broken }); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if a, r, err := run(kit, "370202", k, func(context.Context) ([]byte, error) { return []byte("ok"), nil }); a != "ok" || r || err != nil {
			t.Fatal(a, r, err)
		}
	})
}

func TestRecallAndExpire(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		k := idempotency.Key{Person: uuid.New(), Route: "POST /things", Key: "a", BodyHash: "h", Now: kit.Clock.Now()}
		recall := func() (answer string, found bool) {
			err := kit.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				a, f, err := idempotency.Recall(ctx, tx, k)
				answer, found = string(a), f
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return answer, found
		}
		if _, found := recall(); found {
			t.Fatal("found before it was made")
		}
		if _, _, err := run(kit, "370202", k, func(context.Context) ([]byte, error) { return []byte("ok"), nil }); err != nil {
			t.Fatal(err)
		}
		if a, found := recall(); !found || a != "ok" {
			t.Fatal(a, found)
		}
		expire := func(at time.Time) (n int) {
			err := kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) (err error) {
				n, err = idempotency.Expire(ctx, tx, at)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := expire(k.Now.Add(idempotency.Life - time.Second)); n != 0 {
			t.Fatalf("%d expired early", n)
		}
		if n := expire(k.Now.Add(idempotency.Life)); n != 1 {
			t.Fatalf("%d expired", n)
		}
	})
}

func TestForgetter(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		tenants := []string{"370202", "370203"}
		k := idempotency.Key{Person: uuid.New(), Route: "POST /things", Key: "a", BodyHash: "h", Now: kit.Clock.Now()}
		for _, tenant := range tenants {
			if _, _, err := run(kit, tenant, k, func(context.Context) ([]byte, error) { return []byte("ok"), nil }); err != nil {
				t.Fatal(err)
			}
		}
		left := func() (n int) {
			for _, tenant := range tenants {
				err := kit.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
					here, err := tx.IdempotencyKey.Query().Count(ctx)
					n += here
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		f := &idempotency.Forgetter{DB: kit.DB, Clock: kit.Clock, Tenants: func(context.Context) ([]string, error) { return tenants, nil }}
		if err := f.Work(t.Context(), nil); err != nil || left() != 2 {
			t.Fatal(err, left())
		}
		kit.Clock.Advance(idempotency.Life)
		if err := f.Work(t.Context(), nil); err != nil || left() != 0 {
			t.Fatal(err, left())
		}
	})
}
