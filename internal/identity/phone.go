package identity

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// errPhone is returned for what is no mobile number of mainland China.
var errPhone = errors.New("identity: not a mobile number")

// ParsePhone reads a mobile number of mainland China as people write it, with +86, spaces, dashes or
// full-width digits, and returns its 11 digits.
func ParsePhone(typed string) (string, error) {
	if len(typed) > 60 || !utf8.ValidString(typed) {
		return "", errPhone
	}
	s := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.TrimSpace(width.Narrow.String(typed)))
	for _, prefix := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			s = rest
			break
		}
	}
	if len(s) != 11 || s[0] != '1' || s[1] < '3' {
		return "", errPhone
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return "", errPhone
		}
	}
	return s, nil
}

// MaskPhone shows a number as 138****5678. Anything that is not 11 characters is hidden altogether.
func MaskPhone(phone string) string {
	if len(phone) != 11 {
		return "****"
	}
	return phone[:3] + "****" + phone[7:]
}

// MaskName shows a name as 王**: the first character only, and always two stars, so that the length
// tells nothing.
func MaskName(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	if n == 0 || r == utf8.RuneError {
		return ""
	}
	return string(r) + "**"
}
