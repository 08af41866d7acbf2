package flow

import (
	"strings"
	"testing"

	"huying/internal/platform/fault"
)

// a small table: a letter is written, perhaps urgent, signed by a second person, sent.
func letters() Spec {
	return Spec{
		Subject: "letter",
		States:  []Named[State]{{"draft", "草稿"}, {"ready", "待发"}, {"sent", "已发"}, {"lost", "遗失"}},
		Parts:   []Named[Part]{{"writer", "起草人"}, {"signer", "签发人"}, {"system", "系统"}},
		Rows: []Row{
			{Number: 1, Title: "起草", Action: "write", From: []State{Start}, Who: []Part{"writer"}, Outcomes: []Outcome{{Next: "draft", Clocks: []ClockOp{StartOf("sign")}, Promise: "sign", Public: "{t}前签发"}}},
			{
				Number: 2, Title: "送签", Action: "hand-in", From: []State{"draft"}, Who: []Part{"writer"},
				Requires: []Requirement{{"has_text", "请先写正文"}},
				Needs:    []Need{{Field: "note", Kind: "text", Label: "说明"}},
				Outcomes: []Outcome{{Number: 3, When: []Fact{"urgent"}, Next: "sent"}, {Next: "ready"}},
			},
			{Number: 4, Title: "发出", Action: "send", From: []State{"ready"}, Second: &Second{Proposes: []Part{"writer"}, Approves: []Part{"signer"}, Pending: "待签"}, Outcomes: []Outcome{{Next: "sent", Clocks: []ClockOp{StopOf("sign")}}}},
			{Number: 5, Title: "批注", Action: "comment", From: []State{"ready", "sent"}, Who: []Part{"signer"}, Outcomes: []Outcome{{Next: Same}}},
			{Number: 6, Title: "遗失", Action: "lose", From: []State{"sent"}, Who: []Part{"system"}, Arrives: "later", Outcomes: []Outcome{{Next: "lost"}}},
		},
	}
}

func TestDecide(t *testing.T) {
	table := Must(letters())
	cases := []struct {
		name   string
		state  State
		action Action
		parts  Parts
		facts  Facts
		to     State
		number int
		kind   *fault.Kind
	}{
		{"the_first_row_makes_the_subject", Start, "write", PartsOf("writer"), nil, "draft", 1, nil},
		{"a_required_fact_is_asked_for", "draft", "hand-in", PartsOf("writer"), nil, "", 0, TransitionNotAllowed},
		{"the_plain_outcome", "draft", "hand-in", PartsOf("writer"), Facts{"has_text": true}, "ready", 2, nil},
		{"the_first_outcome_that_holds_is_taken", "draft", "hand-in", PartsOf("writer"), Facts{"has_text": true, "urgent": true}, "sent", 3, nil},
		{"wrong_state_for_the_right_person", "sent", "hand-in", PartsOf("writer"), Facts{"has_text": true}, "", 0, TransitionNotAllowed},
		{"wrong_person_in_the_right_state", "draft", "hand-in", PartsOf("signer"), Facts{"has_text": true}, "", 0, fault.Forbidden},
		{"wrong_person_in_the_wrong_state", "sent", "hand-in", PartsOf("signer"), nil, "", 0, fault.Forbidden},
		{"nobody", "draft", "hand-in", nil, nil, "", 0, fault.Forbidden},
		{"a_proposal_moves_nothing", "ready", "send", PartsOf("writer"), nil, "ready", 4, nil},
		{"the_signer_cannot_propose", "ready", "send", PartsOf("signer"), nil, "", 0, fault.Forbidden},
		{"same_keeps_the_state", "sent", "comment", PartsOf("signer"), nil, "sent", 5, nil},
		{"a_row_not_in_force_is_as_if_absent", "sent", "lose", PartsOf("system"), nil, "", 0, fault.Forbidden},
		{"an_unknown_action", "sent", "burn", PartsOf("writer", "signer", "system"), nil, "", 0, fault.Forbidden},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := table.Decide(c.state, c.action, c.parts, c.facts)
			if c.kind != nil {
				if !fault.Is(err, c.kind) {
					t.Fatalf("got %v, want %s", err, c.kind.Code)
				}
				return
			}
			if err != nil || got.To != c.to || got.Number != c.number {
				t.Fatalf("got %+v, %v", got, err)
			}
		})
	}
}

