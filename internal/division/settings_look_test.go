package division

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"testing"
	"time"
)

func logo(t *testing.T, side int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func TestLook(t *testing.T) {
	known := func(code string) bool { return code == "road" || code == "other" }
	switchable := func(id string) bool { return id == "report_taken" }
	no := false
	sound := Look{
		Brand: &Brand{Name: "导航进站 智链万家", Color: "#b3261e", Logo: logo(t, 64)}, Modules: []string{"report", "station"},
		Categories: map[string]CategorySetting{"road": {Off: true, Hint: "请拍到路名", VerifyFirst: &no, ClockClass: ClassUrgent}},
		LocalDays:  []LocalDay{{"2026-10-09", false, "台风停工"}}, SMSOff: []string{"report_taken"},
	}
	if bad := sound.Validate(known, switchable); len(bad) > 0 {
		t.Fatalf("a sound look is refused: %v", bad)
	}
	if bad := (Look{}).Validate(known, nil); len(bad) > 0 {
		t.Fatalf("nothing to change is refused: %v", bad)
	}
	brand := func(change func(*Brand)) func(*Look) {
		return func(l *Look) { b := *l.Brand; change(&b); l.Brand = &b }
	}
	for name, tc := range map[string]struct {
		change func(*Look)
		field  string
	}{
		"no_name":                      {brand(func(b *Brand) { b.Name = " " }), "brand.name"},
		"a_colour_by_name":             {brand(func(b *Brand) { b.Color = "red" }), "brand.color"},
		"white_on_yellow":              {brand(func(b *Brand) { b.Color = "#ffdd00" }), "brand.color"},
		"a_logo_that_is_none":          {brand(func(b *Brand) { b.Logo = "PHN2Zz4=" }), "brand.logo"},
		"a_logo_too_wide":              {brand(func(b *Brand) { b.Logo = logo(t, 1025) }), "brand.logo"},
		"an_unknown_module":            {func(l *Look) { l.Modules = []string{"tea"} }, "modules[0]"},
		"a_module_twice":               {func(l *Look) { l.Modules = []string{"report", "report"} }, "modules[1]"},
		"an_unknown_category":          {func(l *Look) { l.Categories = map[string]CategorySetting{"tea": {}} }, "categories.tea"},
		"no_way_out":                   {func(l *Look) { l.Categories = map[string]CategorySetting{"other": {Off: true}} }, "categories.other.off"},
		"an_unknown_pace":              {func(l *Look) { l.Categories = map[string]CategorySetting{"road": {ClockClass: "slow"}} }, "categories.road.clock_class"},
		"a_day_that_is_none":           {func(l *Look) { l.LocalDays[0].Day = "2026-02-30" }, "local_days[0].day"},
		"a_day_without_reason":         {func(l *Look) { l.LocalDays[0].Name = "" }, "local_days[0].name"},
		"a_notice_that_must_be_an_sms": {func(l *Look) { l.SMSOff = []string{"login_code"} }, "sms_off[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			l := sound
			l.LocalDays = []LocalDay{sound.LocalDays[0]}
			tc.change(&l)
			if bad := l.Validate(known, switchable); len(bad) != 1 || bad[0].Name != tc.field {
				t.Errorf("got %v, want %s", bad, tc.field)
			}
		})
	}
}

func TestDirectoryOfATenant(t *testing.T) {
	s := DefaultSettings()
	yes := true
	s.Categories = map[string]CategorySetting{"road": {Off: true}, "noise": {VerifyFirst: &yes, ClockClass: ClassComplex, Hint: "几点最吵"}}
	s.LocalDays = []LocalDay{{"2026-10-12", false, "台风"}, {"2026-10-17", true, "补班"}}
	day := func(text string) time.Time {
		at, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	d := newDirectory(nil, []Category{{Key: "road", Position: 1}, {Key: "noise", Position: 2}}, []Tenant{{Code: "370202", Modules: []string{"report"}, Settings: s}, {Code: "370203"}},
		NewCalendar(map[string]bool{"2026-10-01": false}, day("2026-12-31")), nil)
	open := d.CategoriesOf("370202")
	if len(open) != 1 || open[0].Key != "noise" || !open[0].VerifyFirst || open[0].ClockClass != ClassComplex || open[0].Hint != "几点最吵" {
		t.Errorf("open here: %+v", open)
	}
	if len(d.CategoriesOf("370203")) != 2 || len(d.CategoriesOf("")) != 2 {
		t.Error("another tenant's categories changed")
	}
	for text, want := range map[string]bool{"2026-10-12": false, "2026-10-17": true, "2026-10-01": false, "2026-10-13": true} {
		if work, _ := d.CalendarOf("370202").Workday(day(text)); work != want {
			t.Errorf("%s is worked here: %v", text, work)
		}
	}
	if work, _ := d.CalendarOf("370203").Workday(day("2026-10-12")); !work {
		t.Error("another tenant's calendar changed")
	}
	if !d.HasModule("370202", ModuleReport) || d.HasModule("370202", ModuleStation) || d.HasModule("370299", ModuleReport) {
		t.Error("modules are mixed up")
	}
}
