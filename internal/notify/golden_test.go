package notify_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"huying/internal/notify"
)

var update = flag.Bool("update", false, "write testdata again")

// samples are values as long as real ones are.
var samples = map[string]string{
	"code": "246810", "minutes": "5", "number": "370202-2026-000123", "due": "3月3日12时", "reason": "属于法院受理范围", "where": "市南区人民法院",
	"phone": "0532-12368", "deputy": "王建国", "office": "八大关街道人大工委", "unit": "市南区城市管理局", "title": "小区门口路面破损", "step": "核实",
	"place": "香港中路10号", "link": "https://huying.example/t/WmZqBAAAAHsAAAAAAAAAAAAAAAAAAAAA", "offers": "3", "confirms": "1", "dues": "2", "result": "基本满意",
}

// longest is what a carrier takes in one message of 500 characters, with its signature; most wordings fit into the 70
// that are paid once.
const longest = 500

// Every wording as somebody reads it, to be read aloud: would a 70-year-old understand it?
func TestTemplates_golden(t *testing.T) {
	const path = "testdata/templates.txt"
	var b strings.Builder
	for _, tpl := range notify.Templates() {
		params := map[string]string{}
		for _, p := range tpl.Params() {
			if params[p] = samples[p]; params[p] == "" {
				params[p] = "〔" + p + "〕"
			}
		}
		text := tpl.Render(params)
		n := utf8.RuneCountInString(text)
		if n > longest {
			t.Errorf("%s has %d characters", tpl.ID, n)
		}
		fmt.Fprintf(&b, "%s · %s · %s · %d字\n%s\n\n", tpl.ID, notify.GroupOf(tpl.ID).Name, tpl.Title, n, text)
	}
	if *update {
		must(t, os.WriteFile(path, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if b.String() != string(want) {
		t.Errorf("the wordings differ from %s; read them and run with -update", path)
	}
}

func TestTemplatesCSV(t *testing.T) {
	table, err := notify.TemplatesCSV()
	must(t, err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(table), "\ufeff"))).ReadAll()
	must(t, err)
	if len(rows) != len(notify.Templates())+1 || len(rows[0]) != 5 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, tpl := range notify.Templates() {
		if rows[i+1][0] != tpl.ID || rows[i+1][3] != tpl.Text {
			t.Errorf("%v", rows[i+1])
		}
	}
}
