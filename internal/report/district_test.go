package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/flow"
	"huying/internal/platform/fault"
)

func TestReferUpOnce(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("verified")
		was := *h.get(h.office, r.Number).DueAt
		if err := h.try(h.staff, r.Number, h.s.referUpStep(PlainBody{})); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("the district referred to itself: %v", err)
		}
		h.kit.Clock.Advance(time.Hour)
		h.do(h.office, r.Number, h.s.referUpStep(PlainBody{Reason: "涉及两个街道"}))
		v := h.get(h.staff, r.Number)
		cal, err := h.s.Calendar(h.t.Context(), shinan)
		if err != nil {
			h.t.Fatal(err)
		}
		want, _ := cal.Add(was, defaultSpans[clockDispatch])
		if v.State != "verified" || v.Owner.Kind != OwnerDistrict || !v.DueAt.Equal(want) || !v.PromisedAt.Equal(want) {
			h.t.Errorf("state %s owner %+v due %v, want %v", v.State, v.Owner, v.DueAt, want)
		}
		if !strings.HasPrefix(h.last(h.citizen, r.Number).Text, "这件事街镇办不了，已报区市人大，") {
			h.t.Errorf("told %q", h.last(h.citizen, r.Number).Text)
		}
		if err := h.try(h.office, r.Number, h.s.referUpStep(PlainBody{})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("referred twice: %v", err)
		}
		h.do(h.staff, r.Number, h.s.dispatchStep(DispatchBody{LeadUnitID: &h.unit}))
		if got := h.state(r.Number); got != "dispatched" {
			h.t.Errorf("%s", got)
		}
	})
}

func TestCommitteeTriesFirst(t *testing.T) {
	engines(t, func(h *house) {
		committee := Unit{ID: uuid.New(), Name: "某社区居委会", Active: true}
		h.units[committee.ID] = committee
		r := h.reach("verified")
		step := func(id *uuid.UUID) step { return h.s.committeeStep(CommitteeBody{UnitID: id}) }
		if err := h.try(h.office, r.Number, step(nil)); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("nothing is listed: %v", err)
		}
		h.committees = []Unit{committee}
		if err := h.try(h.office, r.Number, step(&h.unit)); !fault.Is(err, OutsideCatalogue) {
			h.t.Errorf("a unit that is no committee: %v", err)
		}
		if err := h.try(h.staff, r.Number, step(nil)); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("the district: %v", err)
		}
		h.do(h.office, r.Number, step(nil))
		v := h.get(h.citizen, r.Number)
		if v.State != "dispatched" || v.Owner.Name != committee.Name || !strings.HasPrefix(h.last(h.citizen, r.Number).Text, "先由某社区居委会处理，") {
			h.t.Errorf("%s %+v %q", v.State, v.Owner, h.last(h.citizen, r.Number).Text)
		}
		h.committees = append(h.committees, Unit{ID: uuid.New(), Name: "另一居委会", Active: true})
		two := h.reach("verified")
		if err := h.try(h.office, two.Number, step(nil)); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("two are listed and none was named: %v", err)
		}
		urgent := h.submit(func(in *Submission) { in.Danger = true })
		h.catalogue = nil
		h.do(h.office, urgent.Number, h.s.admitStep(AdmitBody{}))
		if err := h.try(h.office, urgent.Number, step(&committee.ID)); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("danger went to a committee: %v", err)
		}
	})
}
