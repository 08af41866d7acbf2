package identity_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/fault"
)

func TestRefresh(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		t.Run("each token serves once and the chain goes on", func(t *testing.T) {
			i := b.citizen(t, phone)
			for range 5 {
				next, err := b.Refresh(ctx, i.RefreshToken)
				must(t, err)
				if next.RefreshToken == i.RefreshToken || next.PersonID != i.PersonID {
					t.Fatal("not rotated")
				}
				i = next
			}
			b.caller(t, i)
		})
		t.Run("showing an old token again ends the whole family, however old it is", func(t *testing.T) {
			first := b.citizen(t, phone)
			i := first
			var err error
			for range 4 {
				i, err = b.Refresh(ctx, i.RefreshToken)
				must(t, err)
			}
			_, err = b.Refresh(ctx, first.RefreshToken)
			want(t, err, identity.RefreshReused)
			_, err = b.Refresh(ctx, i.RefreshToken)
			want(t, err, fault.Unauthenticated)
			_, err = b.Authenticate(ctx, i.AccessToken, b.meta)
			want(t, err, fault.Unauthenticated)
		})
		t.Run("the person's other devices stay signed in", func(t *testing.T) {
			b.kit.Clock.Advance(time.Hour)
			thief, other := b.citizen(t, phone), b.citizen(t, phone)
			_, err := b.Refresh(ctx, thief.RefreshToken)
			must(t, err)
			_, err = b.Refresh(ctx, thief.RefreshToken)
			want(t, err, identity.RefreshReused)
			b.caller(t, other)
		})
		t.Run("of twenty at once one is served", func(t *testing.T) {
			i := b.citizen(t, phone)
			var mu sync.Mutex
			served := 0
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					_, err := b.Refresh(ctx, i.RefreshToken)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						served++
					} else if _, ok := fault.As(err); !ok {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if served != 1 {
				t.Fatalf("%d served", served)
			}
		})
		t.Run("forged and foreign tokens are refused and end nothing", func(t *testing.T) {
			b.kit.Clock.Advance(time.Hour)
			i := b.citizen(t, phone)
			for _, bad := range []string{
				"", "x", i.AccessToken, i.RefreshToken + "A", i.RefreshToken[:len(i.RefreshToken)-1], strings.ToLower(i.RefreshToken),
				"B" + i.RefreshToken[1:], strings.Repeat("A", len(i.RefreshToken)),
			} {
				_, err := b.Refresh(ctx, bad)
				want(t, err, fault.Unauthenticated)
			}
			_, err := b.Refresh(ctx, i.RefreshToken)
			must(t, err)
		})
		t.Run("a citizen's session ends after 90 days without use", func(t *testing.T) {
			b.kit.Clock.Advance(time.Hour)
			i := b.citizen(t, phone)
			b.kit.Clock.Advance(89 * 24 * time.Hour)
			i, err := b.Refresh(ctx, i.RefreshToken)
			must(t, err)
			b.kit.Clock.Advance(90 * 24 * time.Hour)
			_, err = b.Refresh(ctx, i.RefreshToken)
			want(t, err, fault.Unauthenticated)
		})
	})
}

func TestStaffIdle(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		b.staff(t, "370202.staff", grant("district_staff", "370202"))
		t.Run("work keeps a session alive for its day, not longer", func(t *testing.T) {
			i := b.signIn(t, "370202.staff")
			for at := time.Duration(0); at < 12*time.Hour-10*time.Minute; at += 10 * time.Minute {
				b.kit.Clock.Advance(10 * time.Minute)
				b.caller(t, i)
				next, err := b.Refresh(ctx, i.RefreshToken)
				must(t, err)
				i = next
			}
			b.kit.Clock.Advance(10 * time.Minute)
			_, err := b.Refresh(ctx, i.RefreshToken)
			want(t, err, fault.Unauthenticated)
		})
		t.Run("half an hour of rest ends it", func(t *testing.T) {
			i := b.signIn(t, "370202.staff")
			b.kit.Clock.Advance(30*time.Minute + time.Second)
			_, err := b.Refresh(ctx, i.RefreshToken)
			want(t, err, fault.Unauthenticated)
		})
		t.Run("a shorter rest can be set", func(t *testing.T) {
			b.start(t, b.kit.DB, identity.Config{StaffIdle: 5 * time.Minute})
			i := b.signIn(t, "370202.staff")
			b.kit.Clock.Advance(5*time.Minute + time.Second)
			_, err := b.Authenticate(ctx, i.AccessToken, b.meta)
			want(t, err, fault.Unauthenticated)
		})
	})
}

