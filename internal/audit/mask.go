package audit

import "regexp"

// personal are numbers that point at a person: a mobile number, an identity card's. A line is never changed again and
// outlives the person's data, so they must not get into one.
var personal = regexp.MustCompile(`(^|[^0-9A-Za-z])((?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}|[1-9][0-9]{16}[0-9Xx])($|[^0-9A-Za-z])`)

const mask = "${1}***${3}"

func masked(s string) string { return personal.ReplaceAllString(s, mask) }

// maskedFacts masks every text of the facts, however deep; keys are ours.
func maskedFacts(facts map[string]any) map[string]any {
	if facts == nil {
		return nil
	}
	out := make(map[string]any, len(facts))
	for k, v := range facts {
		out[k] = maskedValue(v)
	}
	return out
}

func maskedValue(v any) any {
	switch x := v.(type) {
	case string:
		return masked(x)
	case []string:
		out := make([]string, len(x))
		for i, s := range x {
			out[i] = masked(s)
		}
		return out
	case map[string]any:
		return maskedFacts(x)
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = maskedValue(e)
		}
		return out
	default:
		return v
	}
}
