package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/flow"
	"huying/internal/platform/fault"
)

// desk are the people rows 17 to 25 and 41 need beside those of the house.
type desk struct {
	*house
	coordinator, signer person
	second              uuid.UUID
	clerk2, head2       person
}

func desks(t *testing.T, test func(d *desk)) {
	engines(t, func(h *house) {
		d := &desk{house: h, second: uuid.New()}
		h.units[d.second] = Unit{ID: d.second, Name: "市南区水务局", Phone: "0532-80000002", Active: true}
		d.coordinator = h.person("统筹", grant{Role: "coordinator", Tenant: shinan, Division: shinan})
		d.signer = h.person("签发人", grant{Role: "district_head", Tenant: shinan, Division: shinan})
		d.clerk2 = h.person("水务经办", grant{Role: "unit_clerk", Tenant: shinan, Division: shinan, UnitID: d.second})
		d.head2 = h.person("水务负责人", grant{Role: "unit_head", Tenant: shinan, Division: shinan, UnitID: d.second})
		test(d)
	})
}

func (d *desk) returned(ref string, clerk, head person, to uuid.UUID) {
	d.t.Helper()
	d.do(clerk, ref, d.s.returnStep(ReturnBody{Reason: "供水管线归水务局管", ProposedUnitID: to}))
	d.sign(head, ref)
}

func (d *desk) rule(unit uuid.UUID, heard ...uuid.UUID) step {
	return d.s.decideReturnStep(DecideReturnBody{LeadUnitID: unit, Reason: "按三定方案", HeardUnitIDs: heard})
}

func (h *house) running(ref, clock string) *ClockView {
	h.t.Helper()
	for _, c := range h.get(h.staff, ref).Clocks {
		if c.Kind == clock && c.StoppedAt == nil {
			return &c
		}
	}
	return nil
}

func (h *house) refused(name string, err error, kind *fault.Kind) {
	h.t.Helper()
	if !fault.Is(err, kind) {
		h.t.Errorf("%s: got %v, want %s", name, err, kind.Code)
	}
}

func TestAReturnIsRuledAndTheFirstReceiverStaysResponsible(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("dispatched")
		promise := *d.get(d.citizen, r.Number).PromisedAt
		d.refused("to oneself", d.try(d.clerk, r.Number, d.s.returnStep(ReturnBody{Reason: "不属职责", ProposedUnitID: d.unit})), fault.Invalid)
		d.refused("to nobody", d.try(d.clerk, r.Number, d.s.returnStep(ReturnBody{Reason: "不属职责", ProposedUnitID: uuid.New()})), fault.Invalid)
		d.refused("by the office", d.try(d.office, r.Number, d.s.returnStep(ReturnBody{Reason: "不属职责", ProposedUnitID: d.second})), fault.Forbidden)
		d.do(d.clerk, r.Number, d.s.returnStep(ReturnBody{Reason: "供水管线归水务局管", ProposedUnitID: d.second}))
		d.refused("signed by the office", d.trySign(d.office, r.Number, SignBody{}, true), fault.Forbidden)
		d.sign(d.head, r.Number)
		v := d.get(d.clerk, r.Number)
		if v.State != "dispatched" || !v.Disputed || v.Owner.Kind != OwnerCoordinator || v.Clocks == nil || d.running(r.Number, clockRuling) == nil || d.running(r.Number, clockHandling) == nil {
			d.t.Fatalf("%s disputed=%v owner %+v", v.State, v.Disputed, v.Owner)
		}
		if got := d.last(d.citizen, r.Number).Text; got != "市南区城市管理局认为不归它管，正在确定由谁办理，答复时间不变。" {
			d.t.Fatalf("told %q", got)
		}
		d.refused("taken in dispute", d.try(d.clerk, r.Number, d.s.takeStep(PlainBody{})), flow.TransitionNotAllowed)
		d.refused("ruled by the staff in the coordinator's time", d.try(d.staff, r.Number, d.rule(d.second)), flow.TransitionNotAllowed)
		d.refused("ruled by the office", d.try(d.office, r.Number, d.rule(d.second)), fault.Forbidden)
		d.refused("ruled to a stranger", d.try(d.coordinator, r.Number, d.rule(uuid.New())), fault.Invalid)
		d.do(d.coordinator, r.Number, d.rule(d.second))
		v = d.get(d.citizen, r.Number)
		if v.State != "dispatched" || v.Owner.Kind != OwnerUnit || v.Owner.Name != "市南区水务局" || !v.PromisedAt.Equal(promise) || len(v.Units) != 1 {
			d.t.Fatalf("%s %+v promise %s units %v", v.State, v.Owner, v.PromisedAt, v.Units)
		}
		actions := func(p person) (out []string) {
			for _, o := range d.get(p, r.Number).AllowedActions {
				out = append(out, string(o.Action))
			}
			return out
		}
		if got := strings.Join(actions(d.clerk), " "); got != "interim legal-route comment" {
			d.t.Errorf("before another has taken, the first receiver may %q", got)
		}
		d.do(d.clerk2, r.Number, d.s.takeStep(PlainBody{}))
		if got := strings.Join(actions(d.clerk), " "); got != "" {
			d.t.Errorf("after another has taken, the first receiver may %q", got)
		}
	})
}

