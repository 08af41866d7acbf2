package app_test

import (
	"bytes"
	"testing"

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
