package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// redacted stands where a secret would have been.
const redacted = "[redacted]"

var (
	secretKey   = regexp.MustCompile(`(?i)(password|passwd|secret|token|authorization|cookie|totp|otp|recovery_code|sms_code|private_key|dsn|phone|mobile|id_number)`)
	phoneNumber = regexp.MustCompile(`(^|[^0-9])(?:\+?86[- ]?)?1[3-9][0-9]{9}([^0-9]|$)`)
	bearerToken = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*`)
	urlPassword = regexp.MustCompile(`(://[^:/@\s]+:)[^@/\s]+@`)
)

// NewLogger writes JSON lines to w at the given level ("debug", "info", "warn", "error"; anything else is info).
// Every line written with a request's context carries its request_id. Attributes with a secret's name are replaced,
// and phone numbers, tokens and passwords in URLs are cut out of every text, the message included.
func NewLogger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	json := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l, ReplaceAttr: replace})
	return slog.New(requestHandler{json})
}

// Scrub cuts phone numbers, tokens and passwords in URLs out of a text.
func Scrub(s string) string {
	if strings.Contains(s, "eyJ") {
		s = bearerToken.ReplaceAllString(s, redacted)
	}
	if strings.Contains(s, "://") {
		s = urlPassword.ReplaceAllString(s, "${1}"+redacted+"@")
	}
	// Two numbers that share one separator overlap as matches, so the second needs another pass.
	for range 2 {
		s = phoneNumber.ReplaceAllString(s, "${1}"+redacted+"${2}")
	}
	return s
}

func replace(_ []string, a slog.Attr) slog.Attr {
	if secretKey.MatchString(a.Key) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, Scrub(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case error:
			return slog.String(a.Key, Scrub(v.Error()))
		case fmt.Stringer:
			return slog.String(a.Key, Scrub(v.String()))
		case []byte:
			return slog.String(a.Key, Scrub(string(v)))
		}
	}
	return a
}

type requestHandler struct{ slog.Handler }

// Handle adds the request id before the line is written.
func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the request id on derived loggers.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the request id on derived loggers.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
