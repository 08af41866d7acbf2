package division

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/png" // the one format of a logo
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/platform/fault"
)

// Look is the part of the settings that people see: the name and colour over the door, what is open behind it,
// how its categories differ from the house's, its own days off, and which notices go without an SMS. A part left
// out of a change stays as it is.
type Look struct {
	Brand   *Brand   `json:"brand,omitempty" doc:"对外的名称、颜色和标志；不填则不变"`
	Modules []string `json:"modules" required:"false" maxItems:"10" doc:"开放的功能：report 随手拍、deputy 找代表、station 联络站；不填则不变"`
	// Categories is by the category's code.
	Categories map[string]CategorySetting `json:"categories" required:"false" doc:"与默认不同的类别，按类别代码；不填则不变"`
	LocalDays  []LocalDay                 `json:"local_days" required:"false" maxItems:"100" doc:"本地与国家放假安排不同的日子；不填则不变"`
	SMSOff     []string                   `json:"sms_off" required:"false" maxItems:"100" doc:"不发短信、只发站内消息的提醒，见 GET /sms-templates；不填则不变"`
}

// Brand is how a tenant shows itself.
type Brand struct {
	Name  string `json:"name" maxLength:"20" doc:"对外的名称，如 导航进站 智链万家"`
	Color string `json:"color" maxLength:"7" doc:"主色，如 #b3261e；上面的白字要看得清"`
	// Logo is a PNG in base64; empty for none.
	Logo string `json:"logo,omitempty" maxLength:"90000" doc:"标志：PNG 文件的 base64，64 KB、1024 像素以内；不填为没有"`
}

// CategorySetting is how a tenant treats a category differently; what is left out is the house's way.
type CategorySetting struct {
	Off            bool       `json:"off,omitempty" doc:"不开放"`
	Hint           string     `json:"hint,omitempty" maxLength:"100" doc:"选择时给群众看的提醒"`
	VerifyFirst    *bool      `json:"verify_first,omitempty" doc:"先由代表核实再转办"`
	PrivateDefault *bool      `json:"private_default,omitempty" doc:"默认不公开"`
	ClockClass     ClockClass `json:"clock_class,omitempty" enum:"urgent,utility,ordinary,complex" doc:"时限按哪一类"`
}

// LocalDay is a day on which a tenant differs from the official calendar.
type LocalDay struct {
	Day     string `json:"day" maxLength:"10" doc:"如 2026-10-08"`
	Working bool   `json:"working" doc:"true 上班，false 放假"`
	Name    string `json:"name" maxLength:"40" doc:"为什么，如 台风停工"`
}

// ModuleReport and the others are what a tenant may open to citizens.
const (
	ModuleReport  = "report"
	ModuleDeputy  = "deputy"
	ModuleStation = "station"
)

// modulesKnown are all modules; the city's own tenant has oversight alone.
var modulesKnown = []string{ModuleReport, ModuleDeputy, ModuleStation, "oversight"}

// alwaysOpen is the category that a citizen who finds no other word takes.
const alwaysOpen = "other"

// Bounds of a logo: a phone loads it on a weak network.
const (
	logoBytes  = 64 << 10
	logoPixels = 1024
)

var colorForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// keeping fills what a change leaves out with what holds.
func (l Look) keeping(before Look) Look {
	if l.Brand == nil {
		l.Brand = before.Brand
	}
	if l.Modules == nil {
		l.Modules = before.Modules
	}
	if l.Categories == nil {
		l.Categories = before.Categories
	}
	if l.LocalDays == nil {
		l.LocalDays = before.LocalDays
	}
	if l.SMSOff == nil {
		l.SMSOff = before.SMSOff
	}
	return l
}

