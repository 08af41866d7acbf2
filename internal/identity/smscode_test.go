package identity_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/fault"
)

func TestSignInByCode(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		t.Run("a new number becomes a citizen and stays the same person", func(t *testing.T) {
			first := b.citizen(t, phone)
			again := b.citizen(t, "+86 138 1234 5678")
			if first.PersonID != again.PersonID || first.Kind != auth.KindCitizen {
				t.Fatalf("%+v then %+v", first, again)
			}
			if c := b.caller(t, again); c.PersonID != first.PersonID || c.SecondFactor {
				t.Fatalf("caller %+v", c)
			}
		})
		t.Run("fifty parallel posts of one code sign in once", func(t *testing.T) {
			b.kit.Clock.Advance(time.Hour)
			code := b.code(t, "13900000001")
			var ok, refused atomic.Int32
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() {
					switch _, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000001", Code: code}, b.meta); {
					case err == nil:
						ok.Add(1)
					case fault.Is(err, identity.CodeWrong):
						refused.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if ok.Load() != 1 || refused.Load() != 49 {
				t.Fatalf("%d signed in, %d refused", ok.Load(), refused.Load())
			}
		})
		t.Run("fifty parallel guesses get five tries, then the right code is void", func(t *testing.T) {
			code := b.code(t, "13900000002")
			var wg sync.WaitGroup
			for i := range 50 {
				wg.Go(func() {
					guess := fmt.Sprintf("%06d", i)
					if guess == code {
						return
					}
					if _, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000002", Code: guess}, b.meta); !fault.Is(err, identity.CodeWrong) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000002", Code: code}, b.meta)
			want(t, err, identity.CodeWrong)
		})
		t.Run("four wrong tries leave one", func(t *testing.T) {
			code := b.code(t, "13900000003")
			for range 4 {
				_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000003", Code: "x"}, b.meta)
				want(t, err, identity.CodeWrong)
			}
			_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000003", Code: code}, b.meta)
			must(t, err)
		})
		t.Run("a code ends after five minutes and only the newest counts", func(t *testing.T) {
			old := b.code(t, "13900000004")
			b.kit.Clock.Advance(time.Second)
			fresh := b.code(t, "13900000004")
			if old != fresh {
				_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000004", Code: old}, b.meta)
				want(t, err, identity.CodeWrong)
			}
			b.kit.Clock.Advance(5 * time.Minute)
			_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000004", Code: fresh}, b.meta)
			want(t, err, identity.CodeWrong)
		})
		t.Run("another number's code is no use", func(t *testing.T) {
			code := b.code(t, "13900000005")
			b.code(t, "13900000006")
			if _, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000006", Code: code}, b.meta); err == nil {
				t.Fatal("signed in")
			}
			_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13900000007", Code: code}, b.meta)
			want(t, err, identity.CodeWrong)
		})
		t.Run("a malformed number names its field", func(t *testing.T) {
			_, err := b.RequestCode(ctx, "110", b.meta)
			want(t, err, fault.Invalid)
		})
	})
}