func TestRefusalNamesTheState(t *testing.T) {
	_, err := Must(letters()).Decide("sent", "hand-in", PartsOf("writer"), nil)
	e, ok := fault.As(err)
	if !ok || e.Facts["state"] != "sent" || e.Facts["action"] != "hand-in" || !strings.Contains(e.Detail, "已发") {
		t.Fatalf("%+v", e)
	}
}

func TestApproval(t *testing.T) {
	table := Must(letters())
	proposal, err := table.Decide("ready", "send", PartsOf("writer"), nil)
	if err != nil || !proposal.Proposed || len(proposal.Clocks) != 0 || proposal.Public != "待签" {
		t.Fatalf("%+v %v", proposal, err)
	}
	if table.MayApprove("ready", "send", PartsOf("writer")) || !table.MayApprove("ready", "send", PartsOf("signer")) {
		t.Fatal("only the signer may sign")
	}
	if _, err := table.DecideApproval("ready", "send", PartsOf("writer"), nil); !fault.Is(err, fault.Forbidden) {
		t.Fatalf("the writer signed: %v", err)
	}
	done, err := table.DecideApproval("ready", "send", PartsOf("signer"), nil)
	if err != nil || done.To != "sent" || len(done.Clocks) != 1 {
		t.Fatalf("%+v %v", done, err)
	}
}

func TestAllowedIsWhatDecideAllows(t *testing.T) {
	table := Must(letters())
	for _, s := range append(table.States(), Start) {
		for _, p := range []Parts{nil, PartsOf("writer"), PartsOf("signer"), PartsOf("system"), PartsOf("writer", "signer")} {
			for _, f := range []Facts{nil, {"has_text": true}} {
				offered := map[Action]bool{}
				for _, o := range table.Allowed(s, p, f) {
					offered[o.Action] = true
				}
				for _, a := range []Action{"write", "hand-in", "send", "comment", "lose"} {
					if _, err := table.Decide(s, a, p, f); (err == nil) != offered[a] {
						t.Errorf("state %q parts %v: %s offered=%v, decided %v", s, p, a, offered[a], err)
					}
				}
			}
		}
	}
}

func TestFaultyTablesAreRefused(t *testing.T) {
	cases := map[string]func(*Spec){
		"unknown_state":               func(s *Spec) { s.Rows[1].From = []State{"gone"} },
		"unknown_next_state":          func(s *Spec) { s.Rows[0].Outcomes[0].Next = "gone" },
		"unknown_part":                func(s *Spec) { s.Rows[1].Who = []Part{"cat"} },
		"no_outcome":                  func(s *Spec) { s.Rows[1].Outcomes = nil },
		"no_unconditional_outcome":    func(s *Spec) { s.Rows[1].Outcomes = s.Rows[1].Outcomes[:1] },
		"nobody_approves":             func(s *Spec) { s.Rows[2].Second.Approves = nil },
		"a_promise_without_its_clock": func(s *Spec) { s.Rows[0].Outcomes[0].Clocks = nil },
		"first_row_stays_nowhere":     func(s *Spec) { s.Rows[0].Outcomes[0] = Outcome{Next: Same} },
		"two_rows_for_one_case":       func(s *Spec) { s.Rows = append(s.Rows, s.Rows[1]) },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			spec := letters()
			spoil(&spec)
			if _, err := New(spec); err == nil {
				t.Fatal("accepted")
			}
		})
	}
}

func TestDocument(t *testing.T) {
	table := Must(letters())
	diagram := table.Mermaid()
	for _, want := range []string{"[*] --> draft: write", "draft --> ready: hand-in", "sent --> lost: lose (declared)"} {
		if !strings.Contains(diagram, want) {
			t.Errorf("diagram lacks %q:\n%s", want, diagram)
		}
	}
	list := table.List()
	for _, want := range []string{"3 hand-in [writer] draft → sent if urgent", "4 send [writer] ready → sent stop sign signed by [signer]", "not in force: later"} {
		if !strings.Contains(list, want) {
			t.Errorf("list lacks %q:\n%s", want, list)
		}
	}
}
