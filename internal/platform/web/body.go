package web

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/fault"
)

// How much of an unwanted body is read and thrown away, and for how long, so that the client can read the answer
// before the connection closes. Beyond that the connection is cut.
const (
	drainBytes = 32 << 20
	drainTime  = 10 * time.Second
)

type bodyLocal struct{}

// limited counts what is read and fails with TooLarge one byte past the limit.
type limited struct {
	from  io.Reader
	left  int64
	limit int64
}

// Read gives bytes until the limit, then fault.TooLarge; a client that stalls gets fault.RequestTimeout and one that
// sends less than it promised fault.BadRequest.
func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.from.Read(p)
	l.left -= int64(n)
	if l.left < 0 {
		return 0, tooLarge(l.limit)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = bodyFault(err)
	}
	return n, err
}

// Body is the limited body of a streamed route. A handler that fails to read it to its end loses the connection.
func Body(c *fiber.Ctx) io.Reader {
	if r, ok := c.Locals(bodyLocal{}).(io.Reader); ok {
		return r
	}
	return eof{}
}

// Parts reads a streamed multipart/form-data body part by part, without holding it in memory.
func Parts(c *fiber.Ctx) (*multipart.Reader, error) {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return nil, fault.UnsupportedMedia.New("请用 multipart/form-data 提交")
	}
	if params["boundary"] == "" {
		return nil, fault.BadRequest.New("multipart/form-data 缺少 boundary")
	}
	return multipart.NewReader(Body(c), params["boundary"]), nil
}

// Values reads the body of a route that takes application/x-www-form-urlencoded. It fails with UnsupportedMedia,
// BadRequest, or Invalid naming every field whose text cannot be stored.
func Values(c *fiber.Ctx) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationForm {
		return nil, fault.UnsupportedMedia.New("请用 application/x-www-form-urlencoded 提交")
	}
	values, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, fault.BadRequest.With(err, "表单内容无法读取")
	}
	var wrong []fault.Field
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if reason := badText(name); reason != "" {
			wrong = append(wrong, fault.Field{Name: "form", Message: "字段名" + reason})
			continue
		}
		for _, text := range values[name] {
			if reason := badText(text); reason != "" {
				wrong = append(wrong, fault.Field{Name: name, Message: reason})
			}
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid.New("有文字无法保存，请修改后再提交", wrong...)
	}
	return values, nil
}

// limitStream prepares the limited body of a streamed route.
func limitStream(c *fiber.Ctx, r Route) error {
	limit := max(int64(r.Body), 0)
	if int64(c.Request().Header.ContentLength()) > limit {
		return tooLarge(limit)
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return nil
	}
	if err := c.Context().Conn().SetReadDeadline(machineTime().Add(r.Deadline)); err != nil {
		return fault.BadRequest.With(err, "连接已断开")
	}
	c.Locals(bodyLocal{}, io.Reader(&limited{from: stream, left: limit, limit: limit}))
	return nil
}

// readBody takes the whole body of a route that does not stream and puts it back as a reader of known size, which is
// what both Huma and Fiber's c.Body() read.
func readBody(c *fiber.Ctx, r Route) ([]byte, error) {
	if r.Body <= 0 {
		return nil, nil
	}
	if err := limitStream(c, r); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(Body(c))
	if err != nil {
		return nil, err
	}
	if c.Context().RequestBodyStream() != nil {
		c.Request().SetBodyStream(newRewinding(body), len(body))
	}
	return body, nil
}

// finishBody makes the connection safe for the next request. fasthttp does not skip what a handler left unread, so
// the rest of a body would be taken for the next request: it is drained, or the connection closed.
func finishBody(c *fiber.Ctx) {
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return
	}
	if _, ours := stream.(*rewinding); ours {
		return
	}
	if c.Response().StatusCode() == fiber.StatusRequestTimeout {
		c.Context().SetConnectionClose() // it has kept us waiting long enough
		return
	}
	conn := c.Context().Conn()
	if err := conn.SetReadDeadline(machineTime().Add(drainTime)); err == nil {
		if n, err := io.Copy(io.Discard, io.LimitReader(stream, drainBytes)); err == nil && n < drainBytes {
			return
		}
	}
	c.Context().SetConnectionClose()
}

func tooLarge(limit int64) error {
	return fault.TooLarge.New("内容不能超过 "+size(limit)).Fact("limit_bytes", limit)
}

func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}

func bodyFault(err error) error {
	if _, ok := fault.As(err); ok {
		return err
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.RequestTimeout.With(err, "内容没有及时传完，请检查网络后重试")
	}
	return fault.BadRequest.With(err, "内容没有传完或格式有误")
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// rewinding is a body that has been read whole and stands ready to be read again.
type rewinding struct {
	body []byte
	at   int
}

func newRewinding(body []byte) *rewinding { return &rewinding{body: body} }

// Read gives the rest of the body.
func (r *rewinding) Read(p []byte) (int, error) {
	if r.at >= len(r.body) {
		return 0, io.EOF
	}
	n := copy(p, r.body[r.at:])
	r.at += n
	return n, nil
}
