package fault

import (
	"encoding/json"
	"maps"
)

// Problem is a fault on the wire: RFC 9457 problem+json with our code, the request id and the named fields.
type Problem struct {
	Type      string         `json:"type" doc:"urn:huying:problem:<code>"`
	Title     string         `json:"title" doc:"简短说明，同一代码固定不变"`
	Status    int            `json:"status" doc:"HTTP 状态码"`
	Detail    string         `json:"detail,omitempty" doc:"给办事人看的说明"`
	Code      string         `json:"code" doc:"稳定的错误代码"`
	RequestID string         `json:"request_id,omitempty" doc:"请求编号，报障时请提供"`
	Errors    []Field        `json:"errors,omitempty" doc:"有误的字段"`
	Facts     map[string]any `json:"-"`
}

var reserved = map[string]bool{
	"type": true, "title": true, "status": true, "detail": true, "code": true, "request_id": true, "errors": true,
}

// Wire turns a fault into its problem. The cause stays behind.
func (e *Error) Wire(requestID string) *Problem {
	return &Problem{
		Type:      "urn:huying:problem:" + e.Kind.Code,
		Title:     e.Kind.Title,
		Status:    e.Kind.Status,
		Detail:    e.Detail,
		Code:      e.Kind.Code,
		RequestID: requestID,
		Errors:    e.Fields,
		Facts:     e.Facts,
	}
}

// MarshalJSON writes the facts as extension members beside the fixed ones.
func (p *Problem) MarshalJSON() ([]byte, error) {
	type fixed Problem
	head, err := json.Marshal((*fixed)(p))
	if err != nil || len(p.Facts) == 0 {
		return head, err
	}
	facts := maps.Clone(p.Facts)
	maps.DeleteFunc(facts, func(name string, _ any) bool { return reserved[name] })
	if len(facts) == 0 {
		return head, nil
	}
	tail, err := json.Marshal(facts)
	if err != nil {
		return nil, err
	}
	return append(append(head[:len(head)-1], ','), tail[1:]...), nil
}

// ContentType says that a problem answered as JSON is application/problem+json.
func (p *Problem) ContentType(ct string) string {
	if ct == "application/json" {
		return "application/problem+json"
	}
	return ct
}

// Error makes a problem usable where an error with a status is expected; it holds only what the client sees.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return p.Title
}

// GetStatus is the HTTP status of the answer.
func (p *Problem) GetStatus() int { return p.Status }
