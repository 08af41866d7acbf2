package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/valyala/fasthttp"

	"huying/internal/platform/clock"
	"huying/internal/platform/objects"
)

// Promises of a report with a photo.
const (
	ticketRatio = 0.75
	formRatio   = 0.6
	// photoClients is how many send at once.
	photoClients = 16
	// photoQuality makes the photograph about 3 MB.
	photoQuality = 80
)

// sender sends photos of its own bytes each.
type sender struct {
	h     *house
	t     *troupe
	photo []byte
	sent  atomic.Uint64
}

// next is another photo, never the same bytes twice.
func (s *sender) next() ([]byte, string) {
	photo := marked(s.photo, s.sent.Add(1)+uint64(clock.System().Now().UnixNano())) //nolint:gosec // any number does
	sum := sha256.Sum256(photo)
	return photo, hex.EncodeToString(sum[:])
}

// photos is (d): a report with one photo, by ticket and by form.
func photos(ctx context.Context, h *house) ([]Line, error) {
	t, err := h.assemble(ctx)
	if err != nil {
		return nil, err
	}
	s := &sender{h: h, t: t}
	if s.photo, err = photograph(photoQuality); err != nil {
		return nil, err
	}
	if err := h.app.Store.EnsureTenant(ctx, tenant); err != nil {
		return nil, err
	}
	size := float64(len(s.photo)) / (1 << 20)
	ticket, err := h.duel(ctx, photoClients, s.byTicket, s.put)
	if err != nil {
		return nil, err
	}
	ticket.Key, ticket.What, ticket.Bound, ticket.Unit = "d", "report with a photo, ticket path", ticketRatio, "×"
	ticket.Against = fmt.Sprintf("minio-go putting the same %.1f MB (12 MP) into the same store, %d clients", size, photoClients)
	bare, err := h.receiver(ctx)
	if err != nil {
		return nil, err
	}
	form, err := h.duel(ctx, photoClients, s.byForm(h.base+"/api/v1/reports/form", t.citizen), s.byForm(bare.base+"/", person{}))
	if cerr := bare.close(); err == nil {
		err = cerr
	}
	form.Key, form.What, form.Bound, form.Unit = "d", "report with a photo, form path", formRatio, "×"
	form.Against = fmt.Sprintf("a bare Fiber handler that streams the same form to a file and syncs it, %d clients", photoClients)
	return []Line{ticket, form}, err
}

// byTicket asks for a ticket, puts the photo and files the report.
func (s *sender) byTicket(_ context.Context, _, _ int) error {
	photo, sum := s.next()
	var ticket struct {
		UploadID string            `json:"upload_id"`
		Method   string            `json:"method"`
		URL      string            `json:"url"`
		Headers  map[string]string `json:"headers"`
	}
	err := s.h.post(s.t.citizen, "/uploads", map[string]any{"file_name": "photo.jpg", "content_type": "image/jpeg", "size": len(photo), "sha256": sum}, &ticket, "")
	if err != nil {
		return err
	}
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	req.Header.SetMethod(ticket.Method)
	req.SetRequestURI(ticket.URL)
	for name, value := range ticket.Headers {
		req.Header.Set(name, value)
	}
	req.SetBodyRaw(photo)
	if err := s.h.client.Do(req, res); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	if res.StatusCode()/100 != 2 {
		return fmt.Errorf("put: %d %.300s", res.StatusCode(), res.Body())
	}
	return s.h.post(s.t.citizen, "/reports", s.t.submission(ticket.UploadID), nil, "")
}

// put is the bytes alone, by the store's own client.
func (s *sender) put(ctx context.Context, _, _ int) error {
	photo, sum := s.next()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	ref := objects.Ref{Area: objects.Staging, Tenant: tenant, Key: "bench/" + uuid.NewString()}
	_, err := s.h.app.Store.Put(ctx, ref, bytes.NewReader(photo), objects.Upload{Size: int64(len(photo)), SHA256: sum, ContentType: "image/jpeg"})
	return err
}

// byForm sends text and photo in one request.
func (s *sender) byForm(address string, p person) work {
	return func(context.Context, int, int) error {
		photo, _ := s.next()
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range map[string]string{
			"category": "road", "description": "小区门口路面破损，老人容易绊倒。", "division_code": s.t.community, "visibility": "private",
		} {
			if err := w.WriteField(name, value); err != nil {
				return err
			}
		}
		part, err := w.CreateFormFile("photo", "photo.jpg")
		if err != nil {
			return err
		}
		if _, err := part.Write(photo); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(req)
		defer fasthttp.ReleaseResponse(res)
		req.Header.SetMethod(http.MethodPost)
		req.SetRequestURI(address)
		req.Header.SetContentType(w.FormDataContentType())
		if p.token != "" {
			req.Header.Set("Authorization", "Bearer "+p.token)
			req.Header.Set("X-Tenant", p.tenant)
			req.Header.Set("Idempotency-Key", uuid.NewString())
		}
		req.SetBodyRaw(body.Bytes())
		if err := s.h.client.Do(req, res); err != nil {
			return fmt.Errorf("form: %w", err)
		}
		if res.StatusCode() != http.StatusCreated {
			return fmt.Errorf("form: %d %.300s", res.StatusCode(), res.Body())
		}
		return nil
	}
}
