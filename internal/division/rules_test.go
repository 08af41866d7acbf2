package division

import (
	"strings"
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
	"pgregory.net/rapid"
)

func TestCodes(t *testing.T) {
	for code, want := range map[string]struct {
		level  Level
		parent string
		tenant string
	}{
		"3702":            {LevelCity, "37", ""},
		"370202":          {LevelDistrict, "3702", "370202"},
		"370214400":       {LevelStreet, "370214", "370214"},
		"370202001001":    {LevelCommunity, "370202001", "370202"},
		"370202001001001": {LevelGrid, "370202001001", "370202"},
		"37020":           {"", "", ""},
		"37020a":          {"", "3702", "37020a"},
	} {
		t.Run(code, func(t *testing.T) {
			level, _ := LevelOf(code)
			if level != want.level || ParentOf(code) != want.parent || TenantOf(code) != want.tenant {
				t.Errorf("got %q %q %q, want %+v", level, ParentOf(code), TenantOf(code), want)
			}
		})
	}
	for digits, want := range map[string]StreetKind{"001": Subdistrict, "099": Subdistrict, "100": Town, "200": Township, "400": Zone, "599": Zone} {
		if got, _ := StreetKindOf("370202" + digits); got != want {
			t.Errorf("township digits %s: got %s, want %s", digits, got, want)
		}
	}
	if _, ok := StreetKindOf("370202600"); ok {
		t.Error("township digits 600 mean nothing and were accepted")
	}
}

func TestReadDivisions(t *testing.T) {
	head := "code,name,level,parent_code\n"
	for name, tc := range map[string]struct {
		file, column string
		line         int
	}{
		"a_code_of_five_digits":           {head + "37020,甲,district,3702", "code", 2},
		"a_level_that_is_not_the_codes":   {head + "370202,市南区,street,3702", "level", 2},
		"a_parent_that_is_no_prefix":      {head + "3702,青岛市,city,37\n370202,市南区,district,3703", "parent_code", 3},
		"a_blank_name":                    {head + "370202,  ,district,3702", "name", 2},
		"a_repeated_code":                 {head + "370202,市南区,district,3702\n370202,市南区,district,3702", "code", 3},
		"a_short_line":                    {head + "370202,市南区", "code", 2},
		"an_open_quote":                   {head + "370202,\"市南区,district,3702", "code", 2},
		"a_control_character":             {head + "370202,市\x01南区,district,3702", "name", 2},
		"text_in_gbk":                     {head + "370202,\xca\xd0\xc4\xcf\xc7\xf8,district,3702", "name", 2},
		"township_digits_without_meaning": {head + "370202700,甲街道,street,370202", "code", 2},
		"an_end_before_the_beginning": {
			"code,name,level,parent_code,valid_from,valid_to\n370202,市南区,district,3702,2024-01-01,2023-01-01", "valid_to", 2,
		},
		"a_day_that_does_not_exist": {"code,name,level,parent_code,valid_from\n370202,市南区,district,3702,2024-02-30", "valid_from", 2},
		"a_successor_of_another_level": {
			"code,name,level,parent_code,valid_to,successors\n370202,市南区,district,3702,2024-01-01,3702", "successors", 2,
		},
		"a_population_without_year": {"code,name,level,parent_code,population\n370202,市南区,district,3702,5000", "population", 2},
	} {
		t.Run(name, func(t *testing.T) {
			_, bad, err := ReadDivisions(strings.NewReader(tc.file))
			if err != nil {
				t.Fatal(err)
			}
			if len(bad) != 1 || bad[0].Line != tc.line || bad[0].Column != tc.column {
				t.Errorf("got %v, want one error at line %d column %s", bad, tc.line, tc.column)
			}
		})
	}
	for name, file := range map[string]string{
		"empty": "", "a_missing_column": "code,name,level\n", "an_unknown_column": head[:len(head)-1] + ",colour\n", "a_column_twice": "code,code,name,level,parent_code\n",
	} {
		t.Run("file_refused/"+name, func(t *testing.T) {
			if _, _, err := ReadDivisions(strings.NewReader(file)); err == nil {
				t.Error("the file was accepted")
			}
		})
	}
	t.Run("a_byte_order_mark_and_any_order_of_columns_are_accepted", func(t *testing.T) {
		rows, bad, err := ReadDivisions(strings.NewReader("\xef\xbb\xbfname,code,parent_code,level\r\n市南区,370202,3702,district\r\n"))
		if err != nil || len(bad) > 0 || len(rows) != 1 || rows[0].Name != "市南区" {
			t.Errorf("got %v %v %v", rows, bad, err)
		}
	})
}

