package report

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"huying/internal/division"
	"huying/internal/platform/fault"
)

func TestCheckAnswers(t *testing.T) {
	c := division.Category{Key: "noise", Questions: []division.Asked{
		{Key: "source", Label: "从哪里来", Source: true, Choices: []division.Ready{{Key: "shop", Label: "商铺"}}},
		{Key: "since", Label: "多久了", Required: true},
	}}
	for _, tc := range []struct {
		name    string
		answers map[string]string
		wrong   []string
	}{
		{"all is well", map[string]string{"source": "shop", "since": "一周"}, nil},
		{"blanks are no answer", map[string]string{"since": "  "}, []string{"answers.since"}},
		{"a required one is missing", nil, []string{"answers.since"}},
		{"a choice that is none", map[string]string{"source": "商铺", "since": "一周"}, []string{"answers.source"}},
		{"an unknown key", map[string]string{"colour": "red", "since": "一周"}, []string{"answers.colour"}},
		{"everything wrong at once", map[string]string{"colour": "red", "source": "x"}, []string{"answers.colour", "answers.source", "answers.since"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, f := range checkAnswers(c, tc.answers) {
				got = append(got, f.Name)
			}
			if !slices.Equal(got, tc.wrong) {
				t.Fatalf("wrong %v, want %v", got, tc.wrong)
			}
		})
	}
	if wrong := checkAnswers(division.Category{}, nil); wrong != nil {
		t.Errorf("a category that asks nothing: %v", wrong)
	}
}

// TestSourceOfNoiseChoosesTheUnit is scenario 2's table: the answer reaches the
// dispatch catalogue, and insiders read it in words.
func TestSourceOfNoiseChoosesTheUnit(t *testing.T) {
	engines(t, func(h *house) {
		_, err := h.submitAs(h.citizen, Submission{
			Category: "noise", Description: "每晚广场舞很吵", DivisionCode: h.community, Answers: map[string]string{"source": "aliens", "colour": "x"},
		}, "")
		if f, ok := fault.As(err); !ok || len(f.Fields) != 2 || f.Fields[1].Name != "answers.source" {
			t.Fatalf("wrong answers: %v", err)
		}
		r := h.submit(func(in *Submission) {
			in.Category, in.Danger, in.Answers = "noise", true, map[string]string{"source": "square_dance", "hours": "evening"}
		})
		v := h.get(h.office, r.Number)
		if len(v.Answers) != 2 || v.Answers[0].Text != "广场舞、唱歌" || v.Answers[1].Label == "" {
			t.Errorf("insiders read %+v", v.Answers)
		}
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{}))
		if got := h.asked[len(h.asked)-1]; got != (Case{"noise", h.community, "square_dance"}) {
			t.Errorf("the catalogue was asked about %+v", got)
		}
		if h.state(r.Number) != "dispatched" {
			t.Error("not dispatched")
		}
	})
}

func TestDefaultHandler(t *testing.T) {
	engines(t, func(h *house) {
		colleague := h.person("同事", grant{Role: "unit_clerk", Tenant: shinan, Division: shinan, UnitID: h.unit})
		h.handlers = map[uuid.UUID]uuid.UUID{h.unit: h.clerk.id}
		r := h.reach("dispatched")
		handler := func() string {
			for _, u := range h.get(h.head, r.Number).Units {
				if u.HandlerID != nil {
					return u.HandlerID.String()
				}
			}
			return ""
		}
		if handler() != h.clerk.id.String() {
			t.Errorf("the rule's handler has it not: %q", handler())
		}
		if !slices.ContainsFunc(h.notices, func(n Notice) bool { return n.Template == "report_handler" && n.PersonID == h.clerk.id }) {
			t.Error("the handler was not told")
		}
		for _, u := range h.get(h.office, r.Number).Units {
			if u.HandlerID != nil {
				t.Error("an office reads who inside the unit has it")
			}
		}
		units := []uuid.UUID{h.unit}
		if err := h.try(h.clerk, r.Number, h.s.handlerStep(HandlerBody{PersonID: colleague.id}, units)); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a clerk reassigned: %v", err)
		}
		if err := h.try(h.head, r.Number, h.s.handlerStep(HandlerBody{PersonID: h.citizen.id}, nil)); !fault.Is(err, fault.Invalid) {
			t.Errorf("a stranger got it: %v", err)
		}
		h.do(h.head, r.Number, h.s.handlerStep(HandlerBody{PersonID: colleague.id}, units))
		if handler() != colleague.id.String() {
			t.Errorf("the head's choice was not kept: %q", handler())
		}
		for _, e := range h.get(h.citizen, r.Number).Timeline {
			if e.Action == "assign-handler" {
				t.Error("the citizen reads of the unit's inside")
			}
		}
		h.do(h.clerk, r.Number, h.s.takeStep(PlainBody{}))
		h.do(h.head, r.Number, h.s.handlerStep(HandlerBody{PersonID: h.clerk.id}, units))
	})
}
