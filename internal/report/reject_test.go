package report

import (
	"context"
	"strings"
	"testing"
	"time"

	"huying/ent/db/rateexclusion"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

func rejection() RejectBody {
	return RejectBody{Reason: "属于物业合同纠纷", WhereTo: WhereTo{Unit: "市南区人民法院", Phone: "0532-12368"}}
}

// more people of the district, so that second and third persons differ.
func (h *house) second() person {
	return h.person("代工委乙", grant{Role: "district_staff", Tenant: shinan, Division: shinan})
}

func (h *house) third() person {
	return h.person("代工委丙", grant{Role: "district_staff", Tenant: shinan, Division: shinan})
}

func (h *house) signer() person {
	return h.person("签发人", grant{Role: "district_head", Tenant: shinan, Division: shinan})
}

func (h *house) last(p person, ref string) EventView {
	h.t.Helper()
	v := h.get(p, ref)
	return v.Timeline[len(v.Timeline)-1]
}

func (h *house) exclusions(want ...rateexclusion.Kind) {
	h.t.Helper()
	h.rows(func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.RateExclusion.Query().Order(rateexclusion.ByID()).All(ctx)
		var got []rateexclusion.Kind
		for _, r := range rows {
			got = append(got, r.Kind)
		}
		if len(got) != len(want) {
			h.t.Errorf("excluded %v, want %v", got, want)
			return err
		}
		for i := range want {
			if got[i] != want[i] {
				h.t.Errorf("excluded %v, want %v", got, want)
			}
		}
		return err
	})
}

// rejected brings a report to rejected, proposed by the office and signed by staff.
func (h *house) rejected(from string) Receipt {
	h.t.Helper()
	r := h.reach(from)
	h.do(h.office, r.Number, h.s.rejectStep(rejection()))
	h.sign(h.staff, r.Number)
	return r
}

func TestRejectIsProposedAndSigned(t *testing.T) {
	engines(t, func(h *house) {
		for _, from := range []string{"submitted", "open", "accepted", "verified"} {
			r := h.reach(from)
			h.do(h.office, r.Number, h.s.rejectStep(rejection()))
			if got := h.state(r.Number); got != from {
				h.t.Fatalf("a proposal moved %s to %s", from, got)
			}
			if err := h.trySign(h.office, r.Number, SignBody{}, true); !fault.Is(err, OwnProposal) {
				h.t.Errorf("the proposer signed: %v", err)
			}
			h.sign(h.staff, r.Number)
			v := h.get(h.citizen, r.Number)
			if v.State != "rejected" || v.DueAt != nil || v.PromisedAt == nil {
				h.t.Fatalf("%s: %+v", from, v.Item)
			}
			if text := h.last(h.citizen, r.Number).Text; !strings.HasPrefix(text, "这件事不在受理范围内：属于物业合同纠纷。请到市南区人民法院，电话0532-12368。不同意可在") {
				h.t.Errorf("told %q", text)
			}
			if live := h.deputy[h.deputies[0].deputy].Live; live != 0 {
				h.t.Errorf("%s: the deputy still counts %d", from, live)
			}
		}
	})
}

func TestRejectRefusals(t *testing.T) {
	engines(t, func(h *house) {
		head, r := h.signer(), h.submit()
		for name, c := range map[string]struct {
			who  person
			b    RejectBody
			kind *fault.Kind
		}{
			"the_reporter":                      {h.citizen, rejection(), fault.Forbidden},
			"the_district_does_not_propose":     {h.staff, rejection(), fault.Forbidden},
			"the_head_only_accusations":         {head, rejection(), flow.TransitionNotAllowed},
			"an_accusation_is_not_the_office's": {h.office, RejectBody{Reason: "检举某人", WhereTo: rejection().WhereTo, Accusation: true}, fault.Invalid},
			"a_reason_is_needed":                {h.office, RejectBody{Reason: "  ", WhereTo: rejection().WhereTo}, fault.Invalid},
			"a_phone_is_needed":                 {h.office, RejectBody{Reason: "不属本级", WhereTo: WhereTo{Unit: "法院", Phone: "没有"}}, fault.Invalid},
		} {
			if err := h.try(c.who, r.Number, h.s.rejectStep(c.b)); !fault.Is(err, c.kind) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		handled := h.reach("handling")
		if err := h.try(h.office, handled.Number, h.s.rejectStep(rejection())); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("rejected while handled: %v", err)
		}
	})
}

