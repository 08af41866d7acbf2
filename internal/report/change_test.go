package report

import (
	"context"
	"strings"
	"testing"
	"time"

	"huying/ent/db/reportdeputy"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

func why() ReasonBody { return ReasonBody{Reason: "近期在外地开会"} }

func (h *house) load(d person) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.deputy[d.deputy].Live
}

func (h *house) lastTold(ref string) string {
	h.t.Helper()
	events := h.get(h.staff, ref).Timeline
	return events[len(events)-1].Text
}

func (h *house) ended(ref Receipt, d person) string {
	h.t.Helper()
	var reason string
	h.rows(func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.ReportDeputy.Query().Where(reportdeputy.ReportID(ref.ID), reportdeputy.DeputyID(d.deputy)).Only(ctx)
		if err == nil && row.EndedAt != nil {
			reason = row.EndedReason
		}
		return err
	})
	return reason
}

func TestReleaseAsksOthersAndKeepsThePromise(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		promise := *h.get(h.citizen, r.Number).PromisedAt
		h.kit.Clock.Advance(2 * time.Hour)
		if err := h.try(h.deputies[1], r.Number, h.s.releaseStep(why())); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("a colleague gave it back: %v", err)
		}
		h.do(h.deputies[0], r.Number, h.s.releaseStep(why()))
		v := h.get(h.office, r.Number)
		if v.State != "open" || v.Owner.Kind != OwnerOffice || len(v.Deputies) != 0 || !v.PromisedAt.Equal(promise) {
			h.t.Fatalf("after release: %s %+v %v promised %v, was %v", v.State, v.Owner, v.Deputies, v.PromisedAt, promise)
		}
		if got := h.lastTold(r.Number); got != "现在由香港中路街道人大工委与您联系，正另请代表接单，原定时间不变。" {
			h.t.Errorf("told %q", got)
		}
		if h.ended(r, h.deputies[0]) != endedReleased || h.load(h.deputies[0]) != 0 {
			h.t.Errorf("ended %q with load %d", h.ended(r, h.deputies[0]), h.load(h.deputies[0]))
		}
		if _, err := h.getAs(h.deputies[0], shinan, r.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("who gave it back still reads it: %v", err)
		}
		if err := h.try(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{})); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("who gave it back was asked again: %v", err)
		}
		h.kit.Clock.Advance(2 * time.Hour)
		h.do(h.deputies[1], r.Number, h.s.acceptStep(PlainBody{}))
		v = h.get(h.office, r.Number)
		if v.State != "accepted" || v.Deputies[0].Name != h.deputies[1].name || !v.PromisedAt.Equal(promise) {
			h.t.Errorf("another took it: %s %v promised %v, was %v", v.State, v.Deputies, v.PromisedAt, promise)
		}
		h.do(h.deputies[1], r.Number, h.s.releaseStep(why()))
		h.do(h.deputies[2], r.Number, h.s.acceptStep(PlainBody{}))
		h.do(h.deputies[2], r.Number, h.s.releaseStep(why()))
		v = h.get(h.office, r.Number)
		if v.State != "accepted" || v.Owner.Kind != OwnerOffice || !v.PromisedAt.Equal(promise) {
			h.t.Errorf("nobody is left: %s %+v promised %v", v.State, v.Owner, v.PromisedAt)
		}
		h.kit.Clock.Set(promise)
		h.sweep()
		if v = h.get(h.office, r.Number); v.State != "verified" || !v.DeskCheck {
			h.t.Errorf("at the promised time: %s", v.State)
		}
	})
}

func TestReleaseWhileUnitsWorkLeavesTheMatterToTheOffice(t *testing.T) {
	engines(t, func(h *house) {
		for _, from := range []string{"verified", "dispatched", "contacted", "replied"} {
			r := h.reach(from)
			was := h.get(h.office, r.Number)
			h.do(h.deputies[0], r.Number, h.s.releaseStep(why()))
			v := h.get(h.office, r.Number)
			if v.State != was.State || len(v.Deputies) != 0 || !v.PromisedAt.Equal(*was.PromisedAt) || !v.DueAt.Equal(*was.DueAt) {
				h.t.Errorf("%s: %s, deputies %v", from, v.State, v.Deputies)
			}
			if from == "replied" {
				h.do(h.office, r.Number, h.s.confirmStep(ConfirmBody{Confirmed: true}))
			}
			if h.load(h.deputies[0]) != 0 {
				h.t.Errorf("%s: load %d", from, h.load(h.deputies[0]))
			}
		}
		for _, from := range []string{"open", "resolved"} {
			r := h.reach(from)
			if err := h.try(h.deputies[0], r.Number, h.s.releaseStep(why())); !fault.Is(err, flow.TransitionNotAllowed) && !fault.Is(err, fault.Forbidden) {
				h.t.Errorf("%s: %v", from, err)
			}
			h.free()
		}
	})
}

