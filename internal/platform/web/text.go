package web

import (
	"encoding/json"
	"mime"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
)

// maxDepth is how deep JSON may nest; nothing we take comes near it.
const maxDepth = 32

// badText says why a text cannot be stored or shown, or nothing. Tab and line ends are allowed.
func badText(s string) string {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return "不是有效的 UTF-8 文字"
		}
		if badRune(r) {
			return "含有不可见的控制字符"
		}
		i += n
	}
	return ""
}

func badRune(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r'
}

// checkJSON refuses a JSON body that is malformed, too deep, or holds text that is not UTF-8 or has control
// characters, naming the field. encoding/json would replace such text silently.
func checkJSON(c *fiber.Ctx, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err == nil && kind != fiber.MIMEApplicationJSON && !strings.HasSuffix(kind, "+json") {
		return nil
	}
	return CheckJSON(body)
}

// CheckJSON applies the rules of a JSON request body to JSON that arrives another way, such as a form field.
func CheckJSON(body []byte) error {
	if !json.Valid(body) {
		return fault.BadRequest.New("内容不是合法的 JSON")
	}
	w := &jsonWalk{in: body}
	w.value("", 0)
	if w.deep {
		return fault.BadRequest.New("JSON 嵌套过深")
	}
	if len(w.wrong) > 0 {
		return fault.Invalid.New("有文字无法保存，请修改后再提交", w.wrong...)
	}
	return nil
}

// jsonWalk visits every string of JSON whose syntax is already known to be right, keeping the path.
type jsonWalk struct {
	in    []byte
	at    int
	wrong []fault.Field
	deep  bool
}

func (w *jsonWalk) space() {
	for w.at < len(w.in) && strings.IndexByte(" \t\r\n", w.in[w.at]) >= 0 {
		w.at++
	}
}

func (w *jsonWalk) value(path string, depth int) {
	if w.deep || depth > maxDepth {
		w.deep = true
		return
	}
	w.space()
	switch w.in[w.at] {
	case '{':
		w.object(path, depth)
	case '[':
		w.array(path, depth)
	case '"':
		if _, reason := w.text(); reason != "" {
			w.report(path, reason)
		}
	default:
		for w.at < len(w.in) && strings.IndexByte(",]} \t\r\n", w.in[w.at]) < 0 {
			w.at++
		}
	}
	w.space()
}

func (w *jsonWalk) object(path string, depth int) {
	w.at++
	for w.space(); w.in[w.at] != '}' && !w.deep; w.space() {
		if w.in[w.at] == ',' {
			w.at++
			continue
		}
		name, reason := w.text()
		if reason != "" {
			w.report(path, "字段名"+reason)
		}
		w.space()
		w.at++ // the colon
		if path != "" {
			name = path + "." + name
		}
		w.value(name, depth+1)
	}
	w.at++
}

func (w *jsonWalk) array(path string, depth int) {
	w.at++
	i := 0
	for w.space(); w.in[w.at] != ']' && !w.deep; w.space() {
		if w.in[w.at] == ',' {
			w.at++
			continue
		}
		w.value(path+"["+strconv.Itoa(i)+"]", depth+1)
		i++
	}
	w.at++
}

// text reads the string at hand and says what is wrong with it.
func (w *jsonWalk) text() (string, string) {
	start := w.at
	w.at++
	reason := ""
	for w.in[w.at] != '"' {
		if w.in[w.at] != '\\' {
			w.at++
			continue
		}
		if w.in[w.at+1] != 'u' {
			w.at += 2
			continue
		}
		r := w.escape()
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if w.in[w.at] == '\\' && w.in[w.at+1] == 'u' {
				low = w.escape()
			}
			if r = utf16.DecodeRune(r, low); r == unicode.ReplacementChar {
				reason = "不是有效的 UTF-8 文字"
			}
		}
		if badRune(r) {
			reason = "含有不可见的控制字符"
		}
	}
	raw := w.in[start+1 : w.at]
	w.at++
	if reason == "" {
		reason = badText(string(raw))
	}
	return string(raw), reason
}

// escape reads one \uXXXX.
func (w *jsonWalk) escape() rune {
	n, _ := strconv.ParseUint(string(w.in[w.at+2:w.at+6]), 16, 32)
	w.at += 6
	return rune(n)
}

func (w *jsonWalk) report(path, reason string) {
	if path == "" {
		path = "body"
	}
	if reason := badText(path); reason != "" {
		path = strings.Map(func(r rune) rune {
			if badRune(r) || r == utf8.RuneError {
				return -1
			}
			return r
		}, path)
	}
	if len(w.wrong) < 20 {
		w.wrong = append(w.wrong, fault.Field{Name: path, Message: reason})
	}
}