func TestAccusationIsHiddenAtOnce(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit()
		screener := h.person("审核员", grant{Role: "screener", Tenant: shinan, Division: shinan})
		h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
		b := rejection()
		b.Accusation = true
		h.do(h.signer(), r.Number, h.s.rejectStep(b))
		v := h.get(h.citizen, r.Number)
		if v.State != "rejected" || v.Published || v.Visibility != "private" {
			h.t.Fatalf("%s published %v %s", v.State, v.Published, v.Visibility)
		}
	})
}

func TestAppealIsDecidedByAnotherPerson(t *testing.T) {
	engines(t, func(h *house) {
		other, third := h.second(), h.third()
		r := h.rejected("accepted")
		if err := h.try(other, r.Number, h.s.decideAppealStep(DecideAppealBody{Accepted: true, Reason: "应当受理"})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("decided without an appeal: %v", err)
		}
		h.do(h.citizen, r.Number, h.s.appealStep(PlainBody{Reason: "这是公共道路"}))
		if v := h.get(h.staff, r.Number); v.Owner.Kind != OwnerDistrict || !strings.Contains(h.last(h.citizen, r.Number).Text, "前由另一名工作人员复核") {
			h.t.Errorf("owner %+v, told %q", v.Owner, h.last(h.citizen, r.Number).Text)
		}
		decide := func(yes bool) step {
			return h.s.decideAppealStep(DecideAppealBody{Accepted: yes, Reason: "属公共道路，应当受理"})
		}
		if err := h.try(h.staff, r.Number, decide(true)); !fault.Is(err, OwnProposal) {
			h.t.Errorf("who signed the rejection decided the appeal: %v", err)
		}
		if err := h.try(h.office, r.Number, decide(true)); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("the office decided: %v", err)
		}
		for _, o := range h.get(h.staff, r.Number).AllowedActions {
			if o.Action == "decide-appeal" {
				h.t.Error("who signed the rejection is offered the appeal")
			}
		}
		h.do(other, r.Number, decide(true))
		v := h.get(h.citizen, r.Number)
		if v.State != "submitted" || v.PromisedAt == nil || v.DueAt == nil {
			h.t.Fatalf("after the appeal: %+v", v.Item)
		}
		h.exclusions()
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{}))
		h.do(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{}))
		h.do(h.office, r.Number, h.s.rejectStep(rejection()))
		h.sign(third, r.Number)
		if err := h.try(h.citizen, r.Number, h.s.appealStep(PlainBody{})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("appealed twice: %v", err)
		}
		if text := h.last(h.citizen, r.Number).Text; !strings.HasSuffix(text, "此件已复核过，不再复核。") {
			h.t.Errorf("told %q", text)
		}
		h.exclusions(rateexclusion.KindOutOfScope)
	})
}

func TestAppealRefused(t *testing.T) {
	engines(t, func(h *house) {
		r := h.rejected("submitted")
		h.do(h.citizen, r.Number, h.s.appealStep(PlainBody{}))
		h.do(h.second(), r.Number, h.s.decideAppealStep(DecideAppealBody{Reason: "确属合同纠纷"}))
		v := h.get(h.citizen, r.Number)
		if v.State != "rejected" || v.DueAt != nil || v.Owner.Kind != OwnerNone || h.last(h.citizen, r.Number).Text != "复核后仍然不能受理：确属合同纠纷。" {
			h.t.Errorf("%+v %q", v.Item, h.last(h.citizen, r.Number).Text)
		}
		h.exclusions(rateexclusion.KindOutOfScope)
		if err := h.try(h.citizen, r.Number, h.s.appealStep(PlainBody{})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("appealed twice: %v", err)
		}
	})
}

func TestObjectionLapsesAndALateAppealGoesToTheHead(t *testing.T) {
	engines(t, func(h *house) {
		r := h.rejected("submitted")
		h.kit.Clock.Set(h.get(h.citizen, r.Number).PromisedAt.Add(time.Second))
		if err := h.try(h.citizen, r.Number, h.s.appealStep(PlainBody{})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("appealed after the clock: %v", err)
		}
		h.sweep()
		v := h.get(h.citizen, r.Number)
		if v.State != "rejected" || v.PromisedAt != nil {
			h.t.Errorf("after the lapse: %+v", v.Item)
		}
		for _, c := range v.Clocks {
			if c.StoppedAt == nil {
				h.t.Errorf("clock %s still runs", c.Kind)
			}
		}
		h.exclusions(rateexclusion.KindOutOfScope)
		again := h.rejected("submitted")
		h.do(h.citizen, again.Number, h.s.appealStep(PlainBody{}))
		h.told = nil
		h.kit.Clock.Set(*h.get(h.staff, again.Number).DueAt)
		h.sweep()
		if len(h.told) != 1 || h.told[0].Role != "district_head" {
			h.t.Errorf("late appeal told %+v", h.told)
		}
	})
}
