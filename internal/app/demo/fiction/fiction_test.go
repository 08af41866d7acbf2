package fiction

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTellerIsDeterministic(t *testing.T) {
	a, b, c := NewTeller(1, 2), NewTeller(1, 2), NewTeller(1, 3)
	same, other := true, true
	for range 50 {
		x := a.Report("road", "某小区") + a.Person()
		same = same && x == b.Report("road", "某小区")+b.Person()
		other = other && x == c.Report("road", "某小区")+c.Person()
	}
	if !same {
		t.Error("the same numbers told two stories")
	}
	if other {
		t.Error("another branch told the same story")
	}
}

func TestReportsAreReadable(t *testing.T) {
	teller := NewTeller(7, 7)
	for category := range lines {
		for range 200 {
			text := teller.Report(category, "澜庭花园")
			if n := utf8.RuneCountInString(text); n < 10 || n > 200 || strings.ContainsAny(text, "{}") || !strings.Contains(text, "澜庭花园") {
				t.Fatalf("%s: %q", category, text)
			}
			if reply := teller.Reply(category); reply == "" || strings.ContainsAny(reply, "{}") {
				t.Fatalf("%s: reply %q", category, reply)
			}
		}
	}
}

func TestPhonesAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for n := range 20_000 {
		p := Phone(n)
		if len(p) != 11 || seen[p] {
			t.Fatalf("number %d: %s", n, p)
		}
		seen[p] = true
	}
}
