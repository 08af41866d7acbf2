package report

import (
	"strings"
	"testing"

	"huying/internal/flow"
	"huying/internal/platform/fault"
)

func (h *house) comment(p person, ref, text string) error {
	_, err := h.s.Comment(h.as(p, shinan, "report.comment"), shinan, ref, CommentBody{Text: text})
	return err
}

// notes joins what somebody reads in the timeline beside public wordings.
func (h *house) notesFor(p person, ref string) string {
	h.t.Helper()
	var b strings.Builder
	for _, e := range h.get(p, ref).Timeline {
		b.WriteString(e.Note + "|")
	}
	return b.String()
}

func TestCommentsAndSupplements(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("handling")
		screener := h.person("审核员", grant{Role: "screener", Tenant: shinan, Division: shinan})
		h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
		before := h.get(h.office, r.Number)
		h.told = nil
		for who, text := range map[*person]string{&h.office: "内部备注：已与物业沟通", &h.citizen: "补充：夜里更危险"} {
			if err := h.comment(*who, r.Number, text); err != nil {
				h.t.Fatalf("%s: %v", who.name, err)
			}
		}
		if v := h.get(h.office, r.Number); v.State != before.State || v.Version != before.Version {
			h.t.Errorf("a comment moved the report: %+v", v.Item)
		}
		if got := h.notesFor(h.clerk, r.Number); !strings.Contains(got, "内部备注：") || !strings.Contains(got, "补充：") {
			h.t.Errorf("the unit reads %q", got)
		}
		if got := h.notesFor(h.citizen, r.Number); strings.Contains(got, "内部备注：") || !strings.Contains(got, "补充：") {
			h.t.Errorf("the reporter reads %q", got)
		}
		if len(h.told) != 1 || h.told[0].Template != "report_reporter_added" || h.told[0].Unit != h.unit {
			h.t.Errorf("told %+v", h.told)
		}
		public, err := h.s.GetPublic(h.t.Context(), shinan, r.Number)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, e := range public.Timeline {
			if e.Action == eventComment || e.Action == eventSupplement {
				h.t.Errorf("the public sees %s", e.Action)
			}
		}
	})
}

func TestCommentRefusals(t *testing.T) {
	engines(t, func(h *house) {
		r, ended := h.reach("open"), h.reach("closed")
		city := h.person("市人大", grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"})
		for name, c := range map[string]struct {
			who  person
			ref  string
			text string
			kind *fault.Kind
		}{
			"a_stranger":             {h.other, r.Number, "说两句", fault.NotFound},
			"a_deputy_only_asked":    {h.deputies[0], r.Number, "说两句", fault.Forbidden},
			"the_city":               {city, r.Number, "说两句", fault.Forbidden},
			"nothing_said":           {h.office, r.Number, " ", fault.Invalid},
			"its_reporter_afterward": {h.citizen, ended.Number, "说两句", flow.TransitionNotAllowed},
		} {
			if err := h.comment(c.who, c.ref, c.text); !fault.Is(err, c.kind) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		for i := range maxSupplements {
			if err := h.comment(h.citizen, r.Number, "补充一句"); err != nil {
				h.t.Fatalf("%d: %v", i, err)
			}
		}
		if err := h.comment(h.citizen, r.Number, "再补充一句"); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("one too many: %v", err)
		}
		h.do(h.citizen, r.Number, h.s.withdrawStep(PlainBody{}))
		if err := h.comment(h.office, r.Number, "存档备注"); err != nil {
			h.t.Errorf("the office afterwards: %v", err)
		}
	})
}
