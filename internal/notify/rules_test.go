package notify

import (
	"testing"
	"time"
	"unicode/utf8"

	"huying/internal/deadline"
)

func local(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, deadline.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestQuietUntil(t *testing.T) {
	const nine, eight = 21 * 60, 8 * 60
	for name, c := range map[string]struct {
		now, want string
		from, to  int
	}{
		"a second before the evening":         {now: "2026-03-02 20:59:59", from: nine, to: eight},
		"the evening's first minute":          {now: "2026-03-02 21:00:00", from: nine, to: eight, want: "2026-03-03 08:00:00"},
		"just before midnight":                {now: "2026-03-02 23:59:59", from: nine, to: eight, want: "2026-03-03 08:00:00"},
		"midnight itself":                     {now: "2026-03-03 00:00:00", from: nine, to: eight, want: "2026-03-03 08:00:00"},
		"the last quiet second":               {now: "2026-03-03 07:59:59", from: nine, to: eight, want: "2026-03-03 08:00:00"},
		"the morning's first minute":          {now: "2026-03-03 08:00:00", from: nine, to: eight},
		"new year":                            {now: "2026-12-31 22:00:00", from: nine, to: eight, want: "2027-01-01 08:00:00"},
		"the eve of a 29 February":            {now: "2028-02-28 22:00:00", from: nine, to: eight, want: "2028-02-29 08:00:00"},
		"where other zones change their hour": {now: "2026-03-29 01:30:00", from: nine, to: eight, want: "2026-03-29 08:00:00"},
		"a rest at noon":                      {now: "2026-03-02 12:30:00", from: 12 * 60, to: 14 * 60, want: "2026-03-02 14:00:00"},
		"after the rest at noon":              {now: "2026-03-02 14:00:00", from: 12 * 60, to: 14 * 60},
		"from midnight on":                    {now: "2026-03-02 00:00:00", from: 0, to: 6 * 60, want: "2026-03-02 06:00:00"},
		"until midnight":                      {now: "2026-03-02 23:00:00", from: 22 * 60, to: 0, want: "2026-03-03 00:00:00"},
		"none wanted":                         {now: "2026-03-02 23:00:00", from: eight, to: eight},
	} {
		t.Run(name, func(t *testing.T) {
			got := quietUntil(local(t, c.now).UTC(), c.from, c.to)
			want := time.Time{}
			if c.want != "" {
				want = local(t, c.want)
			}
			if !got.Equal(want) {
				t.Fatalf("until %v, want %v", got.In(deadline.Zone), want)
			}
		})
	}
}

func TestDigestSlot(t *testing.T) {
	for name, c := range map[string]struct{ now, last, want string }{
		"before the minute":                     {now: "2026-03-02 07:59:59", want: "2026-03-02 08:00:00"},
		"at the minute it is the next day's":    {now: "2026-03-02 08:00:00", want: "2026-03-03 08:00:00"},
		"after the minute":                      {now: "2026-03-02 12:00:00", want: "2026-03-03 08:00:00"},
		"over the end of a year":                {now: "2026-12-31 09:00:00", want: "2027-01-01 08:00:00"},
		"today's was sent at an earlier minute": {now: "2026-03-02 07:00:00", last: "2026-03-02 06:30:00", want: "2026-03-03 08:00:00"},
		"yesterday's was sent":                  {now: "2026-03-02 07:00:00", last: "2026-03-01 20:00:00", want: "2026-03-02 08:00:00"},
		"the clock was set back a day":          {now: "2026-03-01 09:00:00", last: "2026-03-02 08:00:00", want: "2026-03-03 08:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			var last *time.Time
			if c.last != "" {
				at := local(t, c.last)
				last = &at
			}
			if got := digestSlot(local(t, c.now).UTC(), digestFirst, last); !got.Equal(local(t, c.want)) {
				t.Fatalf("%v, want %s", got.In(deadline.Zone), c.want)
			}
		})
	}
}

func TestReadAnswer(t *testing.T) {
	rate := func(n int, tail string) answer { return answer{kind: answerRate, result: n, tail: tail} }
	for text, want := range map[string]answer{
		"1": rate(1, ""), " 2 ": rate(2, ""), "3。": rate(3, ""), "１": rate(1, ""), "【1】": rate(1, ""), "1满意": rate(1, ""),
		"满意": rate(1, ""), "基本满意": rate(2, ""), "不满意": rate(3, ""), "不满意！": rate(3, ""), "3不满意": rate(3, ""), "“2”": rate(2, ""),
		"1 000123": rate(1, "000123"), "3 370202-2026-000123": rate(3, "000123"), "满意　123": rate(1, "123"),
		"T": {kind: answerStop}, "t": {kind: answerStop}, "ＴＤ": {kind: answerStop}, "退订": {kind: answerStop}, "退订。": {kind: answerStop},
		"": {}, "4": {}, "0": {}, "12": {}, "1 2": rate(1, "2"), "1不满意": {}, "3满意": {}, "不满": {}, "很满意": {}, "谢谢": {}, "1 abc": {}, "-1": {},
		"1\x00": {}, "満意": {}, "你们1个月没来": {},
	} {
		if got := readAnswer(text); got != want {
			t.Errorf("%q was read as %+v, want %+v", text, got, want)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	for _, s := range []string{"1", "3 370202-2026-000123", "退订", "１满意", "\xff1", "不满意 9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := readAnswer(text)
		if (a.kind == answerRate) != (a.result >= 1 && a.result <= 3) {
			t.Fatalf("%q: %+v", text, a)
		}
		if len(a.tail) > 9 || !utf8.ValidString(a.tail) {
			t.Fatalf("%q: tail %q", text, a.tail)
		}
	})
}

func TestBackoff(t *testing.T) {
	last := time.Duration(0)
	for n := range 40 {
		d := backoff(n)
		if d < last || d < time.Second || d > 10*time.Minute {
			t.Fatalf("after %d tries it waits %v, before %v", n, d, last)
		}
		last = d
	}
	if last != 10*time.Minute {
		t.Fatalf("it ends at %v", last)
	}
}

func TestTraits(t *testing.T) {
	for id, tr := range traits {
		if _, known := templateByID[id]; !known {
			t.Errorf("%s has a trait and no wording", id)
		}
		if groupByID[tr.group].ID == "" {
			t.Errorf("%s is in no group", id)
		}
	}
	for _, tpl := range templates {
		if tr := traitOf(tpl.ID); tr.life <= 0 || groupByID[tr.group].Name == "" {
			t.Errorf("%s: %+v", tpl.ID, tr)
		}
	}
}