func TestRevocation(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		id := b.staff(t, "370202.staff", grant("district_staff", "370202"))
		t.Run("a grant given or taken voids tokens at once; refreshing brings the new authority", func(t *testing.T) {
			i := b.signIn(t, "370202.staff")
			b.caller(t, i)
			g, err := b.Grant(ctx, id, grant("screener", "370202"))
			must(t, err)
			_, err = b.Authenticate(ctx, i.AccessToken, b.meta)
			want(t, err, fault.Unauthenticated)
			i, err = b.Refresh(ctx, i.RefreshToken)
			must(t, err)
			if n := len(b.caller(t, i).AllGrants); n != 2 {
				t.Fatalf("%d grants", n)
			}
			must(t, b.Revoke(ctx, g))
			_, err = b.Authenticate(ctx, i.AccessToken, b.meta)
			want(t, err, fault.Unauthenticated)
			i, err = b.Refresh(ctx, i.RefreshToken)
			must(t, err)
			if n := len(b.caller(t, i).AllGrants); n != 1 {
				t.Fatalf("%d grants", n)
			}
			want(t, b.Revoke(ctx, g), fault.NotFound)
		})
		t.Run("giving the same again changes nothing and signs nobody out", func(t *testing.T) {
			i := b.signIn(t, "370202.staff")
			_, err := b.Grant(ctx, id, grant("district_staff", "370202"))
			must(t, err)
			b.caller(t, i)
		})
		t.Run("signing out ends the access token too", func(t *testing.T) {
			i := b.signIn(t, "370202.staff")
			c := b.caller(t, i)
			must(t, b.SignOut(ctx, c.PersonID, c.SessionID))
			_, err := b.Authenticate(ctx, i.AccessToken, b.meta)
			want(t, err, fault.Unauthenticated)
			_, err = b.Refresh(ctx, i.RefreshToken)
			want(t, err, fault.Unauthenticated)
		})
		t.Run("another person's session is not found", func(t *testing.T) {
			mine, theirs := b.caller(t, b.signIn(t, "370202.staff")), b.caller(t, b.citizen(t, phone))
			want(t, b.SignOut(ctx, mine.PersonID, theirs.SessionID), fault.NotFound)
			want(t, b.SignOut(ctx, mine.PersonID, uuid.New()), fault.NotFound)
		})
		t.Run("signing out everywhere ends all of one's own", func(t *testing.T) {
			one, two, other := b.signIn(t, "370202.staff"), b.signIn(t, "370202.staff"), b.citizen(t, phone)
			rows, err := b.Sessions(ctx, id)
			must(t, err)
			if len(rows) < 2 {
				t.Fatalf("%d sessions are listed", len(rows))
			}
			must(t, b.SignOutEverywhere(ctx, id))
			for _, i := range []*identity.Issued{one, two} {
				_, err := b.Authenticate(ctx, i.AccessToken, b.meta)
				want(t, err, fault.Unauthenticated)
			}
			b.caller(t, other)
			if rows, err = b.Sessions(ctx, id); err != nil || len(rows) != 0 {
				t.Fatalf("%d still listed, %v", len(rows), err)
			}
		})
		t.Run("changes and sign-ins at once never leave old authority behind", func(t *testing.T) {
			var wg sync.WaitGroup
			wg.Go(func() {
				for range 10 {
					g, err := b.Grant(ctx, id, grant("screener", "370202"))
					if err == nil {
						err = b.Revoke(ctx, g)
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
			wg.Go(func() {
				for range 10 {
					if err := b.try(ctx, "370202.staff", password, ""); err != nil {
						t.Error(err)
					}
				}
			})
			wg.Wait()
			if c := b.caller(t, b.signIn(t, "370202.staff")); len(c.AllGrants) != 1 {
				t.Fatalf("grants %v", c.AllGrants)
			}
		})
	})
}

func TestGrants(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		admin := b.staff(t, "370202.admin", grant("tenant_admin", "370202"))
		target := b.staff(t, "target")
		as := auth.With(t.Context(), b.caller(t, b.signIn(t, "370202.admin")))
		give := func(g authz.Grant) error {
			_, err := b.GrantBy(as, target, g, nil)
			return err
		}
		t.Run("inside one's own subtree a role is given and taken, with audit lines", func(t *testing.T) {
			id, err := b.GrantBy(as, target, grant("street_office", "370202001"), nil)
			must(t, err)
			want(t, give(grant("street_office", "370202001")), fault.Conflict)
			must(t, b.RevokeBy(as, "370202", id))
			want(t, b.RevokeBy(as, "370202", id), fault.NotFound)
			for _, action := range []string{"grant.create", "grant.revoke"} {
				found := false
				for _, line := range b.lines(t, "370202", action) {
					found = found || strings.HasPrefix(line, "staff person "+target.String())
				}
				if !found {
					t.Errorf("no line %s", action)
				}
			}
		})
		t.Run("another tenant, a higher role, oneself and a wrong shape are refused", func(t *testing.T) {
			want(t, give(grant("street_office", "370203001")), identity.GrantRefused)
			want(t, give(authz.Grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"}), identity.GrantRefused)
			want(t, give(grant("tenant_admin", "370202")), identity.GrantRefused)
			want(t, give(grant("street_office", "370202")), fault.Invalid)
			want(t, give(grant("emperor", "370202")), fault.Invalid)
			_, err := b.GrantBy(as, admin, grant("district_staff", "370202"), nil)
			want(t, err, identity.GrantRefused)
		})
		t.Run("another tenant's grant is answered like one that never was", func(t *testing.T) {
			id, err := b.Grant(t.Context(), target, grant("street_office", "370203001"))
			must(t, err)
			foreign, never := b.RevokeBy(as, "370202", id), b.RevokeBy(as, "370202", uuid.New())
			want(t, foreign, fault.NotFound)
			if foreign.Error() != never.Error() {
				t.Fatalf("%v ≠ %v", foreign, never)
			}
		})
		t.Run("a grant with an end ends by itself", func(t *testing.T) {
			until := b.kit.Clock.Now().Add(10 * time.Minute)
			_, err := b.GrantBy(as, target, grant("district_staff", "370202"), &until)
			must(t, err)
			i := b.signIn(t, "target")
			if n := len(b.caller(t, i).AllGrants); n != 2 {
				t.Fatalf("%d grants", n)
			}
			b.kit.Clock.Advance(10 * time.Minute)
			if n := len(b.caller(t, i).AllGrants); n != 1 {
				t.Fatalf("%d grants after the end", n)
			}
		})
		t.Run("people are found by role and place", func(t *testing.T) {
			got, err := b.PeopleWith(t.Context(), "370203", "street_office", "370203001002")
			must(t, err)
			none, err := b.PeopleWith(t.Context(), "370203", "street_office", "370203002")
			must(t, err)
			if len(got) != 1 || got[0] != target || len(none) != 0 {
				t.Fatalf("got %v, none %v", got, none)
			}
		})
	})
}

func TestContact(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		id, err := b.EnsurePerson(t.Context(), phone, "王小明")
		must(t, err)
		caller := &auth.Caller{PersonID: uuid.New(), Kind: auth.KindStaff, SecondFactor: true}
		as := auth.With(t.Context(), caller)
		t.Run("others see a masked person", func(t *testing.T) {
			m, err := b.Masked(t.Context(), []uuid.UUID{id, uuid.New()})
			must(t, err)
			if len(m) != 1 || m[id] != (identity.Masked{Name: "王**", Phone: "138****5678"}) {
				t.Fatalf("%v", m)
			}
		})
		t.Run("unmasking needs a second factor and a reason, and leaves a line", func(t *testing.T) {
			caller.SecondFactor = false
			if _, err := b.Contact(as, "370202", id, "回访需要电话"); err == nil {
				t.Fatal("without a second factor")
			}
			caller.SecondFactor = true
			_, err := b.Contact(as, "370202", id, "  电 ")
			want(t, err, fault.Invalid)
			if n := len(b.lines(t, "370202", "person.reveal")); n != 0 {
				t.Fatalf("%d lines although nothing was shown", n)
			}
			got, err := b.Contact(as, "370202", id, "回访需要电话")
			must(t, err)
			if got.Phone != phone || got.Name != "王小明" {
				t.Fatalf("%+v", got)
			}
			lines := b.lines(t, "370202", "person.reveal")
			if len(lines) != 1 || lines[0] != "staff person "+id.String()+" 回访需要电话" {
				t.Fatalf("%v", lines)
			}
		})
		t.Run("nobody anonymous unmasks, and nobody unknown is unmasked", func(t *testing.T) {
			if _, err := b.Contact(t.Context(), "370202", id, "回访需要电话"); err == nil {
				t.Fatal("without a caller")
			}
			_, err := b.Contact(as, "370202", uuid.New(), "回访需要电话")
			want(t, err, fault.NotFound)
		})
		t.Run("two that make one person at once make one", func(t *testing.T) {
			ids := make([]uuid.UUID, 20)
			var wg sync.WaitGroup
			for i := range ids {
				wg.Go(func() {
					var err error
					if ids[i], err = b.EnsurePerson(t.Context(), "13900000077", "同一人"); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			for _, id := range ids {
				if id != ids[0] {
					t.Fatal("two people")
				}
			}
		})
	})
}
