package report

import (
	"bufio"
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"huying/internal/evidence"
	"huying/internal/platform/web"
)

const (
	bundleDeadline = 15 * time.Minute
	// bundlePause is how long a reader may take nothing before the connection is given up.
	bundlePause = 2 * time.Minute
)

func (s *Service) mountBundle(srv *web.Server) {
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/reports/{id}/bundle", Permission: "report.bundle", Tag: tag, Media: "application/zip",
		Summary: "证据包", Detail: "原件、公开版、办理过程、审计摘录及校验值，打成一个 ZIP。须写明理由，留痕。",
		Query: map[string]string{"reason": "导出理由"}, Deadline: bundleDeadline,
	}, s.sendBundle)
}

// sendBundle streams the bundle after its audit line was committed.
func (s *Service) sendBundle(c *fiber.Ctx) error {
	ctx := c.UserContext()
	bundle, err := s.Bundle(ctx, web.TenantOf(ctx), c.Params("id"), c.Query("reason"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+bundle.Number+`.zip"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	conn := c.Context().Conn()
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bundleDeadline)
		defer cancel()
		out := patient{Writer: w, extend: func() {
			_ = conn.SetWriteDeadline(time.Now().Add(bundlePause)) //nolint:forbidigo // a deadline of the connection, no time of the product
		}}
		s.stream(ctx, out, bundle)
	})
	return nil
}

// stream writes what it can: an archive that ends early has no directory, so every program says that it is torn.
func (s *Service) stream(ctx context.Context, out patient, bundle *evidence.Bundle) {
	if err := s.Evidence.WriteBundle(ctx, out, *bundle); err != nil {
		s.Log.WarnContext(ctx, "a bundle was not sent to its end", "number", bundle.Number, "error", err)
	}
}

// patient gives a slow reader time as long as something is taken.
type patient struct {
	*bufio.Writer
	extend func()
}

// Write extends the connection's deadline before it waits for the reader.
func (p patient) Write(b []byte) (int, error) {
	p.extend()
	return p.Writer.Write(b)
}
