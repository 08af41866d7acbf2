package report

import (
	"bytes"
	"math"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"huying/internal/deadline"
	"huying/internal/flow"
)

func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 999_999_999).Draw(t, "n")
		tenant, year, back, ok := ParseNumber(FormatNumber("370202", 2026, n))
		if !ok || tenant != "370202" || year != 2026 || back != n {
			t.Fatalf("%d came back as %s %d %d %v", n, tenant, year, back, ok)
		}
	})
	for _, bad := range []string{"", "370202-2026-12", "370202-2026-000000", "37020-2026-000001", "370202-2026-000001 ", "３70202-2026-000001", "370202-2026-0000000001"} {
		if _, _, _, ok := ParseNumber(bad); ok {
			t.Errorf("%q passed for a number", bad)
		}
	}
}

func TestSubmissionCheck(t *testing.T) {
	now := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	id := uuid.New()
	cases := []struct {
		name  string
		spoil func(*Submission)
		field string
	}{
		{"as_it_should_be", func(*Submission) {}, ""},
		{"empty_description", func(in *Submission) { in.Description = "  " }, "description"},
		{"ten_thousand_characters", func(in *Submission) { in.Description = strings.Repeat("长", 10000) }, "description"},
		{"control_characters", func(in *Submission) { in.Description = "a\x00b" }, "description"},
		{"invalid_utf8", func(in *Submission) { in.Title = "\xff\xfe" }, "title"},
		{"outside_the_world", func(in *Submission) { in.Position = &Position{Lat: 91, Lng: 120} }, "position"},
		{"not_a_number", func(in *Submission) { in.SourcePosition = &Position{Lat: math.NaN(), Lng: 120} }, "source_position"},
		{"one_photo_twice", func(in *Submission) { in.UploadIDs = []uuid.UUID{id, id} }, "upload_ids"},
		{"a_window_that_ends_first", func(in *Submission) { in.Occurs = &Window{From: now, To: now.Add(-time.Hour)} }, "occurs"},
		{"nameless_person", func(in *Submission) { in.OnBehalf = &OnBehalf{Name: " ", Phone: "13800000000"} }, "on_behalf.name"},
		{"no_number_to_call", func(in *Submission) { in.OnBehalf = &OnBehalf{Name: "张", Phone: "<script>"} }, "on_behalf.phone"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := Submission{Description: "路灯不亮", Position: &Position{Lat: 36, Lng: 120}}
			c.spoil(&in)
			wrong := in.check(now)
			if c.field == "" {
				if len(wrong) != 0 {
					t.Fatal(wrong)
				}
				return
			}
			if len(wrong) != 1 || wrong[0].Name != c.field || wrong[0].Message == "" {
				t.Fatalf("%+v", wrong)
			}
		})
	}
}

func TestClockSpans(t *testing.T) {
	own := map[string]string{"verify": "5wd", "handling.urgent": "90min", "take": "soon"}
	cases := []struct {
		clock, class string
		danger       bool
		own          map[string]string
		want         string
	}{
		{"verify", "complex", false, nil, "3wd"},
		{"verify", "ordinary", false, nil, "1wd"},
		{"verify", "complex", false, own, "5wd"},
		{"handling", "urgent", false, nil, "2h"},
		{"handling", "utility", false, nil, "24h"},
		{"handling", "ordinary", false, nil, "7d"},
		{"handling", "complex", false, nil, "15d"},
		{"handling", "urgent", false, own, "90min"},
		{"handling", "urgent", true, own, "24h"},
		{"take", "ordinary", false, own, "4wh"},
		{"take", "ordinary", true, nil, "30min"},
		{"admit", "ordinary", true, nil, "15min"},
	}
	for _, c := range cases {
		if got := spanFor(c.own, c.clock, c.class, c.danger).String(); got != c.want {
			t.Errorf("%s %s danger=%v: %s, want %s", c.clock, c.class, c.danger, got, c.want)
		}
	}
	if got := halved(deadline.MustSpan("7d")).String(); got != "84h" {
		t.Errorf("half of 7d is %s", got)
	}
	if got := halved(deadline.MustSpan("1wd")).String(); got != "1wd" {
		t.Errorf("half of 1wd is %s", got)
	}
}

