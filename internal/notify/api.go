package notify

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/auth"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

type inboxInput struct {
	web.Paging
	Unread   bool   `query:"unread" doc:"只看未读"`
	ReportID string `query:"report_id" format:"uuid" doc:"只看这一件的"`
}

type inboxOutput struct {
	Body web.Page[noticeView]
}

// noticeView is one notice on the wire; text is the finished wording.
type noticeView struct {
	ID        uuid.UUID         `json:"id"`
	Tenant    string            `json:"tenant"`
	Template  string            `json:"template"`
	Group     string            `json:"group" doc:"类别，与提醒设置里的相同"`
	Title     string            `json:"title"`
	Text      string            `json:"text"`
	Params    map[string]string `json:"params"`
	ReportID  *uuid.UUID        `json:"report_id,omitempty"`
	ReadAt    *time.Time        `json:"read_at,omitempty"`
	CreatedAt time.Time         `json:"created_at"`
}

func (s *Service) viewNotice(n *db.Notice) noticeView {
	t, params := templateByID[n.Template], s.paramsOf(n)
	v := noticeView{
		ID: n.ID, Tenant: n.Tenant, Template: n.Template, Group: traitOf(n.Template).group, Title: t.Title, Text: t.Render(params), Params: params,
		ReadAt: n.ReadAt, CreatedAt: n.CreatedAt.UTC(),
	}
	if n.SubjectKind == "report" {
		v.ReportID = n.SubjectID
	}
	return v
}

type countOutput struct {
	Body struct {
		Unread int `json:"unread" doc:"未读条数"`
	}
}

type readInput struct {
	ID uuid.UUID `path:"id" format:"uuid"`
}

type readAllInput struct {
	ReportID string `query:"report_id" format:"uuid" doc:"只把这一件的标为已读"`
}

type threadsInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

type threadsOutput struct {
	Body web.Page[threadView]
}

// threadView is all notices about one report, as one line.
type threadView struct {
	ReportID uuid.UUID  `json:"report_id"`
	Tenant   string     `json:"tenant"`
	Number   string     `json:"number" doc:"受理编号"`
	Latest   noticeView `json:"latest" doc:"最新一条"`
	Count    int        `json:"count" doc:"共几条"`
	Unread   int        `json:"unread" doc:"其中未读几条"`
}

type outboxInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Phone string `query:"phone" maxLength:"20" doc:"只看发给此号码的"`
}

type outboxOutput struct {
	Body web.Page[sentView]
}

// sentView is one message of the demo's outbox on the wire.
type sentView struct {
	ID        uuid.UUID         `json:"id"`
	Phone     string            `json:"phone"`
	Template  string            `json:"template"`
	Params    map[string]string `json:"params"`
	Text      string            `json:"text" doc:"收件人会看到的文字"`
	Status    string            `json:"status" enum:"queued,sent,failed,withheld"`
	CreatedAt time.Time         `json:"created_at"`
}

func (s *Service) inbox(ctx context.Context, in *inboxInput) (*inboxOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	about, err := optionalID(in.ReportID)
	if err != nil {
		return nil, err
	}
	rows, err := s.Inbox(ctx, Shelf{PersonID: auth.From(ctx).PersonID, Unread: in.Unread, ReportID: about, Before: start.ID, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
	}
	items := make([]noticeView, len(rows))
	for i, n := range rows {
		items[i] = s.viewNotice(n)
	}
	return &inboxOutput{Body: web.NewPage(items, next)}, nil
}

func (s *Service) unread(ctx context.Context, _ *struct{}) (*countOutput, error) {
	n, err := s.Unread(ctx, auth.From(ctx).PersonID)
	out := &countOutput{}
	out.Body.Unread = n
	return out, err
}

func (s *Service) read(ctx context.Context, in *readInput) (*struct{}, error) {
	return nil, s.Read(ctx, auth.From(ctx).PersonID, in.ID)
}

func (s *Service) readAll(ctx context.Context, in *readAllInput) (*struct{}, error) {
	about, err := optionalID(in.ReportID)
	if err != nil {
		return nil, err
	}
	_, err = s.ReadAll(ctx, auth.From(ctx).PersonID, about)
	return nil, err
}

func (s *Service) threads(ctx context.Context, in *threadsInput) (*threadsOutput, error) {
	found, err := s.Threads(ctx, auth.From(ctx).PersonID, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]threadView, len(found))
	for i, t := range found {
		items[i] = threadView{
			ReportID: *t.Latest.SubjectID, Tenant: t.Latest.Tenant, Number: t.Latest.Params["number"],
			Latest: s.viewNotice(t.Latest), Count: t.Count, Unread: t.Unread,
		}
	}
	return &threadsOutput{Body: web.NewPage(items, "")}, nil
}

// optionalID reads an id of the query that may be missing; its form was checked by the schema.
func optionalID(text string) (uuid.UUID, error) {
	if text == "" {
		return uuid.Nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return id, fault.Invalid.New("查询参数有误", fault.Field{Name: "report_id", Message: "不是有效的编号"})
	}
	return id, nil
}

func (s *Service) outbox(ctx context.Context, in *outboxInput) (*outboxOutput, error) {
	sent, err := s.Outbox(ctx, in.Phone, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]sentView, len(sent))
	for i, m := range sent {
		items[i] = sentView{
			ID: m.ID, Phone: m.Phone, Template: m.Template, Params: m.Params, Text: m.Text, Status: m.Status, CreatedAt: m.CreatedAt.UTC(),
		}
	}
	return &outboxOutput{Body: web.NewPage(items, "")}, nil
}
