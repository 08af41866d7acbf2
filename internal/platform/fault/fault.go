// Package fault is the closed list of ways a request can fail.
//
// A fault is a business failure: it has a stable code that clients may switch on, an HTTP status, a short Chinese
// title, and a detail written for the person who has to act on it. Everything else is a technical error: it is
// wrapped with %w, logged once at the boundary, and answered as Internal without its text.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kind is one entry of the closed list. Kinds are made by Define while packages initialise and never change.
type Kind struct {
	// Code is the stable machine word, snake_case, such as "version_conflict".
	Code string
	// Status is the HTTP status this kind is answered with.
	Status int
	// Title is a few plain Chinese words that do not change between occurrences.
	Title string
}

// Field names one wrong input as it is written on the wire ("division_code", "position.lat") and says what to do.
type Field struct {
	Name    string `json:"field"`
	Message string `json:"message"`
}

// Error is one occurrence of a Kind. Its cause is kept for the log and never reaches the wire.
type Error struct {
	Kind       *Kind
	Detail     string
	Fields     []Field
	RetryAfter time.Duration
	Facts      map[string]any

	cause error
}

var (
	listMu   sync.Mutex
	list     = map[string]*Kind{}
	codeForm = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
)

// Define adds a kind to the closed list. It panics on a malformed or repeated code and on a status that is not
// an error, because each of those is a mistake in the program that must not survive the first start.
func Define(code string, status int, titleZH string) *Kind {
	if !codeForm.MatchString(code) || status < 400 || status > 599 || titleZH == "" {
		panic(fmt.Sprintf("fault: malformed kind %q (status %d)", code, status))
	}
	listMu.Lock()
	defer listMu.Unlock()
	if _, taken := list[code]; taken {
		panic(fmt.Sprintf("fault: code %q is defined twice", code))
	}
	k := &Kind{Code: code, Status: status, Title: titleZH}
	list[code] = k
	return k
}

// All returns every kind that has been defined, ordered by code.
func All() []*Kind {
	listMu.Lock()
	defer listMu.Unlock()
	return slices.SortedFunc(maps.Values(list), func(a, b *Kind) int { return strings.Compare(a.Code, b.Code) })
}

// New makes an occurrence of the kind. An empty detail means the title says enough.
func (k *Kind) New(detailZH string, fields ...Field) *Error {
	return &Error{Kind: k, Detail: detailZH, Fields: fields}
}

// With makes an occurrence that remembers its technical cause for the log.
func (k *Kind) With(cause error, detailZH string, fields ...Field) *Error {
	return &Error{Kind: k, Detail: detailZH, Fields: fields, cause: cause}
}

// Error is the text for logs; it may hold the cause and is never sent to a client.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.Code)
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	for _, f := range e.Fields {
		b.WriteString(" [" + f.Name + "]")
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the technical cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// After sets how long the client should wait before it tries again and returns the same error.
func (e *Error) After(d time.Duration) *Error {
	e.RetryAfter = d
	return e
}

// Fact adds one machine-readable fact to the answer, beside the fixed members, and returns the same error.
// Names of the fixed members (type, title, status, detail, code, request_id, errors) panic.
func (e *Error) Fact(name string, value any) *Error {
	if reserved[name] {
		panic("fault: fact " + name + " would hide a member of the problem")
	}
	if e.Facts == nil {
		e.Facts = map[string]any{}
	}
	e.Facts[name] = value
	return e
}

// As finds the first fault in err's chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Is reports whether err's first fault is of this kind.
func Is(err error, k *Kind) bool {
	e, ok := As(err)
	return ok && e.Kind == k
}
