package identity_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/fault"
)

func (b *bench) try(ctx context.Context, username, password, code string) error {
	_, err := b.SignInByPassword(ctx, identity.PasswordSignIn{Username: username, Password: password, Code: code}, b.meta)
	return err
}

func TestSignInByPassword(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		b.staff(t, "370202.staff", grant("district_staff", "370202"))
		t.Run("the right password signs in, whatever the case of the name", func(t *testing.T) {
			c := b.caller(t, b.signIn(t, " 370202.STAFF "))
			if c.Kind != auth.KindStaff || len(c.AllGrants) != 1 || c.SecondFactor {
				t.Fatalf("%+v", c)
			}
			if n := len(b.lines(t, "370202", "session.start")); n != 1 {
				t.Fatalf("%d lines", n)
			}
		})
		for _, name := range []string{"370202.staff", "nobody.knows"} {
			t.Run("five failures lock "+name+" for fifteen minutes", func(t *testing.T) {
				for range 5 {
					want(t, b.try(ctx, name, "wrong-wrong-wrong", ""), identity.CredentialsWrong)
				}
				err := b.try(ctx, name, password, "")
				want(t, err, identity.Locked)
				if f, _ := fault.As(err); f.RetryAfter <= 0 || f.RetryAfter > 15*time.Minute {
					t.Fatalf("retry after %v", f.RetryAfter)
				}
				b.kit.Clock.Advance(15*time.Minute - time.Second)
				want(t, b.try(ctx, name, password, ""), identity.Locked)
				b.kit.Clock.Advance(time.Second)
			})
		}
		t.Run("after the lock the right password serves again and clears the count", func(t *testing.T) {
			for range 2 {
				for range 4 {
					want(t, b.try(ctx, "370202.staff", "wrong", ""), identity.CredentialsWrong)
				}
				must(t, b.try(ctx, "370202.staff", password, ""))
			}
		})
		t.Run("the lock stands after a restart", func(t *testing.T) {
			for range 5 {
				want(t, b.try(ctx, "370202.staff", "wrong", ""), identity.CredentialsWrong)
			}
			b.start(t, b.kit.DB, identity.Config{})
			want(t, b.try(ctx, "370202.staff", password, ""), identity.Locked)
			b.kit.Clock.Advance(15 * time.Minute)
		})
		t.Run("of thirty wrong guesses at once five are judged and the rest find the lock", func(t *testing.T) {
			var mu sync.Mutex
			judged := 0
			var wg sync.WaitGroup
			for range 30 {
				wg.Go(func() {
					err := b.try(ctx, "370202.staff", "wrong", "")
					mu.Lock()
					defer mu.Unlock()
					if fault.Is(err, identity.CredentialsWrong) {
						judged++
					} else if !fault.Is(err, identity.Locked) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if judged != 5 {
				t.Fatalf("%d were judged", judged)
			}
		})
		t.Run("ten people at one account at once all come in", func(t *testing.T) {
			b.kit.Clock.Advance(15 * time.Minute)
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					if err := b.try(ctx, "370202.staff", password, ""); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
		t.Run("staff do not come in by SMS", func(t *testing.T) {
			_, err := b.AddStaff(ctx, identity.NewStaff{Username: "with.phone", Name: "赵", Phone: phone, Password: password})
			must(t, err)
			_, err = b.SignInByCode(ctx, identity.CodeSignIn{Phone: phone, Code: b.code(t, phone)}, b.meta)
			want(t, err, identity.PasswordDoor)
		})
		t.Run("a deputy uses both doors and is one person", func(t *testing.T) {
			id, err := b.EnsurePerson(ctx, "13900000001", "李代表")
			must(t, err)
			same, err := b.AddStaff(ctx, identity.NewStaff{Username: "370202.deputy1", Phone: "13900000001", Password: password, Kind: auth.KindDeputy})
			must(t, err)
			if id != same || b.signIn(t, "370202.deputy1").PersonID != id || b.citizen(t, "13900000001").PersonID != id {
				t.Fatal("two people")
			}
		})
	})
}

func TestChangePassword(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		_, err := b.AddStaff(ctx, identity.NewStaff{Username: "new.staff", Password: password, MustChange: true})
		must(t, err)
		other, here := b.signIn(t, "new.staff"), b.signIn(t, "new.staff")
		caller := b.caller(t, here)
		if !caller.MustChangePassword {
			t.Fatal("the first password is not asked to be changed")
		}
		t.Run("rules name the field", func(t *testing.T) {
			for _, weak := range []string{"short", "Password1234!", "x-new.staff-x"} {
				err := b.ChangePassword(ctx, caller, password, weak)
				want(t, err, fault.Invalid)
				if f, _ := fault.As(err); f.Fields[0].Name != "new_password" {
					t.Fatalf("%q: %v", weak, f.Fields)
				}
			}
		})
		t.Run("a wrong current password is refused and counted", func(t *testing.T) {
			want(t, b.ChangePassword(ctx, caller, "wrong", "another-fish-lamp-78"), identity.CredentialsWrong)
		})
		t.Run("changing ends the other sessions and opens this one", func(t *testing.T) {
			must(t, b.ChangePassword(ctx, caller, password, "another-fish-lamp-0"))
			if _, err := b.Authenticate(ctx, other.AccessToken, b.meta); !fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("the other session: %v", err)
			}
			if b.caller(t, here).MustChangePassword {
				t.Fatal("still asked to change")
			}
			want(t, b.try(ctx, "new.staff", password, ""), identity.CredentialsWrong)
		})
		t.Run("the last five are not taken again, the sixth is", func(t *testing.T) {
			current := "another-fish-lamp-0"
			for _, next := range []string{"another-fish-lamp-1", "another-fish-lamp-2", "another-fish-lamp-3", "another-fish-lamp-4"} {
				must(t, b.ChangePassword(ctx, caller, current, next))
				current = next
			}
			for _, used := range []string{"another-fish-lamp-4", "another-fish-lamp-0"} {
				want(t, b.ChangePassword(ctx, caller, current, used), fault.Invalid)
			}
			must(t, b.ChangePassword(ctx, caller, current, password))
		})
	})
}

