package notify

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/smsmessage"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// Statuses of a message as people see them. The table knows no statusWithheld: such a message failed for a reason that
// was meant.
const (
	statusQueued   = "queued"
	statusSent     = "sent"
	statusFailed   = "failed"
	statusWithheld = "withheld"
)

var withheld = []string{whyMuted, whyDigest, whyLapsed}

func statusOf(m *db.SmsMessage) string {
	if m.Status == smsmessage.StatusFailed && slices.Contains(withheld, m.Error) {
		return statusWithheld
	}
	return string(m.Status)
}

// reasons say in words why a message was not sent.
var reasons = map[string]string{
	whyMuted: "本人关闭了这类短信", whyDigest: "并入每日汇总", whyLapsed: "发送前事项已过时",
	whyNoNumber: "没有手机号", whyUnreadable: "内容无法解密", whyStale: "超过有效时间仍未发出",
	whyRefused: "短信网关拒绝", whyUndelivered: "运营商未送达",
}

// Posted is a message as somebody who watches over sending sees it: nothing of what it says.
type Posted struct {
	Row *db.SmsMessage
	// Phone is masked, and empty when nobody holds one.
	Phone string
}

// Messages returns a tenant's messages of one status, newest first, at most one more than limit, those before the id
// before unless it is uuid.Nil.
func (s *Service) Messages(ctx context.Context, tenant, status string, before uuid.UUID, limit int) ([]Posted, error) {
	var out []Posted
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		q := tx.SmsMessage.Query().Where(smsmessage.Tenant(tenant)).Order(smsmessage.ByID(sql.OrderDesc())).Limit(limit + 1)
		switch status {
		case statusWithheld:
			q.Where(smsmessage.StatusEQ(smsmessage.StatusFailed), smsmessage.ErrorIn(withheld...))
		case statusFailed:
			q.Where(smsmessage.StatusEQ(smsmessage.StatusFailed), smsmessage.ErrorNotIn(withheld...))
		case statusQueued, statusSent:
			q.Where(smsmessage.StatusEQ(smsmessage.Status(status)))
		}
		if before != uuid.Nil {
			q.Where(smsmessage.IDLT(before))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return err
		}
		for _, m := range rows {
			phone, err := s.number(ctx, tx, m)
			if err != nil {
				return err
			}
			out = append(out, Posted{Row: m, Phone: mask(phone)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("notify: messages: %w", err)
	}
	return out, nil
}

// mask hides the middle of a number.
func mask(phone string) string {
	if len(phone) != 11 {
		return ""
	}
	return phone[:3] + "****" + phone[7:]
}

type messagesInput struct {
	web.Paging
	Status string `query:"status" enum:"queued,sent,failed,withheld" default:"failed" doc:"queued 等待发送 · sent 已交网关 · failed 没有发成 · withheld 按本人设置未发"`
}

type messagesOutput struct {
	Body web.Page[messageView]
}

// messageView is one message without what it says.
type messageView struct {
	ID          uuid.UUID  `json:"id"`
	Phone       string     `json:"phone" doc:"隐去中间四位"`
	Template    string     `json:"template"`
	Title       string     `json:"title"`
	Status      string     `json:"status" enum:"queued,sent,failed,withheld"`
	Reason      string     `json:"reason,omitempty" doc:"没有发出的原因"`
	Code        string     `json:"code,omitempty" doc:"原因代码；网关拒绝时带网关的代码"`
	Attempts    int        `json:"attempts" doc:"已试几次"`
	CreatedAt   time.Time  `json:"created_at"`
	NotBefore   *time.Time `json:"not_before,omitempty" doc:"免打扰时段，等到此时"`
	SentAt      *time.Time `json:"sent_at,omitempty" doc:"网关接收的时间"`
	DeliveredAt *time.Time `json:"delivered_at,omitempty" doc:"运营商送达的时间"`
}

func viewMessage(p Posted) messageView {
	m := p.Row
	why, _, _ := strings.Cut(m.Error, ":")
	return messageView{
		ID: m.ID, Phone: p.Phone, Template: m.Template, Title: templateByID[m.Template].Title, Status: statusOf(m),
		Reason: reasons[why], Code: m.Error, Attempts: m.Attempts, CreatedAt: m.CreatedAt.UTC(),
		NotBefore: m.NotBefore, SentAt: m.SentAt, DeliveredAt: m.DeliveredAt,
	}
}

func (s *Service) messages(ctx context.Context, in *messagesInput) (*messagesOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	rows, err := s.Messages(ctx, web.TenantOf(ctx), in.Status, start.ID, in.Limit)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].Row.ID})
	}
	items := make([]messageView, len(rows))
	for i, p := range rows {
		items[i] = viewMessage(p)
	}
	return &messagesOutput{Body: web.NewPage(items, next)}, nil
}

// TemplatesCSV is the declared list as the table that is registered with a carrier: id, title, group, wording,
// parameters. The byte order mark lets office programs read the Chinese.
func TemplatesCSV() ([]byte, error) {
	b := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(b)
	rows := [][]string{{"模板", "标题", "类别", "内容", "参数"}}
	for _, t := range templates {
		rows = append(rows, []string{t.ID, t.Title, GroupOf(t.ID).Name, t.Text, strings.Join(t.Params(), " ")})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("notify: templates: %w", err)
	}
	return b.Bytes(), nil
}
