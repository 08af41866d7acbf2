package auth

import (
	_ "embed"
	"errors"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a password's length in characters.
const (
	MinPassword = 10
	MaxPassword = 128
)

// What PasswordFault may return.
var (
	ErrPasswordShort  = errors.New("auth: password too short")
	ErrPasswordLong   = errors.New("auth: password too long")
	ErrPasswordChars  = errors.New("auth: password holds control characters or invalid text")
	ErrPasswordName   = errors.New("auth: password holds the user name")
	ErrPasswordCommon = errors.New("auth: password is commonly used or a simple sequence")
)

//go:embed common_passwords.txt
var commonList string

var common = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if w := strings.TrimSpace(line); w != "" && !strings.HasPrefix(w, "#") {
			out[w] = true
		}
	}
	return out
})

// PasswordFault returns why a new password is not acceptable, or nil. Length counts most; mixed classes
// of characters are not demanded, because they lead people to Password1! and not to a good password.
func PasswordFault(password, userName string) error {
	p := norm.NFKC.String(password)
	if !utf8.ValidString(password) || strings.ContainsFunc(p, unicode.IsControl) {
		return ErrPasswordChars
	}
	switch n := utf8.RuneCountInString(p); {
	case n < MinPassword:
		return ErrPasswordShort
	case n > MaxPassword:
		return ErrPasswordLong
	}
	lower := strings.ToLower(p)
	name := strings.ToLower(norm.NFKC.String(userName))
	if len(name) >= 4 && (strings.Contains(lower, name) || strings.Contains(letters(lower), name)) {
		return ErrPasswordName
	}
	if weak(lower) {
		return ErrPasswordCommon
	}
	return nil
}

// weak looks at the password as a guesser does: as it is, without the digits and signs people put at
// its ends, with the usual letter substitutions undone, and halved if it is one word twice.
func weak(lower string) bool {
	forms := []string{lower, trimmed(lower), trimmed(unleet(lower)), trimmed(unleet(trimmed(lower)))}
	for _, f := range forms {
		if common()[f] || common()[halved(f)] {
			return true
		}
	}
	return distinct(lower) < 4 || sequence(lower)
}

func trimmed(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func unleet(s string) string {
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(s)
}

func halved(s string) string {
	if h := len(s) / 2; len(s)%2 == 0 && h > 0 && s[:h] == s[h:] {
		return s[:h]
	}
	return s
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// keyRows are the runs fingers make without thinking.
var keyRows = []string{"01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"}

// sequence says whether the whole password is made of runs of at least four neighbours on a key row,
// in either direction.
func sequence(s string) bool {
	for i := 0; i < len(s); {
		n := run(s[i:])
		if n < 4 {
			return false
		}
		i += n
	}
	return true
}

func run(s string) int {
	best := 0
	for _, row := range keyRows {
		for _, line := range []string{row, reversed(row)} {
			for n := min(len(s), len(line)); n > best; n-- {
				if strings.Contains(line, s[:n]) {
					best = n
				}
			}
		}
	}
	return best
}

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
