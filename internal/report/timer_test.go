package report

import (
	"strings"
	"testing"
	"time"
)

// runOut moves the clock to the report's next due time and sweeps.
func (h *house) runOut(ref string) int {
	h.t.Helper()
	h.kit.Clock.Set(*h.get(h.office, ref).DueAt)
	return h.sweep()
}

func TestTimers(t *testing.T) {
	cases := []struct {
		name, from, to, owner, text string
	}{
		{"nobody_accepts_within_a_day", "open", "accepted", OwnerOffice, "已由香港中路街道人大工委负责，不影响办理。"},
		{"nobody_verifies", "accepted", "verified", OwnerOffice, "香港中路街道人大工委已看过材料，正转交有关单位。"},
		{"the_unit_does_not_take", "dispatched", "handling", OwnerUnit, "市南区城市管理局已接到任务"},
		{"the_deputy_does_not_confirm", "replied", "replied", OwnerOffice, ""},
	}
	engines(t, func(h *house) {
		for _, c := range cases {
			r := h.reach(c.from)
			due := *h.get(h.office, r.Number).DueAt
			h.kit.Clock.Set(due.Add(-time.Second))
			if n := h.sweep(); n != 1 || h.state(r.Number) != c.from {
				h.t.Errorf("%s: %d told before the due time, want the reminder alone", c.name, n)
			}
			h.kit.Clock.Set(due)
			if n := h.sweep(); n != 1 {
				h.t.Errorf("%s: %d fired", c.name, n)
			}
			v := h.get(h.office, r.Number)
			last := v.Timeline[len(v.Timeline)-1]
			if v.State != c.to || v.Owner.Kind != c.owner || !strings.HasPrefix(last.Text, c.text) {
				h.t.Errorf("%s: state %s owner %+v told %q", c.name, v.State, v.Owner, last.Text)
			}
			steps := len(v.Timeline)
			if n, err := h.newSweeper().Sweep(h.t.Context()); n != 0 || err != nil {
				h.t.Errorf("%s: a second sweeper fired %d, %v", c.name, n, err)
			}
			if got := len(h.get(h.office, r.Number).Timeline); got != steps {
				h.t.Errorf("%s: told twice", c.name)
			}
			h.finish(r.Number)
		}
	})
}

// finish keeps a report's clocks out of the next case.
func (h *house) finish(ref string) {
	h.t.Helper()
	h.do(h.citizen, ref, h.s.withdrawStep(PlainBody{}))
	for range 20 {
		if h.kit.Clock.Advance(400 * time.Hour); h.sweep() == 0 {
			break
		}
	}
	h.free()
}

func TestSilentCitizenClosesUnrated(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("resolved")
		start := h.kit.Clock.Now()
		h.kit.Clock.Set(start.Add(3 * 24 * time.Hour))
		h.sweep()
		h.kit.Clock.Set(start.Add(7 * 24 * time.Hour))
		h.sweep()
		if got := h.state(r.Number); got != "resolved" {
			h.t.Fatalf("after a week: %s", got)
		}
		reminders, calls := 0, 0
		for _, n := range h.notices {
			if n.Template == "report_rate_reminder" && n.PersonID == h.citizen.id && n.SMS {
				reminders++
			}
		}
		for _, n := range h.told {
			if n.Role == "follow_up_caller" {
				calls++
			}
		}
		if reminders != 1 || calls != 1 {
			h.t.Errorf("%d reminders by message, %d calls asked for", reminders, calls)
		}
		h.kit.Clock.Set(start.Add(15 * 24 * time.Hour))
		h.sweep()
		v := h.get(h.citizen, r.Number)
		if v.State != "closed" || v.CloseReason != "unrated" {
			h.t.Fatalf("after 15 days: %s %s", v.State, v.CloseReason)
		}
	})
}

