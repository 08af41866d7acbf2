package flow

// State is the word a subject's row carries, e.g. "submitted".
type State string

// Start is the state of a subject that does not exist yet.
const Start State = ""

// Same as an outcome's next state leaves the state unchanged.
const Same State = "="

// Action is what somebody does, kebab-case as on the wire, e.g. "refer-up".
type Action string

// Part is what the actor is to this very subject, e.g. "lead_deputy".
type Part string

// Fact names something true of the subject, e.g. "danger".
type Fact string

// Need is one field of an action's body.
type Need struct {
	Field    string   `json:"field"`
	Kind     string   `json:"kind"`
	Label    string   `json:"label"`
	Required bool     `json:"required"`
	Choices  []string `json:"choices,omitempty"`
}

// ClockVerb is what a transition does to a clock.
type ClockVerb string

// The closed list of clock verbs. StopAll takes no clock name.
const (
	StartClock  ClockVerb = "start"
	StopClock   ClockVerb = "stop"
	PauseClock  ClockVerb = "pause"
	ResumeClock ClockVerb = "resume"
	ExtendClock ClockVerb = "extend"
	StopAll     ClockVerb = "stop_all"
)

// ClockOp is one effect on a clock.
type ClockOp struct {
	Verb  ClockVerb
	Clock string
}

// StartOf and StopOf write clock effects in a table.
func StartOf(clock string) ClockOp { return ClockOp{StartClock, clock} }

// StopOf stops a clock as kept.
func StopOf(clock string) ClockOp { return ClockOp{StopClock, clock} }

// Outcome is one way an allowed action may end; the first whose facts all hold
// is taken.
type Outcome struct {
	// Number is set where this outcome is a line of the law of its own.
	Number int
	When   []Fact
	Next   State
	Clocks []ClockOp
	// Promise names the started clock whose due time the wording tells as {t}.
	Promise string
	// Public is the wording told to the public, with {name} parameters. Empty
	// means the step is internal.
	Public string
}

// Requirement is a fact without which the row refuses, and what to tell then.
type Requirement struct {
	Fact      Fact
	Otherwise string
}

// Second names who proposes and who decides where one person is not enough.
// The person who decides is never the one who proposed.
type Second struct {
	Proposes []Part
	Approves []Part
	// Pending is told to the public while the signature is awaited; may be empty.
	Pending string
}

// Row is one line of the table. Several rows may share a number when one line
// of the law has cases that differ by state.
type Row struct {
	Number   int
	Title    string
	From     []State
	Action   Action
	Who      []Part
	Requires []Requirement
	Needs    []Need
	Outcomes []Outcome
	Second   *Second
	// Arrives says in words why a declared row is not in force yet. Such a row
	// is drawn in the documentation and is otherwise as if it were not there.
	Arrives string
}

// Parts is the set of parts one actor plays.
type Parts map[Part]bool

// PartsOf makes a set.
func PartsOf(parts ...Part) Parts {
	set := make(Parts, len(parts))
	for _, p := range parts {
		set[p] = true
	}
	return set
}

// Facts is the set of facts that hold.
type Facts map[Fact]bool

func (f Facts) all(names []Fact) bool {
	for _, n := range names {
		if !f[n] {
			return false
		}
	}
	return true
}

func (r *Row) from(s State) bool {
	for _, f := range r.From {
		if f == s {
			return true
		}
	}
	return false
}

// plays gives the first of the row's parts that the actor plays; the order in
// the table says which part an actor with several acts in.
func plays(who []Part, parts Parts) (Part, bool) {
	for _, p := range who {
		if parts[p] {
			return p, true
		}
	}
	return "", false
}

// executors are the parts that may call the action: with a second person they
// propose, without one they act.
func (r *Row) executors() []Part {
	if r.Second != nil {
		return r.Second.Proposes
	}
	return r.Who
}
