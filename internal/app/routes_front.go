package app

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huying/internal/division"
	"huying/internal/platform/config"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// mountFront serves the phone app, the desk, what QR codes open, and sends a visitor at the root to the right app.
func (a *App) mountFront(srv *web.Server) error {
	front := func(path string, h fiber.Handler) {
		web.Raw(srv, web.Route{Method: http.MethodGet, Path: path, Root: true, Permission: web.Public, Tenant: web.None, Hidden: true}, h)
	}
	front("/m/{tenant}/manifest.webmanifest", a.sendManifest)
	for _, at := range []struct{ path, name string }{{"/m/", "mobile"}, {"/console/", "console"}} {
		path := at.path
		app, err := loadFront(at.name, srv.DemoNotice())
		if err != nil {
			return err
		}
		front(strings.TrimSuffix(path, "/"), func(c *fiber.Ctx) error {
			if !strings.HasSuffix(c.Path(), "/") {
				return c.Redirect(path, http.StatusFound)
			}
			return app.send(c, "", a.frontPolicy())
		})
		front(path+"*", func(c *fiber.Ctx) error { return app.send(c, c.Params("*"), a.frontPolicy()) })
	}
	front("/q/{code}", func(c *fiber.Ctx) error { return c.Redirect(codeTarget(c.Params("code")), http.StatusFound) })
	// Without a slash and with one: the router tells them apart no more than a person does.
	front("/board", func(c *fiber.Ctx) error { return c.Redirect("/console/board/wall", http.StatusFound) })
	front("/", func(c *fiber.Ctx) error {
		c.Vary(fiber.HeaderUserAgent)
		if strings.Contains(c.Get(fiber.HeaderUserAgent), "Mobile") {
			return c.Redirect("/m/", http.StatusFound)
		}
		return c.Redirect("/console/", http.StatusFound)
	})
	return nil
}

// frontPolicy lets a page load its own files alone, pictures from where the photos are, and tiles from where the map is.
func (a *App) frontPolicy() string {
	store, maps := "", ""
	if u := a.Config.Objects.PublicURL; u != "" {
		store = " " + u
	}
	if u := a.Config.Maps.Origin(); u != "" {
		maps = " " + u
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data: blob:" + store + maps +
		"; media-src blob:; connect-src 'self'" + store + "; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// send answers one file, or the app's first page for a path that a screen has.
func (a *frontApp) send(c *fiber.Ctx, at, policy string) error {
	f := a.find(at)
	if f == nil {
		return fault.NotFound.New("没有这个文件，请刷新页面")
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if f.immutable {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	c.Set(fiber.HeaderETag, f.etag)
	c.Vary(fiber.HeaderAcceptEncoding)
	if c.Get(fiber.HeaderIfNoneMatch) == f.etag {
		return c.SendStatus(http.StatusNotModified)
	}
	encoding, body := f.pick(c.Get(fiber.HeaderAcceptEncoding))
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	c.Set(fiber.HeaderContentType, f.kind)
	return c.Send(body)
}

// manifest is what a phone needs to install a tenant's app under its own name and colour.
type manifest struct {
	ID              string         `json:"id"`
	Name            string         `json:"name"`
	ShortName       string         `json:"short_name"`
	Lang            string         `json:"lang"`
	StartURL        string         `json:"start_url"`
	Scope           string         `json:"scope"`
	Display         string         `json:"display"`
	ThemeColor      string         `json:"theme_color,omitempty"`
	BackgroundColor string         `json:"background_color"`
	Icons           []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// sendManifest answers the web app manifest of one tenant.
func (a *App) sendManifest(c *fiber.Ctx) error {
	dir, err := a.Division.Directory(c.UserContext())
	if err != nil {
		return err
	}
	t, known := dir.Tenant(c.Params("tenant"))
	if !known || t.Reserved {
		return fault.NotFound.New("没有这个区（市）")
	}
	home := "/m/" + t.Code + "/"
	name := t.BrandName
	if name == "" {
		name = "呼应"
	}
	out, err := json.Marshal(manifest{
		ID: home, Name: name + "（" + t.Name + "）", ShortName: name, Lang: "zh-CN", StartURL: home, Scope: "/m/", Display: "standalone",
		ThemeColor: t.Color, BackgroundColor: "#f5f7f9",
		Icons: []manifestIcon{
			{Src: "/m/icon-192.png", Sizes: "192x192", Type: "image/png", Purpose: "any"},
			{Src: "/m/icon-512.png", Sizes: "512x512", Type: "image/png", Purpose: "any"},
			{Src: "/m/icon-maskable-512.png", Sizes: "512x512", Type: "image/png", Purpose: "maskable"},
		},
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/manifest+json")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.Send(out)
}

// tiles are the base map the configuration names, nil where it names none.
func tiles(m config.Maps) *division.Tiles {
	if m.TilesURL == "" {
		return nil
	}
	return &division.Tiles{URL: m.TilesURL, Coordinates: m.Coordinates, Attribution: m.Attribution, MaxZoom: m.MaxZoom}
}