func TestShippedFiles(t *testing.T) {
	ref, err := readShipped()
	if err != nil {
		t.Fatal(err)
	}
	count := map[Level]int{}
	for _, d := range ref.divisions {
		count[d.Level]++
	}
	if len(ref.divisions) != 2272 || count[LevelDistrict] != 10 || count[LevelStreet] != 141 || count[LevelCommunity] != 2120 {
		t.Errorf("divisions: %d, by level %v", len(ref.divisions), count)
	}
	if len(ref.standard) != 403 || len(ref.categories) != 12 || len(ref.tenants) != 11 {
		t.Errorf("standard codes %d, categories %d, tenants %d", len(ref.standard), len(ref.categories), len(ref.tenants))
	}
	for _, c := range ref.categories {
		if len(c.Codes) == 0 && c.Key != "other" && c.Key != "property" {
			t.Errorf("category %s has no standard code", c.Key)
		}
	}
	// The source's own typo is shipped as published (SOURCES.md says so): a silent repair must not pass.
	for _, d := range ref.divisions {
		if d.Code == "370285007306" && d.Name != "甲瑞社区村村民委会" {
			t.Errorf("370285007306 was silently changed to %s", d.Name)
		}
	}
}

func TestShippedCalendarIsTheLibrarys(t *testing.T) {
	ref, err := readShipped()
	if err != nil {
		t.Fatal(err)
	}
	shipped := map[string]bool{}
	for _, d := range ref.days {
		shipped[d.day] = d.working
	}
	n := 0
	for _, year := range ref.years {
		for e := HolidayUtil.GetHolidaysByYear(year).Front(); e != nil; e = e.Next() {
			h, _ := e.Value.(*HolidayUtil.Holiday)
			n++
			if working, ok := shipped[h.GetDay()]; !ok || working != h.IsWork() {
				t.Errorf("%s: shipped %v %v, library %v", h.GetDay(), working, ok, h.IsWork())
			}
		}
	}
	if n != len(shipped) || n == 0 {
		t.Errorf("shipped %d days, the library has %d", len(shipped), n)
	}
}

func TestCalendar(t *testing.T) {
	cal := NewCalendar(map[string]bool{"2026-10-01": false, "2026-10-10": true}, time.Date(2026, 12, 31, 0, 0, 0, 0, zone))
	for name, tc := range map[string]struct {
		at          time.Time
		work, known bool
	}{
		"a_thursday_holiday":            {time.Date(2026, 10, 1, 10, 0, 0, 0, zone), false, true},
		"a_saturday_made_up":            {time.Date(2026, 10, 10, 10, 0, 0, 0, zone), true, true},
		"an_ordinary_sunday":            {time.Date(2026, 11, 22, 10, 0, 0, 0, zone), false, true},
		"an_ordinary_monday":            {time.Date(2026, 11, 23, 10, 0, 0, 0, zone), true, true},
		"the_local_day_counts_not_utc":  {time.Date(2026, 11, 22, 16, 30, 0, 0, time.UTC), true, true},
		"the_last_known_moment":         {time.Date(2026, 12, 31, 23, 59, 0, 0, zone), true, true},
		"beyond_the_horizon_is_a_guess": {time.Date(2027, 1, 1, 0, 0, 0, 0, zone), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			if work, known := cal.Workday(tc.at); work != tc.work || known != tc.known {
				t.Errorf("got %v %v, want %v %v", work, known, tc.work, tc.known)
			}
		})
	}
	if _, known := (Calendar{}).Workday(time.Now()); known {
		t.Error("a calendar without any year claims to know")
	}
}

