package app

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"huying/frontend"
)

// pageType is what the first page of an app is.
const pageType = "text/html; charset=utf-8"

// frontTypes are the kinds of files a build makes; the machine's own table of types is not asked, it differs.
var frontTypes = map[string]string{
	".html": pageType, ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".json": "application/json", ".webmanifest": "application/manifest+json", ".wasm": "application/wasm",
	".txt": "text/plain; charset=utf-8",
}

// frontFile is one file of a built app, ready to send.
type frontFile struct {
	kind, etag string
	// immutable says that the file's name changes with its content.
	immutable bool
	raw       []byte
	// encoded holds the compressed copies the build made, by their name in Accept-Encoding.
	encoded map[string][]byte
}

// frontApp is a built app by path; index answers every path that is no file.
type frontApp struct {
	files map[string]*frontFile
	index *frontFile
}

// loadFront reads a built app, with the notice on its first page. An app that was not built is its placeholder.
func loadFront(name, notice string) (*frontApp, error) {
	app := &frontApp{files: map[string]*frontFile{}}
	files, ok := frontend.App(name)
	if !ok {
		app.index = newFrontFile("index.html", frontend.Placeholder(notice))
		return app, nil
	}
	err := fs.WalkDir(files, ".", func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && at != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir // what the build tells its own tools
		case d.IsDir():
			return nil
		}
		data, err := fs.ReadFile(files, at)
		if err != nil {
			return err
		}
		return app.add(at, data, notice)
	})
	if err != nil {
		return nil, fmt.Errorf("read the built app %s: %w", name, err)
	}
	app.attach()
	return app, nil
}

func (a *frontApp) add(at string, data []byte, notice string) error {
	if at != "index.html" {
		a.files[at] = newFrontFile(at, data)
		return nil
	}
	a.index = newFrontFile(at, frontend.WithNotice(data, notice))
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(a.index.raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	a.index.encoded["gzip"] = zipped.Bytes()
	return nil
}

// attach gives each file the compressed copies that lie beside it.
func (a *frontApp) attach() {
	for at, f := range a.files {
		for ending, encoding := range map[string]string{".br": "br", ".gz": "gzip"} {
			if plain, is := strings.CutSuffix(at, ending); is {
				if of := a.files[plain]; of != nil {
					of.encoded[encoding] = f.raw
				}
				delete(a.files, at)
			}
		}
	}
}

func newFrontFile(at string, data []byte) *frontFile {
	sum := sha256.Sum256(data)
	kind := frontTypes[path.Ext(at)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	return &frontFile{
		kind: kind, etag: `"` + hex.EncodeToString(sum[:12]) + `"`, raw: data,
		immutable: strings.HasPrefix(at, "assets/"), encoded: map[string][]byte{},
	}
}

// find gives the file at a path. A path that looks like a file but is none is not found; any other is a screen's.
func (a *frontApp) find(at string) *frontFile {
	if f := a.files[at]; f != nil {
		return f
	}
	if at == "index.html" { // by this name the phone's own worker keeps it
		return a.index
	}
	if strings.HasPrefix(at, "assets/") || path.Ext(at) != "" {
		return nil
	}
	return a.index
}

// pick chooses the smallest form the client takes.
func (f *frontFile) pick(accept string) (encoding string, body []byte) {
	for _, name := range []string{"br", "gzip"} {
		if body, has := f.encoded[name]; has && accepts(accept, name) {
			return name, body
		}
	}
	return "", f.raw
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			return strings.ReplaceAll(params, " ", "") != "q=0"
		}
	}
	return false
}
