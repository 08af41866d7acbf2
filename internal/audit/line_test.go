package audit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

func write(ctx context.Context, d *database.DB, tenant string, l audit.Line) error {
	return d.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error { return audit.Write(ctx, tx, l) })
}

// all reads a tenant's lines as the service does for one who works there.
func all(t *testing.T, s *audit.Service, tenant string) []*db.AuditLine {
	t.Helper()
	lines, err := s.List(t.Context(), tenant, audit.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestWrite(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		s := audit.New(audit.Deps{DB: kit.DB, Clock: kit.Clock})
		origin := telemetry.WithOrigin(t.Context(), telemetry.Origin{RequestID: "req-1", Address: "203.0.113.7"})
		clerk := &auth.Caller{PersonID: uuid.New(), Kind: auth.KindStaff, Grants: []authz.Grant{
			{Role: "screener", Tenant: "370202", Division: "370202"},
		}}
		for name, c := range map[string]struct {
			ctx                context.Context
			kind, role, tenant string
		}{
			"a clerk by the role held": {auth.With(origin, clerk), "staff", "screener", "370202"},
			"a citizen":                {auth.With(origin, &auth.Caller{PersonID: uuid.New(), Kind: auth.KindCitizen}), "citizen", "citizen", ""},
			"a visitor":                {origin, "visitor", "visitor", ""},
			"the product itself":       {t.Context(), "system", "system", ""},
		} {
			t.Run("the line names "+name, func(t *testing.T) {
				if err := write(c.ctx, kit.DB, "370202", audit.Line{Action: "x", SubjectID: name}); err != nil {
					t.Fatal(err)
				}
				l := all(t, s, "370202")[0]
				if l.SubjectID != name || l.ActorKind != c.kind || l.ActorRole != c.role || l.ActorTenant != c.tenant {
					t.Fatalf("%v", l)
				}
				if want := telemetry.RequestID(c.ctx); l.RequestID != want || (want != "" && l.Address != "203.0.113.7") {
					t.Fatalf("origin of %v", l)
				}
			})
		}
		t.Run("a line goes with its transaction", func(t *testing.T) {
			before, undo := len(all(t, s, "370202")), errors.New("undo")
			err := kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				if err := audit.Write(ctx, tx, audit.Line{Action: "x"}); err != nil {
					return err
				}
				return undo
			})
			if !errors.Is(err, undo) || len(all(t, s, "370202")) != before {
				t.Fatalf("%v, a line stayed behind", err)
			}
		})
		t.Run("another tenant does not see it", func(t *testing.T) {
			if n := len(all(t, s, "370203")); n != 0 {
				t.Fatalf("%d lines", n)
			}
		})
		t.Run("a long reason is cut between characters", func(t *testing.T) {
			if err := write(t.Context(), kit.DB, "370202", audit.Line{Action: "x", Reason: strings.Repeat("由", 400)}); err != nil {
				t.Fatal(err)
			}
			if l := all(t, s, "370202")[0]; !utf8.ValidString(l.Reason) || len(l.Reason) < 490 || len(l.Reason) > 500 {
				t.Fatalf("%d bytes", len(l.Reason))
			}
		})
		t.Run("pages follow one another without gap or repeat", func(t *testing.T) {
			want := all(t, s, "370202")
			var got []*db.AuditLine
			f := audit.Filter{Limit: 2}
			for {
				page, err := s.List(t.Context(), "370202", f)
				if err != nil {
					t.Fatal(err)
				}
				more := len(page) > f.Limit
				page = page[:min(len(page), f.Limit)]
				got = append(got, page...)
				if !more {
					break
				}
				f.Before = page[len(page)-1].ID
			}
			if len(got) != len(want) || len(got) < 5 {
				t.Fatalf("%d of %d lines", len(got), len(want))
			}
			for i := range got {
				if got[i].ID != want[i].ID {
					t.Fatalf("line %d differs", i)
				}
			}
		})
		t.Run("filters narrow", func(t *testing.T) {
			lines, err := s.List(t.Context(), "370202", audit.Filter{Limit: 10, ActorID: clerk.PersonID})
			if err != nil || len(lines) != 1 || lines[0].ActorRole != "screener" {
				t.Fatalf("%v, %v", lines, err)
			}
		})
	})
}

func TestCrossTenantRead(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		s := audit.New(audit.Deps{DB: kit.DB, Clock: kit.Clock})
		city := &auth.Caller{PersonID: uuid.New(), Kind: auth.KindStaff}
		city.AllGrants = []authz.Grant{{Role: "auditor", Tenant: "370200", Division: "3702"}}
		city.Grants = city.AllGrants
		as := auth.With(t.Context(), city)
		t.Run("is committed in the city's tenant before it returns", func(t *testing.T) {
			if err := s.CrossTenantRead(as, []string{"370203", "370202"}, "reports"); err != nil {
				t.Fatal(err)
			}
			l := all(t, s, "370200")[0]
			if l.Action != "city.read" || l.ActorID == nil || *l.ActorID != city.PersonID || l.ActorRole != "auditor" {
				t.Fatalf("%v", l)
			}
			if tenants, _ := l.Facts["tenants"].([]any); len(tenants) != 2 || tenants[0] != "370202" {
				t.Fatalf("facts %v", l.Facts)
			}
		})
		t.Run("an auditor of the city leaves a line by looking into a district", func(t *testing.T) {
			before := len(all(t, s, "370200"))
			if _, err := s.List(as, "370202", audit.Filter{Limit: 10}); err != nil {
				t.Fatal(err)
			}
			if n := len(all(t, s, "370200")); n != before+1 {
				t.Fatalf("%d lines more", n-before)
			}
		})
		t.Run("when the line cannot be written there is no answer but 503", func(t *testing.T) {
			away := kit.Open(t, nil)
			broken := audit.New(audit.Deps{DB: away, Clock: kit.Clock})
			away.Close()
			_, err := broken.List(as, "370202", audit.Filter{Limit: 10})
			if f, ok := fault.As(err); !ok || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
				t.Fatalf("got %v", err)
			}
		})
	})
}
