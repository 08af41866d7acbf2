package notify

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/width"

	"huying/internal/deadline"
)

const dayMinutes = 24 * 60

// The first and the last minute of the local day at which a deputy may ask for the daily message.
const (
	digestFirst = 8 * 60
	digestLast  = 20 * 60
)

// quietUntil returns when quiet hours that last from one minute of the local day to another end, or the zero time when
// now lies outside them. Hours that begin when they end are none.
func quietUntil(now time.Time, from, to int) time.Time {
	local := now.In(deadline.Zone)
	minute := local.Hour()*60 + local.Minute()
	overnight := from > to
	switch {
	case from == to:
		return time.Time{}
	case overnight && minute >= from:
		return atMinute(local.AddDate(0, 0, 1), to)
	case overnight && minute < to, minute >= from && minute < to:
		return atMinute(local, to)
	}
	return time.Time{}
}

// atMinute is a minute of the local day that t lies in.
func atMinute(t time.Time, minute int) time.Time {
	l := t.In(deadline.Zone)
	return time.Date(l.Year(), l.Month(), l.Day(), 0, minute, 0, 0, deadline.Zone).UTC()
}

// digestSlot returns when the next daily message is due after now: at the chosen minute, and never twice on one
// local day.
func digestSlot(now time.Time, minute int, last *time.Time) time.Time {
	slot := atMinute(now, minute)
	if !slot.After(now) {
		slot = atMinute(now.In(deadline.Zone).AddDate(0, 0, 1), minute)
	}
	if last != nil && sameDay(slot, *last) {
		slot = atMinute(slot.In(deadline.Zone).AddDate(0, 0, 1), minute)
	}
	return slot
}

func sameDay(a, b time.Time) bool {
	return a.In(deadline.Zone).Format(time.DateOnly) == b.In(deadline.Zone).Format(time.DateOnly)
}

// backoff is how long to wait before the next try after this many.
func backoff(attempts int) time.Duration {
	return min(5*time.Second<<min(attempts, 7), 10*time.Minute)
}

// answerKind is what somebody wrote back.
type answerKind int

const (
	answerUnclear answerKind = iota
	answerRate
	answerStop
)

// answer is a message that came back, read.
type answer struct {
	kind answerKind
	// result is 1, 2 or 3.
	result int
	// tail are the last digits of a report's number, or empty: of several results the newest is meant.
	tail string
}

var (
	answerForm = regexp.MustCompile(`^(不满意|基本满意|满意|[123])(?:满意|基本满意|不满意)?(?:\s+(?:[0-9]{6}-[0-9]{4}-)?([0-9]{1,9}))?$`)
	stopForm   = regexp.MustCompile(`^(?:T|TD|N|QX|退订|取消|取消订阅|停止)$`)
)

var answerWords = map[string]int{"满意": 1, "基本满意": 2, "不满意": 3, "1": 1, "2": 2, "3": 3}

// contradicts finds "1不满意": a digit and a word that mean different things are no rating.
var contradicts = regexp.MustCompile(`^(?:1(?:基本满意|不满意)|2(?:满意|不满意)|3(?:满意|基本满意))`)

// readAnswer reads what somebody wrote back: 1, 2 or 3, or the words for them, alone or with the last digits of a
// report's number, in full width or with punctuation around; or a word that ends the messages.
func readAnswer(text string) answer {
	s := strings.ToUpper(strings.TrimSpace(width.Narrow.String(text)))
	s = strings.TrimSpace(strings.Trim(s, ".,!?;:()[]{}<>\"'`~*# \t\r\n。，！？；：（）【】「」《》“”‘’、｡､｢｣"))
	if stopForm.MatchString(s) {
		return answer{kind: answerStop}
	}
	m := answerForm.FindStringSubmatch(s)
	if m == nil || contradicts.MatchString(s) {
		return answer{}
	}
	return answer{kind: answerRate, result: answerWords[m[1]], tail: m[2]}
}
