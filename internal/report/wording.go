package report

import (
	"regexp"
	"strings"
	"time"

	"huying/internal/deadline"
)

var placeholder = regexp.MustCompile(`\{([a-z0-9]+)\}`)

// word fills a public wording. A parameter is put in as it is, so braces in
// what people wrote stay braces, but for the full stop it ends with: the
// sentence around it has its own. A missing one becomes "有关单位" rather than
// a hole in a sentence people read.
func word(text string, params map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		if v := strings.TrimRight(params[m[1:len(m)-1]], " \n。．."); v != "" {
			return v
		}
		return "有关单位"
	})
}

// spoken says a due time the way a notice does.
func spoken(due *time.Time, now time.Time) string {
	if due == nil {
		return "近期"
	}
	return deadline.Words(*due, now)
}