func TestSecondFactor(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		b.staff(t, "370202.staff", grant("district_staff", "370202"))
		here := b.signIn(t, "370202.staff")
		caller := b.caller(t, here)
		var secret string
		var recovery []string
		now := func() string {
			code, err := totp.GenerateCode(secret, b.kit.Clock.Now())
			must(t, err)
			return code
		}
		t.Run("it counts only once a code was shown", func(t *testing.T) {
			var err error
			secret, _, err = b.StartTOTP(ctx, caller)
			must(t, err)
			must(t, b.try(ctx, "370202.staff", password, ""))
			_, err = b.ConfirmTOTP(ctx, caller, "000000x")
			want(t, err, identity.CredentialsWrong)
			recovery, err = b.ConfirmTOTP(ctx, caller, now())
			must(t, err)
			if !b.caller(t, here).SecondFactor || len(recovery) != auth.RecoveryCodes {
				t.Fatal("not marked")
			}
		})
		t.Run("signing in needs it, a code serves once", func(t *testing.T) {
			b.kit.Clock.Advance(time.Minute)
			want(t, b.try(ctx, "370202.staff", password, ""), identity.TOTPNeeded)
			want(t, b.try(ctx, "370202.staff", "wrong", now()), identity.CredentialsWrong)
			must(t, b.try(ctx, "370202.staff", password, now()))
			want(t, b.try(ctx, "370202.staff", password, now()), identity.CredentialsWrong)
		})
		t.Run("of ten that show one code at once one comes in", func(t *testing.T) {
			b.kit.Clock.Advance(20 * time.Minute)
			code := now()
			var mu sync.Mutex
			in := 0
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					if b.try(ctx, "370202.staff", password, code) == nil {
						mu.Lock()
						in++
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			if in != 1 {
				t.Fatalf("%d came in", in)
			}
		})
		t.Run("asking without a code does not clear the failures", func(t *testing.T) {
			b.kit.Clock.Advance(20 * time.Minute)
			for range 4 {
				want(t, b.try(ctx, "370202.staff", password, "000000"), identity.CredentialsWrong)
			}
			want(t, b.try(ctx, "370202.staff", password, ""), identity.TOTPNeeded)
			want(t, b.try(ctx, "370202.staff", password, "000000"), identity.CredentialsWrong)
			want(t, b.try(ctx, "370202.staff", password, now()), identity.Locked)
			b.kit.Clock.Advance(20 * time.Minute)
		})
		t.Run("a recovery code serves once", func(t *testing.T) {
			must(t, b.try(ctx, "370202.staff", password, recovery[0]))
			want(t, b.try(ctx, "370202.staff", password, recovery[0]), identity.CredentialsWrong)
		})
		t.Run("five wrong codes lock proving it", func(t *testing.T) {
			fresh := b.caller(t, b.again(t, now()))
			for range 5 {
				want(t, b.ProveSecondFactor(ctx, fresh, "000000"), identity.CredentialsWrong)
			}
			want(t, b.ProveSecondFactor(ctx, fresh, recovery[1]), identity.Locked)
			b.kit.Clock.Advance(20 * time.Minute)
			must(t, b.ProveSecondFactor(ctx, fresh, recovery[1]))
		})
		t.Run("switching it off takes a code and takes the mark away", func(t *testing.T) {
			b.kit.Clock.Advance(time.Minute)
			i := b.again(t, now())
			c := b.caller(t, i)
			want(t, b.StopTOTP(ctx, c, "000000"), identity.CredentialsWrong)
			must(t, b.StopTOTP(ctx, c, recovery[2]))
			if b.caller(t, i).SecondFactor {
				t.Fatal("still marked")
			}
			must(t, b.try(ctx, "370202.staff", password, ""))
		})
		t.Run("a deputy without a password can have one too", func(t *testing.T) {
			c := b.caller(t, b.citizen(t, phone))
			var err error
			secret, _, err = b.StartTOTP(ctx, c)
			must(t, err)
			_, err = b.ConfirmTOTP(ctx, c, now())
			must(t, err)
			later := b.caller(t, b.citizen(t, phone))
			if later.SecondFactor {
				t.Fatal("a code by SMS is one factor only")
			}
			b.kit.Clock.Advance(time.Minute)
			must(t, b.ProveSecondFactor(ctx, later, now()))
		})
	})
}

func (b *bench) again(t *testing.T, code string) *identity.Issued {
	t.Helper()
	i, err := b.SignInByPassword(t.Context(), identity.PasswordSignIn{Username: "370202.staff", Password: password, Code: code}, b.meta)
	must(t, err)
	return i
}

func totpNow(t *testing.T, secret string, now time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, now)
	must(t, err)
	return code
}
