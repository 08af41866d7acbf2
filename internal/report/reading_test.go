package report

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

func (h *house) listAs(p person, tenant string, f Filter, page web.Paging) (web.Page[Item], error) {
	if page.Limit == 0 {
		page.Limit = 20
	}
	return h.s.List(h.as(p, tenant, listPermission), tenant, f, page)
}

func (h *house) list(p person, f Filter) web.Page[Item] {
	h.t.Helper()
	page, err := h.listAs(p, shinan, f, web.Paging{})
	if err != nil {
		h.t.Fatalf("list by %s: %v", p.name, err)
	}
	return page
}

func TestWhoSeesWhat(t *testing.T) {
	engines(t, func(h *house) {
		neighbour := h.person("邻街工委", grant{Role: "street_office", Tenant: shinan, Division: another})
		otherUnit := h.person("别的单位", grant{Role: "unit_clerk", Tenant: shinan, Division: shinan, UnitID: uuid.New()})
		uninvited := h.person("未受邀代表", grant{Role: "deputy", Tenant: shinan, Division: shinan, DeputyID: uuid.New()})
		shibeiStaff := h.person("外区代工委", grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		admin := h.person("管理员", grant{Role: "tenant_admin", Tenant: shinan, Division: shinan})
		cases := []struct {
			who   person
			from  string
			sees  bool
			state string
		}{
			{h.citizen, "reporter", true, "open"},
			{h.other, "another citizen", false, "open"},
			{h.office, "the street's office", true, "open"},
			{neighbour, "the next street's office", false, "open"},
			{h.staff, "district staff", true, "open"},
			{shibeiStaff, "another district", false, "open"},
			{h.deputies[0], "an offered deputy", true, "open"},
			{uninvited, "a deputy not offered", false, "open"},
			{h.clerk, "the unit before dispatch", false, "open"},
			{h.clerk, "the unit", true, "dispatched"},
			{otherUnit, "another unit", false, "dispatched"},
			{h.deputies[0], "the leading deputy", true, "dispatched"},
			{admin, "the tenant's administrator", false, "open"},
		}
		for _, c := range cases {
			r := h.reach(c.state)
			v, err := h.getAs(c.who, shinan, r.ID.String())
			if (err == nil) != c.sees {
				h.t.Errorf("%s in %s: %v", c.from, c.state, err)
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				h.t.Errorf("%s: %v is not the answer for an unknown id", c.from, err)
			}
			if err == nil && v.Description == "" {
				h.t.Errorf("%s sees no description", c.from)
			}
			listed := false
			for _, it := range h.list(c.who, Filter{}).Items {
				listed = listed || it.ID == r.ID
			}
			if listed != c.sees {
				h.t.Errorf("%s in %s: listed=%v", c.from, c.state, listed)
			}
			found := len(h.list(c.who, Filter{Query: r.Number}).Items) == 1
			if found != c.sees {
				h.t.Errorf("%s in %s: found by number=%v", c.from, c.state, found)
			}
			h.free()
		}
	})
}

func TestForeignAndUnknownIDsAreAnsweredAlike(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit()
		_, foreign := h.getAs(h.other, shinan, r.ID.String())
		_, never := h.getAs(h.other, shinan, uuid.NewString())
		_, nonsense := h.getAs(h.other, shinan, "' or 1=1 --")
		if foreign == nil || foreign.Error() != never.Error() || foreign.Error() != nonsense.Error() {
			h.t.Fatalf("%v / %v / %v", foreign, never, nonsense)
		}
	})
}

func TestReportersNameIsKept(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("open")
		if v := h.get(h.deputies[0], r.Number); v.Reporter != nil || v.IdentityLevel != "" {
			h.t.Errorf("an offered deputy sees %+v", v.Reporter)
		}
		h.do(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{}))
		if v := h.get(h.deputies[0], r.Number); v.Reporter == nil || v.Reporter.Phone != "138****0001" {
			h.t.Errorf("the leading deputy sees %+v", v.Reporter)
		}
		if v := h.get(h.deputies[1], r.Number); v.Reporter != nil {
			h.t.Errorf("the deputy who came second sees %+v", v.Reporter)
		}
		hidden := h.reach("handling", func(in *Submission) { in.IdentityLevel = "hidden_all" })
		for _, p := range []person{h.deputies[0], h.clerk, h.head} {
			if v := h.get(p, hidden.Number); v.Reporter != nil || v.MayRevealPerson {
				h.t.Errorf("%s sees %+v though the reporter hides from units and deputies", p.name, v.Reporter)
			}
			if _, err := h.revealAs(p, hidden.Number); !fault.Is(err, fault.Forbidden) {
				h.t.Errorf("%s revealed a hidden reporter: %v", p.name, err)
			}
		}
		if v := h.get(h.office, hidden.Number); v.Reporter == nil {
			h.t.Error("the office that relays does not see the reporter")
		}
	})
}

