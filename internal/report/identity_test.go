package report

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	entreport "huying/ent/db/report"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

func secretly(level string) func(*Submission) {
	return func(in *Submission) { in.IdentityLevel = level }
}

func TestAUnitReachesAHiddenReporterThroughTheOffice(t *testing.T) {
	engines(t, func(h *house) {
		for _, level := range []string{"hidden_all", "no_phone"} {
			r := h.reach("handling", secretly(level))
			say := ContactBody{Way: "office", Outcome: "reached", Message: "请问漏水是从哪一天开始的？"}
			for name, b := range map[string]ContactBody{
				"by_phone":  {Way: "phone", Outcome: "reached"},
				"in_person": {Way: "visit", Outcome: "reached"},
				"wordless":  {Way: "office", Outcome: "reached", Message: "  "},
			} {
				if err := h.try(h.clerk, r.Number, h.s.contactStep(b)); !fault.Is(err, fault.Invalid) {
					h.t.Errorf("%s, %s: %v", level, name, err)
				}
			}
			h.do(h.clerk, r.Number, h.s.contactStep(say))
			own := h.get(h.citizen, r.Number)
			last := own.Timeline[len(own.Timeline)-1]
			if want := "市南区城市管理局请香港中路街道人大工委转告您：请问漏水是从哪一天开始的？"; !strings.HasPrefix(last.Text, want) {
				h.t.Errorf("%s: the reporter reads %q", level, last.Text)
			}
			for _, c := range own.Clocks {
				if c.Kind == clockContact && c.StoppedAt == nil {
					h.t.Errorf("%s: the clock of contact still runs", level)
				}
			}
			told, sms := 0, 0
			for _, n := range h.notices {
				if n.PersonID == h.citizen.id && n.Number == r.Number {
					if n.Template == "report_relayed" {
						told++
					}
					if n.SMS {
						sms++
					}
				}
			}
			if told != 1 || (level == "no_phone") != (sms == 0) {
				h.t.Errorf("%s: told %d times, %d messages", level, told, sms)
			}
			asked := 0
			for _, a := range h.told {
				if a.Template == "report_relay" && a.Role == "street_office" && a.Number == r.Number {
					asked++
				}
			}
			if asked != 1 {
				h.t.Errorf("%s: the office was asked %d times to relay", level, asked)
			}
			h.do(h.clerk, r.Number, h.s.replyStep(h.answer()))
			h.free()
		}
		plain := h.reach("handling")
		if err := h.try(h.clerk, plain.Number, h.s.contactStep(ContactBody{Way: "phone", Outcome: "reached", Message: "话"})); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("a message without the office: %v", err)
		}
		h.do(h.clerk, plain.Number, h.s.contactStep(ContactBody{Way: "office", Outcome: "reached"}))
	})
}

func TestWhoLeftNoPhoneIsKnownToNobody(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("handling", secretly("no_phone"))
		duty := h.person("值班", grant{Role: "duty_officer", Tenant: shinan, Division: shinan})
		caller := h.person("回访", grant{Role: "follow_up_caller", Tenant: shinan, Division: shinan})
		for _, p := range []person{h.office, h.staff, h.deputies[0], h.clerk, h.head, duty, caller} {
			if v := h.get(p, r.Number); v.Reporter != nil || v.MayRevealPerson {
				h.t.Errorf("%s sees %+v", p.name, v.Reporter)
			}
			if _, err := h.revealAs(p, r.Number); !fault.Is(err, fault.Forbidden) {
				h.t.Errorf("%s revealed: %v", p.name, err)
			}
		}
	})
}