func TestTheSecondRulingIsJointAndBinds(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("dispatched")
		d.returned(r.Number, d.clerk, d.head, d.second)
		d.do(d.coordinator, r.Number, d.rule(d.second))
		d.returned(r.Number, d.clerk2, d.head2, d.unit)
		d.refused("nobody heard", d.try(d.coordinator, r.Number, d.rule(d.second)), fault.Invalid)
		d.refused("one heard", d.try(d.coordinator, r.Number, d.rule(d.second, d.second)), fault.Invalid)
		d.do(d.coordinator, r.Number, d.rule(d.second, d.second, d.unit))
		v := d.get(d.clerk2, r.Number)
		if v.State != "handling" || v.Disputed || d.running(r.Number, clockContact) == nil || d.running(r.Number, clockRuling) != nil {
			d.t.Fatalf("%s disputed=%v", v.State, v.Disputed)
		}
		for _, o := range v.AllowedActions {
			if o.Action == "return" {
				d.t.Error("a third return is offered")
			}
		}
		d.refused("a third return", d.try(d.clerk2, r.Number, d.s.returnStep(ReturnBody{Reason: "再退一次", ProposedUnitID: d.unit})), flow.TransitionNotAllowed)
		d.do(d.clerk2, r.Number, d.s.contactStep(ContactBody{Way: "phone", Outcome: "reached"}))
		d.do(d.clerk2, r.Number, d.s.replyStep(d.answer()))
		d.sign(d.head2, r.Number)
		if got := d.state(r.Number); got != "replied" {
			d.t.Fatal(got)
		}
	})
}

func TestReturnInTime(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("dispatched", func(in *Submission) { in.Danger = false })
		start := d.kit.Clock.Now()
		d.kit.Clock.Set(start.Add(48 * time.Hour))
		d.refused("two days later", d.try(d.clerk, r.Number, d.s.returnStep(ReturnBody{Reason: "不属职责", ProposedUnitID: d.second})), flow.TransitionNotAllowed)
		d.free()

		danger := d.submit(func(in *Submission) { in.Danger = true })
		d.do(d.office, danger.Number, d.s.admitStep(AdmitBody{}))
		d.do(d.clerk, danger.Number, d.s.returnStep(ReturnBody{Reason: "不属职责", ProposedUnitID: d.second}))
		d.kit.Clock.Advance(31 * time.Minute)
		d.refused("danger, signed after half an hour", d.trySign(d.head, danger.Number, SignBody{}, true), flow.TransitionNotAllowed)
		v := d.get(d.clerk, danger.Number)
		if v.Disputed {
			d.t.Fatal("returned too late")
		}
	})
}

