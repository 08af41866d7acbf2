package open311

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"huying/internal/division"
	"huying/internal/platform/fault"
)

// Rules of the specification: a search spans at most 90 days and gives at most 1,000 requests.
const (
	span    = 90 * 24 * time.Hour
	atMost  = 1000
	maxPart = 100 // reports asked for by their ids at once
)

// Scopes of a key.
const (
	ScopeSubmit = "submit"
	ScopeRead   = "read"
	ScopeUpdate = "update"
)

// Statuses of the protocol.
const (
	statusOpen   = "open"
	statusClosed = "closed"
)

// keyMark begins every key, so that people and secret scanners know one when they see it.
const keyMark = "hyk_"

// hashOf is what is kept of a key. A plain hash is enough for 256 random bits.
func hashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// window is the time a search looks at, the end excluded. Without dates the last 90 days; with one, the 90 days that
// begin or end there. It fails naming start_date or end_date.
func window(start, end string, now time.Time) (from, to time.Time, err error) {
	to = now.Add(time.Second)
	if end != "" {
		if to, err = parseMoment("end_date", end); err != nil {
			return from, to, err
		}
	}
	from = to.Add(-span)
	if start != "" {
		if from, err = parseMoment("start_date", start); err != nil {
			return from, to, err
		}
		if end == "" && to.Sub(from) > span {
			to = from.Add(span)
		}
	}
	switch {
	case from.After(to):
		return from, to, fault.Invalid.New("时间范围有误", fault.Field{Name: "start_date", Message: "晚于 end_date"})
	case to.Sub(from) > span:
		return from, to, fault.Invalid.New("时间范围有误", fault.Field{Name: "end_date", Message: "与 start_date 相距不能超过90天"})
	}
	return from, to, nil
}

// parseMoment reads a W3C date and time, whose zone must be said, or a whole day.
func parseMoment(name, text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		// A plus sign that was not escaped arrives as a blank.
		if t, err := time.Parse(layout, strings.Replace(text, " ", "+", 1)); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.Invalid.New("时间有误", fault.Field{Name: name, Message: "请写成带时区的时间，例如 2026-01-02T15:04:05+08:00"})
}

// statuses reads the status argument: nil for both, else whether ended ones are asked for.
func statuses(text string) (*bool, error) {
	var open, closed bool
	for _, word := range commas(text) {
		switch strings.ToLower(word) {
		case statusOpen:
			open = true
		case statusClosed:
			closed = true
		default:
			return nil, fault.Invalid.New("状态有误", fault.Field{Name: "status", Message: "只有 open 和 closed"})
		}
	}
	if open == closed {
		return nil, nil
	}
	return &closed, nil
}

// commas splits a list and drops what is empty.
func commas(text string) []string {
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(p string) bool { return p == "" })
}

func cutAnswer(field string) (key string, ok bool) { return strings.CutPrefix(field, "answers.") }

// attributeOf reads the name of an argument attribute[KEY] or attribute[KEY][].
func attributeOf(argument string) (key string, ok bool) {
	rest, ok := strings.CutPrefix(argument, "attribute[")
	if !ok {
		return "", false
	}
	rest = strings.TrimSuffix(rest, "[]")
	return strings.CutSuffix(rest, "]")
}

// serviceOf is a category as a service.
func serviceOf(c division.Category) Service {
	var words []string
	for _, code := range c.Codes {
		if !slices.Contains(words, code.Name) && !strings.Contains(code.Name, ",") {
			words = append(words, code.Name)
		}
	}
	return Service{
		Code: c.Key, Name: c.Name, Description: Text(c.Hint), Metadata: len(c.Questions) > 0, Type: "realtime", Keywords: Text(strings.Join(words, ",")),
	}
}

// definitionOf is what a category asks.
func definitionOf(c division.Category) Definition {
	d := Definition{Code: c.Key, Attributes: []Attribute{}}
	for i, q := range c.Questions {
		a := Attribute{Variable: true, Code: q.Key, Datatype: "string", Required: q.Required, Order: i + 1, Description: Text(q.Label)}
		for _, choice := range q.Choices {
			a.Datatype = "singlevaluelist"
			a.Values = append(a.Values, Value{Key: choice.Key, Name: choice.Label})
		}
		d.Attributes = append(d.Attributes, a)
	}
	return d
}