func TestDangerIsAdmittedByItself(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit(func(in *Submission) { in.Danger = true })
		if len(h.told) != 1 || h.told[0].Role != "duty_officer" || h.told[0].Template != "duty_alert" {
			h.t.Fatalf("told %+v", h.told)
		}
		h.kit.Clock.Advance(15*time.Minute - time.Second)
		if h.sweep() != 0 {
			h.t.Fatal("admitted early")
		}
		h.kit.Clock.Advance(time.Second)
		h.sweep()
		v := h.get(h.office, r.Number)
		if v.State != "dispatched" || v.Published || v.Owner.Kind != OwnerUnit || len(v.Offers) != 3 {
			h.t.Fatalf("%s published=%v owner %+v offers %d", v.State, v.Published, v.Owner, len(v.Offers))
		}
		want := map[string]time.Duration{"take": 30 * time.Minute, "on_site": 2 * time.Hour, "handling": 24 * time.Hour}
		for _, c := range v.Clocks {
			if d, watched := want[c.Kind]; watched {
				if c.DueAt.Sub(c.StartedAt) != d {
					h.t.Errorf("clock %s runs %s", c.Kind, c.DueAt.Sub(c.StartedAt))
				}
				delete(want, c.Kind)
			}
		}
		if len(want) != 0 {
			h.t.Errorf("missing clocks %v", want)
		}
		h.do(h.deputies[1], r.Number, h.s.acceptStep(PlainBody{}))
		if got := h.state(r.Number); got != "dispatched" {
			h.t.Errorf("a deputy's acceptance moved it to %s", got)
		}
	})
}

func TestDangerWithoutAKnownUnitGoesToTheOffice(t *testing.T) {
	engines(t, func(h *house) {
		h.catalogue = nil
		r := h.submit(func(in *Submission) { in.Danger = true })
		h.kit.Clock.Advance(15 * time.Minute)
		h.sweep()
		v := h.get(h.office, r.Number)
		if v.State != "verified" || v.Owner.Kind != OwnerOffice {
			h.t.Fatalf("%s %+v", v.State, v.Owner)
		}
		h.do(h.staff, r.Number, h.s.dispatchStep(DispatchBody{LeadUnitID: &h.unit}))
	})
}

func TestRepairFirstCategorySkipsTheDeputy(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit(func(in *Submission) { in.Category = "井盖" })
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{}))
		v := h.get(h.citizen, r.Number)
		if v.State != "dispatched" || !strings.Contains(v.Timeline[1].Text, "已直接交市南区城市管理局办理") {
			h.t.Fatalf("%s %q", v.State, v.Timeline[1].Text)
		}
	})
}

func TestNobodyToAskGoesToTheOfficeAtOnce(t *testing.T) {
	engines(t, func(h *house) {
		h.candidates = nil
		r := h.reach("open")
		v := h.get(h.citizen, r.Number)
		if v.State != "accepted" || v.Owner.Kind != OwnerOffice || len(v.Timeline) != 3 {
			h.t.Fatalf("%s %+v %d steps", v.State, v.Owner, len(v.Timeline))
		}
		h.do(h.office, r.Number, h.s.verifyStep(h.seen("工委到场核实")))
	})
}

func TestTheLastDeputyToDeclineHandsOver(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("open")
		for i, d := range h.deputies {
			h.do(d, r.Number, h.s.declineStep(PlainBody{Reason: "出差"}))
			want := "open"
			if i == 2 {
				want = "accepted"
			}
			if got := h.state(r.Number); got != want {
				h.t.Fatalf("after %d declined: %s", i+1, got)
			}
			if _, err := h.getAs(d, shinan, r.Number); err == nil {
				h.t.Errorf("%s still sees what was declined", d.name)
			}
		}
	})
}

func TestOverdueIsSaidAndListed(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("contacted")
		h.runOut(r.Number)
		h.kit.Clock.Advance(time.Second)
		v := h.get(h.office, r.Number)
		if !v.Overdue || v.State != "handling" {
			h.t.Fatalf("overdue=%v %s", v.Overdue, v.State)
		}
		page := h.list(h.office, Filter{Overdue: true})
		if len(page.Items) != 1 || page.Items[0].ID != r.ID {
			h.t.Fatalf("overdue list %+v", page.Items)
		}
	})
}

func TestUnreachableCitizenIsTriedOnTwoDays(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("handling")
		miss := func() { h.do(h.clerk, r.Number, h.s.contactStep(ContactBody{Way: "phone", Outcome: "unreachable"})) }
		miss()
		miss()
		miss()
		if err := h.try(h.clerk, r.Number, h.s.replyStep(h.answer())); err == nil {
			h.t.Fatal("three tries on one day were enough")
		}
		h.kit.Clock.Advance(20 * time.Hour)
		miss()
		v := h.get(h.citizen, r.Number)
		if last := v.Timeline[len(v.Timeline)-1].Text; last != "市南区城市管理局多次未联系上您，请回电0532-80000001。" {
			h.t.Fatalf("told %q", last)
		}
		h.do(h.clerk, r.Number, h.s.replyStep(h.answer()))
	})
}
