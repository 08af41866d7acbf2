package partner

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"huying/internal/division"
	"huying/internal/platform/fault"
)

// Kinds of partner.
const (
	kindOpen311   = "open311"
	kindWorkOrder = "workorder"
	kindWebhook   = "webhook"
)

// Ways a work order travels.
const (
	channelHTTP = "http"
	channelFile = "file"
)

// What a status of a partner means to us.
const (
	meansOpen     = "open"
	meansClosed   = "closed"
	meansReturned = "returned"
)

// Actions of a work order (12345 平台的常用动作).
const (
	actDispatch = "派单"
	actTake     = "签收"
	actReturn   = "退单"
	actFinish   = "办结"
	actFollowUp = "回访"
	actNote     = "进展"
)

var actions = []string{actDispatch, actTake, actReturn, actFinish, actFollowUp, actNote}

// Events of webhooks.
const (
	eventSubmitted = "report.submitted"
	eventMoved     = "report.moved"
	eventEnded     = "report.ended"
	eventPing      = "ping"
)

var events = []string{eventSubmitted, eventMoved, eventEnded}

// pushStates are the states in which a report can be pushed.
var pushStates = []string{"open", "accepted", "verified", "dispatched", "handling"}

// everything stands for all categories in a mapping.
const everything = "*"

// theirCategory is the partner's code of one of our categories; false when such reports are not pushed.
func theirCategory(mapping map[string]string, category string) (string, bool) {
	if code, ok := mapping[category]; ok {
		return code, code != ""
	}
	code, ok := mapping[everything]
	return code, ok && code != ""
}

// ourCategory is our category of a partner's code. A code that is one of our keys stands for itself.
func ourCategory(mapping map[string]string, code string, known func(string) bool) string {
	var found []string
	for ours, theirs := range mapping {
		if theirs == code && ours != everything {
			found = append(found, ours)
		}
	}
	if len(found) > 0 {
		return slices.Min(found)
	}
	if known(code) {
		return code
	}
	return "other"
}

// meaning is what a partner's status means to us; "" when nobody has said.
func meaning(mapping map[string]string, status string) string {
	status = strings.TrimSpace(status)
	if m, ok := mapping[status]; ok {
		return m
	}
	if m, ok := mapping[strings.ToLower(status)]; ok {
		return m
	}
	switch strings.ToLower(status) {
	case meansOpen, meansClosed:
		return strings.ToLower(status)
	}
	switch status {
	case actFinish:
		return meansClosed
	case actReturn:
		return meansReturned
	case actTake:
		return meansOpen
	}
	return ""
}

// within says whether a report's place belongs to what a partner is sent.
func within(place, area string) bool { return area == "" || division.Within(place, area) }

// stepEvent is the webhook that a step is told as; "" for steps that move nothing.
func stepEvent(s Step) string {
	switch {
	case s.From == "" && s.Action == "submit":
		return eventSubmitted
	case s.From == s.To:
		return ""
	case s.Over:
		return eventEnded
	}
	return eventMoved
}

// orderAction is the work-order word for a step of a report that the partner dispatched to us; "" for others.
func orderAction(s Step) string {
	switch {
	case s.Action == "reject" || s.Action == "transfer":
		return actReturn
	case s.Action == "rate" || s.Action == "follow-up":
		return actFollowUp
	case s.From == s.To:
		return ""
	case s.To == "open" || s.To == "dispatched" && s.From == "submitted":
		return actTake
	case s.To == "resolved" || s.To == "closed":
		return actFinish
	}
	return actNote
}

// retries is how long after each failed attempt the next one comes: a blink, then minutes, then hours, over three days
// in all. The last entry is the end.
var retries = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// maxAttempts is how often a message is tried before a person has to look.
var maxAttempts = len(retries) + 1

// nextTry is when an attempt that failed for the n-th time is made again.
func nextTry(attempt int, at time.Time) time.Time {
	return at.Add(retries[min(max(attempt, 1), len(retries))-1])
}

// keyOf makes a key of what a partner said that has no id of its own.
func keyOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "sha256:" + hex.EncodeToString(sum[:20])
}

// clip cuts a text to n characters.
func clip(s string, n int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "�"))
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// check names everything that cannot stand in a partner's settings. url judges an address.
func (b Body) check(kind string, known func(category string) bool, url func(string) string) []fault.Field {
	var wrong []fault.Field
	fail := func(name, message string) { wrong = append(wrong, fault.Field{Name: name, Message: message}) }
	if b.Channel == channelFile && kind != kindWorkOrder {
		fail("channel", "只有工单系统可以用文件交换")
	}
	if b.Channel == channelFile && b.URL != "" {
		fail("url", "用文件交换的不填网址")
	} else if b.Channel != channelFile {
		if problem := url(b.URL); problem != "" {
			fail("url", problem)
		}
	}
	for _, e := range b.Events {
		if kind != kindWebhook || !slices.Contains(events, e) {
			fail("events", "只用于消息推送，可选："+strings.Join(events, "、"))
			break
		}
	}
	for ours, theirs := range b.Categories {
		if kind == kindWebhook || ours != everything && !known(ours) || len(theirs) > 60 {
			fail("categories", "键为本方类别或 *，值为对方类别代码，最多60个字符："+clip(ours, 40))
			break
		}
	}
	for theirs, means := range b.Statuses {
		if kind == kindWebhook || theirs == "" || len(theirs) > 60 || means != meansOpen && means != meansClosed && means != meansReturned {
			fail("statuses", "键为对方状态，值为 open、closed 或 returned")
			break
		}
	}
	if b.PushAt != "" && (kind == kindWebhook || !slices.Contains(pushStates, b.PushAt)) {
		fail("push_at", "可选："+strings.Join(pushStates, "、"))
	}
	if b.PushAt != "" && len(b.Categories) == 0 {
		fail("categories", "要推送，请先填写类别对照，全部类别用 *")
	}
	if b.Pull && kind != kindOpen311 {
		fail("pull", "只有 Open311 系统可以拉取进展")
	}
	return wrong
}
