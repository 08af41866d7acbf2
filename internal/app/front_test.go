package app

import (
	"strings"
	"testing"
)

func TestCodeTarget(t *testing.T) {
	id := "0190b0a4-7c55-7abc-8def-0123456789ab"
	for code, want := range map[string]string{
		"370202":                 "/m/370202/report",
		"370202001":              "/m/370202/report?division=370202001",
		"370202001001":           "/m/370202/report?division=370202001001",
		"370202001001001":        "/m/370202/report?division=370202001001001",
		"370202-place-" + id:     "/m/370202/report?place=" + id,
		"370202-STATION-" + id:   "/m/370202/report?station=" + id,
		"370202-deputy-" + id:    "/m/370202/report?deputy=" + id,
		"3702":                   "/m/",
		"37020200":               "/m/",
		"370202-person-" + id:    "/m/",
		"370202-place-../x":      "/m/",
		"//evil.example":         "/m/",
		"370202?next=//evil.com": "/m/",
		"":                       "/m/",
	} {
		if got := codeTarget(code); got != want {
			t.Errorf("%q leads to %q, want %q", code, got, want)
		}
	}
}

func TestFrontApp(t *testing.T) {
	app := &frontApp{files: map[string]*frontFile{}}
	for at, text := range map[string]string{
		"index.html": "<body><!--notice--><div id=app></div>", "assets/x-1.js": "plain", "assets/x-1.js.br": "br", "assets/x-1.js.gz": "gz", "sw.js": "w",
	} {
		if err := app.add(at, []byte(text), "演示 <b>"); err != nil {
			t.Fatal(err)
		}
	}
	app.attach()
	t.Run("a screen's path is the first page with the notice, escaped", func(t *testing.T) {
		f := app.find("370202/r/370202-2026-000001")
		if f == nil || !strings.Contains(string(f.raw), `<p class="demo-notice" role="note">演示 &lt;b&gt;</p>`) {
			t.Fatalf("%+v", f)
		}
	})
	t.Run("the worker keeps the first page by its file's name", func(t *testing.T) {
		if app.find("index.html") != app.index {
			t.Fatal("it cannot be fetched, and no phone opens without a network")
		}
	})
	t.Run("a file that is none is not the first page", func(t *testing.T) {
		if app.find("assets/gone-1.js") != nil || app.find("favicon.ico") != nil || app.find("assets/x-1.js.br") != nil {
			t.Fatal("found")
		}
	})
	t.Run("the smallest form the client takes", func(t *testing.T) {
		f := app.find("assets/x-1.js")
		for accept, want := range map[string]string{
			"gzip, deflate, br": "br", "gzip": "gzip", "": "plain", "br;q=0, gzip;q=0.5": "gzip", "brotli": "plain",
		} {
			encoding, body := f.pick(accept)
			if name := map[string]string{"br": "br", "gzip": "gz", "": "plain"}[encoding]; string(body) != name {
				t.Errorf("%q says %q with %q", accept, encoding, body)
			}
			if want == "gzip" && encoding != "gzip" || want == "br" && encoding != "br" || want == "plain" && encoding != "" {
				t.Errorf("%q gives %q, want %q", accept, encoding, want)
			}
		}
	})
	t.Run("only files named by their content are kept for ever", func(t *testing.T) {
		if !app.find("assets/x-1.js").immutable || app.find("sw.js").immutable || app.index.immutable {
			t.Fatal("wrong")
		}
	})
}
