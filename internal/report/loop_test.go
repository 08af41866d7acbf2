package report

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huying/internal/flow"
	"huying/internal/platform/fault"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with testdata, or rewrites it under -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Fatalf("%s changed (rewrite with -update):\n%s", name, got)
	}
}

func story(v *View) string {
	var b strings.Builder
	for _, e := range v.Timeline {
		b.WriteString(strings.Join([]string{e.At.Format("01-02 15:04"), e.Action, e.State, e.By, e.Owner.Kind + " " + e.Owner.Name, e.Text}, " | "))
		b.WriteByte('\n')
	}
	return b.String()
}

func TestStraightPath(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("closed")
		v := h.get(h.citizen, r.Number)
		if v.State != "closed" || v.CloseReason != "rated" || v.DueAt != nil {
			h.t.Fatalf("ended as %s %s due %v", v.State, v.CloseReason, v.DueAt)
		}
		golden(h.t, "straight_path_reporter.txt", story(v))
		golden(h.t, "straight_path_office.txt", story(h.get(h.office, r.Number)))
		for _, c := range v.Clocks {
			if c.StoppedAt == nil {
				h.t.Errorf("clock %s still runs after the close", c.Kind)
			}
		}
		if live := h.deputy[h.deputies[0].deputy].Live; live != 0 {
			h.t.Errorf("the deputy still counts %d live reports", live)
		}
	})
}

func TestEveryStepTellsTheReporter(t *testing.T) {
	engines(t, func(h *house) {
		h.reach("closed")
		var templates []string
		for _, n := range h.notices {
			if n.PersonID == h.citizen.id {
				templates = append(templates, n.Template)
			}
		}
		want := "report_received report_admitted report_accepted report_verified report_dispatched report_taken report_contacted report_replied report_resolved report_closed"
		if got := strings.Join(templates, " "); got != want {
			h.t.Fatalf("told\n%s\nwant\n%s", got, want)
		}
	})
}

func TestWrongPeopleAreRefused(t *testing.T) {
	engines(t, func(h *house) {
		stranger := h.person("外区工委")
		cases := []struct {
			name, at string
			who      person
			step     step
			kind     *fault.Kind
		}{
			{"the_reporter_cannot_admit", "submitted", h.citizen, h.s.admitStep(AdmitBody{}), fault.Forbidden},
			{"a_deputy_sees_nothing_before_the_offer", "submitted", h.deputies[0], h.s.acceptStep(PlainBody{}), fault.NotFound},
			{"the_office_cannot_accept", "open", h.office, h.s.acceptStep(PlainBody{}), fault.Forbidden},
			{"a_stranger_gets_not_found", "open", stranger, h.s.acceptStep(PlainBody{}), fault.NotFound},
			{"the_unit_sees_nothing_before_dispatch", "verified", h.clerk, h.s.takeStep(PlainBody{}), fault.NotFound},
			{"the_office_cannot_reply", "contacted", h.office, h.s.replyStep(h.answer()), fault.Forbidden},
			{"the_unit_never_confirms", "replied", h.clerk, h.s.confirmStep(ConfirmBody{Confirmed: true}), fault.Forbidden},
			{"the_head_never_confirms", "replied", h.head, h.s.confirmStep(ConfirmBody{Confirmed: true}), fault.Forbidden},
			{"the_office_waits_for_the_deputy_to_confirm", "replied", h.office, h.s.confirmStep(ConfirmBody{Confirmed: true}), flow.TransitionNotAllowed},
			{"the_unit_never_rates", "resolved", h.clerk, h.s.rateStep(RateBody{Result: 1}), fault.Forbidden},
			{"another_citizen_gets_not_found", "resolved", h.other, h.s.rateStep(RateBody{Result: 1}), fault.NotFound},
			{"a_reply_needs_a_contact_first", "handling", h.clerk, h.s.replyStep(h.answer()), flow.TransitionNotAllowed},
			{"rating_waits_for_the_result", "handling", h.citizen, h.s.rateStep(RateBody{Result: 1}), flow.TransitionNotAllowed},
			{"verifying_needs_photo_or_time", "accepted", h.deputies[0], h.s.verifyStep(VerifyBody{Findings: "看过了"}), fault.Invalid},
			{"an_unconfirmed_reply_needs_a_reason", "replied", h.deputies[0], h.s.confirmStep(ConfirmBody{}), fault.Invalid},
		}
		for _, c := range cases {
			r := h.reach(c.at)
			before := h.get(h.staff, r.Number)
			if err := h.try(c.who, r.Number, c.step); !fault.Is(err, c.kind) {
				h.t.Errorf("%s: got %v, want %s", c.name, err, c.kind.Code)
			}
			after := h.get(h.staff, r.Number)
			if after.State != before.State || after.Version != before.Version || len(after.Timeline) != len(before.Timeline) {
				h.t.Errorf("%s: the refused action left a trace", c.name)
			}
			h.free()
		}
	})
}

// free empties the deputies' hands between cases.
func (h *house) free() {
	for id, d := range h.deputy {
		d.Live = 0
		h.deputy[id] = d
	}
}

func TestRefusalNamesTheState(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("open")
		err := h.try(h.office, r.Number, h.s.dispatchStep(DispatchBody{LeadUnitID: &h.unit}))
		e, ok := fault.As(err)
		if !ok || e.Kind != flow.TransitionNotAllowed || e.Facts["state"] != "open" {
			h.t.Fatalf("got %v %v", err, e)
		}
	})
}

