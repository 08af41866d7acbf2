package screening

import (
	"cmp"
	"slices"
	"strings"
)

// Kinds of hits.
const (
	KindWord     = "word"
	KindID       = "id_number"
	KindPhone    = "phone"
	KindPlate    = "plate"
	KindBankCard = "bank_card"
	KindEmail    = "email"
	KindAccount  = "account"
)

// kindWords are the kinds as a screener reads them.
var kindWords = map[string]string{
	KindWord: "敏感词", KindID: "身份证号", KindPhone: "电话号码", KindPlate: "车牌号", KindBankCard: "银行卡号",
	KindEmail: "电子邮箱", KindAccount: "微信或QQ号", "consent": "尚未同意公开",
}

// KindName is the plain word of a kind of hit.
func KindName(kind string) string {
	if w, known := kindWords[kind]; known {
		return w
	}
	return kind
}

// maskRune stands for each character of a hit: 138×××× as printed notices do.
const maskRune = '×'

// Word is one entry of a list.
type Word struct {
	Text string
	List string
}

// Hit is a place in a text that a person has to look at. Start and Length are
// in characters (runes).
type Hit struct {
	Kind   string
	List   string
	Start  int
	Length int
}

// Matcher finds hits. It does not change, so it may be shared.
type Matcher struct{ words *automaton }

// New makes a matcher of these words beside the personal numbers, which every
// matcher finds.
func New(words []Word) *Matcher { return &Matcher{words: newAutomaton(words)} }

// Find gives all hits of a text in order of their place. What masking one hit
// would make into another is found too, so that Mask(text, Find(text)) has none.
func (m *Matcher) Find(text string) []Hit {
	norm := normalised(text)
	var all []Hit
	for {
		found := append(m.words.find(norm), detect(norm)...)
		if len(found) == 0 {
			break
		}
		all = append(all, found...)
		cover(norm, found)
	}
	return tidy(all)
}

// tidy orders hits and drops those that lie inside another of their kind.
func tidy(hits []Hit) []Hit {
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.Length, a.Length), strings.Compare(a.Kind, b.Kind))
	})
	var out []Hit
	for _, h := range hits {
		inside := slices.ContainsFunc(out, func(o Hit) bool {
			return o.Kind == h.Kind && o.Start <= h.Start && h.Start+h.Length <= o.Start+o.Length
		})
		if !inside {
			out = append(out, h)
		}
	}
	return out
}

func cover(text []rune, hits []Hit) {
	for _, h := range hits {
		for i := max(h.Start, 0); i < min(h.Start+h.Length, len(text)); i++ {
			text[i] = maskRune
		}
	}
}

// Mask is the text with a × for every character of the hits: the public wording
// unless a screener writes another. Hits outside the text are ignored.
func Mask(text string, hits []Hit) string {
	if len(hits) == 0 {
		return text
	}
	runes := []rune(text)
	cover(runes, hits)
	return string(runes)
}
