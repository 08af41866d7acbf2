package flow

import (
	"fmt"
	"slices"
)

// Table is a checked set of rows. It is immutable.
type Table struct {
	subject string
	states  []State
	words   map[State]string
	parts   map[Part]string
	rows    []Row
	live    []*Row
}

// Spec is what a room declares. States and parts are listed with their plain
// Chinese names, which faults and documentation use.
type Spec struct {
	Subject string
	States  []Named[State]
	Parts   []Named[Part]
	Rows    []Row
}

// Named is a key with its plain Chinese name.
type Named[K ~string] struct {
	Key  K
	Name string
}

// New checks a spec and builds the table. It refuses rows that name unknown
// states or parts, rows that end nowhere, live states nobody can reach, and
// two live rows that one actor could take for the same action in one state.
func New(spec Spec) (*Table, error) {
	t := &Table{subject: spec.Subject, words: map[State]string{}, parts: map[Part]string{}, rows: spec.Rows}
	for _, s := range spec.States {
		t.states = append(t.states, s.Key)
		t.words[s.Key] = s.Name
	}
	for _, p := range spec.Parts {
		t.parts[p.Key] = p.Name
	}
	for i := range t.rows {
		if err := t.check(&t.rows[i]); err != nil {
			return nil, err
		}
		if t.rows[i].Arrives == "" {
			t.live = append(t.live, &t.rows[i])
		}
	}
	return t, t.checkOverlaps()
}

// Must is New for tables declared in code; it panics on a faulty one.
func Must(spec Spec) *Table {
	t, err := New(spec)
	if err != nil {
		panic(err)
	}
	return t
}

func (t *Table) check(r *Row) error {
	at := fmt.Sprintf("flow: row %d (%s)", r.Number, r.Action)
	if r.Action == "" || r.Title == "" || len(r.From) == 0 || len(r.Outcomes) == 0 || len(r.executors()) == 0 {
		return fmt.Errorf("%s: action, title, from, who and outcomes are all needed", at)
	}
	for _, s := range r.From {
		if _, known := t.words[s]; !known && s != Start {
			return fmt.Errorf("%s: unknown state %q", at, s)
		}
	}
	who := slices.Clone(r.Who)
	if r.Second != nil {
		who = append(append(who, r.Second.Proposes...), r.Second.Approves...)
		if len(r.Second.Approves) == 0 {
			return fmt.Errorf("%s: a second person is named but nobody may approve", at)
		}
	}
	for _, p := range who {
		if t.parts[p] == "" {
			return fmt.Errorf("%s: unknown part %q", at, p)
		}
	}
	for _, o := range r.Outcomes {
		if _, known := t.words[o.Next]; !known && o.Next != Same {
			return fmt.Errorf("%s: unknown next state %q", at, o.Next)
		}
		if !promised(o) {
			return fmt.Errorf("%s: promises clock %q without starting it", at, o.Promise)
		}
		if o.Next == Same && slices.Contains(r.From, Start) {
			return fmt.Errorf("%s: a first row must name the state it makes", at)
		}
	}
	if last := r.Outcomes[len(r.Outcomes)-1]; len(last.When) != 0 {
		return fmt.Errorf("%s: the last outcome must hold without conditions", at)
	}
	return nil
}

func (t *Table) checkOverlaps() error {
	type key struct {
		s State
		a Action
		p Part
	}
	seen := map[key]int{}
	for _, r := range t.live {
		for _, s := range r.From {
			for _, p := range r.executors() {
				k := key{s, r.Action, p}
				if other, taken := seen[k]; taken {
					return fmt.Errorf("flow: rows %d and %d both let %s %s in %q", other, r.Number, p, r.Action, s)
				}
				seen[k] = r.Number
			}
		}
	}
	return nil
}

// States gives the declared states in order.
func (t *Table) States() []State { return slices.Clone(t.states) }

// Word gives the plain Chinese name of a state.
func (t *Table) Word(s State) string { return t.words[s] }

// PartWord gives the plain Chinese name of a part.
func (t *Table) PartWord(p Part) string { return t.parts[p] }

// Rows gives all declared rows, those not yet in force included.
func (t *Table) Rows() []Row { return slices.Clone(t.rows) }

// Actions gives the actions of the rows in force, each once, in table order.
func (t *Table) Actions() []Action {
	var out []Action
	for _, r := range t.live {
		if !slices.Contains(out, r.Action) {
			out = append(out, r.Action)
		}
	}
	return out
}

// promised checks that an outcome tells only of clocks it sets going or moves.
func promised(o Outcome) bool {
	if o.Promise == "" {
		return true
	}
	return slices.ContainsFunc(o.Clocks, func(op ClockOp) bool {
		return op.Clock == o.Promise && op.Verb != StopClock && op.Verb != StopAll
	})
}