func (h *house) revealAs(p person, ref string) (Contact, error) {
	return h.s.Reveal(h.as(p, shinan, "report.reveal"), shinan, ref, "约定上门时间")
}

func TestRevealIsForWhoHasToCall(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("open")
		if _, err := h.revealAs(h.deputies[0], r.Number); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("a deputy before accepting: %v", err)
		}
		h.do(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{}))
		c, err := h.revealAs(h.deputies[0], r.Number)
		if err != nil || c.Phone != "13800000001" || len(h.reasons) != 1 {
			h.t.Errorf("the leading deputy: %+v %v, reasons %v", c, err, h.reasons)
		}
		if _, err := h.revealAs(h.other, r.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("a stranger: %v", err)
		}
		quiet := h.reach("accepted", func(in *Submission) { in.IdentityLevel = "no_phone" })
		if _, err := h.revealAs(h.office, quiet.Number); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("a number that was not left: %v", err)
		}
	})
}

func TestRecusalBeatsEveryGrant(t *testing.T) {
	engines(t, func(h *house) {
		h.recused = []uuid.UUID{h.deputies[0].id, h.office.id, h.citizen.id}
		r := h.submit(func(in *Submission) { in.Respondent = "虚构物业公司" })
		deputy := h.office
		deputy.grants = append(deputy.grants, grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		if _, err := h.getAs(deputy, shinan, r.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("seen with two grants: %v", err)
		}
		if err := h.try(h.office, r.Number, h.s.admitStep(AdmitBody{})); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("acted: %v", err)
		}
		for name, f := range map[string]Filter{"list": {}, "number": {Query: r.Number}, "words": {Query: "塌陷"}, "mine to do": {AssignedToMe: true}} {
			if n := len(h.list(h.office, f).Items); n != 0 {
				h.t.Errorf("%s shows %d", name, n)
			}
		}
		if v := h.get(h.citizen, r.Number); v.Number != r.Number {
			h.t.Error("the reporter lost sight of the own report")
		}
		h.do(h.staff, r.Number, h.s.admitStep(AdmitBody{}))
		offers := h.get(h.staff, r.Number).Offers
		if len(offers) != 2 {
			h.t.Errorf("offered to %d, want the two who are not recused", len(offers))
		}
		if _, err := h.getAs(h.deputies[0], shinan, r.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("the recused deputy: %v", err)
		}
	})
}

func TestSearch(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit()
		h.submit(func(in *Submission) {
			in.Title, in.Description, in.Address = "垃圾", "楼下垃圾无人清运，100%是物业的事", ""
		})
		cases := []struct {
			q    string
			want int
		}{
			{"塌陷", 1},
			{"人行道 塌陷", 1},
			{"塌", 1},
			{"人行道垃圾", 0},
			{"香港中路", 2},
			{r.Number, 1},
			{"路面", 2},
			{"%", 0},
			{"_", 0},
			{"'", 0},
			{`"; DROP TABLE reports; --`, 0},
			{"塌%", 1},
			{"100%", 1},
			{"塌' OR '1'='1", 0},
			{"\\", 0},
			{"😀", 0},
			{"   ", 2},
			{strings.Repeat("塌陷", 40), 0},
			{"塌陷" + strings.Repeat(" 塌陷", 40), 1},
		}
		for _, c := range cases {
			if got := len(h.list(h.office, Filter{Query: c.q}).Items); got != c.want {
				h.t.Errorf("%q finds %d, want %d", c.q, got, c.want)
			}
		}
	})
}

