package notify

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"huying/internal/platform/fault"
)

// receiptsBody is what a gateway says became of messages.
type receiptsBody struct {
	Receipts []receiptBody `json:"receipts" minItems:"1" maxItems:"500"`
}

type receiptBody struct {
	ID     string     `json:"id" format:"uuid" doc:"我方短信编号"`
	Status string     `json:"status" enum:"delivered,undelivered"`
	Code   string     `json:"code,omitempty" maxLength:"40" doc:"未送达的原因代码"`
	At     *time.Time `json:"at,omitempty" doc:"运营商记录的时间"`
}

// receiptsAnswer says how many of the messages were known.
type receiptsAnswer struct {
	Known int `json:"known" doc:"其中认得几条"`
}

// answerBody is a message that came back.
type answerBody struct {
	ID    string `json:"id" minLength:"1" maxLength:"80" doc:"网关自己的编号；重复推送只算一次"`
	Phone string `json:"phone" minLength:"1" maxLength:"20"`
	Text  string `json:"text" maxLength:"500" doc:"回复的原文"`
}

// answerAnswer says how the message was understood.
type answerAnswer struct {
	Outcome string `json:"outcome" enum:"rated,too_late,already,not_understood,unknown_number,unsubscribed"`
}

const (
	maxReceipts = 500
	maxText     = 500
)

func readReceipts(body []byte) ([]Receipt, error) {
	var in receiptsBody
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, fault.Invalid.With(err, "内容不是约定的JSON", fault.Field{Name: "receipts", Message: "应为数组"})
	}
	if len(in.Receipts) == 0 || len(in.Receipts) > maxReceipts {
		return nil, fault.Invalid.New("请检查内容", fault.Field{Name: "receipts", Message: "每次1至500条"})
	}
	out := make([]Receipt, len(in.Receipts))
	for i, r := range in.Receipts {
		id, err := uuid.Parse(r.ID)
		if err != nil {
			return nil, fault.Invalid.New("请检查内容", fault.Field{Name: "receipts.id", Message: "不是我方短信编号"})
		}
		if r.Status != "delivered" && r.Status != "undelivered" {
			return nil, fault.Invalid.New("请检查内容", fault.Field{Name: "receipts.status", Message: "只能是 delivered 或 undelivered"})
		}
		out[i] = Receipt{MessageID: id, Delivered: r.Status == "delivered", Code: r.Code}
		if r.At != nil {
			out[i].At = *r.At
		}
	}
	return out, nil
}

func readIncoming(body []byte) (Incoming, error) {
	var in answerBody
	if err := json.Unmarshal(body, &in); err != nil {
		return Incoming{}, fault.Invalid.With(err, "内容不是约定的JSON", fault.Field{Name: "id", Message: "应有 id、phone、text"})
	}
	var wrong []fault.Field
	if in.ID == "" || utf8.RuneCountInString(in.ID) > 80 {
		wrong = append(wrong, fault.Field{Name: "id", Message: "1至80个字符"})
	}
	if in.Phone == "" || len(in.Phone) > 20 {
		wrong = append(wrong, fault.Field{Name: "phone", Message: "不是有效的手机号"})
	}
	if utf8.RuneCountInString(in.Text) > maxText {
		wrong = append(wrong, fault.Field{Name: "text", Message: "最多500个字"})
	}
	if len(wrong) > 0 {
		return Incoming{}, fault.Invalid.New("请检查内容", wrong...)
	}
	return Incoming(in), nil
}
