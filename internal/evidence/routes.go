package evidence

import (
	"context"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

type (
	ticketInput  struct{ Body ticketRequest }
	ticketOutput struct{ Body ticketView }
	uploadInput  struct {
		ID string `path:"upload_id" maxLength:"36"`
	}
	uploadOutput struct{ Body uploadView }
)

// Mount adds the room's routes. Photos of a report are read through the report's own route.
func (s *Service) Mount(srv *web.Server) {
	line := web.Route{Permission: "upload.create", Tag: "照片"}
	ticket, read, verify := line, line, line
	ticket.Method, ticket.Path, ticket.Body, ticket.Status = http.MethodPost, "/uploads", web.JSON, http.StatusCreated
	ticket.Summary = "Get a ticket to upload one photo"
	ticket.Detail = "PUT exactly the described bytes to the URL with the given headers, then name upload_id in a report."
	read.Method, read.Path, read.Summary = http.MethodGet, "/uploads/{upload_id}", "Look at one's own upload"
	verify.Method, verify.Path, verify.Body, verify.Deadline = http.MethodPost, "/uploads/{upload_id}/verify", web.NoBody, judgeTimeout
	verify.Summary = "Check an upload now"
	verify.Detail = "Optional: a report checks its uploads by itself. A client that asks earlier can show a bad photo at once."
	web.Op(srv, ticket, s.issueTicket)
	web.Op(srv, read, s.readUpload)
	web.Op(srv, verify, s.verifyUpload)
}

func (s *Service) issueTicket(ctx context.Context, in *ticketInput) (*ticketOutput, error) {
	t, err := s.Ticket(ctx, web.TenantOf(ctx), auth.From(ctx).PersonID, Wanted{
		FileName: in.Body.FileName, ContentType: in.Body.ContentType, Size: in.Body.Size, SHA256: strings.ToLower(in.Body.SHA256), CompanionOf: in.Body.CompanionOf,
	})
	if err != nil {
		return nil, err
	}
	return &ticketOutput{Body: viewTicket(t)}, nil
}

func (s *Service) readUpload(ctx context.Context, in *uploadInput) (*uploadOutput, error) {
	id, err := uuid.Parse(in.ID)
	if err != nil {
		return nil, fault.NotFound.New("没有这个上传")
	}
	row, err := s.Upload(ctx, web.TenantOf(ctx), auth.From(ctx).PersonID, id)
	if err != nil {
		return nil, err
	}
	return &uploadOutput{Body: viewUpload(row)}, nil
}

func (s *Service) verifyUpload(ctx context.Context, in *uploadInput) (*uploadOutput, error) {
	found, err := s.readUpload(ctx, in)
	if err != nil {
		return nil, err
	}
	id := uuid.MustParse(found.Body.UploadID)
	if err := s.Verify(ctx, web.TenantOf(ctx), auth.From(ctx).PersonID, []uuid.UUID{id}); err != nil {
		return nil, err
	}
	return s.readUpload(ctx, in)
}

// Send answers with an opened photo, streamed. It closes the content.
func (s *Service) Send(c *fiber.Ctx, content *Content) error {
	c.Set(fiber.HeaderETag, content.ETag)
	c.Set(fiber.HeaderCacheControl, content.Cache)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	if content.Cache != "no-store" && c.Get(fiber.HeaderIfNoneMatch) == content.ETag {
		_ = content.Body.Close()
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, content.Type)
	c.Set(fiber.HeaderContentDisposition, content.Disposition)
	c.Context().Response.SetBodyStream(content.Body, int(content.Size))
	return nil
}
