package screening

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Shapes that stand by themselves. The text is normal: half-width, small letters.
var (
	// GA 36-2018: province, letter of the office, five characters, or six of a
	// new-energy car (新能源); I and O are not used in the serial.
	plateShape = regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][ ·•.\-]{0,2}[a-hj-np-z0-9](?:[ \-]?[a-hj-np-z0-9]){3,4}[a-hj-np-z0-9学警挂港澳使领]`)
	emailShape = regexp.MustCompile(`[a-z0-9][a-z0-9._%+\-]{0,63}@[a-z0-9][a-z0-9\-]{0,62}(?:\.[a-z0-9\-]{1,62}){0,4}\.[a-z]{2,12}`)
	// An account is only found after the word that says so: bare letters are no account.
	accountShape = regexp.MustCompile(`(?:微信|威信|薇信|wechat|weixin|vx|wx|qq|扣扣)(?:号码|号|群)?[ :,，：是为]{0,4}([a-z0-9][a-z0-9_\-]{4,19})`)
)

// detect gives the personal numbers in a normal text. None overlaps another.
func detect(text []rune) []Hit {
	hits := numbers(text)
	hits = append(hits, shaped(text)...)
	return hits
}

// shaped finds what a pattern describes.
func shaped(text []rune) []Hit {
	line := string(text)
	var hits []Hit
	for _, p := range []struct {
		kind  string
		shape *regexp.Regexp
		group int
	}{{KindPlate, plateShape, 0}, {KindEmail, emailShape, 0}, {KindAccount, accountShape, 1}} {
		if p.kind == KindEmail && !strings.Contains(line, "@") {
			continue
		}
		for _, at := range p.shape.FindAllStringSubmatchIndex(line, -1) {
			from, to := at[2*p.group], at[2*p.group+1]
			start := utf8.RuneCountInString(line[:from])
			h := Hit{Kind: p.kind, Start: start, Length: utf8.RuneCountInString(line[from:to])}
			if p.kind == KindPlate && !isPlate(text, h) {
				continue
			}
			hits = append(hits, h)
		}
	}
	return hits
}

// isPlate wants a digit in the serial and nothing that goes on after it.
func isPlate(text []rune, h Hit) bool {
	end := h.Start + h.Length
	if end < len(text) && plain(text[end]) {
		return false
	}
	for _, r := range text[h.Start+2 : end] {
		if r >= '0' && r <= '9' {
			return true
		}
	}
	return false
}

// Bounds of one number: how many digits it may have, and marks between two of them.
const (
	maxDigits = 19
	digitGap  = 2
)

// group is a run of digits with a few blanks or dashes between, from where a
// number may begin.
type group struct {
	digits []byte
	// ends[i] is the place after the i-th digit; closes[i] says that no digit
	// follows it at once, so a number may end there.
	ends   []int
	closes []bool
}

// joins says whether a character may stand between the digits of one number.
func joins(r rune) bool {
	switch r {
	case ' ', '-', '\u00a0', '–', '—', '·', '.', '_', ')':
		return true
	}
	return false
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func groupAt(text []rune, from int) group {
	var g group
	gap := 0
	for i := from; i < len(text) && len(g.digits) < maxDigits; i++ {
		switch r := text[i]; {
		case digit(r) || r == 'x' && len(g.digits) == 17:
			g.digits, g.ends = append(g.digits, byte(r)), append(g.ends, i+1)
			g.closes = append(g.closes, i+1 >= len(text) || !digit(text[i+1]))
			gap = 0
		case joins(r) && gap < digitGap:
			gap++
		default:
			return g
		}
	}
	return g
}

// numbers scans for numbers from each place where digits begin.
func numbers(text []rune) []Hit {
	var hits []Hit
	for i := 0; i < len(text); i++ {
		if !digit(text[i]) || i > 0 && digit(text[i-1]) {
			continue
		}
		if end := officialNumber(text, i); end > 0 {
			i = end - 1
			continue
		}
		if h, ok := numberAt(text, i); ok {
			hits = append(hits, h)
			i = h.Start + h.Length - 1
		}
	}
	return hits
}

// numberAt reads the longest personal number that begins here.
func numberAt(text []rune, at int) (Hit, bool) {
	g := groupAt(text, at)
	if len(g.digits) < 7 {
		return Hit{}, false
	}
	announced := spoken(text, at)
	for n := len(g.digits); n >= 7; n-- {
		if !g.closes[n-1] {
			continue
		}
		if kind := kindOf(g.digits[:n], announced); kind != "" {
			start := at
			if kind == KindPhone && start > 0 && text[start-1] == '+' {
				start--
			}
			return Hit{Kind: kind, Start: start, Length: g.ends[n-1] - start}, true
		}
	}
	return Hit{}, false
}

// kindOf says what a whole number is, "" when it is nobody's.
func kindOf(d []byte, announced bool) string {
	switch n := len(d); {
	case n == 18 && isID18(d):
		return KindID
	case n == 15 && isID15(d):
		return KindID
	case isMobile(d), isLandline(d):
		return KindPhone
	case announced && (n == 7 || n == 8) && d[0] >= '2':
		return KindPhone
	case n >= 16 && n <= 19 && isCard(d):
		return KindBankCard
	}
	return ""
}

// officialNumber skips our own readable number, 370202-2026-000123: it is
// nobody's secret. It answers the place after it, or 0.
func officialNumber(text []rune, at int) int {
	i := at
	for part, n := range []int{6, 4, 6} {
		if part > 0 {
			if i >= len(text) || text[i] != '-' {
				return 0
			}
			i++
		}
		from := i
		for i < len(text) && digit(text[i]) {
			i++
		}
		most := n
		if part == 2 {
			most = 9
		}
		if i-from < n || i-from > most {
			return 0
		}
	}
	return i
}

// lead are the words after which seven or eight digits are a telephone.
var lead = regexp.MustCompile(`(?:电话|座机|手机|号码|致电|拨打|联系|tel)[^0-9a-z]{0,4}$`)

// spoken says whether a word before this place announces a telephone.
func spoken(text []rune, at int) bool {
	return lead.MatchString(string(text[max(0, at-8):at]))
}