// Validate names every field that cannot stand. known tells categories; switchable tells notices that may go
// without an SMS, nil none.
func (l Look) Validate(known, switchable func(string) bool) []fault.Field {
	var bad []fault.Field
	fail := func(name, format string, args ...any) {
		bad = append(bad, fault.Field{Name: name, Message: fmt.Sprintf(format, args...)})
	}
	l.Brand.check(fail)
	l.checkCategories(known, fail)
	l.checkDays(fail)
	for i, m := range l.Modules {
		if !slices.Contains(modulesKnown, m) || slices.Contains(l.Modules[:i], m) {
			fail(fmt.Sprintf("modules[%d]", i), "没有这个功能，或重复了。")
		}
	}
	for i, id := range l.SMSOff {
		if switchable == nil || !switchable(id) || slices.Contains(l.SMSOff[:i], id) {
			fail(fmt.Sprintf("sms_off[%d]", i), "没有这个提醒、必须发短信，或重复了。")
		}
	}
	return bad
}

func (l Look) checkCategories(known func(string) bool, fail func(name, format string, args ...any)) {
	for _, code := range slices.Sorted(maps.Keys(l.Categories)) {
		switch c := l.Categories[code]; {
		case !known(code):
			fail("categories."+code, "没有这个类别。")
		case c.Off && code == alwaysOpen:
			fail("categories."+code+".off", "“其他”不能关闭：群众找不到合适的类别时要用它。")
		case c.ClockClass != "" && !slices.Contains([]ClockClass{ClassUrgent, ClassUtility, ClassOrdinary, ClassComplex}, c.ClockClass):
			fail("categories."+code+".clock_class", "应为 urgent、utility、ordinary 或 complex。")
		case utf8.RuneCountInString(c.Hint) > 100:
			fail("categories."+code+".hint", "最多 100 字。")
		}
	}
}

func (l Look) checkDays(fail func(name, format string, args ...any)) {
	seen := map[string]bool{}
	for i, d := range l.LocalDays {
		at := fmt.Sprintf("local_days[%d].", i)
		if _, err := time.Parse(time.DateOnly, d.Day); err != nil || seen[d.Day] {
			fail(at+"day", "请写成 2026-10-08 这样的日期，不要重复。")
		}
		if strings.TrimSpace(d.Name) == "" {
			fail(at+"name", "请写明原因。")
		}
		seen[d.Day] = true
	}
}

func (b *Brand) check(fail func(name, format string, args ...any)) {
	if b == nil {
		return
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(b.Name)); n < 2 || n > 20 {
		fail("brand.name", "名称应有 2 到 20 个字。")
	}
	switch {
	case !colorForm.MatchString(b.Color):
		fail("brand.color", "请写成 #b3261e 这样的颜色，字母小写。")
	case contrastOnWhite(b.Color) < 4.5:
		fail("brand.color", "颜色太浅，上面的白字看不清，请选深一些的。")
	}
	if b.Logo == "" {
		return
	}
	raw, err := base64.StdEncoding.DecodeString(b.Logo)
	if err != nil || len(raw) > logoBytes {
		fail("brand.logo", "请用 64 KB 以内的 PNG 图片。")
		return
	}
	at, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || format != "png" || at.Width > logoPixels || at.Height > logoPixels {
		fail("brand.logo", "请用长宽都在 %d 像素以内的 PNG 图片。", logoPixels)
	}
}

// LogoPNG is the logo's file; nil for none.
func (b *Brand) LogoPNG() []byte {
	if b == nil || b.Logo == "" {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(b.Logo)
	if err != nil {
		return nil
	}
	return raw
}

// with gives a category as a tenant treats it.
func (c CategorySetting) with(base Category) Category {
	if c.Hint != "" {
		base.Hint = c.Hint
	}
	if c.VerifyFirst != nil {
		base.VerifyFirst = *c.VerifyFirst
	}
	if c.PrivateDefault != nil {
		base.PrivateDefault = *c.PrivateDefault
	}
	if c.ClockClass != "" {
		base.ClockClass = c.ClockClass
	}
	return base
}
