package report

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/platform/fault"
)

// Limits of the room.
const (
	// MaxDeputies work on one report: one leads, two join (row 8).
	MaxDeputies = 3
	// MaxLive is how many reports a deputy holds at once (row 8).
	MaxLive = 5
	// MaxOffers is to how many deputies a report is offered at once.
	MaxOffers = 5
	// UnreachableTries on UnreachableDays different days make a citizen unreachable (row 21).
	UnreachableTries = 3
	UnreachableDays  = 2
)

// numberForm is the readable number 受理编号: tenant, year, six digits.
var numberForm = regexp.MustCompile(`^([0-9]{6})-([0-9]{4})-([0-9]{6,9})$`)

// dialable is a number somebody can be called on, mobile or fixed.
var dialable = regexp.MustCompile(`^\+?[0-9][0-9 -]{4,18}$`)

// FormatNumber makes a readable number, e.g. "370202-2026-000123".
func FormatNumber(tenant string, year int, n int64) string {
	return fmt.Sprintf("%s-%04d-%06d", tenant, year, n)
}

// ParseNumber takes a readable number apart; false when it is none.
func ParseNumber(text string) (tenant string, year int, n int64, ok bool) {
	m := numberForm.FindStringSubmatch(text)
	if m == nil {
		return "", 0, 0, false
	}
	year, _ = strconv.Atoi(m[2])
	n, _ = strconv.ParseInt(m[3], 10, 64)
	return m[1], year, n, n > 0
}

// Cell is the integer grid of about 100 m that bounding boxes are asked by.
func Cell(degrees float64) int { return int(math.Floor(degrees * 1000)) }

// tilesADegree is how fine the squares are by which a map finds what is newest: about two kilometres.
const tilesADegree = 50

// Tile is the square a position lies in, one number for both directions.
func Tile(lat, lng float64) int {
	row, column := int(math.Floor(lat*tilesADegree))+90*tilesADegree, int(math.Floor(lng*tilesADegree))+180*tilesADegree
	return row*(360*tilesADegree+1) + column
}

func tileOf(r *db.Report) *int {
	if r.Lat == nil || r.Lng == nil {
		return nil
	}
	t := Tile(*r.Lat, *r.Lng)
	return &t
}

// checkText answers what is wrong with a text of a form that did not pass
// through the JSON checks, or nothing.
func checkText(s string, least, most int) string {
	n := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError):
		return "有无法识别的文字"
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f }):
		return "含有不可见的控制字符"
	case visible(s) < least:
		return "请填写，至少" + strconv.Itoa(least) + "个字"
	case n > most:
		return "最多" + strconv.Itoa(most) + "个字，现有" + strconv.Itoa(n) + "个"
	}
	return ""
}