func TestFilters(t *testing.T) {
	engines(t, func(h *house) {
		open := h.reach("open")
		garbage := h.submit(func(in *Submission) { in.Category = "garbage"; in.Position = &Position{Lat: 36.1, Lng: 120.4} })
		box := func(text string) *Box {
			b, err := ParseBox(text)
			if err != nil {
				h.t.Fatal(err)
			}
			return b
		}
		cases := []struct {
			name string
			who  person
			f    Filter
			want []uuid.UUID
		}{
			{"newest_first", h.office, Filter{}, []uuid.UUID{garbage.ID, open.ID}},
			{"status", h.office, Filter{Status: []string{"open"}}, []uuid.UUID{open.ID}},
			{"two_statuses", h.office, Filter{Status: []string{"open", "submitted"}}, []uuid.UUID{garbage.ID, open.ID}},
			{"category_by_its_word", h.office, Filter{Category: "垃圾"}, []uuid.UUID{garbage.ID}},
			{"division_prefix", h.staff, Filter{DivisionCode: street}, []uuid.UUID{garbage.ID, open.ID}},
			{"another_division", h.staff, Filter{DivisionCode: another}, nil},
			{"a_prefix_that_is_no_level", h.staff, Filter{DivisionCode: "37020200"}, []uuid.UUID{garbage.ID, open.ID}},
			{"box_around_one", h.office, Filter{Box: box("120.39,36.09,120.41,36.11")}, []uuid.UUID{garbage.ID}},
			{"box_by_a_hair", h.office, Filter{Box: box("120.4001,36.09,120.41,36.11")}, nil},
			{"to_do_for_the_office", h.office, Filter{AssignedToMe: true}, []uuid.UUID{garbage.ID, open.ID}},
			{"to_do_for_a_deputy", h.deputies[1], Filter{AssignedToMe: true}, []uuid.UUID{open.ID}},
			{"mine", h.citizen, Filter{Mine: true}, []uuid.UUID{garbage.ID, open.ID}},
			{"not_mine", h.other, Filter{Mine: true}, nil},
			{"mine_narrowed", h.citizen, Filter{Mine: true, Status: []string{"open"}}, []uuid.UUID{open.ID}},
		}
		for _, c := range cases {
			var got []uuid.UUID
			for _, it := range h.list(c.who, c.f).Items {
				got = append(got, it.ID)
			}
			if len(got) != len(c.want) {
				h.t.Errorf("%s: %v, want %v", c.name, got, c.want)
				continue
			}
			for i := range got {
				if got[i] != c.want[i] {
					h.t.Errorf("%s: %v, want %v", c.name, got, c.want)
				}
			}
		}
		if _, err := h.listAs(h.office, shinan, Filter{Status: []string{"flying"}}, web.Paging{}); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("an unknown status: %v", err)
		}
		for _, bad := range []string{"1,2,3", "a,b,c,d", "121,36,120,37", "120,36,121,95", "NaN,1,2,3", "120,30,121,40"} {
			if _, err := ParseBox(bad); !fault.Is(err, fault.Invalid) {
				h.t.Errorf("box %q: %v", bad, err)
			}
		}
	})
}

func TestPagesJoinWithoutHoles(t *testing.T) {
	engines(t, func(h *house) {
		want := map[uuid.UUID]bool{}
		for range 7 {
			want[h.submit().ID] = true
		}
		for name, f := range map[string]Filter{"tenant": {}, "mine": {Mine: true}} {
			who := h.office
			if f.Mine {
				who = h.citizen
			}
			seen, cursor := map[uuid.UUID]bool{}, ""
			for range 10 {
				page, err := h.listAs(who, shinan, f, web.Paging{Limit: 3, Cursor: cursor})
				if err != nil {
					h.t.Fatal(err)
				}
				for _, it := range page.Items {
					if seen[it.ID] {
						h.t.Errorf("%s: a row twice", name)
					}
					seen[it.ID] = true
				}
				if cursor = page.NextCursor; cursor == "" {
					break
				}
			}
			if len(seen) != len(want) {
				h.t.Errorf("%s: %d of %d rows", name, len(seen), len(want))
			}
		}
	})
}

func TestCityReadsAfterItsAuditLine(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit()
		city := h.person("市人大", grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"})
		page, err := h.listAs(city, "370200", Filter{}, web.Paging{})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != r.ID {
			h.t.Fatalf("%+v %v", page.Items, err)
		}
		if v, err := h.getAs(city, "370200", r.Number); err != nil || v.Reporter != nil || len(v.AllowedActions) != 0 {
			h.t.Fatalf("%+v %v", v, err)
		}
		if len(h.crossings) != 2 || !strings.Contains(h.crossings[0], shibei) {
			h.t.Fatalf("audit lines %v", h.crossings)
		}
		h.crossFault = errors.New("the audit log is away")
		if _, err := h.listAs(city, "370200", Filter{}, web.Paging{}); err == nil {
			h.t.Fatal("answered without an audit line")
		}
		if err := h.try(city, r.Number, h.s.admitStep(AdmitBody{})); err == nil {
			h.t.Fatal("the city acted in a district")
		}
	})
}