func TestQueryCode(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit(secretly("no_phone"))
		if len(r.QueryCode) != 8 || strings.ContainsAny(r.QueryCode, "0O1I") {
			h.t.Fatalf("code %q", r.QueryCode)
		}
		if plain := h.submit(); plain.QueryCode != "" {
			h.t.Error("somebody who left a phone got a code")
		}
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{}))
		v, err := h.s.Lookup(h.t.Context(), LookupBody{Number: r.Number, Code: " " + strings.ToLower(r.QueryCode[:4]) + "-" + r.QueryCode[4:]})
		if err != nil || v.State != "open" || len(v.Timeline) != 2 || v.Timeline[1].Text == "" {
			h.t.Fatalf("%+v %v", v, err)
		}
		wire, _ := json.Marshal(v)
		for _, secret := range []string{"塌陷", "李大妈", "138", "路口东北角", h.citizen.id.String()} {
			if strings.Contains(string(wire), secret) {
				h.t.Errorf("the answer tells %q: %s", secret, wire)
			}
		}
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			row, err := tx.Report.Query().Where(entreport.Number(r.Number)).Only(ctx)
			if err == nil {
				if v, err := h.s.Lookup(ctx, LookupBody{Number: r.Number, Code: h.s.queryCodes(row)[1]}); err != nil || v == nil {
					h.t.Errorf("a code of an older key: %v", err)
				}
			}
			return err
		})
		links := h.s.Links.(*openLinks)
		before := links.misses
		for name, b := range map[string]LookupBody{
			"wrong_code":     {Number: r.Number, Code: "ABCDEFGH"},
			"another_number": {Number: "370202-2026-000999", Code: r.QueryCode},
			"no_number":      {Number: "' or 1=1 -- abcdefgh", Code: r.QueryCode},
			"by_phone":       {Number: r.Number, Phone: "13800000001"},
			"no_tenant":      {Number: "999999-2026-000001", Code: r.QueryCode},
		} {
			if _, err := h.s.Lookup(h.t.Context(), b); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		if links.misses != before+5 {
			h.t.Errorf("%d misses counted", links.misses-before)
		}
		for name, b := range map[string]LookupBody{"neither": {Number: r.Number}, "both": {Number: r.Number, Code: "A", Phone: "1"}} {
			if _, err := h.s.Lookup(h.t.Context(), b); !fault.Is(err, fault.Invalid) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestNumberAndPhone(t *testing.T) {
	engines(t, func(h *house) {
		id, _ := h.EnsurePerson(h.t.Context(), "13900001111", "")
		owner := person{id: id, name: "张大爷", grants: h.citizen.grants}
		in := h.submission()
		in.Description = "请打13900001111"
		r, err := h.submitAs(owner, in, "")
		if err != nil {
			h.t.Fatal(err)
		}
		v, err := h.s.Lookup(h.t.Context(), LookupBody{Number: r.Number, Phone: "13900001111"})
		if err != nil || v.Number != r.Number {
			h.t.Fatalf("%+v %v", v, err)
		}
		if wire, _ := json.Marshal(v); strings.Contains(string(wire), "139") {
			h.t.Errorf("a phone is told: %s", wire)
		}
		if _, err := h.s.Lookup(h.t.Context(), LookupBody{Number: r.Number, Phone: "13900001112"}); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("another phone: %v", err)
		}
		h.do(owner, r.Number, h.s.withdrawStep(PlainBody{}))
		if _, err := h.s.Lookup(h.t.Context(), LookupBody{Number: r.Number, Phone: "13900001111"}); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("after withdrawing: %v", err)
		}
	})
}

func TestWhoLeftNoPhoneIsNotCalledBack(t *testing.T) {
	engines(t, func(h *house) {
		caller := h.person("回访", grant{Role: "follow_up_caller", Tenant: shinan, Division: shinan})
		r := h.submit(secretly("no_phone"))
		h.straight(r.Number)
		err := h.try(caller, r.Number, h.s.followUpStep(FollowUpBody{Reached: true, Contacted: true, Solved: true, Satisfied: 1}))
		if !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("called back: %v", err)
		}
	})
}

// straight brings a report whose reporter hides to its confirmed answer.
func (h *house) straight(ref string) {
	h.t.Helper()
	h.do(h.office, ref, h.s.admitStep(AdmitBody{}))
	h.do(h.deputies[0], ref, h.s.acceptStep(PlainBody{}))
	h.do(h.deputies[0], ref, h.s.verifyStep(h.seen("确有其事")))
	h.do(h.office, ref, h.s.dispatchStep(DispatchBody{LeadUnitID: &h.unit}))
	h.do(h.clerk, ref, h.s.takeStep(PlainBody{}))
	h.do(h.clerk, ref, h.s.contactStep(ContactBody{Way: "office", Outcome: "reached", Message: "何时方便进小区？"}))
	h.do(h.clerk, ref, h.s.replyStep(h.answer()))
	h.sign(h.head, ref)
	h.do(h.deputies[0], ref, h.s.confirmStep(ConfirmBody{Confirmed: true}))
}