func TestCodeQuotas(t *testing.T) {
	onEngines(t, func(root *testing.T, b *bench) {
		t, ctx := root, root.Context()
		sent := func(number string) int {
			m, err := b.notify.Outbox(ctx, number, 100)
			must(t, err)
			return len(m)
		}
		t.Run("a number gets five in ten minutes and the answer does not change, after a restart too", func(t *testing.T) {
			for i := range 8 {
				if i == 4 {
					b.start(root, b.kit.Open(root, nil), identity.Config{})
				}
				// Another address and device each time: the number alone is over its quota.
				_, err := b.RequestCode(ctx, phone, auth.Meta{Address: fmt.Sprint("203.0.113.", i), Device: fmt.Sprint("d", i)})
				must(t, err)
			}
			if n := sent(phone); n != 5 {
				t.Fatalf("%d messages", n)
			}
			b.kit.Clock.Advance(10 * time.Minute)
			b.code(t, phone)
		})
		t.Run("fifty parallel requests send five", func(t *testing.T) {
			var wg sync.WaitGroup
			for i := range 50 {
				wg.Go(func() {
					if _, err := b.RequestCode(ctx, "13700000001", auth.Meta{Address: fmt.Sprint("198.51.100.", i)}); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if n := sent("13700000001"); n != 5 {
				t.Fatalf("%d messages", n)
			}
		})
		t.Run("a number gets twenty a day", func(t *testing.T) {
			day := b.kit.Clock.Now().Truncate(24 * time.Hour).Add(25 * time.Hour)
			for i := range 12 {
				b.kit.Clock.Set(day.Add(time.Duration(i) * 20 * time.Minute))
				for range 2 {
					_, err := b.RequestCode(ctx, "13700000002", auth.Meta{})
					must(t, err)
				}
			}
			if n := sent("13700000002"); n != 20 {
				t.Fatalf("%d messages", n)
			}
		})
		t.Run("a device over its quota is refused, for any number", func(t *testing.T) {
			b.kit.Clock.Advance(time.Hour)
			for i := range 20 {
				_, err := b.RequestCode(ctx, fmt.Sprintf("136%08d", i), auth.Meta{Device: "greedy"})
				must(t, err)
			}
			_, err := b.RequestCode(ctx, "13600000099", auth.Meta{Device: "greedy"})
			want(t, err, fault.TooMany)
			if f, _ := fault.As(err); f.RetryAfter <= 0 || f.RetryAfter > 10*time.Minute {
				t.Fatalf("retry after %v", f.RetryAfter)
			}
			if n := sent("13600000099"); n != 0 {
				t.Fatal("sent all the same")
			}
		})
		t.Run("an address over its quota is refused", func(t *testing.T) {
			b.start(root, b.kit.DB, identity.Config{Address: identity.Quota{Max: 2, Window: time.Minute}})
			for i := range 2 {
				_, err := b.RequestCode(ctx, fmt.Sprintf("135%08d", i), auth.Meta{Address: "192.0.2.1"})
				must(t, err)
			}
			_, err := b.RequestCode(ctx, "13500000099", auth.Meta{Address: "192.0.2.1"})
			want(t, err, fault.TooMany)
			_, err = b.RequestCode(ctx, "13500000099", auth.Meta{Address: "192.0.2.2"})
			must(t, err)
		})
		t.Run("an address that tries too many codes is refused before it uses up others' tries", func(t *testing.T) {
			b.start(root, b.kit.DB, identity.Config{SignIns: identity.Quota{Max: 3, Window: time.Minute}})
			code := b.code(t, "13400000001")
			for range 3 {
				_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13400000001", Code: "x"}, auth.Meta{Address: "192.0.2.9"})
				want(t, err, identity.CodeWrong)
			}
			for range 5 {
				_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13400000001", Code: code}, auth.Meta{Address: "192.0.2.9"})
				want(t, err, fault.TooMany)
			}
			_, err := b.SignInByCode(ctx, identity.CodeSignIn{Phone: "13400000001", Code: code}, auth.Meta{Address: "192.0.2.10"})
			must(t, err)
		})
	})
}

func TestNothingReadableIsStored(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		code := b.code(t, phone)
		b.citizen(t, phone)
		for _, row := range b.everyRow(t) {
			if strings.Contains(row, phone) || strings.Contains(row, `"`+code+`"`) {
				t.Errorf("in clear: %s", row)
			}
		}
	})
}

func TestRecycledNumber(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		try := func(in identity.CodeSignIn) (*identity.Issued, error) {
			in.Phone = phone
			if in.Code == "" {
				in.Code = b.code(t, phone)
			}
			return b.SignInByCode(ctx, in, b.meta)
		}
		holder := b.citizen(t, phone)
		b.owned["370202-2026-000123"] = holder.PersonID
		b.kit.Clock.Advance(181 * 24 * time.Hour)

		t.Run("after 180 days of silence a code alone is not enough, and is not used up", func(t *testing.T) {
			code := b.code(t, phone)
			_, err := try(identity.CodeSignIn{Code: code})
			want(t, err, identity.StepUpNeeded)
			i, err := try(identity.CodeSignIn{Code: code, ReportNumber: "370202-2026-000123"})
			must(t, err)
			if i.PersonID != holder.PersonID {
				t.Fatal("another person")
			}
		})
		t.Run("having come in, the person needs no further step", func(t *testing.T) {
			if i := b.citizen(t, phone); i.PersonID != holder.PersonID {
				t.Fatal("another person")
			}
		})
		b.kit.Clock.Advance(181 * 24 * time.Hour)
		t.Run("report numbers are guessed three times a day at most", func(t *testing.T) {
			for range 3 {
				_, err := try(identity.CodeSignIn{ReportNumber: "370202-2026-000999"})
				want(t, err, identity.StepUpNeeded)
			}
			_, err := try(identity.CodeSignIn{ReportNumber: "370202-2026-000123"})
			want(t, err, fault.TooMany)
		})
		t.Run("starting afresh makes another person, who inherits nothing", func(t *testing.T) {
			b.kit.Clock.Advance(time.Hour)
			fresh, err := try(identity.CodeSignIn{StartFresh: true})
			must(t, err)
			if fresh.PersonID == holder.PersonID {
				t.Fatal("the old person")
			}
			again := b.citizen(t, phone)
			if again.PersonID != fresh.PersonID {
				t.Fatal("not the new person")
			}
			masked, err := b.Masked(ctx, []uuidID{holder.PersonID, fresh.PersonID})
			must(t, err)
			if masked[holder.PersonID].Phone != "" || masked[fresh.PersonID].Phone != "138****5678" {
				t.Fatalf("numbers %v", masked)
			}
		})
		t.Run("a number that was used lately cannot be taken by starting afresh", func(t *testing.T) {
			b.kit.Clock.Advance(time.Hour)
			before := b.citizen(t, phone)
			after, err := try(identity.CodeSignIn{StartFresh: true})
			must(t, err)
			if before.PersonID != after.PersonID {
				t.Fatal("another person")
			}
		})
		t.Run("a deputy's role is not handed on", func(t *testing.T) {
			id, err := b.EnsurePerson(ctx, "13900000009", "李代表")
			must(t, err)
			g := grant("deputy", "370202")
			g.DeputyID = id
			_, err = b.Grant(ctx, id, g)
			must(t, err)
			if i := b.citizen(t, "13900000009"); i.PersonID != id || i.Kind != auth.KindDeputy {
				t.Fatalf("%+v", i)
			}
			b.kit.Clock.Advance(181 * 24 * time.Hour)
			for _, in := range []identity.CodeSignIn{{}, {StartFresh: true}} {
				in.Phone, in.Code = "13900000009", b.code(t, "13900000009")
				_, err = b.SignInByCode(ctx, in, b.meta)
				want(t, err, identity.PasswordDoor)
			}
		})
	})
}
