package report

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	entreport "huying/ent/db/report"
	"huying/ent/db/reportrecusal"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

func (h *house) trySplit(p person, ref string, b SplitBody) error {
	_, err := h.s.Split(h.as(p, shinan, "report.split"), shinan, ref, b)
	return err
}

func twoParts() SplitBody {
	return SplitBody{Parts: []SplitPart{
		{Category: "streetlight", Description: "路口的两盏路灯不亮"},
		{Description: "人行道的井盖松动", Title: "井盖"},
	}}
}

// linked gives the tied reports of a kind as somebody sees them.
func (h *house) linked(p person, ref, kind string) []LinkView {
	h.t.Helper()
	var out []LinkView
	for _, l := range h.get(p, ref).Links {
		if l.Kind == kind {
			out = append(out, l)
		}
	}
	return out
}

func TestSplitMakesReportsOfTheirOwn(t *testing.T) {
	engines(t, func(h *house) {
		coordinator := h.person("统筹", grant{Role: "coordinator", Tenant: shinan, Division: shinan})
		for from, who := range map[string]person{"open": h.office, "accepted": h.staff, "handling": coordinator} {
			r := h.reach(from)
			before := h.get(h.office, r.Number)
			if err := h.trySplit(who, r.Number, twoParts()); err != nil {
				h.t.Fatalf("%s by %s: %v", from, who.name, err)
			}
			v := h.get(h.citizen, r.Number)
			if v.State != from || !v.DueAt.Equal(*before.DueAt) || !v.PromisedAt.Equal(*before.PromisedAt) {
				h.t.Errorf("the first one moved: %+v", v.Item)
			}
			children := h.linked(h.citizen, r.Number, "split")
			if len(children) != 2 {
				h.t.Fatalf("%d parts", len(children))
			}
			text := h.last(h.citizen, r.Number).Text
			for i, c := range children {
				if !strings.Contains(text, c.Number) {
					h.t.Errorf("%q does not name %s", text, c.Number)
				}
				child := h.get(h.citizen, c.Number)
				// A street light is repaired first, so its part is handed over at once.
				if child.State != []string{"dispatched", "open"}[i] || child.DueAt == nil || len(h.linked(h.citizen, c.Number, "split_from")) != 1 {
					h.t.Errorf("part: %+v %+v", child.Item, child.Links)
				}
				if want := []string{"streetlight", "road"}[i]; child.Category != want {
					h.t.Errorf("category %s, want %s", child.Category, want)
				}
			}
			if mine := h.list(h.citizen, Filter{Mine: true}); len(mine.Items) < 3 {
				h.t.Errorf("%d of mine", len(mine.Items))
			}
			h.free()
		}
	})
}

func TestSplitRefusals(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("open")
		one := func(p SplitPart) SplitBody { return SplitBody{Parts: []SplitPart{p}} }
		for name, c := range map[string]struct {
			who  person
			b    SplitBody
			kind *fault.Kind
		}{
			"the_reporter":          {h.citizen, twoParts(), fault.Forbidden},
			"a_deputy":              {h.deputies[0], twoParts(), fault.Forbidden},
			"a_stranger":            {h.other, twoParts(), fault.NotFound},
			"an_unknown_category":   {h.office, one(SplitPart{Description: "说明", Category: "dragon"}), fault.Invalid},
			"another_district":      {h.office, one(SplitPart{Description: "说明", DivisionCode: h.streetOf(shibei)}), nil},
			"somebody_else's_photo": {h.office, one(SplitPart{Description: "说明", PhotoIDs: []uuid.UUID{newID()}}), fault.Invalid},
			"nothing_said":          {h.office, one(SplitPart{Description: " "}), fault.Invalid},
		} {
			err := h.trySplit(c.who, r.Number, c.b)
			if c.kind == nil && err == nil || c.kind != nil && !fault.Is(err, c.kind) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.trySplit(h.office, h.submit().Number, twoParts()); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("split before admission: %v", err)
		}
		h.count(2)
	})
}

func TestSplitKeepsRecusalsAndWithdrawals(t *testing.T) {
	engines(t, func(h *house) {
		h.recused = []uuid.UUID{h.deputies[0].id}
		r := h.reach("submitted", func(in *Submission) { in.Respondent = "某物业公司" })
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{}))
		h.do(h.deputies[1], r.Number, h.s.acceptStep(PlainBody{}))
		if err := h.trySplit(h.office, r.Number, twoParts()); err != nil {
			h.t.Fatal(err)
		}
		for _, c := range h.linked(h.office, r.Number, "split") {
			if _, err := h.getAs(h.deputies[0], shinan, c.Number); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("the recused deputy sees a part: %v", err)
			}
			h.rows(func(ctx context.Context, tx *database.Tx) error {
				n, err := tx.ReportRecusal.Query().Where(reportrecusal.ReportID(c.ID)).Count(ctx)
				if n != 1 {
					h.t.Errorf("%d recusals on a part", n)
				}
				return err
			})
		}
		gone := h.reach("handling")
		h.do(h.citizen, gone.Number, h.s.withdrawStep(PlainBody{}))
		told := len(h.notices)
		if err := h.trySplit(h.office, gone.Number, twoParts()); err != nil {
			h.t.Fatal(err)
		}
		for _, n := range h.notices[told:] {
			if n.PersonID == h.citizen.id {
				h.t.Errorf("somebody who withdrew was told %s", n.Template)
			}
		}
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			n, err := tx.Report.Query().Where(entreport.SplitFromID(gone.ID), entreport.DetachedAtNotNil()).Count(ctx)
			if n != 2 {
				h.t.Errorf("%d parts of a withdrawn report are detached", n)
			}
			return err
		})
	})
}
