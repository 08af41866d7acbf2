// Package frontend carries the screens in the binary. Until they are built, a committed placeholder stands in, so that
// the program builds without Node.
package frontend

import (
	"bytes"
	_ "embed"
	"html"
)

//go:generate sh -c "go run huying/cmd/huying openapi > ../docs/api/openapi.json"
//go:generate npm --prefix packages/api ci --no-audit --no-fund --loglevel=error
//go:generate npm --prefix packages/api run --silent generate

//go:embed dist-placeholder/index.html
var placeholder []byte

// Page is what a visitor sees at the root; notice is shown on it unless empty.
func Page(notice string) []byte {
	said := ""
	if notice != "" {
		said = `<p class="demo" role="note">` + html.EscapeString(notice) + `</p>`
	}
	return bytes.Replace(placeholder, []byte("<!--notice-->"), []byte(said), 1)
}