func TestReadCalendar(t *testing.T) {
	for name, tc := range map[string]struct{ file, column string }{
		"half_a_year":    {"date,kind,name\n2027-01-01,holiday,元旦", "date"},
		"an_odd_kind":    {"date,kind,name\n2027-10-01,holiday,国庆\n2027-10-09,maybe,国庆", "kind"},
		"a_repeated_day": {"date,kind,name\n2027-10-01,holiday,国庆\n2027-10-01,holiday,国庆", "date"},
		"not_a_day":      {"date,kind,name\n2027-10-01,holiday,国庆\n2027/10/02,holiday,国庆", "date"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, bad, err := readCalendar(strings.NewReader(tc.file))
			if err != nil || len(bad) != 1 || bad[0].Column != tc.column {
				t.Errorf("got %v %v", bad, err)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	if bad := DefaultSettings().Validate(nil); len(bad) > 0 {
		t.Fatalf("the defaults are refused: %v", bad)
	}
	known := func(kind string) bool { return kind == "handling" || kind == "verify" }
	for name, tc := range map[string]struct {
		change func(*Settings)
		field  string
	}{
		"an_unknown_clock":         {func(s *Settings) { s.Clocks = map[string]string{"tea": "2h"} }, "clocks.tea"},
		"an_unknown_class":         {func(s *Settings) { s.Clocks = map[string]string{"handling.slow": "2h"} }, "clocks.handling.slow"},
		"a_span_without_unit":      {func(s *Settings) { s.Clocks = map[string]string{"verify": "3"} }, "clocks.verify"},
		"a_span_of_zero":           {func(s *Settings) { s.Clocks = map[string]string{"verify": "0wd"} }, "clocks.verify"},
		"a_span_beyond_a_year":     {func(s *Settings) { s.Clocks = map[string]string{"verify": "251wd"} }, "clocks.verify"},
		"no_minimum_sample":        {func(s *Settings) { s.MinimumSample = 0 }, "minimum_sample"},
		"weights_that_miss_100":    {func(s *Settings) { s.RateWeights.Response++ }, "rate_weights"},
		"a_negative_weight":        {func(s *Settings) { s.RateWeights = RateWeights{-10, 60, 50} }, "rate_weights"},
		"overlapping_sessions":     {func(s *Settings) { s.OfficeHours[1].From = "11:00" }, "office_hours[1]"},
		"no_office_hours":          {func(s *Settings) { s.OfficeHours = nil }, "office_hours"},
		"content_kept_for_a_day":   {func(s *Settings) { s.Retention.Closed = 1 }, "retention.closed_days"},
		"messages_kept_for_a_year": {func(s *Settings) { s.Retention.Messages = 365 }, "retention.message_days"},
		"a_phone_nobody_can_dial":  {func(s *Settings) { s.PublicPhone = "call me" }, "public_phone"},
	} {
		t.Run(name, func(t *testing.T) {
			s := DefaultSettings()
			tc.change(&s)
			if bad := s.Validate(known); len(bad) != 1 || bad[0].Name != tc.field {
				t.Errorf("got %v, want %s", bad, tc.field)
			}
		})
	}
	s := DefaultSettings()
	s.Clocks = map[string]string{"handling.urgent": "90min", "verify": "1wd"}
	if bad := s.Validate(known); len(bad) > 0 {
		t.Errorf("sound clocks are refused: %v", bad)
	}
}

func TestTerms(t *testing.T) {
	for q, want := range map[string]string{
		"浮山": "浮山", "浮山后": "浮山 山后", "浮": "浮", " ＡＢ区 浮山 ": "ab 区 浮山", "%_'\"": "", "3号楼": "3 号楼", "": "",
	} {
		if got := strings.Join(queryTerms(q), " "); got != want {
			t.Errorf("queryTerms(%q) = %q, want %q", q, got, want)
		}
	}
	t.Run("every_part_of_a_name_finds_it", rapid.MakeCheck(func(t *rapid.T) {
		name := rapid.SliceOfN(rapid.SampledFrom([]rune("海山云路苑府一二A9 ·")), 1, 12).Draw(t, "name")
		from := rapid.IntRange(0, len(name)-1).Draw(t, "from")
		part := name[from:rapid.IntRange(from+1, len(name)).Draw(t, "to")]
		index := map[string]bool{}
		for _, term := range indexTerms(string(name)) {
			index[term] = true
		}
		for _, term := range queryTerms(string(part)) {
			if strings.ContainsAny(term, "a9") {
				continue // Latin words and numbers are found whole, not by part
			}
			if !index[term] {
				t.Fatalf("%q does not find %q: no term %q", string(part), string(name), term)
			}
		}
	}))
}

func FuzzReadDivisions(f *testing.F) {
	f.Add("code,name,level,parent_code\n3702,青岛市,city,37\n")
	f.Add("code,name,level,parent_code,valid_from,valid_to,successors,population\n370202,市南区,district,3702,2020-01-01,2024-01-01,370203,2020=5\n")
	f.Fuzz(func(t *testing.T, file string) {
		rows, _, err := ReadDivisions(strings.NewReader(file))
		if err != nil {
			return
		}
		for _, r := range rows {
			if l, ok := LevelOf(r.Code); !ok || l != r.Level || ParentOf(r.Code) != r.ParentCode || r.Name == "" {
				t.Errorf("an unsound row was let through: %+v", r)
			}
		}
	})
}

func TestRatesKeepTheWeightsOfTheirDays(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	first := DefaultSettings()
	second := first
	second.BasicallySatisfied, second.RateHistory = 60, []PastRates{{Until: day(30)}}
	second = second.following(first, day(10))
	third := second
	third.PublicPhone = "0532-12345"
	third = third.following(second, day(15))
	fourth := third
	fourth.MinimumSample = 30
	fourth = fourth.following(third, day(20))
	if len(second.RateHistory) != 1 || len(third.RateHistory) != 1 || len(fourth.RateHistory) != 2 {
		t.Fatalf("%d, %d, %d entries", len(second.RateHistory), len(third.RateHistory), len(fourth.RateHistory))
	}
	for n, want := range map[int][2]int{1: {90, 10}, 9: {90, 10}, 10: {60, 10}, 19: {60, 10}, 20: {60, 30}, 31: {60, 30}} {
		if got := fourth.RatesAt(day(n)); got.BasicallySatisfied != want[0] || got.MinimumSample != want[1] {
			t.Errorf("day %d: %+v, want %v", n, got, want)
		}
	}
}
