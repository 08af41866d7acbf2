package apptest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"net/http"
	"time"
)

// Photo draws a small JPEG that differs with every seed.
func Photo(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	m := image.NewRGBA(image.Rect(0, 0, 160, 120))
	base := color.RGBA{uint8(r.IntN(200)), uint8(r.IntN(200)), uint8(r.IntN(200)), 255}
	for y := range 120 {
		for x := range 160 {
			m.SetRGBA(x, y, color.RGBA{base.R + uint8(x/4), base.G + uint8(y/4), base.B, 255})
		}
	}
	m.SetRGBA(r.IntN(160), r.IntN(120), color.RGBA{255, 255, 255, 255})
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 80}); err != nil {
		panic(err) // memory does not fail to be written
	}
	return out.Bytes()
}

// Ticket is the answer to POST /uploads.
type Ticket struct {
	UploadID string            `json:"upload_id"`
	Method   string            `json:"method"`
	URL      string            `json:"url"`
	Headers  map[string]string `json:"headers"`
}

// Announce asks for a ticket for content.
func (c *Client) Announce(content []byte, fileName, contentType string) *Answer {
	c.t.Helper()
	return c.Do(http.MethodPost, "/uploads", Announcement(content, fileName, contentType))
}

// Announcement is the body of POST /uploads for content.
func Announcement(content []byte, fileName, contentType string) map[string]any {
	sum := sha256.Sum256(content)
	return map[string]any{
		"file_name": fileName, "content_type": contentType, "size": len(content), "sha256": hex.EncodeToString(sum[:]),
	}
}

// Put sends the bytes of a ticket to the store.
func (c *Client) Put(ctx context.Context, ticket Ticket, content []byte) (*Answer, error) {
	req, err := http.NewRequestWithContext(ctx, ticket.Method, ticket.URL, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	for name, value := range ticket.Headers {
		req.Header.Set(name, value)
	}
	return send(c.http, req)
}

// Upload announces content and puts it, and returns the upload's id.
func (c *Client) Upload(content []byte, fileName, contentType string) string {
	c.t.Helper()
	a := c.Announce(content, fileName, contentType)
	var ticket Ticket
	if err := a.Into(&ticket); err != nil || a.Status/100 != 2 {
		c.t.Fatalf("%s: ticket for %s: %d %s", c.Name, fileName, a.Status, a.Body)
	}
	ctx, cancel := context.WithTimeout(c.t.Context(), 60*time.Second)
	defer cancel()
	put, err := c.Put(ctx, ticket, content)
	if err != nil || put.Status/100 != 2 {
		c.t.Fatalf("%s: put %s: %v %+v", c.Name, fileName, err, put)
	}
	return ticket.UploadID
}

// UploadPhoto uploads a small photo.
func (c *Client) UploadPhoto(seed uint64) string {
	c.t.Helper()
	return c.Upload(Photo(seed), "photo.jpg", "image/jpeg")
}
