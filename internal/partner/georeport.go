package partner

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huying/internal/deadline"
	"huying/internal/platform/outbound"
)

// georeport speaks GeoReport v2 as a client: always XML, which every server must have. What servers do otherwise than
// the specification says, it takes as far as it can be understood: missing and odd dates, other root elements, other
// words for a status, encodings of China.
type georeport struct {
	out                *outbound.Client
	base, jurisdiction string
	key                string
}

// refusal is an answer that trying again does not change: the partner understood and said no.
type refusal struct {
	status int
	says   string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("the partner refused (%d): %s", r.status, r.says)
}

// errForeign is an answer that is no GeoReport at all, such as the page of a proxy or a maintenance window.
var errForeign = errors.New("the answer is not GeoReport XML")

// remoteRequest is a request as the partner tells it.
type remoteRequest struct {
	ID      string `xml:"service_request_id"`
	Token   string `xml:"token"`
	Status  string `xml:"status"`
	Notes   string `xml:"status_notes"`
	Updated string `xml:"updated_datetime"`
}

// remoteUpdate is a step as the partner tells it.
type remoteUpdate struct {
	ID          string `xml:"update_id"`
	RequestID   string `xml:"service_request_id"`
	Status      string `xml:"status"`
	Updated     string `xml:"updated_datetime"`
	Description string `xml:"description"`
}

type remoteError struct {
	Code        string `xml:"code"`
	Description string `xml:"description"`
}

// submit hands a matter over and gives its id there, or a token that stands for it until there is one.
func (g georeport) submit(ctx context.Context, m *Matter, code string) (id, token string, err error) {
	args := url.Values{
		"service_code": {code}, "description": {m.Title + "\n" + m.Description}, "address_string": {m.DivisionName + m.Address},
		"address_id": {m.DivisionCode}, "account_id": {m.Number},
	}
	if m.Lat != nil && m.Lng != nil {
		args.Set("lat", strconv.FormatFloat(*m.Lat, 'f', 6, 64))
		args.Set("long", strconv.FormatFloat(*m.Lng, 'f', 6, 64))
	}
	for key, answer := range m.Answers {
		args.Set("attribute["+key+"]", answer)
	}
	body, err := g.ask(ctx, http.MethodPost, "requests.xml", args)
	if err != nil {
		return "", "", err
	}
	found, err := elements[remoteRequest](body, "request")
	if err != nil {
		return "", "", err
	}
	for _, r := range found {
		if id, token = strings.TrimSpace(r.ID), strings.TrimSpace(r.Token); id != "" || token != "" {
			return id, token, nil
		}
	}
	return "", "", fmt.Errorf("%w: neither service_request_id nor token", errForeign)
}

// resolve asks for the id behind a token; "" when there is none yet.
func (g georeport) resolve(ctx context.Context, token string) (string, error) {
	body, err := g.ask(ctx, http.MethodGet, "tokens/"+url.PathEscape(token)+".xml", url.Values{})
	if err != nil {
		return "", err
	}
	found, err := elements[remoteRequest](body, "request")
	if err != nil || len(found) == 0 {
		return "", err
	}
	return strings.TrimSpace(found[0].ID), nil
}

// updates gives the steps of a time.
func (g georeport) updates(ctx context.Context, from, to time.Time) ([]remoteUpdate, error) {
	body, err := g.ask(ctx, http.MethodGet, "servicerequestupdates.xml", url.Values{"start_date": {w3c(from)}, "end_date": {w3c(to)}})
	if err != nil {
		return nil, err
	}
	return elements[remoteUpdate](body, "request_update")
}

// requests gives how requests stand, for servers without updates.
func (g georeport) requests(ctx context.Context, ids []string) ([]remoteRequest, error) {
	body, err := g.ask(ctx, http.MethodGet, "requests.xml", url.Values{"service_request_id": {strings.Join(ids, ",")}})
	if err != nil {
		return nil, err
	}
	return elements[remoteRequest](body, "request")
}

// say posts a step.
func (g georeport) say(ctx context.Context, remote, key, status, text string, at time.Time) error {
	_, err := g.ask(ctx, http.MethodPost, "servicerequestupdates.xml", url.Values{
		"service_request_id": {remote}, "update_id": {key}, "status": {strings.ToUpper(status)}, "description": {text}, "updated_datetime": {w3c(at)},
	})
	return err
}

func w3c(t time.Time) string { return t.In(deadline.Zone).Format(time.RFC3339) }

// ask makes one exchange and gives the body of a good answer.
func (g georeport) ask(ctx context.Context, method, path string, args url.Values) ([]byte, error) {
	address := strings.TrimSuffix(g.base, "/") + "/" + path
	if g.jurisdiction != "" {
		args.Set("jurisdiction_id", g.jurisdiction)
	}
	var body io.Reader
	if method == http.MethodPost {
		if g.key != "" {
			args.Set("api_key", g.key)
		}
		body = strings.NewReader(args.Encode())
	} else if len(args) > 0 {
		address += "?" + args.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fmt.Errorf("georeport: %w", err)
	}
	req.Header.Set("User-Agent", "Huying")
	req.Header.Set("Accept", "text/xml")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	answer, err := g.out.Do(ctx, req)
	if err != nil {
		return nil, err
	}
	if answer.Status/100 == 2 {
		return answer.Body, nil
	}
	failed, err := elements[remoteError](answer.Body, "error")
	if err != nil || len(failed) == 0 || answer.Status >= 500 || answer.Status == http.StatusTooManyRequests {
		return nil, fmt.Errorf("the partner answered %d: %w", answer.Status, errors.Join(err, errTransient))
	}
	says := make([]string, len(failed))
	for i, f := range failed {
		says[i] = clip(f.Description, 120)
	}
	return nil, &refusal{status: answer.Status, says: strings.Join(says, "; ")}
}

// errTransient marks answers that another try may change.
var errTransient = errors.New("no refusal in it")

// elements finds every element of a name, at whatever depth and under whatever root. An empty answer has none; one that
// is no XML, or a page of HTML, fails with errForeign.
func elements[T any](body []byte, name string) ([]T, error) {
	body = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))
	if len(body) == 0 {
		return nil, nil
	}
	d := xml.NewDecoder(bytes.NewReader(body)) //nolint:gosec // bounded by MaxAnswer; Go reads no external entities
	d.CharsetReader = charset
	var out []T
	for first := true; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if first {
				return nil, errForeign
			}
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errForeign, err)
		}
		start, is := token.(xml.StartElement)
		if !is {
			continue
		}
		if first && strings.EqualFold(start.Name.Local, "html") {
			return nil, errForeign
		}
		first = false
		if start.Name.Local != name {
			continue
		}
		var item T
		if err := d.DecodeElement(&item, &start); err != nil {
			return nil, fmt.Errorf("%w: %w", errForeign, err)
		}
		out = append(out, item)
	}
}

// charset reads the encodings that servers in China still use.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "us-ascii":
		return in, nil
	case "gbk", "gb2312", "gb18030":
		return simplifiedchinese.GB18030.NewDecoder().Reader(in), nil
	}
	return nil, fmt.Errorf("unknown encoding %q", label)
}

// moment reads a time as servers write them. Without a zone it is taken as local; what cannot be read is the zero time.
func moment(text string) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(time.Microsecond)
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, deadline.Zone); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