func TestAHandOverTakesEffectWhenItIsAccepted(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("verified")
		h.candidates = h.candidates[:1]
		over := func(d person) HandOverBody { return HandOverBody{DeputyID: &d.deputy, Reason: "陈代表更熟悉"} }
		for name, b := range map[string]HandOverBody{"nobody": {Reason: "换人"}, "oneself": over(h.deputies[0]), "a stranger": over(person{deputy: newID()})} {
			if err := h.try(h.deputies[0], r.Number, h.s.handOverStep(b)); !fault.Is(err, fault.Invalid) {
				h.t.Errorf("handed to %s: %v", name, err)
			}
		}
		h.away[h.deputies[1].deputy] = "正在请假"
		if err := h.try(h.deputies[0], r.Number, h.s.handOverStep(over(h.deputies[1]))); err == nil || !strings.Contains(err.Error(), "正在请假") {
			h.t.Errorf("handed to somebody on leave: %v", err)
		}
		h.do(h.deputies[0], r.Number, h.s.handOverStep(over(h.deputies[2])))
		if v := h.get(h.office, r.Number); v.Deputies[0].Name != h.deputies[0].name {
			h.t.Errorf("it moved before it was accepted: %v", v.Deputies)
		}
		h.do(h.deputies[2], r.Number, h.s.acceptStep(PlainBody{}))
		v := h.get(h.office, r.Number)
		if len(v.Deputies) != 1 || v.Deputies[0].Name != h.deputies[2].name || v.State != "verified" {
			h.t.Errorf("after accepting: %v in %s", v.Deputies, v.State)
		}
		if got := h.lastTold(r.Number); got != "现在由陈静代表与您联系，原定时间不变。" {
			h.t.Errorf("told %q", got)
		}
		if h.ended(r, h.deputies[0]) != endedHandedOver || h.load(h.deputies[0]) != 0 || h.load(h.deputies[2]) != 1 {
			h.t.Errorf("loads %d, %d", h.load(h.deputies[0]), h.load(h.deputies[2]))
		}
		// And back again: the same deputy may lead a second time.
		h.do(h.office, r.Number, h.s.handOverStep(over(h.deputies[0])))
		h.do(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{}))
		h.do(h.office, r.Number, h.s.handOverStep(HandOverBody{Reason: "由工委直接办理"}))
		if v = h.get(h.office, r.Number); len(v.Deputies) != 0 || h.load(h.deputies[0]) != 0 {
			h.t.Errorf("the office took it over: %v, load %d", v.Deputies, h.load(h.deputies[0]))
		}
		if err := h.try(h.office, r.Number, h.s.handOverStep(HandOverBody{Reason: "再来一次"})); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("the office took over its own: %v", err)
		}
	})
}

func TestTwoDeputiesTakeAHandOver(t *testing.T) {
	engines(t, func(h *house) {
		for range 5 {
			r := h.reach("accepted")
			for _, d := range h.deputies[1:] {
				h.do(h.deputies[0], r.Number, h.s.handOverStep(HandOverBody{DeputyID: &d.deputy, Reason: "请接手"}))
			}
			errs := together(2, func(i int) error { return h.try(h.deputies[1+i], r.Number, h.s.acceptStep(PlainBody{})) })
			if (errs[0] == nil) == (errs[1] == nil) {
				h.t.Fatalf("%v, %v", errs[0], errs[1])
			}
			v := h.get(h.office, r.Number)
			if len(v.Deputies) != 1 || v.Deputies[0].Part != "lead" || v.Deputies[0].Name == h.deputies[0].name {
				h.t.Fatalf("who leads: %v", v.Deputies)
			}
			if h.load(h.deputies[0]) != 0 || h.load(h.deputies[1])+h.load(h.deputies[2]) != 1 {
				h.t.Fatalf("loads %d %d %d", h.load(h.deputies[0]), h.load(h.deputies[1]), h.load(h.deputies[2]))
			}
			h.free()
		}
	})
}

