package play

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/internal/app/demo/scene"
)

// view is what a play reads of a report.
type view struct {
	ID       string `json:"id"`
	Number   string `json:"number"`
	Tenant   string `json:"tenant"`
	State    string `json:"state"`
	Deputies []struct {
		ID   string `json:"id"`
		Part string `json:"part"`
	} `json:"deputies"`
	Offers []struct {
		DeputyID string `json:"deputy_id"`
		State    string `json:"state"`
	} `json:"offers"`
	Links []struct {
		Kind   string `json:"kind"`
		ID     string `json:"id"`
		Number string `json:"number"`
	} `json:"links"`
}

// call makes the request of an act.
func (r *run) call(a Act) (method, path string, body any, err error) {
	if a.Body != nil {
		if body, err = r.resolve(a, map[string]any(a.Body)); err != nil {
			return "", "", nil, err
		}
	}
	switch {
	case a.Do == "submit":
		return http.MethodPost, "/reports", body, nil
	case a.Do != "":
		k, ok := r.kept[a.on()]
		if !ok {
			return "", "", nil, fmt.Errorf("no report is kept as %q", a.on())
		}
		if body == nil {
			body = map[string]any{}
		}
		return http.MethodPost, "/reports/" + k.ID + "/" + a.Do, body, nil
	}
	method, path = http.MethodPost, a.Path
	if m, rest, ok := strings.Cut(a.Path, " "); ok {
		method, path = m, rest
	}
	for name, k := range r.kept {
		path = strings.ReplaceAll(path, "{"+name+"}", k.ID)
		path = strings.ReplaceAll(path, "{"+name+".number}", k.Number)
	}
	return method, path, body, nil
}

// resolve looks up what a body names:
//
//	$unit:dept5        the id of a unit by its code; $unit:gov is the street's government
//	$community, $other.community   where it plays; a place of the other district
//	$id:x, $number:x   the report kept as x
//	$photo:noise, $photo:noise.after   a drawn scene, uploaded by who acts
//	$in:48h, $ago:2h   an instant from now
//	$employer:deputy1  where a deputy works
//	$tenant, $other    the two districts
func (r *run) resolve(a Act, value any) (any, error) {
	switch v := value.(type) {
	case string:
		if !strings.HasPrefix(v, "$") {
			return v, nil
		}
		return r.lookUp(a, v[1:])
	case map[string]any:
		out := map[string]any{}
		for k, inner := range v {
			x, err := r.resolve(a, inner)
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	case Body:
		return r.resolve(a, map[string]any(v))
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			x, err := r.resolve(a, inner)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	}
	return value, nil
}

func (r *run) lookUp(a Act, text string) (any, error) {
	word, rest, _ := strings.Cut(text, ":")
	switch word {
	case "unit":
		if rest == "gov" {
			rest = r.street
		}
		if id, ok := r.units[rest]; ok {
			return id, nil
		}
		return nil, fmt.Errorf("no unit %q", rest)
	case "community":
		return r.community, nil
	case "tenant":
		return r.set.Tenant, nil
	case "other":
		return r.set.Other, nil
	case "id", "number":
		k, ok := r.kept[rest]
		if !ok {
			return nil, fmt.Errorf("no report is kept as %q", rest)
		}
		return map[string]string{"id": k.ID, "number": k.Number}[word], nil
	case "in", "ago":
		d, err := time.ParseDuration(rest)
		if word == "ago" {
			d = -d
		}
		return r.clock.Now().Add(d), err
	case "photo":
		return r.photo(a.Who, rest)
	case "employer":
		return r.employer(rest)
	}
	return nil, fmt.Errorf("nothing is called $%s", text)
}

// empty checks that an answer is a list without items.
func empty(answer []byte) error {
	var page struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if len(page.Items) > 0 {
		return fmt.Errorf("%d items where none may be seen", len(page.Items))
	}
	return nil
}

// keepLink remembers a report that the one of the act is linked with.
func (r *run) keepLink(a Act) error {
	v, err := r.read(a.Who, a.on())
	if err != nil {
		return err
	}
	for _, l := range slices.Backward(v.Links) {
		if l.Kind == a.LinkAs {
			r.kept[a.KeepLink] = Kept{ID: l.ID, Number: l.Number, Tenant: r.tenantOf(a)}
			return nil
		}
	}
	return fmt.Errorf("%s has no link %q", a.on(), a.LinkAs)
}

// keep remembers the report an act made.
func (r *run) keep(a Act, answer []byte) error {
	if a.KeepLink != "" {
		return r.keepLink(a)
	}
	if a.Keep == "" {
		return nil
	}
	var v view
	if err := json.Unmarshal(answer, &v); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if v.ID == "" {
		return fmt.Errorf("the answer names no report: %.200s", answer)
	}
	if v.Tenant == "" {
		v.Tenant = r.set.Tenant
	}
	r.kept[a.Keep] = Kept{ID: v.ID, Number: v.Number, Tenant: v.Tenant}
	return nil
}

func (r *run) read(who, name string) (*view, error) {
	k, ok := r.kept[name]
	if !ok {
		return nil, fmt.Errorf("no report is kept as %q", name)
	}
	status, answer, err := r.ask(who, http.MethodGet, "/reports/"+k.ID, nil)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("read %s as %s: %d %.300s", name, who, status, answer)
	}
	var v view
	return &v, json.Unmarshal(answer, &v)
}

// ask makes one request as somebody, in the tenant where they work.
func (r *run) ask(who, method, path string, body any) (int, []byte, error) {
	p, err := r.actor(who)
	if err != nil {
		return 0, nil, err
	}
	return r.askIn(p, p.tenant, method, path, body)
}

func (r *run) askIn(p *actor, tenant, method, path string, body any) (_ int, _ []byte, err error) {
	if p.person != uuid.Nil {
		if p.token, err = r.session(p.person); err != nil {
			return 0, nil, err
		}
	}
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		content = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(r.ctx, method, r.url+"/api/v1"+path, content)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("X-Tenant", tenant)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	return r.send(req)
}

func (r *run) send(req *http.Request) (int, []byte, error) {
	res, err := r.http.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("stage: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	return res.StatusCode, answer, err
}

// photo draws a scene and uploads it as who.
func (r *run) photo(who, what string) (string, error) {
	picture, ok := r.photos[what]
	if !ok {
		kind, after := strings.CutSuffix(what, ".after")
		var err error
		if picture, err = scene.Draw(kind, 1, after); err != nil {
			return "", err
		}
		r.photos[what] = picture
	}
	sum := sha256.Sum256(picture)
	status, answer, err := r.ask(who, http.MethodPost, "/uploads", map[string]any{
		"file_name": "photo.jpg", "content_type": "image/jpeg", "size": len(picture), "sha256": hex.EncodeToString(sum[:]),
	})
	if err != nil || status/100 != 2 {
		return "", fmt.Errorf("ticket: %d %.200s %w", status, answer, err)
	}
	var ticket struct {
		UploadID string            `json:"upload_id"`
		Method   string            `json:"method"`
		URL      string            `json:"url"`
		Headers  map[string]string `json:"headers"`
	}
	if err := json.Unmarshal(answer, &ticket); err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(r.ctx, ticket.Method, ticket.URL, bytes.NewReader(picture))
	if err != nil {
		return "", err
	}
	for k, v := range ticket.Headers {
		req.Header.Set(k, v)
	}
	if status, answer, err = r.send(req); err != nil || status/100 != 2 {
		return "", fmt.Errorf("upload: %d %.200s %w", status, answer, err)
	}
	return ticket.UploadID, nil
}
