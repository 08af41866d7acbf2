package identity_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/identity"
	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
	"huying/policy"
)

const (
	phone    = "13812345678"
	password = "correct-fish-lamp-77"
)

// bench is the service on one engine with everything it needs.
type bench struct {
	*identity.Service
	kit    *testkit.Kit
	notify *notify.Service
	keys   *crypto.Keyring
	// material is what keys was made of.
	material crypto.Material
	meta     auth.Meta
	// owned are the report numbers that OwnsReport says yes to.
	owned map[string]uuid.UUID
}

// onEngines runs test on both engines.
func onEngines(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) { test(t, newBench(t, kit, identity.Config{})) })
}

func newBench(t *testing.T, kit *testkit.Kit, cfg identity.Config) *bench {
	t.Helper()
	b := &bench{kit: kit, owned: map[string]uuid.UUID{}, meta: auth.Meta{Address: "203.0.113.7", Device: "phone-1", UserAgent: "test"}}
	material, err := crypto.Generate(kit.Clock.Now())
	must(t, err)
	b.material = material
	b.keys, err = crypto.New(material)
	must(t, err)
	b.start(t, kit.DB, cfg)
	return b
}

// start builds the service on db; a second call is a restart on the same data.
func (b *bench) start(t *testing.T, db *database.DB, cfg identity.Config) {
	t.Helper()
	index, err := authz.Load(policy.FS)
	must(t, err)
	tokens, err := auth.NewTokens(auth.TokenOptions{Issuer: "huying", Audience: "huying", Lifetime: 15 * time.Minute, Keys: b.keys, Clock: b.kit.Clock})
	must(t, err)
	queue := jobs.New(db, jobs.Options{})
	b.notify = notify.New(notify.Deps{DB: db, Clock: b.kit.Clock, Keys: b.keys, Jobs: queue})
	b.Service, err = identity.New(identity.Deps{
		DB: db, Clock: b.kit.Clock, Keys: b.keys, Tokens: tokens, Index: index, Notify: b.notify, Config: cfg,
		OwnsReport: func(_ context.Context, person uuid.UUID, number string) (bool, error) {
			return b.owned[number] == person, nil
		},
	})
	must(t, err)
	must(t, queue.Start(t.Context()))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, err error, k *fault.Kind) {
	t.Helper()
	if !fault.Is(err, k) {
		t.Fatalf("want %s, got %v", k.Code, err)
	}
}

// code asks for a code and reads it from the outbox.
func (b *bench) code(t *testing.T, number string) string {
	t.Helper()
	_, err := b.RequestCode(t.Context(), number, b.meta)
	must(t, err)
	plain, err := identity.ParsePhone(number)
	must(t, err)
	sent, err := b.notify.Outbox(t.Context(), plain, 1)
	must(t, err)
	if len(sent) != 1 {
		t.Fatal("no message in the outbox")
	}
	return sent[0].Params["code"]
}

// citizen signs a number in.
func (b *bench) citizen(t *testing.T, number string) *identity.Issued {
	t.Helper()
	i, err := b.SignInByCode(t.Context(), identity.CodeSignIn{Phone: number, Code: b.code(t, number)}, b.meta)
	must(t, err)
	return i
}

// staff makes an account with the grants.
func (b *bench) staff(t *testing.T, username string, grants ...authz.Grant) uuid.UUID {
	t.Helper()
	id, err := b.AddStaff(t.Context(), identity.NewStaff{Username: username, Name: "王小明", Password: password})
	must(t, err)
	for _, g := range grants {
		_, err := b.Grant(t.Context(), id, g)
		must(t, err)
	}
	return id
}

func (b *bench) signIn(t *testing.T, username string) *identity.Issued {
	t.Helper()
	i, err := b.SignInByPassword(t.Context(), identity.PasswordSignIn{Username: username, Password: password}, b.meta)
	must(t, err)
	return i
}

func (b *bench) caller(t *testing.T, i *identity.Issued) *auth.Caller {
	t.Helper()
	c, err := b.Authenticate(t.Context(), i.AccessToken, b.meta)
	must(t, err)
	c.Grants = c.AllGrants
	return c
}

// lines reads a tenant's audit lines of an action.
func (b *bench) lines(t *testing.T, tenant, action string) []string {
	t.Helper()
	var out []string
	err := b.kit.DB.View(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.AuditLine.Query().All(ctx)
		for _, r := range rows {
			if r.Action == action {
				out = append(out, fmt.Sprintf("%s %s %s %s", r.ActorKind, r.SubjectKind, r.SubjectID, r.Reason))
			}
		}
		return err
	})
	must(t, err)
	return out
}

func grant(role, division string) authz.Grant {
	return authz.Grant{Role: role, Tenant: division[:6], Division: division}
}

type uuidID = uuid.UUID

// everyRow prints every row of the identity tables and the outbox as it is stored.
func (b *bench) everyRow(t *testing.T) []string {
	t.Helper()
	var out []string
	err := b.kit.DB.View(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		people, err := tx.Person.Query().All(ctx)
		if err != nil {
			return err
		}
		for _, p := range people {
			out = append(out, fmt.Sprintf("%q %q %q", p.Name, deref(p.PhoneSealed), fmt.Sprint(p)))
		}
		messages, err := tx.SmsMessage.Query().All(ctx)
		if err != nil {
			return err
		}
		for _, m := range messages {
			out = append(out, fmt.Sprintf("%q %q", deref(m.PhoneSealed), m.ParamsSealed))
		}
		codes, err := tx.SmsCode.Query().All(ctx)
		if err != nil {
			return err
		}
		for _, c := range codes {
			out = append(out, fmt.Sprintf("%q %q", c.PhoneIndex, c.CodeHash))
		}
		limits, err := tx.RateLimit.Query().All(ctx)
		for _, l := range limits {
			out = append(out, l.Key)
		}
		return err
	})
	must(t, err)
	if len(out) < 4 {
		t.Fatal("nothing was stored, so nothing was looked at")
	}
	return out
}

func deref(b *[]byte) []byte {
	if b == nil {
		return nil
	}
	return *b
}
