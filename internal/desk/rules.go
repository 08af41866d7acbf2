package desk

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"huying/internal/platform/fault"
)

// Bounds of what one person keeps: more than anybody finds one in.
const (
	maxFields  = 40 // fields of forms that have phrases
	maxPhrases = 20 // of one field
	maxPhrase  = 1000
	maxValue   = 200
)

var (
	phraseKey = regexp.MustCompile(`^[a-z][a-z-]{0,39}\.[a-z][a-z_]{0,39}$`)
	filterKey = regexp.MustCompile(`^[a-z][a-z_]{0,29}$`)
)

// check names what cannot be kept.
func (a Arrangement) check() []fault.Field {
	var bad []fault.Field
	fail := func(name, format string, args ...any) {
		bad = append(bad, fault.Field{Name: name, Message: fmt.Sprintf(format, args...)})
	}
	names := map[string]bool{}
	for i, f := range a.Filters {
		at := fmt.Sprintf("filters[%d].", i)
		if strings.TrimSpace(f.Name) == "" || names[f.Name] {
			fail(at+"name", "请起一个没有用过的名字。")
		}
		names[f.Name] = true
		for _, k := range slices.Sorted(maps.Keys(f.Query)) {
			if !filterKey.MatchString(k) || utf8.RuneCountInString(f.Query[k]) > maxValue {
				fail(at+"query", "筛选条件有误，或超过 %d 字。", maxValue)
			}
		}
	}
	if len(a.Phrases) > maxFields {
		fail("phrases", "最多为 %d 处保存常用语。", maxFields)
	}
	for _, k := range slices.Sorted(maps.Keys(a.Phrases)) {
		switch list := a.Phrases[k]; {
		case !phraseKey.MatchString(k):
			fail("phrases", "常用语的用处应写成 reply.content 这样。")
		case len(list) > maxPhrases:
			fail("phrases."+k, "最多 %d 条。", maxPhrases)
		case slices.ContainsFunc(list, func(p string) bool {
			return strings.TrimSpace(p) == "" || utf8.RuneCountInString(p) > maxPhrase
		}):
			fail("phrases."+k, "每条应有 1 到 %d 字。", maxPhrase)
		}
	}
	return bad
}
