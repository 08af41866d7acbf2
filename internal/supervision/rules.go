package supervision

import (
	"slices"
	"strings"
	"time"

	"huying/internal/deadline"
	"huying/internal/platform/fault"
)

// Side is who does something to a notice.
type Side int

// The sides.
const (
	// From is the congress that wrote it.
	From Side = iota
	// To is who has to answer.
	To
	// Timer is nobody.
	Timer
)

// States of a notice.
const (
	Draft    = "draft"
	Refused  = "refused"
	Open     = "open"
	Answered = "answered"
	Accepted = "accepted"
)

// Actions on a notice.
const (
	Sign       = "sign"
	Refuse     = "refuse"
	Answer     = "answer"
	SendBack   = "send-back"
	Accept     = "accept"
	Progress   = "progress"
	Hearing    = "hearing"
	Inspection = "inspection"
	Rung       = "rung"
)

// act is one line of the notice's table; an empty next leaves the state.
type act struct {
	action string
	side   Side
	from   []string
	next   string
	word   string
}

var underWay = []string{Open, Answered}

// acts is the whole life of a notice. There is no row that withdraws a signed
// one, none that pauses it and none that moves its time.
var acts = []act{
	{Sign, From, []string{Draft}, Open, "签发"},
	{Refuse, From, []string{Draft}, Refused, "不签发"},
	{Answer, To, []string{Open}, Answered, "答复"},
	{SendBack, From, []string{Answered}, Open, "退回重答"},
	{Accept, From, []string{Answered}, Accepted, "认可办结"},
	{Progress, To, underWay, "", "报告进展"},
	{Hearing, From, underWay, "", "听证会"},
	{Inspection, From, underWay, "", "现场检查"},
	{Rung, Timer, []string{Open}, "", "催办"},
}

func actOf(action string) (act, bool) {
	i := slices.IndexFunc(acts, func(a act) bool { return a.action == action })
	if i < 0 {
		return act{}, false
	}
	return acts[i], true
}

// Next is the state a step leads to. It fails with Conflict when the step does not follow.
func Next(state, action string) (string, error) {
	a, known := actOf(action)
	if !known || !slices.Contains(a.from, state) {
		return "", fault.Conflict.New("此通知目前“"+StateWord(state)+"”，不能"+a.word).Fact("state", state).Fact("action", action)
	}
	if a.next == "" {
		return state, nil
	}
	return a.next, nil
}

// StateWord names a state.
func StateWord(state string) string {
	return map[string]string{Draft: "待签发", Refused: "未签发", Open: "待答复", Answered: "待审核", Accepted: "已办结"}[state]
}

// ladder are the rungs of a notice's clock: told to who answers, to both, to the
// head of who wrote it, and the red list.
var ladder = deadline.Ladder{80, 100, 150, 200}

// Bounds of a notice.
const (
	// usualDays and mostDays are working days for one answer.
	usualDays = 5
	mostDays  = 30
	// mostMatters bounds the reports of one notice.
	mostMatters = 200
	mostAsks    = 8
)

// classAsks are what a notice about a class asks when nobody says otherwise.
var classAsks = []string{"问题成因", "整改措施和责任人", "同类点位排查结果", "防止反复的办法"}

// usualAsks are what any other asks.
var usualAsks = []string{"原因", "办理进展", "完成时限和责任人"}

// asksOf are what a notice asks, tidied.
func asksOf(given []string, kind string) []string {
	var out []string
	for _, a := range given {
		if a = strings.TrimSpace(a); a != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	switch {
	case len(out) > 0:
		return out
	case kind == "letter":
		return slices.Clone(usualAsks)
	}
	return slices.Clone(classAsks)
}

// checkAnswer refuses an answer that passes over something asked.
func checkAnswer(asks, answers []string) []fault.Field {
	var wrong []fault.Field
	if len(answers) != len(asks) {
		return []fault.Field{{Name: "answers", Message: "请逐项答复，共" + strings.Join(asks, "、") + "几项"}}
	}
	for i, a := range answers {
		if len([]rune(strings.TrimSpace(a))) < 4 {
			wrong = append(wrong, fault.Field{Name: "answers", Message: "“" + asks[i] + "”没有答复"})
		}
	}
	return wrong
}

// checkSession refuses a hearing or inspection that is neither to come nor over.
func checkSession(b SessionBody, now time.Time) []fault.Field {
	var wrong []fault.Field
	bad := func(name, message string) { wrong = append(wrong, fault.Field{Name: name, Message: message}) }
	switch {
	case b.Stage == "called" && !b.At.After(now):
		bad("at", "通知的时间应在此刻之后")
	case b.Stage == "held" && b.At.After(now):
		bad("at", "记录的时间应在此刻之前")
	}
	if b.Stage == "held" && len([]rune(strings.TrimSpace(b.Findings))) < 4 {
		bad("findings", "请写明查明的情况和要求")
	}
	return wrong
}
