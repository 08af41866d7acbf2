// Package frontend carries the screens in the binary. Until they are built, a committed placeholder stands in, so that
// the program builds without Node.
package frontend

import (
	"bytes"
	"embed"
	"html"
	"io/fs"
)

//go:generate sh -c "go run huying/cmd/huying openapi > ../docs/api/openapi.json"
//go:generate sh -c "test -d node_modules || npm ci --no-audit --no-fund --loglevel=error"
//go:generate npm run --silent generate

//go:embed dist-placeholder/index.html
var placeholder []byte

//go:embed all:dist
var built embed.FS

// noticeMark is where the first page of an app, and the placeholder, show the notice.
var noticeMark = []byte("<!--notice-->")

// App gives the files of a built app, "mobile" or "console"; false when it was not built.
func App(name string) (fs.FS, bool) {
	if _, err := fs.Stat(built, "dist/"+name+"/index.html"); err != nil {
		return nil, false
	}
	app, err := fs.Sub(built, "dist/"+name)
	return app, err == nil
}

// Placeholder is the page that stands in for an app that was not built.
func Placeholder(notice string) []byte { return WithNotice(placeholder, notice) }

// WithNotice shows a notice on a page; an empty one leaves the page without.
func WithNotice(page []byte, notice string) []byte {
	said := ""
	if notice != "" {
		said = `<p class="demo-notice" role="note">` + html.EscapeString(notice) + `</p>`
	}
	return bytes.Replace(page, noticeMark, []byte(said), 1)
}
