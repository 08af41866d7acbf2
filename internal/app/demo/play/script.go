package play

import "time"

// Play is one script.
type Play struct {
	// Key names it on the command line and in the API.
	Key string
	// Title and Story tell it in Chinese.
	Title, Story string
	// Scenario says that it is one of the five; the others show one state each.
	Scenario bool
	Acts     []Act
}

// Length is how long the first n acts take.
func (p Play) Length(n int) time.Duration {
	var sum time.Duration
	for _, a := range p.Acts[:n] {
		sum += a.After
	}
	return sum
}

// Act is one thing that happens.
type Act struct {
	// Says tells it in Chinese.
	Says string
	// After is how long passes before it; the timers act on what falls due meanwhile.
	After time.Duration
	// Who does it, in the words of the cast; nobody when only time passes.
	Who string
	// Do is the action taken on the report kept as On; "submit" makes a report.
	Do string
	// Path is a call of another kind, POST unless it begins with another method.
	Path string
	// On names the report; "main" unless said.
	On string
	// Body is sent. A text that begins with "$" is looked up, see Stage.resolve.
	Body Body
	// Keep names the report that this makes.
	Keep string
	// KeepLink names the newest report of this kind of link that On then shows to who acts.
	KeepLink, LinkAs string
	// Refused says that this must fail: who acts must not do, or see, it.
	Refused bool
	// Empty says that the answer must be a list without items.
	Empty bool
	// State is where the report must stand afterwards; "" leaves it unchecked.
	State string
	// Not are parts that must be refused this, beside the strangers who always are.
	Not []string
	// Anyone says that every citizen may do this, so strangers are not tried.
	Anyone bool
	// Times repeats it, with another citizen each time ("#" in Who and Keep is the number).
	Times int
}

// Body is what an action carries.
type Body map[string]any

// on is the report an act is about.
func (a Act) on() string {
	if a.On == "" {
		return "main"
	}
	return a.On
}