// visible counts the characters of a text that somebody can see.
func visible(s string) (n int) {
	for _, r := range s {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// check lists everything wrong with a submission that can be seen without
// looking anything up.
func (in Submission) check(now time.Time) []fault.Field {
	var wrong []fault.Field
	add := func(field, message string) {
		if message != "" {
			wrong = append(wrong, fault.Field{Name: field, Message: message})
		}
	}
	add("description", checkText(in.Description, 2, 1000))
	add("title", checkText(in.Title, 0, 40))
	add("address", checkText(in.Address, 0, 100))
	add("respondent", checkText(in.Respondent, 0, 40))
	add("position", checkPoint(in.Position))
	add("source_position", checkPoint(in.SourcePosition))
	if in.Position != nil && in.Position.AccuracyM != nil && (*in.Position.AccuracyM < 0 || *in.Position.AccuracyM > 100_000) {
		add("position.accuracy_m", "应在0到100000之间")
	}
	seen := map[uuid.UUID]bool{}
	for _, id := range in.UploadIDs {
		if seen[id] {
			add("upload_ids", "同一张照片只能用一次")
			break
		}
		seen[id] = true
	}
	if w := in.Occurs; w != nil {
		add("occurs", w.check(now.AddDate(1, 0, 0)))
	}
	if b := in.OnBehalf; b != nil {
		add("on_behalf.name", checkText(b.Name, 1, 20))
		add("on_behalf.relation", checkText(b.Relation, 0, 20))
		if !dialable.MatchString(b.Phone) {
			add("on_behalf.phone", "请填写电话号码")
		}
	}
	return wrong
}

func checkPoint(p *Position) string {
	if p == nil {
		return ""
	}
	if math.IsNaN(p.Lat) || math.IsNaN(p.Lng) || math.Abs(p.Lat) > 90 || math.Abs(p.Lng) > 180 {
		return "坐标不在地球上，请重新定位或选择社区"
	}
	return ""
}

func (w Window) check(latest time.Time) string {
	switch {
	case w.From.IsZero() || w.To.IsZero():
		return "请填写起止时间"
	case w.To.Before(w.From):
		return "结束时间早于开始时间"
	case w.To.Sub(w.From) > 366*24*time.Hour:
		return "时段不能超过一年"
	case w.To.After(latest):
		return "时间在未来，请核对"
	}
	return ""
}

// firstWords makes a title from a description whose author gave none.
func firstWords(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if cut := strings.IndexAny(text, "。！？；\n"); cut > 0 {
		text = text[:cut]
	}
	runes := []rune(text)
	if len(runes) > 24 {
		return string(runes[:23]) + "…"
	}
	return text
}

// busy says whether deputies' hands are full with a report in this state: from
// accepting until the matter waits only for the citizen's rating.
func busy(s flow.State) bool {
	switch s {
	case Open, Accepted, Verified, Dispatched, Handling, Replied, Reopened:
		return true
	}
	return false
}

// Kinds of owner: who has to do the next thing.
const (
	OwnerOffice   = "office"
	OwnerDistrict = "district"
	OwnerDuty     = "duty"
	OwnerDeputy   = "deputy"
	OwnerUnit     = "unit"
	OwnerCitizen  = "citizen"
	OwnerNone     = "none"
)

// ownerIn says who has to act on a report in this state.
func ownerIn(s flow.State, dangerous, hasDeputy bool) string {
	switch s {
	case Submitted:
		if dangerous {
			return OwnerDuty
		}
		return OwnerOffice
	case Accepted, Replied:
		if hasDeputy {
			return OwnerDeputy
		}
		return OwnerOffice
	case Dispatched, Handling:
		return OwnerUnit
	case Resolved:
		return OwnerCitizen
	case Open, Verified, Reopened, CarriedOver, Suggested:
		return OwnerOffice
	}
	return OwnerNone
}

// counts says whether missing a clock makes the report overdue. Clocks of the
// citizen's own patience do not.
func counts(clock string) bool {
	switch clock {
	case clockRate, clockRateRemind, clockRateCall, clockObjection, clockAnswer, clockAttitude, clockExtension, clockOpinion:
		return false
	}
	return true
}

// clockWord is the plain Chinese name of a clock, for notices.
func clockWord(clock string) string {
	if w := clockWords[clock]; w != "" {
		return w
	}
	return "办理"
}

// KnownClock says whether the table of the report starts a clock of this kind.
func KnownClock(kind string) bool { return clockWords[kind] != "" }

var clockWords = map[string]string{
	clockAdmit: "受理", clockAccept: "接单", clockVerify: "核实", clockDispatch: "交办", clockTake: "签收",
	clockContact: "联系反映人", clockOnSite: "到场处置", clockHandling: "办理", clockConfirm: "核实办理结果",
	clockRate: "评价", clockRateRemind: "提醒评价", clockRateCall: "电话请评价", clockRedispatch: "重新交办",
	clockAttitude:  "答复态度意见",
	clockObjection: "异议", clockAppeal: "复核", clockRuling: "裁定退单", clockReview: "挂账复查", clockAnswer: "补充情况",
	clockSupervise: "督办说明", clockExtension: "延期审批", clockOpinion: "协办意见",
	clockTransfer: "对方答复移交", clockTransferCity: "市人大裁定移交",
}

// unreachable says whether the failed tries, the present one included, are
// enough to stop trying (row 21: three tries on two days).
func unreachable(tries []time.Time) bool {
	days := map[deadline.Date]bool{}
	for _, t := range tries {
		days[deadline.DateOf(t)] = true
	}
	return len(tries) >= UnreachableTries && len(days) >= UnreachableDays
}

// mayReveal says whether somebody who plays these parts has to call the
// reporter and so may be told name and phone. Who left no phone is told to nobody. The reporter's own choice of
// identity level comes before every part but the office that relays.
func mayReveal(parts flow.Parts, identityLevel string, s flow.State, dangerous bool) bool {
	if identityLevel == "no_phone" {
		return false
	}
	if parts[Office] || parts[DistrictStaff] || parts[FollowUpCaller] && (s == Resolved || s == Closed) {
		return true
	}
	if parts[DutyOfficer] && dangerous {
		return true
	}
	if identityLevel == "hidden_all" {
		return false
	}
	return parts[LeadDeputy] || (parts[UnitClerk] || parts[UnitHead]) && (s == Dispatched || s == Handling || s == Replied)
}
