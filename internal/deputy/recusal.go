package deputy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// The kinds of what a recusal ties a person to.
const (
	SubjectRespondent = "respondent" // key: RespondentKey of a name
	SubjectUnit       = "unit"       // key: id of a handling unit
	SubjectPlace      = "place"      // key: id of a place
	SubjectReport     = "report"     // key: id of a report
)

// keyRunes is the shortest key that may match inside a longer one: shorter pieces such as 物业 are
// too common to mean somebody.
const keyRunes = 4

// Legal forms and places that people leave out or add at will when they write a company's name.
var (
	legalForms = []string{"股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "分公司", "公司", "集团"}
	prefixes   = []string{"中国", "山东省", "山东", "青岛市", "青岛"}
)

// RespondentKey brings the names of a body to one form: half width, lower case, without spaces,
// punctuation, legal form and leading province or city. It is stored beside the typed name.
func RespondentKey(typed string) string {
	var b strings.Builder
	for _, r := range typed {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	key := b.String()
	for _, p := range prefixes {
		key = cut(key, strings.TrimPrefix(key, p))
	}
	for _, form := range legalForms {
		key = cut(key, strings.TrimSuffix(key, form))
	}
	return key
}

// cut keeps the shorter form unless nothing telling would be left.
func cut(whole, shorter string) string {
	if utf8.RuneCountInString(shorter) < 2 {
		return whole
	}
	return shorter
}

// SameRespondent tells whether two names mean the same body: equal keys, or the shorter of at
// least four characters inside the longer. It errs towards yes: keeping somebody out by mistake
// costs little, letting a party in costs trust.
func SameRespondent(a, b string) bool {
	a, b = RespondentKey(a), RespondentKey(b)
	if a == "" || b == "" {
		return false
	}
	if utf8.RuneCountInString(a) > utf8.RuneCountInString(b) {
		a, b = b, a
	}
	return a == b || utf8.RuneCountInString(a) >= keyRunes && strings.Contains(b, a)
}

// NamesEmployer tells whether the report complains of this employer, by the respondent or by the
// name standing in the text.
func NamesEmployer(f Facts, employer string) bool {
	key := RespondentKey(employer)
	if key == "" {
		return false
	}
	return SameRespondent(f.Respondent, employer) ||
		utf8.RuneCountInString(key) >= keyRunes && strings.Contains(RespondentKey(f.Text), key)
}

// Tie is one recusal row that has not ended.
type Tie struct {
	PersonID  uuid.UUID
	Kind, Key string
}

// Binds tells whether the tie keeps its person out of this report.
func (t Tie) Binds(f Facts) bool {
	switch t.Kind {
	case SubjectRespondent:
		return NamesEmployer(f, t.Key)
	case SubjectPlace:
		return f.PlaceID != uuid.Nil && t.Key == f.PlaceID.String()
	case SubjectReport:
		return f.ReportID != uuid.Nil && t.Key == f.ReportID.String()
	case SubjectUnit:
		for _, id := range f.UnitIDs {
			if id != uuid.Nil && t.Key == id.String() {
				return true
			}
		}
	}
	return false
}
