package report

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// openLinks stands in for the links of the shelf: the token is the number and the person.
type openLinks struct{ misses int }

func (*openLinks) ReadLink(token string) (string, bool) {
	number, _, ok := strings.Cut(token, "|")
	return number, ok
}

func (*openLinks) ProvesLink(token, _ string, _, person uuid.UUID) bool {
	_, who, _ := strings.Cut(token, "|")
	return who == person.String()
}

func (l *openLinks) AllowLink(_ context.Context, miss bool) error {
	if miss {
		l.misses++
	}
	return nil
}

func TestTrack(t *testing.T) {
	engines(t, func(h *house) {
		t := h.t
		links := &openLinks{}
		h.s.Links = links
		r := h.reach("resolved", func(s *Submission) {
			s.Description = "家住八大关的李四光家门口路面塌陷"
			s.Address = "八大关一号二单元"
		})
		token := r.Number + "|" + h.citizen.id.String()
		v, err := h.s.Track(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if v.State != "resolved" || len(v.Timeline) < 6 || v.OwnerKind != OwnerCitizen || v.CategoryName == "" {
			t.Fatalf("%+v", v)
		}
		page, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"李四光", "八大关", h.deputies[0].name, "塌陷", "修复", h.citizen.id.String(), r.ID.String()} {
			if strings.Contains(string(page), secret) {
				t.Errorf("the page shows %q: %s", secret, page)
			}
		}
		if !strings.Contains(string(page), "已转交") {
			t.Errorf("the page does not say what was told: %s", page)
		}
		for name, bad := range map[string]string{
			"no token": "x", "somebody else's": r.Number + "|" + h.other.id.String(), "an unknown number": "370202-2026-999999|" + h.citizen.id.String(),
			"another tenant's": "370203-2026-000001|" + h.citizen.id.String(), "a tenant that is none": "999999-2026-000001|" + h.citizen.id.String(),
		} {
			if _, err := h.s.Track(t.Context(), bad); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "链接无效") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if links.misses != 5 {
			t.Errorf("%d misses were counted", links.misses)
		}
		for name, change := range map[string]func(u *db.ReportUpdate) *db.ReportUpdate{
			"withdrawn": func(u *db.ReportUpdate) *db.ReportUpdate { return u.SetDetachedAt(h.kit.Clock.Now()) },
			"anonymised": func(u *db.ReportUpdate) *db.ReportUpdate {
				return u.ClearDetachedAt().SetAnonymisedAt(h.kit.Clock.Now())
			},
		} {
			err := h.kit.DB.Do(t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
				return change(tx.Report.Update().Where(entreport.ID(r.ID)).AddVersion(1)).Exec(ctx)
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.s.Track(t.Context(), token); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestPlainSteps(t *testing.T) {
	for step, want := range map[stepKey]bool{
		{"submit", 1}: true, {"admit", 2}: true, {"dispatch", 14}: true, {"take", 16}: true, {"deadline-settled", 0}: true,
		{"accept", 8}: false, {"verify", 11}: false, {"reply", 29}: false, {"ask", 20}: false, {"reject", 3}: false, {"contact", 21}: false,
		{"dispatch", 37}: false, {"carry-over-sign", 24}: false, {"no-such", 1}: false,
	} {
		if plainSteps()[step] != want {
			t.Errorf("%v: %v", step, !want)
		}
	}
}
