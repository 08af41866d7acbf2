package supervision

import (
	"slices"
	"testing"
	"time"
)

// What may follow what; everything else is refused.
func TestNext(t *testing.T) {
	want := map[string]map[string]string{
		Draft:    {Sign: Open, Refuse: Refused},
		Open:     {Answer: Answered, Progress: Open, Hearing: Open, Inspection: Open, Rung: Open},
		Answered: {SendBack: Open, Accept: Accepted, Progress: Answered, Hearing: Answered, Inspection: Answered},
		Refused:  {}, Accepted: {},
	}
	for state, next := range want {
		for _, a := range append(acts, act{action: "withdraw"}, act{action: "pause"}) {
			got, err := Next(state, a.action)
			if to, may := next[a.action]; may != (err == nil) || got != to {
				t.Errorf("%s in %s: %q, %v; want %q", a.action, state, got, err, to)
			}
		}
	}
}

// A signed notice ends by an acceptance alone: nobody can make its clock silent.
func TestActs_nothing_silences_a_signed_notice(t *testing.T) {
	for _, a := range acts {
		if slices.Contains(a.from, Open) && a.next != "" && a.action != Answer {
			t.Errorf("%s takes an open notice to %s without an answer", a.action, a.next)
		}
		if a.side == To && a.next != "" && a.action != Answer {
			t.Errorf("who has to answer may %s", a.action)
		}
	}
}

func TestCheckAnswer(t *testing.T) {
	asks := []string{"原因", "完成时限"}
	for _, c := range []struct {
		answers []string
		ok      bool
	}{
		{[]string{"管线老化所致", "12月20日前"}, true},
		{[]string{"管线老化所致"}, false},
		{[]string{"管线老化所致", " 略 "}, false},
		{nil, false},
	} {
		if wrong := checkAnswer(asks, c.answers); (len(wrong) == 0) != c.ok {
			t.Errorf("%q: %v", c.answers, wrong)
		}
	}
}

func TestCheckSession(t *testing.T) {
	now := time.Date(2026, 11, 28, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		body SessionBody
		ok   bool
	}{
		{SessionBody{Stage: "called", At: now.Add(time.Hour)}, true},
		{SessionBody{Stage: "called", At: now}, false},
		{SessionBody{Stage: "held", At: now.Add(-time.Hour), Findings: "现场已修复一半"}, true},
		{SessionBody{Stage: "held", At: now.Add(-time.Hour)}, false},
		{SessionBody{Stage: "held", At: now.Add(time.Hour), Findings: "现场已修复一半"}, false},
	} {
		if wrong := checkSession(c.body, now); (len(wrong) == 0) != c.ok {
			t.Errorf("%+v: %v", c.body, wrong)
		}
	}
}

func TestAsksOf(t *testing.T) {
	if got := asksOf([]string{" 原因 ", "", "原因"}, "letter"); !slices.Equal(got, []string{"原因"}) {
		t.Errorf("%q", got)
	}
	if !slices.Equal(asksOf(nil, "letter"), usualAsks) || !slices.Equal(asksOf(nil, "class"), classAsks) || len(classAsks) > mostAsks {
		t.Error("usual asks")
	}
}
