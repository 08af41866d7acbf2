package app_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/platform/config"
)

// An operator finds every setting in the manual.
func TestManual_names_every_setting(t *testing.T) {
	manual := readRepository(t, "docs", "operations.md")
	for key, meaning := range config.Settings() {
		if !bytes.Contains(manual, []byte("`"+key+"`")) {
			t.Errorf("docs/operations.md does not tell of %s: %s", key, meaning)
		}
	}
}

// What a process tells of itself is in the manual, and alerts and dashboard ask only for what the manual names.
func TestManual_names_every_metric(t *testing.T) {
	manual := readRepository(t, "docs", "operations.md")
	h := apptest.Boot(t, apptest.Setup{})
	h.App.Metrics.StoreCall("put", "ok", 0)
	h.App.Metrics.SMS("taken")
	families, err := h.App.Metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	ours := 0
	for _, f := range families {
		if !strings.HasPrefix(f.GetName(), "huying_") {
			continue
		}
		ours++
		if !bytes.Contains(manual, []byte("`"+f.GetName())) {
			t.Errorf("docs/operations.md does not tell of %s", f.GetName())
		}
	}
	if ours < 12 {
		t.Errorf("only %d numbers of ours", ours)
	}
	name := regexp.MustCompile(`huying_[a-z_]+`)
	for _, file := range []string{"alerts.yaml", "dashboard.json"} {
		for _, asked := range name.FindAllString(string(readRepository(t, "deploy", "helm", "huying", "files", file)), -1) {
			asked = strings.TrimSuffix(strings.TrimSuffix(asked, "_bucket"), "_count")
			if !bytes.Contains(manual, []byte("`"+asked)) {
				t.Errorf("%s asks for %s, which the manual does not know", file, asked)
			}
		}
	}
}

func TestStorePolicy_is_the_one_that_is_deployed(t *testing.T) {
	if got := string(readRepository(t, "deploy", "minio-policy.json")); got != app.StorePolicy() {
		t.Error("deploy/minio-policy.json is not internal/platform/objects/policy.json")
	}
}
