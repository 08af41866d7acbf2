package identity_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/crypto"
	"huying/internal/platform/fault"
)

func TestReset(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		b.staff(t, "370202.admin", grant("tenant_admin", "370202"))
		clerk := b.staff(t, "clerk", grant("district_staff", "370202"))
		as := auth.With(t.Context(), b.caller(t, b.signIn(t, "370202.admin")))
		const first = "first-fish-lamp-99"
		t.Run("a locked-out clerk gets a first password, without second factor, and is signed out", func(t *testing.T) {
			i := b.signIn(t, "clerk")
			secret, _, err := b.StartTOTP(t.Context(), b.caller(t, i))
			must(t, err)
			_, err = b.ConfirmTOTP(t.Context(), b.caller(t, i), totpNow(t, secret, b.kit.Clock.Now()))
			must(t, err)
			for range 5 {
				want(t, b.try(t.Context(), "clerk", "wrong", ""), identity.CredentialsWrong)
			}
			must(t, b.ResetBy(as, "370202", clerk, identity.Reset{Password: first, SecondFactor: true}))
			_, err = b.Authenticate(t.Context(), i.AccessToken, b.meta)
			want(t, err, fault.Unauthenticated)
			in, err := b.SignInByPassword(t.Context(), identity.PasswordSignIn{Username: "clerk", Password: first}, b.meta)
			must(t, err)
			if !in.MustChange || len(b.lines(t, "370202", "account.reset")) != 1 {
				t.Fatalf("%+v", in)
			}
		})
		t.Run("a weak first password is refused", func(t *testing.T) {
			want(t, b.ResetBy(as, "370202", clerk, identity.Reset{Password: "Password1234"}), fault.Invalid)
		})
		t.Run("nobody's account above, outside or unknown, and not one's own", func(t *testing.T) {
			other := b.staff(t, "other", grant("district_staff", "370203"))
			both := b.staff(t, "both", grant("district_staff", "370202"), grant("screener", "370203"))
			peer := b.staff(t, "peer", grant("tenant_admin", "370202"))
			city := b.staff(t, "city", authz.Grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"})
			r := identity.Reset{Password: first}
			want(t, b.ResetBy(as, "370202", other, r), fault.NotFound)
			want(t, b.ResetBy(as, "370202", city, r), fault.NotFound)
			want(t, b.ResetBy(as, "370202", uuid.New(), r), fault.NotFound)
			want(t, b.ResetBy(as, "370202", b.citizen(t, phone).PersonID, r), fault.NotFound)
			for _, id := range []uuid.UUID{both, peer, auth.From(as).PersonID} {
				want(t, b.ResetBy(as, "370202", id, r), identity.GrantRefused)
			}
			for _, name := range []string{"other", "both", "peer", "city"} {
				must(t, b.try(t.Context(), name, password, ""))
			}
		})
	})
}

func TestReseal(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		holder := b.citizen(t, phone)
		secret, _, err := b.StartTOTP(ctx, b.caller(t, holder))
		must(t, err)
		_, err = b.ConfirmTOTP(ctx, b.caller(t, holder), totpNow(t, secret, b.kit.Clock.Now()))
		must(t, err)
		old := b.material
		next, err := old.RotateField(b.kit.Clock.Now().Add(time.Second), crypto.SM4GCM)
		must(t, err)
		must(t, b.keys.Replace(next))
		n, err := b.Reseal(ctx)
		must(t, err)
		if n != 2 {
			t.Fatalf("%d rows were sealed anew", n)
		}
		delete(next.Field.Keys, old.Field.Current)
		must(t, b.keys.Replace(next))
		masked, err := b.Masked(ctx, []uuid.UUID{holder.PersonID})
		must(t, err)
		if masked[holder.PersonID].Phone != "138****5678" {
			t.Fatalf("without the old key: %v", masked)
		}
		b.kit.Clock.Advance(time.Minute)
		must(t, b.ProveSecondFactor(ctx, b.caller(t, holder), totpNow(t, secret, b.kit.Clock.Now())))
		if n, err = b.Reseal(ctx); err != nil || n != 0 {
			t.Fatalf("a second time %d rows, %v", n, err)
		}
	})
}
