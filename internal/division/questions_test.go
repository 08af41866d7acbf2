package division

import (
	"strings"
	"testing"
)

func TestReadQuestions(t *testing.T) {
	read := func(lines ...string) ([]Category, []RowError) {
		t.Helper()
		categories := []Category{{Key: "noise"}, {Key: "road"}}
		bad, err := readQuestions(strings.NewReader("category,key,label,required,source,choices\n"+strings.Join(lines, "\n")), categories)
		if err != nil {
			t.Fatal(err)
		}
		return categories, bad
	}
	categories, bad := read("noise,source,从哪里来,no,yes,shop=商铺;site=工地", "noise,hours,什么时候,yes,no,")
	if len(bad) != 0 || len(categories[0].Questions) != 2 || len(categories[1].Questions) != 0 {
		t.Fatalf("%+v %v", categories, bad)
	}
	noise := categories[0]
	if got := noise.SourceOf(map[string]string{"source": "site", "hours": "晚上"}); got != "site" {
		t.Errorf("source %q", got)
	}
	q, _ := noise.Question("source")
	if q.Text("site") != "工地" || q.Problem("site") != "" || q.Problem("工地") == "" || q.Problem("") == "" {
		t.Errorf("choices are answered by key: %+v", q)
	}
	free, _ := noise.Question("hours")
	if free.Problem(strings.Repeat("晚", MaxAnswer)) != "" || free.Problem(strings.Repeat("晚", MaxAnswer+1)) == "" || free.Problem("a\x00") == "" {
		t.Error("free text is bounded and clean")
	}
	for name, lines := range map[string][]string{
		"unknown category":         {"sky,source,问,no,no,"},
		"the same key twice":       {"noise,a1,问,no,no,", "noise,a1,再问,no,no,"},
		"a bad key":                {"noise,Source!,问,no,no,"},
		"no words":                 {"noise,source,,no,no,"},
		"a choice without a label": {"noise,source,问,no,no,shop"},
		"a source without choices": {"noise,source,问,no,yes,"},
		"two sources":              {"noise,a1,问,no,yes,x1=甲", "noise,a2,问,no,yes,x1=甲"},
		"neither yes nor no":       {"noise,source,问,maybe,no,"},
	} {
		if _, bad := read(lines...); len(bad) != 1 {
			t.Errorf("%s: %v", name, bad)
		}
	}
}

// TestShippedQuestionsNeverBlock holds that a report may be sent without answering anything.
func TestShippedQuestionsNeverBlock(t *testing.T) {
	ref, err := readShipped()
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, c := range ref.categories {
		for _, q := range c.Questions {
			asked++
			if q.Required {
				t.Errorf("%s must be told %s", c.Key, q.Key)
			}
		}
	}
	noise := ref.categories[5]
	if asked < 12 || noise.Key != "noise" || len(noise.Sources()) < 5 {
		t.Errorf("%d questions, noise comes from %v", asked, noise.Sources())
	}
}
