package walk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
)

// client waits long enough for a photograph to be examined on a slow machine.
var client = &http.Client{Timeout: 60 * time.Second}

// answerLimit bounds what is read of an answer.
const answerLimit = 4 << 20

// person is one of those who walk, with a session.
type person struct {
	part, name, token, deputyID string
	// tenant is where the person works; staff are asked about no other.
	tenant string
}

// problem is a refusal of the API.
type problem struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Title   string `json:"title"`
	Detail  string `json:"detail"`
	Choices []struct {
		Code     string `json:"code"`
		FullName string `json:"full_name"`
	} `json:"choices"`
	RequestID string `json:"request_id"`
}

func (p *problem) Error() string {
	return fmt.Sprintf("%d %s：%s%s（请求 %s）", p.Status, p.Code, p.Title, p.Detail, p.RequestID)
}

// reach makes sure that a demo answers.
func (w *walker) reach() {
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, w.URL+"/readyz", nil)
	w.must(err)
	res, err := client.Do(req)
	if err != nil {
		w.must(fmt.Errorf("%w：%s", ErrUnreachable, w.URL))
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		w.must(fmt.Errorf("%w：%s/readyz 答 %d", ErrUnreachable, w.URL, res.StatusCode))
	}
}

// send makes one call; a refusal comes back as *problem.
func (w *walker) send(p *person, method, path string, body, out any) error {
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(w.ctx, method, w.URL+"/api/v1"+path, content)
	if err != nil {
		return err
	}
	req.Header.Set("X-Tenant", p.at())
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	if p != nil && p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("%w：%w", ErrUnreachable, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		refused := &problem{Status: res.StatusCode}
		if json.Unmarshal(answer, refused) != nil {
			refused.Title = string(answer[:min(len(answer), 200)])
		}
		refused.Status = res.StatusCode
		return refused
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// at is the tenant a person speaks to.
func (p *person) at() string {
	if p == nil || p.tenant == "" {
		return tenant
	}
	return p.tenant
}

type session struct {
	AccessToken string `json:"access_token"`
}

// staff signs a documented account in and says so.
func (w *walker) staff(part, username string) *person {
	p := w.signIn(part, username)
	w.line(grey, "   登录：%s %s（%s）", part, p.name, username)
	w.people = append(w.people, p)
	return p
}

func (w *walker) signIn(part, username string) *person {
	var s session
	w.must(w.send(nil, http.MethodPost, "/auth/sessions", map[string]any{"username": username, "password": w.Password}, &s))
	p := &person{part: part, token: s.AccessToken, tenant: username[:6]}
	w.must(w.know(p))
	return p
}

// know reads who the person is.
func (w *walker) know(p *person) error {
	var me struct {
		Name   string `json:"name"`
		Grants []struct {
			DeputyID string `json:"deputy_id"`
		} `json:"grants"`
	}
	if err := w.send(p, http.MethodGet, "/me", nil, &me); err != nil {
		return err
	}
	p.name = me.Name
	for _, g := range me.Grants {
		if g.DeputyID != "" {
			p.deputyID = g.DeputyID
		}
	}
	return nil
}

// citizenPart is how the walk calls the citizen, who alone signs in by SMS.
const citizenPart = "群众"

// citizen signs a phone in by the code that the demo would have sent.
func (w *walker) citizen(phone string) *person {
	p := &person{part: citizenPart, name: phone[:3] + "****" + phone[7:]}
	w.people = append(w.people, p)
	w.say(p, "输入手机号，收短信验证码登录")
	w.must(w.send(nil, http.MethodPost, "/auth/sms-codes", map[string]any{"phone": phone}, nil))
	code := w.code(phone)
	w.line(grey, "   演示收件箱 /dev/outbox 里的验证码：%s", code)
	var s session
	w.must(w.send(nil, http.MethodPost, "/auth/sms-sessions", map[string]any{"phone": phone, "code": code}, &s))
	p.token = s.AccessToken
	return p
}

// code waits for the message, which the job queue hands over.
func (w *walker) code(phone string) string {
	for range 200 {
		var outbox struct {
			Items []struct {
				Phone  string            `json:"phone"`
				Params map[string]string `json:"params"`
			} `json:"items"`
		}
		w.must(w.send(nil, http.MethodGet, "/dev/outbox?phone="+url.QueryEscape(phone), nil, &outbox))
		for _, m := range outbox.Items {
			if m.Phone == phone && m.Params["code"] != "" {
				return m.Params["code"]
			}
		}
		select {
		case <-w.ctx.Done():
			w.must(w.ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	w.must(errors.New("20 秒内收件箱里没有验证码"))
	return ""
}

// upload gets a ticket and puts exactly the announced bytes where it says.
func (w *walker) upload(p *person, content []byte) string {
	sum := sha256.Sum256(content)
	var ticket struct {
		UploadID string            `json:"upload_id"`
		Method   string            `json:"method"`
		URL      string            `json:"url"`
		Headers  map[string]string `json:"headers"`
	}
	w.must(w.send(p, http.MethodPost, "/uploads", map[string]any{
		"file_name": "photo.jpg", "content_type": "image/jpeg", "size": len(content), "sha256": hex.EncodeToString(sum[:]),
	}, &ticket))
	req, err := http.NewRequestWithContext(w.ctx, ticket.Method, ticket.URL, bytes.NewReader(content))
	w.must(err)
	for k, v := range ticket.Headers {
		req.Header.Set(k, v)
	}
	res, err := client.Do(req)
	w.must(err)
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode/100 != 2 {
		answer, _ := io.ReadAll(io.LimitReader(res.Body, 400))
		w.must(fmt.Errorf("照片库答 %d：%s", res.StatusCode, answer))
	}
	return ticket.UploadID
}
