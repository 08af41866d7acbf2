package objects

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
)

const (
	// maxProxied is the largest body the embedded store takes from outside. The signature fixes the exact size of each
	// upload; this stops a client that has none.
	maxProxied = 100 << 20
	// proxyTimeout bounds one request: a phone on a weak network may take minutes for 10 MB.
	proxyTimeout = 10 * time.Minute
)

// proxiedPath is every path phones may reach: a bucket of ours and a key of the shape we make. Listing buckets, the
// gateway's administration and anything with dots to climb by is outside of it.
var proxiedPath = regexp.MustCompile(`^/` + BucketPrefix + `[0-9a-z-]+(/[a-z0-9][a-z0-9.-]*){2,}$`)

// Handler passes presigned requests for our buckets on to the gateway, with Host and path as they came, because SigV4
// signs both. It needs no session: the signature is the permission. Mount it for every method on "/huying-*" before
// the answer for unknown paths; request bodies are streamed when the server streams them.
func (e *Embedded) Handler() fiber.Handler {
	return func(c *fiber.Ctx) error {
		req := c.Request()
		method := c.Method()
		if method != fiber.MethodGet && method != fiber.MethodHead && method != fiber.MethodPut {
			return fault.MethodNotAllowed.New("")
		}
		if !proxiedPath.Match(req.URI().PathOriginal()) || len(req.URI().QueryArgs().Peek("X-Amz-Signature")) == 0 {
			return fault.NotFound.New("")
		}
		size := req.Header.ContentLength()
		if method == fiber.MethodPut && (size < 0 || size > maxProxied) {
			c.Context().SetConnectionClose() // its body is not going to be read
			return fault.TooLarge.New("上传须注明大小，且不超过 100 MB")
		}
		return e.forward(c, method, size)
	}
}

// forward speaks HTTP to the gateway on a connection of its own. A pooled client would lose the answer when the
// gateway refuses a bad signature before it has read the body: the broken write hides the 403 that is already there.
func (e *Embedded) forward(c *fiber.Ctx, method string, size int) error {
	conn, err := e.dial(c.UserContext())
	if err != nil {
		return unavailable(fmt.Errorf("objects: embedded store: %w", err))
	}
	if err := conn.SetDeadline(time.Now().Add(proxyTimeout)); err != nil {
		_ = conn.Close()
		return unavailable(fmt.Errorf("objects: embedded store: %w", err))
	}
	body := requestBody(c, size)
	req := outgoing(c, method, body, size)
	sent := req.Write(conn)
	if sent != nil {
		// Either the gateway has refused and its answer is there, or the phone broke off and there will be none.
		_ = conn.SetReadDeadline(time.Now().Add(e.cfg.HeaderTimeout))
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), req)
	if body != nil {
		// What the gateway did not want is read to its end, so that the phone gets to see the answer.
		if _, err := io.Copy(io.Discard, body); err != nil {
			c.Context().SetConnectionClose()
		}
	}
	if err != nil {
		_ = conn.Close()
		return unavailable(fmt.Errorf("objects: embedded store: %w", errors.Join(sent, err)))
	}
	return answerWith(c, conn, answer)
}

func requestBody(c *fiber.Ctx, size int) io.Reader {
	if size <= 0 {
		return nil
	}
	if stream := c.Context().RequestBodyStream(); stream != nil {
		return io.LimitReader(stream, int64(size))
	}
	return strings.NewReader(string(c.Request().Body()))
}

func outgoing(c *fiber.Ctx, method string, body io.Reader, size int) *http.Request {
	in := c.Request()
	path, query, _ := strings.Cut(string(in.Header.RequestURI()), "?")
	req := (&http.Request{
		Method: method,
		URL:    &url.URL{Scheme: "http", Host: embeddedHost, Opaque: path, RawQuery: query},
		Host:   string(in.Header.Host()),
		Header: http.Header{},
		Close:  true,
	}).WithContext(context.WithoutCancel(c.UserContext()))
	for name, value := range in.Header.All() {
		switch key := http.CanonicalHeaderKey(string(name)); key {
		case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Expect", "Te", "Upgrade", "Trailer":
		default:
			req.Header.Add(key, string(value))
		}
	}
	if body != nil {
		req.Body, req.ContentLength = io.NopCloser(body), int64(size)
	} else if method == http.MethodPut {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	return req
}

func answerWith(c *fiber.Ctx, conn net.Conn, answer *http.Response) error {
	res := c.Response()
	res.SetStatusCode(answer.StatusCode)
	for name, values := range answer.Header {
		if name == "Connection" || name == "Content-Length" || name == "Server" {
			continue
		}
		res.Header.Del(name) // the gateway's word replaces what our own front wrote before
		for _, value := range values {
			res.Header.Add(name, value)
		}
	}
	res.Header.Set("X-Content-Type-Options", "nosniff")
	res.Header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if c.Method() == fiber.MethodHead {
		res.SkipBody = true
		res.Header.SetContentLength(int(answer.ContentLength))
		return conn.Close()
	}
	res.SetBodyStream(&answering{ReadCloser: answer.Body, conn: conn}, int(answer.ContentLength))
	return nil
}

// answering closes the gateway's connection when the client has read the answer or left.
type answering struct {
	io.ReadCloser
	conn net.Conn
}

func (a *answering) Close() error {
	return errors.Join(a.ReadCloser.Close(), a.conn.Close())
}
