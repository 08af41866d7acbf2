package division

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"huying/ent/db"
	"huying/ent/db/category"
	"huying/ent/schema"
	"huying/internal/platform/database"
)

// MaxAnswer is how many characters a free answer to a category's question may have.
const MaxAnswer = 100

// answerKey is the shape of the word a client sends for a question or a ready answer.
var answerKey = regexp.MustCompile(`^[a-z][a-z0-9_]{1,38}$`)

// Asked is one thing a category asks the reporter.
type Asked struct {
	Key, Label string
	// Choices are the ready answers; without any the answer is free text of at most MaxAnswer characters.
	Choices  []Ready
	Required bool
	// Source says that the answer chooses the line of the dispatch catalogue.
	Source bool
}

// Ready is one ready answer.
type Ready struct{ Key, Label string }

// Text is an answer in the words people read: the choice's label, or the free text itself.
func (q Asked) Text(answer string) string {
	for _, c := range q.Choices {
		if c.Key == answer {
			return c.Label
		}
	}
	return answer
}

// Problem says in Chinese what is wrong with an answer, or nothing. A choice is answered by its key.
func (q Asked) Problem(answer string) string {
	if len(q.Choices) == 0 {
		if utf8.RuneCountInString(answer) > MaxAnswer {
			return fmt.Sprintf("最多%d个字", MaxAnswer)
		}
		return textProblem(answer)
	}
	words := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		if c.Key == answer {
			return ""
		}
		words[i] = c.Key + "（" + c.Label + "）"
	}
	return "请从这些中选择：" + strings.Join(words, "、")
}

// Question finds one of the category's questions by key.
func (c Category) Question(key string) (Asked, bool) {
	i := slices.IndexFunc(c.Questions, func(q Asked) bool { return q.Key == key })
	if i < 0 {
		return Asked{}, false
	}
	return c.Questions[i], true
}

// SourceOf is what the answers say about who or what makes the problem, "" when they do not.
func (c Category) SourceOf(answers map[string]string) string {
	for _, q := range c.Questions {
		if q.Source {
			return answers[q.Key]
		}
	}
	return ""
}

// Sources are the ready answers that choose a line of the dispatch catalogue.
func (c Category) Sources() []Ready {
	for _, q := range c.Questions {
		if q.Source {
			return q.Choices
		}
	}
	return nil
}

// readQuestions reads what the categories ask: one line a question, its ready answers as key=label.
func readQuestions(src io.Reader, categories []Category) ([]RowError, error) {
	recs, bad, err := readTable(src, []string{"category", "key", "label", "required", "source", "choices"})
	if err != nil {
		return nil, err
	}
	for _, r := range recs {
		q := Asked{Key: r.get("key"), Label: r.get("label"), Required: r.yes("required", &bad), Source: r.yes("source", &bad)}
		for _, text := range r.list("choices") {
			key, label, ok := strings.Cut(text, "=")
			if !ok || !answerKey.MatchString(key) || label == "" {
				bad = append(bad, RowError{r.line, "choices", fmt.Sprintf("%q 应写成 key=说明。", text)})
			}
			q.Choices = append(q.Choices, Ready{key, label})
		}
		at := slices.IndexFunc(categories, func(c Category) bool { return c.Key == r.get("category") })
		if at < 0 {
			bad = append(bad, RowError{r.line, "category", "没有这个类别。"})
			continue
		}
		if problem := categories[at].refuses(q); problem != "" {
			bad = append(bad, RowError{r.line, "key", problem})
			continue
		}
		categories[at].Questions = append(categories[at].Questions, q)
	}
	return bad, nil
}

// refuses says why a question cannot be added to those the category has.
func (c Category) refuses(q Asked) string {
	if !answerKey.MatchString(q.Key) || q.Label == "" {
		return "问题的代码应为小写字母、数字和下划线，问题不能为空。"
	}
	if _, twice := c.Question(q.Key); twice {
		return "这个类别已有同名的问题。"
	}
	if q.Source && (len(q.Choices) == 0 || c.Sources() != nil) {
		return "决定派单的问题每个类别最多一个，并且要有选项。"
	}
	return ""
}

func asQuestions(rows []schema.Question) []Asked {
	out := make([]Asked, len(rows))
	for i, r := range rows {
		out[i] = Asked{Key: r.Key, Label: r.Label, Required: r.Required, Source: r.Source}
		for _, c := range r.Choices {
			out[i].Choices = append(out[i].Choices, Ready(c))
		}
	}
	return out
}

func questionColumn(list []Asked) []schema.Question {
	out := make([]schema.Question, len(list))
	for i, q := range list {
		out[i] = schema.Question{Key: q.Key, Label: q.Label, Required: q.Required, Source: q.Source}
		for _, c := range q.Choices {
			out[i].Choices = append(out[i].Choices, schema.Choice(c))
		}
	}
	return out
}

// fillQuestions gives the shipped questions to shipped categories that never had any; an empty list that
// somebody chose is left alone.
func fillQuestions(ctx context.Context, tx *database.Tx, ref reference) error {
	rows, err := tx.Category.Query().Where(category.QuestionsIsNil()).All(ctx)
	if err != nil {
		return fmt.Errorf("read categories: %w", err)
	}
	for _, c := range ref.categories {
		if len(c.Questions) == 0 || !slices.ContainsFunc(rows, func(r *db.Category) bool { return r.Code == c.Key }) {
			continue
		}
		if err := tx.Category.Update().Where(category.Code(c.Key)).SetQuestions(questionColumn(c.Questions)).Exec(ctx); err != nil {
			return fmt.Errorf("write questions of %s: %w", c.Key, err)
		}
	}
	return nil
}
