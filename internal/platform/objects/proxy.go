package objects

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"huying/internal/platform/fault"
)

// maxProxied is the largest body the embedded store takes from outside. The signature fixes the exact size of each
// upload; this stops a client that has none.
const maxProxied = 100 << 20

// proxiedPath is every path phones may reach: a bucket of ours and a key of the shape we make. Listing buckets, the
// gateway's administration and anything with dots to climb by is outside of it.
var proxiedPath = regexp.MustCompile(`^/` + BucketPrefix + `[0-9a-z-]+(/[a-z0-9][a-z0-9.-]*){2,}$`)

// Handler passes presigned requests for our buckets on to the gateway, with Host and path as they came, because SigV4
// signs both. It needs no session: the signature is the permission. Mount it for every method on "/huying-*" before
// the answer for unknown paths; request bodies are streamed when the server streams them.
func (e *Embedded) Handler() fiber.Handler {
	client := &fasthttp.HostClient{
		Addr:                          e.socket,
		Dial:                          func(string) (net.Conn, error) { return net.DialTimeout("unix", e.socket, e.cfg.DialTimeout) },
		MaxConns:                      512,
		MaxIdleConnDuration:           30 * time.Second,
		ReadTimeout:                   10 * time.Minute, // a phone on a weak network may take minutes for 10 MB
		WriteTimeout:                  10 * time.Minute,
		StreamResponseBody:            true,
		DisablePathNormalizing:        true,
		NoDefaultUserAgentHeader:      true,
		MaxIdemponentCallAttempts:     1,
		DisableHeaderNamesNormalizing: false,
	}
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
			return fault.TooLarge.New("上传须注明大小，且不超过 100 MB")
		}
		return e.forward(c, client, size)
	}
}

func (e *Embedded) forward(c *fiber.Ctx, client *fasthttp.HostClient, size int) error {
	out, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(out)
	in := c.Request()
	in.Header.CopyTo(&out.Header)
	out.Header.Del("Expect") // the body is already on its way
	out.Header.Del("Connection")
	out.Header.SetRequestURIBytes(in.Header.RequestURI())
	out.UseHostHeader = true
	out.URI().SetScheme("http")
	if body := c.Context().RequestBodyStream(); body != nil && size > 0 {
		out.SetBodyStream(body, size)
	} else {
		out.SetBodyRaw(in.Body())
	}
	if err := client.Do(out, answer); err != nil {
		fasthttp.ReleaseResponse(answer)
		return unavailable(fmt.Errorf("objects: embedded store: %w", err))
	}
	res := c.Response()
	answer.Header.CopyTo(&res.Header)
	res.Header.Del("Connection")
	res.Header.Set("X-Content-Type-Options", "nosniff")
	res.Header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	length := answer.Header.ContentLength()
	if c.Method() == fiber.MethodHead || answer.BodyStream() == nil {
		res.SetBody(append([]byte(nil), answer.Body()...))
		if c.Method() == fiber.MethodHead {
			res.SkipBody = true
			res.Header.SetContentLength(length)
		}
		fasthttp.ReleaseResponse(answer)
		return nil
	}
	res.SetBodyStream(&answering{Reader: answer.BodyStream(), answer: answer}, length)
	return nil
}

// answering gives the gateway's connection back when the client has read the answer or left.
type answering struct {
	io.Reader
	answer *fasthttp.Response
}

func (a *answering) Close() error {
	err := a.answer.CloseBodyStream()
	fasthttp.ReleaseResponse(a.answer)
	return err
}
