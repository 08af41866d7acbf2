package objects

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/minio/minio-go/v7/pkg/signer"
)

type publicBaseKey struct{}

// WithPublicBase remembers scheme://host as the client addressed us; URLs of the embedded store are signed for it.
// A base that is not http(s)://host[:port] is ignored.
func WithPublicBase(ctx context.Context, base string) context.Context {
	u, err := publicBase(base)
	if err != nil {
		return ctx
	}
	return context.WithValue(ctx, publicBaseKey{}, u)
}

// Ticket is a permission to PUT exactly one sequence of bytes. Headers must be sent as they are: they are signed.
type Ticket struct {
	URL       string
	Headers   map[string]string
	ExpiresAt time.Time
}

// PresignPut signs a PUT of exactly up.Size bytes with exactly up.SHA256 to ref, valid for life.
func (s *Store) PresignPut(ctx context.Context, ref Ref, up Upload, life time.Duration) (Ticket, error) {
	sum, err := checksum(up.SHA256)
	if err != nil {
		return Ticket{}, err
	}
	headers := map[string]string{
		"Content-Length":        strconv.FormatInt(up.Size, 10),
		"Content-Type":          up.ContentType,
		"X-Amz-Checksum-Sha256": sum,
	}
	signed, err := s.presign(ctx, http.MethodPut, ref, nil, headers, life)
	if err != nil {
		return Ticket{}, err
	}
	return Ticket{URL: signed, Headers: headers, ExpiresAt: time.Now().UTC().Add(life).Truncate(time.Second)}, nil
}

// PresignGet signs a GET of one pinned version, answered with the given content type whatever was stored.
func (s *Store) PresignGet(ctx context.Context, ref Ref, contentType string, life time.Duration) (string, error) {
	if ref.Version == "" {
		return "", fmt.Errorf("objects: presign %s: a read is signed for a pinned version only", ref.Key)
	}
	query := url.Values{
		"versionId":                    {ref.Version},
		"response-content-type":        {contentType},
		"response-content-disposition": {"inline"},
		"response-cache-control":       {"private, max-age=" + strconv.Itoa(int(life.Seconds()))},
	}
	return s.presign(ctx, http.MethodGet, ref, query, nil, life)
}

// presign signs with the library's signer rather than through its client, because the client's host is the one this
// process talks to and the signature must carry the one the phone talks to.
func (s *Store) presign(ctx context.Context, method string, ref Ref, query url.Values, headers map[string]string, life time.Duration) (string, error) {
	if err := ref.check(); err != nil {
		return "", err
	}
	base := s.public
	if base == nil {
		base, _ = ctx.Value(publicBaseKey{}).(*url.URL)
	}
	if base == nil {
		return "", errors.New("objects: presign: neither a public URL nor the listener of the request is known")
	}
	target := *base
	target.Path = "/" + ref.bucket() + "/" + ref.Key
	target.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, target.String(), nil)
	if err != nil {
		return "", fmt.Errorf("objects: presign: %w", err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	signed := signer.PreSignV4(*req, s.cfg.AccessKey, s.cfg.SecretKey, "", s.cfg.Region, int64(life.Seconds()))
	return signed.URL.String(), nil
}