func TestMayReveal(t *testing.T) {
	cases := []struct {
		name   string
		parts  flow.Parts
		level  string
		state  flow.State
		danger bool
		want   bool
	}{
		{"leading_deputy", flow.PartsOf(LeadDeputy), "hidden_public", Accepted, false, true},
		{"joined_deputy", flow.PartsOf(JoinedDeputy), "hidden_public", Accepted, false, false},
		{"offered_deputy", flow.PartsOf(OfferedDeputy), "hidden_public", Open, false, false},
		{"unit_at_work", flow.PartsOf(UnitClerk), "hidden_public", Handling, false, true},
		{"unit_after_the_close", flow.PartsOf(UnitClerk), "hidden_public", Closed, false, false},
		{"unit_when_the_reporter_hides", flow.PartsOf(UnitClerk), "hidden_all", Handling, false, false},
		{"office_relays_for_who_hides", flow.PartsOf(Office), "hidden_all", Handling, false, true},
		{"nobody_when_no_phone_was_left", flow.PartsOf(Office, DistrictStaff, LeadDeputy, DutyOfficer), "no_phone", Handling, true, false},
		{"caller_after_the_close", flow.PartsOf(FollowUpCaller), "hidden_public", Closed, false, true},
		{"caller_before", flow.PartsOf(FollowUpCaller), "hidden_public", Handling, false, false},
		{"duty_in_danger", flow.PartsOf(DutyOfficer), "hidden_all", Submitted, true, true},
		{"duty_without", flow.PartsOf(DutyOfficer), "hidden_public", Submitted, false, false},
		{"the_city", flow.PartsOf(CitySupervisor), "hidden_public", Handling, false, false},
		{"the_screener", flow.PartsOf(Screener), "hidden_public", Handling, false, false},
		{"the_reporter", flow.PartsOf(Reporter), "hidden_public", Handling, false, false},
	}
	for _, c := range cases {
		if got := mayReveal(c.parts, c.level, c.state, c.danger); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestTerms(t *testing.T) {
	got := Terms("井盖丢失 B座3号 ABC", "井盖")
	if want := "井盖 盖丢 丢失 b 3 abc"; strings.Join(got, " ") != strings.ReplaceAll(want, " b 3", " b 3") {
		t.Fatalf("%q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		whole := map[string]bool{}
		for _, term := range Terms(text) {
			if whole[term] {
				t.Fatalf("%q twice", term)
			}
			whole[term] = true
			if len(term) > 4*maxTermRunes {
				t.Fatalf("%q is too long for its column", term)
			}
		}
	})
}

// TestWhatIsWrittenIsFound: any stretch of Chinese taken from a text finds it.
func TestWhatIsWrittenIsFound(t *testing.T) {
	han := []rune("路面塌陷井盖丢失噪声扰民垃圾清运违建绿化物业消防")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom(han), 4, 60).Draw(t, "text"))
		runes := []rune(text)
		from := rapid.IntRange(0, len(runes)-2).Draw(t, "from")
		to := rapid.IntRange(from+2, len(runes)).Draw(t, "to")
		stored := map[string]bool{}
		for _, term := range Terms(text) {
			stored[term] = true
		}
		terms, prefix := QueryTerms(string(runes[from:to]))
		if prefix || len(terms) == 0 {
			t.Fatalf("%q became %q %v", string(runes[from:to]), terms, prefix)
		}
		for _, term := range terms {
			if !stored[term] {
				t.Fatalf("%q of %q is not stored", term, text)
			}
		}
	})
}

func FuzzParseBox(f *testing.F) {
	f.Add("120,36,121,37")
	f.Add("NaN,,,")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseBox(text)
		if err == nil && b != nil && (b.MinLat > b.MaxLat || b.MaxLat > 90 || math.IsNaN(b.MinLng)) {
			t.Fatalf("%q gave %+v", text, b)
		}
	})
}

func FuzzForm(f *testing.F) {
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n井盖\r\n--x--\r\n"))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"position\"\r\n\r\n{\"lat\":1e999}\r\n--x--\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		fm := &form{fields: map[string]string{}}
		err := fm.read(multipart.NewReader(bytes.NewReader(body), "x"), func(*multipart.Part) (uuid.UUID, string, error) {
			return uuid.New(), "", nil
		})
		if err != nil {
			return
		}
		if _, err := fm.submission(); err == nil && len(fm.uploads) > 9 {
			t.Fatalf("%d photos", len(fm.uploads))
		}
	})
}

func TestForm(t *testing.T) {
	fields := func(kv ...string) *form {
		f := &form{fields: map[string]string{"category": "road", "description": "路面破损"}}
		for i := 0; i < len(kv); i += 2 {
			f.fields[kv[i]] = kv[i+1]
		}
		return f
	}
	in, err := fields("lat", "36.06", "lng", "120.38", "danger", "true", "on_behalf", `{"name":"张","phone":"13800000000"}`).submission()
	if err != nil || in.Position.Lat != 36.06 || !in.Danger || in.OnBehalf.Name != "张" {
		t.Fatalf("%+v %v", in, err)
	}
	for field, value := range map[string]string{
		"lat": "north", "position": "{", "place_id": "1", "danger": "perhaps", "visibility": "secret", "identity_level": "x", "occurs": `"yesterday"`,
	} {
		if _, err := fields(field, value).submission(); err == nil || !strings.Contains(err.Error(), "["+field+"]") {
			t.Errorf("%s=%s: %v", field, value, err)
		}
	}
}
