package report

import (
	"strings"
	"testing"

	"huying/ent/db/rateexclusion"
	"huying/internal/flow"
	"huying/internal/platform/fault"
)

func lawsuit() LegalRouteBody {
	return LegalRouteBody{Kind: "litigation", Body: "市南区人民法院", Proof: "（2026）鲁0202民初1号"}
}

func TestLegalRouteIsProposedAndSigned(t *testing.T) {
	engines(t, func(h *house) {
		for from, who := range map[string]person{"submitted": h.office, "open": h.office, "handling": h.clerk, "resolved": h.office} {
			r := h.reach(from)
			h.do(who, r.Number, h.s.legalRouteStep(lawsuit()))
			if err := h.trySign(who, r.Number, SignBody{}, true); err == nil {
				h.t.Errorf("%s: the proposer signed", from)
			}
			if err := h.trySign(h.office, r.Number, SignBody{}, true); err == nil {
				h.t.Errorf("%s: an office signed a legal route", from)
			}
			h.sign(h.staff, r.Number)
			v := h.get(h.citizen, r.Number)
			if v.State != "closed" || v.CloseReason != "legal_route" || v.DueAt != nil || !strings.HasPrefix(h.last(h.citizen, r.Number).Text, "这件事已进入诉讼，依法由市南区人民法院处理。") {
				h.t.Errorf("%s: %+v %q", from, v.Item, h.last(h.citizen, r.Number).Text)
			}
			for _, c := range v.Clocks {
				if c.StoppedAt == nil {
					h.t.Errorf("%s: clock %s still runs", from, c.Kind)
				}
			}
			h.free()
		}
		legal := rateexclusion.KindLegalRoute
		h.exclusions(legal, legal, legal, legal)
	})
}

func TestLegalRouteRefusals(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("open")
		noProof := lawsuit()
		noProof.Proof = " "
		for name, c := range map[string]struct {
			who  person
			b    LegalRouteBody
			kind *fault.Kind
		}{
			"the_reporter":      {h.citizen, lawsuit(), fault.Forbidden},
			"the_district":      {h.staff, lawsuit(), fault.Forbidden},
			"an_offered_deputy": {h.deputies[0], lawsuit(), fault.Forbidden},
			"without_proof":     {h.office, noProof, fault.Invalid},
		} {
			if err := h.try(c.who, r.Number, h.s.legalRouteStep(c.b)); !fault.Is(err, c.kind) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		done := h.reach("closed")
		if err := h.try(h.office, done.Number, h.s.legalRouteStep(lawsuit())); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("a closed report: %v", err)
		}
	})
}

func TestWhatTheProcedureDoesNotCoverGoesOn(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		b := lawsuit()
		b.OutsidePart = "楼道照明不亮，与官司无关"
		h.do(h.office, r.Number, h.s.legalRouteStep(b))
		h.sign(h.staff, r.Number)
		parts := h.linked(h.citizen, r.Number, "split")
		if len(parts) != 1 || h.last(h.citizen, r.Number).Text != "这件事已进入诉讼，依法由市南区人民法院处理；其余的事另编号"+parts[0].Number+"，继续办理。" {
			h.t.Fatalf("%+v %q", parts, h.last(h.citizen, r.Number).Text)
		}
		if v := h.get(h.citizen, parts[0].Number); v.State != "open" || v.Description != b.OutsidePart {
			h.t.Errorf("%+v %q", v.Item, v.Description)
		}
	})
}

func TestAfterTheJudgmentANewReportTakesItUpAgain(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("open")
		follow := func(p person, ref string) (Receipt, error) {
			in := h.submission()
			in.Follows = ref
			return h.submitAs(p, in, "")
		}
		if _, err := follow(h.citizen, r.Number); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("followed a report that goes on: %v", err)
		}
		h.do(h.office, r.Number, h.s.legalRouteStep(lawsuit()))
		h.sign(h.staff, r.Number)
		if _, err := follow(h.other, r.Number); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("followed somebody else's: %v", err)
		}
		if _, err := follow(h.citizen, "没有这个编号"); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("followed nothing: %v", err)
		}
		next, err := follow(h.citizen, r.Number)
		if err != nil {
			h.t.Fatal(err)
		}
		old, fresh := h.linked(h.citizen, next.Number, "follows"), h.linked(h.citizen, r.Number, "followed_by")
		if len(old) != 1 || old[0].ID != r.ID || len(fresh) != 1 || fresh[0].ID != next.ID {
			h.t.Errorf("links %+v %+v", old, fresh)
		}
		if got := h.linked(h.unitOfTheNew(), next.Number, "follows"); len(got) != 0 {
			h.t.Errorf("who may not see the old one is shown %+v", got)
		}
	})
}

// unitOfTheNew sees the new report by a unit's assignment and nothing of the old one.
func (h *house) unitOfTheNew() person {
	h.t.Helper()
	for _, r := range h.list(h.staff, Filter{Status: []string{"submitted"}}).Items {
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{}))
		h.do(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{}))
		h.do(h.deputies[0], r.Number, h.s.verifyStep(h.seen("属实，需要处理")))
		h.do(h.office, r.Number, h.s.dispatchStep(DispatchBody{LeadUnitID: &h.unit}))
	}
	return h.clerk
}
