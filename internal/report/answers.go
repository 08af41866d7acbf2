package report

import (
	"maps"
	"slices"
	"strings"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/platform/fault"
)

// AnswerView is one answer to a question of the category.
type AnswerView struct {
	Key   string `json:"key"`
	Label string `json:"label" doc:"问题"`
	Value string `json:"value" doc:"填写的内容或选项的 key"`
	Text  string `json:"text" doc:"给人看的回答"`
}

// trimmed drops empty answers and blanks around the others.
func trimmed(answers map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range answers {
		if value = strings.TrimSpace(value); value != "" {
			out[key] = value
		}
	}
	return out
}

// checkAnswers names every answer that the category did not ask for or cannot
// take, and every required one that is missing.
func checkAnswers(c division.Category, answers map[string]string) []fault.Field {
	var wrong []fault.Field
	given := trimmed(answers)
	for _, key := range slices.Sorted(maps.Keys(given)) {
		q, known := c.Question(key)
		problem := "这个类别没有这一问"
		if known {
			problem = q.Problem(given[key])
		}
		if problem != "" {
			wrong = append(wrong, fault.Field{Name: "answers." + clipped(key, 40), Message: problem})
		}
	}
	for _, q := range c.Questions {
		if q.Required && given[q.Key] == "" {
			wrong = append(wrong, fault.Field{Name: "answers." + q.Key, Message: "请回答：" + q.Label})
		}
	}
	return wrong
}

func clipped(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// caseOf is what the dispatch catalogue is asked about this report.
func caseOf(rep *db.Report, dir *division.Directory) Case {
	c := Case{Category: rep.Category, Division: rep.DivisionCode}
	if category, ok := dir.Category(rep.Category); ok {
		c.Source = category.SourceOf(rep.Answers)
	}
	return c
}

// viewAnswers are the answers in the order of the questions; one whose question
// is no longer asked stands last, as it was given.
func viewAnswers(rep *db.Report, dir *division.Directory) []AnswerView {
	var out []AnswerView
	rest := maps.Clone(rep.Answers)
	category, _ := dir.Category(rep.Category)
	for _, q := range category.Questions {
		if value, given := rest[q.Key]; given {
			out = append(out, AnswerView{Key: q.Key, Label: q.Label, Value: value, Text: q.Text(value)})
			delete(rest, q.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		out = append(out, AnswerView{Key: key, Label: key, Value: rest[key], Text: rest[key]})
	}
	return out
}
