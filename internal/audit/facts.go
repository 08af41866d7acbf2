package audit

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxDepth    = 64
	maxExponent = 1_000_000
)

// errAmbiguous is JSON that readers may understand differently.
var errAmbiguous = errors.New("audit: no JSON of one meaning")

// appendFacts appends "j" and the canonical form of stored JSON, or "r" and the text itself when it has none.
func appendFacts(b []byte, raw string) []byte {
	canonical, err := appendCanonical(append(b, 'j'), raw)
	if err != nil {
		return append(append(b, 'r'), raw...)
	}
	return canonical
}

func appendCanonical(b []byte, raw string) ([]byte, error) {
	if !utf8.ValidString(raw) || !json.Valid([]byte(raw)) {
		return nil, errAmbiguous
	}
	d := json.NewDecoder(strings.NewReader(raw))
	d.UseNumber()
	start := len(b)
	b, err := appendValue(b, d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errAmbiguous
	}
	// The decoder turns half a surrogate pair into the replacement character, which would make it equal to one.
	if strings.ContainsRune(string(b[start:]), utf8.RuneError) && strings.Contains(strings.ToLower(raw), `\ud`) {
		return nil, errAmbiguous
	}
	return b, nil
}

func appendValue(b []byte, d *json.Decoder, depth int) ([]byte, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch v := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, errAmbiguous
		}
		if v == '[' {
			return appendArray(b, d, depth+1)
		}
		return appendObject(b, d, depth+1)
	case string:
		return appendString(b, v), nil
	case json.Number:
		return appendNumber(b, v.String())
	case bool:
		return strconv.AppendBool(b, v), nil
	default:
		return append(b, "null"...), nil
	}
}

func appendArray(b []byte, d *json.Decoder, depth int) (_ []byte, err error) {
	b = append(b, '[')
	for i := 0; d.More(); i++ {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, d, depth); err != nil {
			return nil, err
		}
	}
	_, err = d.Token()
	return append(b, ']'), err
}

type member struct{ key, text string }

func appendObject(b []byte, d *json.Decoder, depth int) ([]byte, error) {
	var members []member
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := appendValue(nil, d, depth)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string) // the decoder lets nothing else be a key
		members = append(members, member{name, string(value)})
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(x, y member) int { return strings.Compare(x.key, y.key) })
	b = append(b, '{')
	for i, m := range members {
		if i > 0 {
			if m.key == members[i-1].key {
				return nil, errAmbiguous
			}
			b = append(b, ',')
		}
		b = append(append(appendString(b, m.key), ':'), m.text...)
	}
	return append(b, '}'), nil
}

func appendString(b []byte, s string) []byte {
	const hexadecimal = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hexadecimal[c>>4], hexadecimal[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// appendNumber appends a JSON number by its value: the digits without a zero at either end, and the power of ten.
func appendNumber(b []byte, literal string) ([]byte, error) {
	mantissa, exponent := literal, 0
	if i := strings.IndexAny(literal, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(literal[i+1:]); err != nil || exponent > maxExponent || exponent < -maxExponent {
			return nil, errAmbiguous
		}
		mantissa = literal[:i]
	}
	digits, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	exponent -= len(fraction)
	digits = strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return append(b, '0'), nil
	}
	significant := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(significant)
	if negative {
		b = append(b, '-')
	}
	b = append(append(b, significant...), 'e')
	return strconv.AppendInt(b, int64(exponent), 10), nil
}