func TestTheStaffRuleWhenTheCoordinatorDoesNot(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("dispatched")
		d.returned(r.Number, d.clerk, d.head, d.second)
		d.kit.Clock.Set(d.running(r.Number, clockRuling).DueAt)
		d.sweep()
		d.do(d.staff, r.Number, d.rule(d.unit))
		if v := d.get(d.staff, r.Number); v.State != "handling" || v.Owner.Kind != OwnerUnit {
			d.t.Fatalf("%s %+v", v.State, v.Owner)
		}
		d.free()
		none := d.reach("dispatched")
		d.vacant = []string{"coordinator"}
		d.returned(none.Number, d.clerk, d.head, d.second)
		d.do(d.staff, none.Number, d.rule(d.second))
	})
}

func TestALateRulingGivesTheNewLeadHalfOfTheClock(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("dispatched")
		d.returned(r.Number, d.clerk, d.head, d.second)
		d.kit.Clock.Advance(6 * 24 * time.Hour)
		d.sweep()
		now := d.kit.Clock.Now()
		d.do(d.coordinator, r.Number, d.rule(d.second))
		v := d.get(d.citizen, r.Number)
		if want := now.Add(84 * time.Hour); !v.PromisedAt.Equal(want) || !d.running(r.Number, clockHandling).DueAt.Equal(want) || v.Rung != 0 {
			d.t.Fatalf("promise %s, want %s; rung %d", v.PromisedAt, want, v.Rung)
		}
		if got := d.last(d.citizen, r.Number).Text; !strings.HasPrefix(got, "已确定由市南区水务局负责办理，") || strings.Contains(got, "时间不变") {
			d.t.Fatalf("told %q", got)
		}
	})
}

func TestASeparateUnitsReturnLeavesTheOthersAtWork(t *testing.T) {
	desks(t, func(d *desk) {
		third := uuid.New()
		d.units[third] = Unit{ID: third, Name: "市南区园林局", Active: true}
		d.catalogue = append(d.catalogue, d.second, third)
		r := d.reach("verified")
		d.do(d.office, r.Number, d.s.dispatchStep(DispatchBody{SeparateUnitIDs: []uuid.UUID{d.unit, d.second}}))
		d.do(d.clerk2, r.Number, d.s.takeStep(PlainBody{}))
		d.returned(r.Number, d.clerk, d.head, third)
		v := d.get(d.clerk2, r.Number)
		if v.State != "handling" || !v.Disputed || v.Owner.Kind != OwnerUnit {
			d.t.Fatalf("%s disputed=%v %+v", v.State, v.Disputed, v.Owner)
		}
		d.do(d.clerk2, r.Number, d.s.contactStep(ContactBody{Way: "phone", Outcome: "reached"}))
		d.do(d.coordinator, r.Number, d.rule(third))
		if v := d.get(d.citizen, r.Number); v.State != "handling" || v.Disputed || len(v.Units) != 2 {
			d.t.Fatalf("%s disputed=%v units %+v", v.State, v.Disputed, v.Units)
		}
	})
}

func TestAReturnAndAReplyMeet(t *testing.T) {
	desks(t, func(d *desk) {
		for range 4 {
			r := d.reach("proposed")
			d.do(d.clerk, r.Number, d.s.returnStep(ReturnBody{Reason: "不属职责", ProposedUnitID: d.second}))
			errs := together(2, func(i int) error {
				return d.trySign(d.head, r.Number, SignBody{Action: []string{"reply", "return"}[i]}, true)
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				d.t.Fatalf("reply: %v, return: %v", errs[0], errs[1])
			}
			v := d.get(d.head, r.Number)
			if want := map[bool]string{true: "replied", false: "dispatched"}[errs[0] == nil]; v.State != want || v.Awaiting != nil || v.Disputed != (want == "dispatched") {
				d.t.Fatalf("%s disputed=%v awaiting %+v after %v / %v", v.State, v.Disputed, v.Awaiting, errs[0], errs[1])
			}
			d.free()
		}
	})
}