func TestStaleVersionIsRefused(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit()
		seen := h.get(h.office, r.Number).Version
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{Versioned: Versioned{Version: seen}}))
		err := h.try(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{Versioned: Versioned{Version: seen}}))
		if !fault.Is(err, fault.VersionConflict) {
			h.t.Fatalf("got %v", err)
		}
	})
}

func TestSecondPerson(t *testing.T) {
	engines(t, func(h *house) {
		both := person{id: h.clerk.id, name: "身兼两职", grants: append(append([]grant{}, h.clerk.grants...), h.head.grants...)}
		elsewhere := h.person("他单位负责人", grant{Role: "unit_head", Tenant: shinan, Division: shinan, UnitID: newID()})
		r := h.reach("proposed")
		v := h.get(h.clerk, r.Number)
		if v.State != "handling" || v.Awaiting == nil || v.Awaiting.Action != "reply" || v.Awaiting.MaySign {
			h.t.Fatalf("after the clerk wrote: %s %+v", v.State, v.Awaiting)
		}
		if err := h.trySign(both, r.Number, SignBody{}, true); !fault.Is(err, OwnProposal) {
			h.t.Errorf("the writer signed: %v", err)
		}
		if err := h.trySign(elsewhere, r.Number, SignBody{}, true); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("another unit's head: %v", err)
		}
		if err := h.trySign(h.office, r.Number, SignBody{}, true); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("the office signed for the unit: %v", err)
		}
		if err := h.try(h.clerk, r.Number, h.s.replyStep(h.answer())); !fault.Is(err, SignatureAwaited) {
			h.t.Errorf("a second reply while one waits: %v", err)
		}
		if err := h.trySign(h.head, r.Number, SignBody{}, false); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("refused without a reason: %v", err)
		}
		if err := h.trySign(h.head, r.Number, SignBody{Reason: "请写明完工时间"}, false); err != nil {
			h.t.Fatal(err)
		}
		if err := h.trySign(h.head, r.Number, SignBody{}, true); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("signed what was refused: %v", err)
		}
		h.do(h.clerk, r.Number, h.s.replyStep(h.answer()))
		h.sign(h.head, r.Number)
		if v := h.get(h.citizen, r.Number); v.State != "replied" || v.Awaiting != nil {
			h.t.Fatalf("after signing: %s %+v", v.State, v.Awaiting)
		}
	})
}

func TestDeputysOwnAnswer(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		h.do(h.deputies[0], r.Number, h.s.resolveStep(ResolveBody{Way: "coordinated", Summary: "已请物业当场修好"}))
		if err := h.try(h.deputies[0], r.Number, h.s.verifyStep(h.seen("已看"))); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("verified while an answer waits: %v", err)
		}
		h.sign(h.office, r.Number)
		if got := h.state(r.Number); got != "replied" {
			h.t.Fatalf("state %s", got)
		}
		h.do(h.deputies[0], r.Number, h.s.confirmStep(ConfirmBody{Confirmed: true}))
		h.do(h.citizen, r.Number, h.s.rateStep(RateBody{Result: 3}))
		h.do(h.office, r.Number, h.s.dispatchStep(DispatchBody{}))
		if v := h.get(h.citizen, r.Number); v.State != "verified" || v.Round != 2 {
			h.t.Fatalf("after a deputy's own answer: %s round %d", v.State, v.Round)
		}
	})
}

func TestUnhappyCitizenReopens(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("resolved")
		h.do(h.citizen, r.Number, h.s.rateStep(RateBody{Result: 3, Comment: "又塌了"}))
		if v := h.get(h.citizen, r.Number); v.State != "reopened" || h.deputy[h.deputies[0].deputy].Live != 1 {
			h.t.Fatalf("%s, deputy holds %d", v.State, h.deputy[h.deputies[0].deputy].Live)
		}
		h.do(h.office, r.Number, h.s.dispatchStep(DispatchBody{}))
		v := h.get(h.citizen, r.Number)
		if v.State != "dispatched" || v.Round != 2 || len(v.Units) != 1 {
			h.t.Fatalf("%s round %d units %v", v.State, v.Round, v.Units)
		}
		last := v.Timeline[len(v.Timeline)-1].Text
		if !strings.HasPrefix(last, "第2次办理") {
			h.t.Fatalf("told %q", last)
		}
		h.do(h.clerk, r.Number, h.s.takeStep(PlainBody{}))
	})
}

func TestUnconfirmedAnswerIsRedoneInHalfTheTime(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("replied")
		h.do(h.deputies[0], r.Number, h.s.confirmStep(ConfirmBody{Reason: "只填了一半"}))
		v := h.get(h.citizen, r.Number)
		if v.State != "handling" {
			h.t.Fatalf("state %s", v.State)
		}
		last := v.Clocks[len(v.Clocks)-1]
		if last.Kind != "handling" || last.DueAt.Sub(last.StartedAt) != 84*time.Hour {
			h.t.Fatalf("clock %+v", last)
		}
		h.do(h.clerk, r.Number, h.s.replyStep(h.answer()))
		h.sign(h.head, r.Number)
		if got := h.state(r.Number); got != "replied" {
			h.t.Fatalf("state %s", got)
		}
	})
}
