package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
)

// exchange is one request as the product answered it: what it sent to the
// database for it, and the bytes it said.
type exchange struct {
	path  string
	sql   []statement
	bytes []byte
}

// record asks once, twice to warm what is kept between requests, and keeps the third.
func (h *house) record(p person, paths ...string) ([]exchange, error) {
	var out []exchange
	for _, path := range paths {
		for turn := range 3 {
			id := "bench-" + uuid.NewString()
			h.rec.listen(id)
			a, err := h.do(p, fiber.MethodGet, path, nil, id)
			list := h.rec.stop(id)
			if err != nil {
				return nil, err
			}
			if a.status != fiber.StatusOK {
				return nil, fmt.Errorf("%s as %s: %d %.300s", path, p.name, a.status, a.body)
			}
			if len(list) == 0 {
				return nil, fmt.Errorf("%s as %s: no statement was heard", path, p.name)
			}
			if turn == 2 {
				out = append(out, exchange{path, onlyReads(list), a.body})
			}
		}
	}
	return out, nil
}

// counter is a bare Fiber application on a port of its own.
type counter struct {
	app  *fiber.App
	base string
	done chan error
}

func startCounter(ctx context.Context, app *fiber.App) (*counter, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &counter{app: app, base: "http://" + ln.Addr().String(), done: make(chan error, 1)}
	go func() { c.done <- app.Listener(ln) }()
	return c, nil
}

func (c *counter) close() error { return errors.Join(c.app.Shutdown(), <-c.done) }

// replayer answers each exchange by its number: it runs the same statements,
// decodes every value and says the same bytes.
func (h *house) replayer(ctx context.Context, list []exchange) (*counter, error) {
	var all []statement
	for _, x := range list {
		all = append(all, x.sql...)
	}
	read, err := h.bare.reader(ctx, all)
	if err != nil {
		return nil, err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/:n", func(c *fiber.Ctx) error {
		n, err := strconv.Atoi(c.Params("n"))
		if err != nil || n >= len(list) {
			return fiber.ErrNotFound
		}
		if err := read(c.UserContext(), list[n].sql); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(list[n].bytes)
	})
	return startCounter(ctx, app)
}

// receiver takes a form with a photo: it streams the part to a file, forces it
// to the disk and answers.
func (h *house) receiver(ctx context.Context) (*counter, error) {
	dir := filepath.Join(h.Config.Data.Dir, "bench-uploads")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true, StreamRequestBody: true, BodyLimit: 32 << 20})
	app.Post("/", func(c *fiber.Ctx) error {
		_, boundary, found := strings.Cut(string(c.Request().Header.ContentType()), "boundary=")
		if !found {
			return fiber.ErrBadRequest
		}
		body := c.Context().RequestBodyStream()
		if body == nil { // it came whole with its headers
			body = bytes.NewReader(c.Body())
		}
		parts := multipart.NewReader(body, boundary)
		for {
			p, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				return c.SendStatus(fiber.StatusCreated)
			}
			if err != nil {
				return err
			}
			if p.FileName() == "" {
				continue
			}
			if err := keep(filepath.Join(dir, rand.Text()), p); err != nil {
				return err
			}
		}
	})
	c, err := startCounter(ctx, app)
	if err != nil {
		return nil, err
	}
	app.Hooks().OnShutdown(func() error { return os.RemoveAll(dir) })
	return c, nil
}

func keep(path string, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // a name made here
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Sync(), f.Close())
}