func TestVisitorsSeeOnlyWhatWasScreened(t *testing.T) {
	engines(t, func(h *house) {
		screener := h.person("审核员", grant{Role: "screener", Tenant: shinan, Division: shinan})
		public := h.reach("verified")
		private := h.submit(func(in *Submission) { in.Visibility = "" })
		ctx := h.t.Context()
		page, err := h.s.ListPublic(ctx, shinan, Filter{}, web.Paging{Limit: 20})
		if err != nil || len(page.Items) != 1 {
			h.t.Fatalf("%+v %v", page.Items, err)
		}
		it := page.Items[0]
		if it.Title != "" || it.Address != "" || it.Position != nil || it.Owner != nil || len(it.DivisionCode) > 12 {
			h.t.Errorf("a visitor sees %+v before screening", it)
		}
		if v, err := h.s.GetPublic(ctx, shinan, public.Number); err != nil || v.Description != "" || v.Timeline[3].Text != "" {
			h.t.Errorf("%+v %v", v, err)
		}
		if _, err := h.s.GetPublic(ctx, shinan, private.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("a private report: %v", err)
		}
		find := func() int {
			page, err := h.s.ListPublic(ctx, shinan, Filter{Query: "塌陷"}, web.Paging{Limit: 20})
			if err != nil {
				h.t.Fatal(err)
			}
			return len(page.Items)
		}
		if find() != 0 {
			h.t.Error("unscreened text is found by its words")
		}
		if err := h.try(screener, private.Number, h.s.publishStep(PlainBody{})); err == nil {
			h.t.Error("published without the reporter's consent")
		}
		h.do(screener, public.Number, h.s.publishStep(PlainBody{}))
		if v, err := h.s.GetPublic(ctx, shinan, public.Number); err != nil || v.Description == "" || find() != 1 {
			h.t.Errorf("after screening: %+v %v", v, err)
		}
		h.do(h.citizen, public.Number, h.s.hideStep(PlainBody{}))
		if _, err := h.s.GetPublic(ctx, shinan, public.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("after the reporter hid it: %v", err)
		}
	})
}

func TestAllowedActionsAreThoseThatWork(t *testing.T) {
	engines(t, func(h *house) {
		names := func(p person, ref string) string {
			var out []string
			for _, o := range h.get(p, ref).AllowedActions {
				out = append(out, string(o.Action))
			}
			return strings.Join(out, " ")
		}
		cases := []struct {
			at, want string
			who      person
		}{
			{"submitted", "admit reject legal-route merge comment", h.office},
			{"submitted", "withdraw hide comment", h.citizen},
			{"open", "accept decline", h.deputies[0]},
			{"accepted", "verify resolve ask release recuse hand-over comment", h.deputies[0]},
			{"accepted", "join decline", h.deputies[1]},
			{"verified", "dispatch ask recuse change-deputy hand-over reject legal-route merge split refer-up comment", h.office},
			{"dispatched", "take ask interim return legal-route comment", h.clerk},
			{"handling", "contact add-unit ask pause interim return legal-route comment", h.clerk},
			{"contacted", "contact reply add-unit ask pause interim return legal-route comment", h.clerk},
			{"proposed", "contact add-unit ask pause interim return legal-route comment", h.clerk},
			{"proposed", "assign-handler extend interim carry-over approve refuse comment", h.head},
			{"replied", "confirm release recuse hand-over comment", h.deputies[0]},
			{"replied", "recuse change-deputy hand-over legal-route comment", h.office},
			{"resolved", "rate withdraw hide comment", h.citizen},
			{"closed", "reopen hide", h.citizen},
		}
		for _, c := range cases {
			r := h.reach(c.at)
			if got := names(c.who, r.Number); got != c.want {
				h.t.Errorf("%s for %s: %q, want %q", c.at, c.who.name, got, c.want)
			}
			h.free()
		}
	})
}

func (h *house) streetOf(tenant string) string {
	h.t.Helper()
	dir, err := h.s.Territory.Directory(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return dir.Children(tenant)[0].Code
}

func TestMineReachesEveryDistrict(t *testing.T) {
	engines(t, func(h *house) {
		here := h.submit()
		in := h.submission()
		in.DivisionCode = h.streetOf(shibei)
		in.Position = nil
		answer, _, err := h.s.Submit(h.as(h.citizen, shibei, "report.submit"), shibei, in, keyless())
		if err != nil {
			h.t.Fatal(err)
		}
		page := h.list(h.citizen, Filter{Mine: true})
		if len(page.Items) != 2 || page.Items[0].Tenant != shibei || page.Items[1].ID != here.ID || !strings.Contains(string(answer), page.Items[0].Number) {
			h.t.Fatalf("%+v", page.Items)
		}
	})
}
