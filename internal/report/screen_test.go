package report

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/screenitem"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

const telling = "物业张某骗人，电话13800000000，车是鲁B12A45。"

func (h *house) screener(division string) person {
	return h.person("审核员", grant{Role: "screener", Tenant: shinan, Division: division})
}

func (h *house) screenItems(p person, state string) []ScreenView {
	h.t.Helper()
	page, err := h.s.ScreenItems(h.as(p, shinan, screenList), shinan, state, web.Paging{Limit: 50})
	if err != nil {
		h.t.Fatal(err)
	}
	return page.Items
}

func (h *house) screen(p person, id uuid.UUID, b ScreenBody) error {
	_, err := h.s.Screen(h.as(p, shinan, screenDecide), shinan, id, b)
	return err
}

func (h *house) public(ref string) *PublicView {
	h.t.Helper()
	v, err := h.s.GetPublic(h.t.Context(), shinan, ref)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func TestWhatIsFoundGoesToAPerson(t *testing.T) {
	engines(t, func(h *house) {
		clean := h.submit()
		r := h.submit(func(in *Submission) { in.Title, in.Description = "联系13800000000", telling })
		screener := h.screener(shinan)
		items := h.screenItems(screener, "waiting")
		if len(items) != 2 || items[0].Field != "title" || items[1].Field != "description" || items[1].Number != r.Number {
			h.t.Fatalf("%+v", items)
		}
		if len(items[1].Hits) != 2 || items[1].Hits[0].Name != "电话号码" || items[1].Text != telling {
			h.t.Errorf("%+v", items[1])
		}
		if want := "物业张某骗人，电话×××××××××××，车是×××××××。"; items[1].Masked != want {
			h.t.Errorf("masked %q, want %q", items[1].Masked, want)
		}
		if got := h.state(r.Number); got != "submitted" {
			h.t.Errorf("the report is %s: screening must refuse nothing", got)
		}
		err := h.try(screener, r.Number, h.s.publishStep(PlainBody{}))
		if !fault.Is(err, flow.TransitionNotAllowed) || !strings.Contains(err.Error(), "审核") {
			h.t.Errorf("published while texts wait: %v", err)
		}
		for _, offer := range h.get(screener, r.Number).AllowedActions {
			if offer.Action == "publish" {
				h.t.Error("publish is offered while texts wait")
			}
		}
		h.do(screener, clean.Number, h.s.publishStep(PlainBody{}))
		if err := h.screen(screener, items[0].ID, ScreenBody{Decision: "redact"}); err != nil {
			h.t.Fatal(err)
		}
		if err := h.screen(screener, items[1].ID, ScreenBody{Decision: "redact", PublicText: "物业不作为，车辆占道。"}); err != nil {
			h.t.Fatal(err)
		}
		h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
		v := h.public(r.Number)
		if v.Title != "联系×××××××××××" || v.Description != "物业不作为，车辆占道。" {
			h.t.Errorf("the public reads %q / %q", v.Title, v.Description)
		}
		if in := h.get(h.office, r.Number); in.Title != "联系13800000000" || in.Description != telling {
			h.t.Errorf("the office reads %q", in.Description)
		}
		if own := h.get(h.citizen, r.Number); own.Description != telling {
			h.t.Errorf("the reporter reads %q", own.Description)
		}
		for query, n := range map[string]int{"13800000000": 0, "路面塌陷": 1, r.Number: 1} {
			page, err := h.s.ListPublic(h.t.Context(), shinan, Filter{Query: query}, web.Paging{Limit: 20})
			if err != nil || len(page.Items) != n {
				h.t.Errorf("a visitor's search for %q gives %d, want %d: %v", query, len(page.Items), n, err)
			}
			for _, it := range page.Items {
				if strings.Contains(it.Title, "138") {
					h.t.Errorf("listed as %q", it.Title)
				}
			}
		}
	})
}

func TestScreenersDecisions(t *testing.T) {
	engines(t, func(h *house) {
		screener := h.screener(shinan)
		for _, c := range []struct {
			name        string
			body        ScreenBody
			description string
		}{
			{"pass", ScreenBody{Decision: "pass"}, telling},
			{"hide", ScreenBody{Decision: "hide", Note: "涉及他人隐私"}, withheld},
			{"redact", ScreenBody{Decision: "redact"}, "物业张某骗人，电话×××××××××××，车是×××××××。"},
		} {
			r := h.submit(func(in *Submission) { in.Description = telling })
			it := h.screenItems(screener, "waiting")[0]
			if err := h.screen(screener, it.ID, c.body); err != nil {
				h.t.Fatalf("%s: %v", c.name, err)
			}
			h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
			if got := h.public(r.Number).Description; got != c.description {
				h.t.Errorf("%s: the public reads %q", c.name, got)
			}
			if err := h.screen(screener, it.ID, c.body); !fault.Is(err, fault.Conflict) {
				h.t.Errorf("%s twice: %v", c.name, err)
			}
		}
	})
}

func TestWhoScreens(t *testing.T) {
	engines(t, func(h *house) {
		self := h.screener(shinan)
		body, key := h.submission(), keyless()
		body.Description = telling
		if _, _, err := h.s.Submit(h.as(self, shinan, "report.submit"), shinan, body, key); err != nil {
			h.t.Fatal(err)
		}
		h.recused = []uuid.UUID{h.screener(shinan).id}
		recused := person{id: h.recused[0], name: "回避的审核员", grants: self.grants}
		h.submit(func(in *Submission) { in.Description, in.Respondent = telling, "某物业" })
		own, withRespondent := h.screenItems(self, "waiting")[0], h.screenItems(self, "waiting")[1]
		here, elsewhere := h.screener(street), h.screener(another)
		if n := len(h.screenItems(here, "waiting")); n != 2 {
			h.t.Errorf("the street's screener sees %d", n)
		}
		if n := len(h.screenItems(elsewhere, "waiting")); n != 0 {
			h.t.Errorf("the next street's screener sees %d", n)
		}
		if n := len(h.screenItems(h.staff, "waiting")); n != 2 {
			h.t.Errorf("district staff see %d", n)
		}
		if items := h.screenItems(recused, "waiting"); len(items) != 1 || items[0].ID != own.ID {
			h.t.Errorf("a recused screener sees %+v", items)
		}
		pass := ScreenBody{Decision: "pass"}
		for _, c := range []struct {
			name string
			who  person
			id   uuid.UUID
			body ScreenBody
			kind *fault.Kind
		}{
			{"own_words", self, own.ID, pass, fault.Forbidden},
			{"recused", recused, withRespondent.ID, pass, fault.NotFound},
			{"next_street", elsewhere, own.ID, pass, fault.NotFound},
			{"staff_only_look", h.staff, own.ID, pass, fault.NotFound},
			{"never_issued", here, uuid.New(), pass, fault.NotFound},
			{"hide_without_reason", here, own.ID, ScreenBody{Decision: "hide"}, fault.Invalid},
			{"text_with_pass", here, own.ID, ScreenBody{Decision: "pass", PublicText: "别的"}, fault.Invalid},
			{"stale", here, own.ID, ScreenBody{Decision: "pass", Versioned: Versioned{Version: 7}}, fault.VersionConflict},
		} {
			if err := h.screen(c.who, c.id, c.body); !fault.Is(err, c.kind) {
				h.t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

func TestTwoScreenersDecideOnce(t *testing.T) {
	engines(t, func(h *house) {
		h.submit(func(in *Submission) { in.Description = telling })
		a, b := h.screener(shinan), h.screener(shinan)
		id := h.screenItems(a, "waiting")[0].ID
		errs := make(chan error, 2)
		go func() { errs <- h.screen(a, id, ScreenBody{Decision: "pass"}) }()
		go func() { errs <- h.screen(b, id, ScreenBody{Decision: "redact"}) }()
		won := 0
		for range 2 {
			if err := <-errs; err == nil {
				won++
			} else if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.VersionConflict) {
				h.t.Errorf("the loser got %v", err)
			}
		}
		if won != 1 {
			h.t.Errorf("%d decided", won)
		}
	})
}

func TestStepsAreScreenedToo(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		screener := h.screener(shinan)
		h.do(h.deputies[0], r.Number, h.s.verifyStep(h.seen("业主王某13900000000称属实")))
		h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
		step := func() string {
			v := h.public(r.Number)
			return v.Timeline[len(v.Timeline)-1].Text
		}
		if got := step(); !strings.Contains(got, "业主王某×××××××××××称属实") {
			h.t.Errorf("before a screener looked the public reads %q", got)
		}
		own := h.get(h.citizen, r.Number).Timeline
		if got := own[len(own)-1].Text; !strings.Contains(got, "13900000000") {
			h.t.Errorf("the reporter reads %q", got)
		}
		items := h.screenItems(screener, "waiting")
		if len(items) != 1 || items[0].Field != fieldWording || items[0].ReportID != r.ID {
			h.t.Fatalf("%+v", items)
		}
		if err := h.screen(screener, items[0].ID, ScreenBody{Decision: "redact", PublicText: "改写"}); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("a step was worded anew: %v", err)
		}
		if err := h.screen(screener, items[0].ID, ScreenBody{Decision: "hide", Note: "他人号码"}); err != nil {
			h.t.Fatal(err)
		}
		if got := step(); got != withheld {
			h.t.Errorf("hidden, the public reads %q", got)
		}
		h.kit.Clock.Advance(time.Minute)
		h.do(h.office, r.Number, h.s.dispatchStep(DispatchBody{LeadUnitID: &h.unit}))
		h.do(h.clerk, r.Number, h.s.takeStep(PlainBody{}))
		if got := step(); !strings.Contains(got, "签收") {
			h.t.Errorf("a step without anybody's words reads %q", got)
		}
		h.do(h.clerk, r.Number, h.s.contactStep(ContactBody{Way: "office", Outcome: "reached", Message: "王女士，您在家吗？"}))
		if got := step(); got != "" {
			h.t.Errorf("words written after the screener looked read %q", got)
		}
		h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
		if got := step(); !strings.Contains(got, "您在家吗") {
			h.t.Errorf("published again the step reads %q", got)
		}
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			it, err := tx.ScreenItem.Query().Where(screenitem.ID(items[0].ID)).Only(ctx)
			if err == nil && (it.DecidedBy == nil || *it.DecidedBy != screener.id || it.DecidedAt == nil) {
				h.t.Errorf("decided by %v", it.DecidedBy)
			}
			return err
		})
	})
}

func TestTheNumberToCallBackIsNotMasked(t *testing.T) {
	engines(t, func(h *house) {
		m := &moment{relation: &relation{report: &db.Report{ID: uuid.New(), DivisionCode: h.community}}, params: map[string]string{"phone": "0532-80000001", "reason": "请见公告"}}
		err := h.kit.DB.Do(h.as(h.office, shinan, "report.admit"), scopeOf(shinan), func(ctx context.Context, tx *database.Tx) error {
			m.tx, m.now = tx, h.kit.Clock.Now()
			if err := h.s.screenEvent(ctx, m, &db.ReportEvent{ID: uuid.New(), PublicText: "请见公告，请回电0532-80000001。"}); err != nil {
				return err
			}
			n, err := tx.ScreenItem.Query().Count(ctx)
			if n != 0 {
				h.t.Errorf("%d items for the unit's own number", n)
			}
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	})
}

func scopeOf(tenant string) tenancy.Scope { return tenancy.Tenant(tenant) }
