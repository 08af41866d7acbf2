package open311

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"huying/internal/platform/fault"
)

func TestWindow(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		start, end string
		from, to   time.Time
		wrong      string
	}{
		"without_dates_the_last_90_days":       {"", "", now.Add(time.Second - 90*day), now.Add(time.Second), ""},
		"a_start_long_ago_gives_90_days_on":    {"2026-01-01T00:00:00Z", "", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), ""},
		"a_late_start_ends_now":                {"2026-11-01T00:00:00Z", "", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), now.Add(time.Second), ""},
		"an_end_alone_looks_back":              {"", "2026-04-01T00:00:00Z", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), ""},
		"exactly_90_days_stand":                {"2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), ""},
		"a_zone_is_honoured":                   {"2026-11-01T08:00:00+08:00", "", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), now.Add(time.Second), ""},
		"a_plus_that_was_not_escaped_is_taken": {"2026-11-01T08:00:00 08:00", "", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), now.Add(time.Second), ""},
		"91_days_are_refused":                  {"2026-01-01T00:00:00Z", "2026-04-02T00:00:00Z", time.Time{}, time.Time{}, "end_date"},
		"a_start_after_the_end_is_refused":     {"2026-05-01T00:00:00Z", "2026-04-02T00:00:00Z", time.Time{}, time.Time{}, "start_date"},
		"a_time_without_a_zone_is_refused":     {"2026-01-01T00:00:00", "", time.Time{}, time.Time{}, "start_date"},
		"a_day_alone_is_refused":               {"", "2026-01-01", time.Time{}, time.Time{}, "end_date"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, err := window(c.start, c.end, now)
			if c.wrong != "" {
				if f, ok := fault.As(err); !ok || f.Fields[0].Name != c.wrong {
					t.Fatalf("%v, want a fault of %s", err, c.wrong)
				}
				return
			}
			if err != nil || !from.Equal(c.from) || !to.Equal(c.to) {
				t.Fatalf("%v to %v, %v; want %v to %v", from, to, err, c.from, c.to)
			}
		})
	}
}

func TestStatuses(t *testing.T) {
	for text, want := range map[string]string{"": "both", "open": "open", "closed": "over", "OPEN, closed": "both", ",closed,": "over", "resolved": "fault"} {
		over, err := statuses(text)
		got := "both"
		switch {
		case err != nil:
			got = "fault"
		case over != nil && *over:
			got = "over"
		case over != nil:
			got = "open"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestFiling(t *testing.T) {
	parse := func(query string) (Filing, []string) {
		args, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := filing(args)
		var names []string
		if e, ok := fault.As(err); ok {
			for _, w := range e.Fields {
				names = append(names, w.Name)
			}
		}
		return f, names
	}
	f, wrong := parse("service_code=road&description=坑&lat=36.06&long=120.38&attribute[where]=lane&first_name=民&last_name=李&phone=1&media_url=https://a.example/1.jpg")
	if wrong != nil || f.Position == nil || f.Position.Lng != 120.38 || f.Answers["where"] != "lane" || f.Name != "李民" {
		t.Fatalf("%+v, wrong %v", f, wrong)
	}
	for query, want := range map[string][]string{
		"":                                       {"service_code", "description", "lat"},
		"service_code=road&description=x&lat=36": {"long"},
		"service_code=road&description=x&lat=NaN&long=181":                                            {"lat", "long"},
		"service_code=road&description=x&address_string=路口&media_url=file:///etc/passwd":              {"media_url"},
		"service_code=road&description=x&address_id=370202001&attribute[a]=1&attribute[a]=2":          {"attribute[a]"},
		"service_code=road&description=x&address_id=370202001&attribute[a][]=1&lat=&long=":            nil,
		"service_code=road&description=x&address_id=370202001&account_id=" + string(make([]byte, 61)): {"account_id"},
	} {
		if _, wrong := parse(query); !slices.Equal(wrong, want) {
			t.Errorf("%q: wrong %v, want %v", query, wrong, want)
		}
	}
}

func TestBodyHash(t *testing.T) {
	one := bodyHash(url.Values{"a": {"1"}, "b": {" 2 "}, "c": {""}, "api_key": {"x"}})
	if one != bodyHash(url.Values{"b": {"2"}, "a": {"1"}, "api_key": {"y"}}) {
		t.Error("the same arguments in another order are another submission")
	}
	if one == bodyHash(url.Values{"a": {"1"}, "b": {"3"}}) {
		t.Error("other arguments are the same submission")
	}
}

func FuzzFiling(f *testing.F) {
	f.Add("service_code=road&description=x&lat=36&long=120&attribute[a]=1")
	f.Add("attribute[=&attribute[]=&attribute[[]]=&lat=1e400")
	f.Fuzz(func(t *testing.T, query string) {
		args, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		if got, err := filing(args); err == nil && got.Position != nil && (got.Position.Lat < -90 || got.Position.Lat > 90) {
			t.Fatalf("%q is a place at %v", query, got.Position)
		}
	})
}