func TestRecusalHidesTheReportAtOnce(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		h.do(h.deputies[1], r.Number, h.s.joinStep(PlainBody{}))
		if err := h.try(h.office, r.Number, h.s.recuseStep(RecuseBody{Reason: "忘写是谁"})); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("an office recused nobody in particular: %v", err)
		}
		h.do(h.office, r.Number, h.s.recuseStep(RecuseBody{DeputyID: &h.deputies[1].deputy, Reason: "其配偶在该公司任职"}))
		v := h.get(h.office, r.Number)
		if v.State != "accepted" || len(v.Deputies) != 1 || h.load(h.deputies[1]) != 0 {
			h.t.Errorf("a joined deputy left: %s %v", v.State, v.Deputies)
		}
		h.do(h.deputies[0], r.Number, h.s.recuseStep(RecuseBody{Reason: "本人任该公司经理"}))
		for _, d := range h.deputies[:2] {
			if _, err := h.getAs(d, shinan, r.Number); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("%s still reads it: %v", d.name, err)
			}
			if _, err := h.s.Reveal(h.as(d, shinan, "report.reveal"), shinan, r.Number, "想打电话"); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("%s still reveals: %v", d.name, err)
			}
			if err := h.try(h.office, r.Number, h.s.handOverStep(HandOverBody{DeputyID: &d.deputy, Reason: "还是您来"})); err == nil {
				h.t.Errorf("%s was asked again", d.name)
			}
		}
		if v = h.get(h.office, r.Number); v.State != "open" || h.load(h.deputies[0]) != 0 {
			h.t.Errorf("after the leader recused: %s, load %d", v.State, h.load(h.deputies[0]))
		}
		for _, e := range h.get(h.citizen, r.Number).Timeline {
			if strings.Contains(e.Text, "经理") || e.Note != "" {
				h.t.Errorf("the reporter reads why: %+v", e)
			}
		}
		h.do(h.deputies[2], r.Number, h.s.acceptStep(PlainBody{}))
	})
}

func TestRecuseWhileConfirming(t *testing.T) {
	engines(t, func(h *house) {
		for range 4 {
			r := h.reach("replied")
			errs := together(2, func(i int) error {
				if i == 0 {
					return h.try(h.office, r.Number, h.s.recuseStep(RecuseBody{DeputyID: &h.deputies[0].deputy, Reason: "其弟经营该店"}))
				}
				return h.try(h.deputies[0], r.Number, h.s.confirmStep(ConfirmBody{Confirmed: true}))
			})
			v := h.get(h.office, r.Number)
			switch {
			case errs[0] == nil && errs[1] != nil && v.State == "replied" && v.Owner.Kind == OwnerOffice:
				h.do(h.office, r.Number, h.s.confirmStep(ConfirmBody{Confirmed: true}))
			case errs[1] == nil && fault.Is(errs[0], flow.TransitionNotAllowed) && v.State == "resolved":
			default:
				h.t.Fatalf("recuse %v, confirm %v, state %s", errs[0], errs[1], v.State)
			}
			if h.load(h.deputies[0]) != 0 {
				h.t.Fatalf("load %d", h.load(h.deputies[0]))
			}
		}
	})
}

func TestTheReporterChangesTheDeputyOnce(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		if err := h.try(h.other, r.Number, h.s.changeDeputyStep(why())); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("a stranger changed the deputy: %v", err)
		}
		h.do(h.citizen, r.Number, h.s.changeDeputyStep(why()))
		if h.state(r.Number) != "open" || h.ended(r, h.deputies[0]) != endedChanged {
			h.t.Errorf("after changing: %s %q", h.state(r.Number), h.ended(r, h.deputies[0]))
		}
		h.do(h.deputies[1], r.Number, h.s.acceptStep(PlainBody{}))
		if err := h.try(h.citizen, r.Number, h.s.changeDeputyStep(why())); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("changed twice: %v", err)
		}
		h.do(h.office, r.Number, h.s.changeDeputyStep(why()))
		if h.state(r.Number) != "open" {
			h.t.Errorf("the office changed the deputy: %s", h.state(r.Number))
		}
	})
}

func TestAnAnswerThatAwaitsItsSignatureLeavesWithItsDeputy(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		h.do(h.deputies[0], r.Number, h.s.resolveStep(ResolveBody{Way: "answered", Summary: "已当面答复"}))
		h.do(h.office, r.Number, h.s.handOverStep(HandOverBody{Reason: "由工委直接办理"}))
		if v := h.get(h.office, r.Number); v.Awaiting != nil || v.Owner.Kind != OwnerOffice {
			h.t.Errorf("awaits %+v, owner %+v", v.Awaiting, v.Owner)
		}
		h.do(h.office, r.Number, h.s.verifyStep(h.seen("属实")))
	})
}
