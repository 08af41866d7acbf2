package rights

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/auth"
	"huying/internal/platform/web"
)

type noticesOutput struct {
	Body struct {
		Version string       `json:"notice_version" doc:"现行告知内容的版本，表示同意时原样带回"`
		Items   []NoticeText `json:"items"`
	}
}

func (s *Service) getNotices(context.Context, *struct{}) (*noticesOutput, error) {
	out := &noticesOutput{}
	out.Body.Version, out.Body.Items = NoticeVersion, Notices()
	return out, nil
}

// consentView is one act of consent on the wire.
type consentView struct {
	Purpose  string     `json:"purpose"`
	Title    string     `json:"title"`
	Given    bool       `json:"given" doc:"true 同意，false 撤回"`
	Version  string     `json:"notice_version" doc:"当时看到的告知内容的版本"`
	Tenant   string     `json:"tenant,omitempty"`
	ReportID *uuid.UUID `json:"report_id,omitempty" doc:"针对哪一件事项；没有则针对全部"`
	Channel  string     `json:"channel" doc:"app 本人办理，station 由联络站或街道代为登记"`
	At       time.Time  `json:"at"`
}

func viewConsent(c *db.ConsentRecord) consentView {
	v := consentView{
		Purpose: c.Purpose, Given: c.Given, Version: c.NoticeVersion, Tenant: c.Tenant, ReportID: c.SubjectID,
		Channel: c.Channel, At: c.At.UTC(),
	}
	for _, n := range Notices() {
		if n.Purpose == c.Purpose {
			v.Title = n.Title
		}
	}
	return v
}

type consentsOutput struct {
	Body web.Page[consentView]
}

func (s *Service) getConsents(ctx context.Context, _ *struct{}) (*consentsOutput, error) {
	rows, err := s.Consents(ctx, auth.From(ctx).PersonID)
	if err != nil {
		return nil, err
	}
	items := make([]consentView, len(rows))
	for i, c := range rows {
		items[i] = viewConsent(c)
	}
	return &consentsOutput{Body: web.NewPage(items, "")}, nil
}

type decideInput struct {
	Body struct {
		Purpose  string    `json:"purpose" enum:"publish_text,publish_photo,precise_position,follow_up_call" doc:"用途"`
		Given    bool      `json:"given" doc:"true 同意，false 撤回"`
		Version  string    `json:"notice_version,omitempty" maxLength:"20" doc:"同意时必填：所看到的告知内容的版本"`
		Tenant   string    `json:"tenant,omitempty" maxLength:"6" doc:"只针对一件事项时填写"`
		ReportID uuid.UUID `json:"report_id,omitempty" format:"uuid" doc:"只针对一件事项时填写"`
	}
}

type decideOutput struct {
	Body struct {
		Touched int `json:"touched" doc:"立即生效的事项件数"`
	}
}

func (s *Service) postConsent(ctx context.Context, in *decideInput) (*decideOutput, error) {
	b := in.Body
	n, err := s.Decide(ctx, Decision{Purpose: b.Purpose, Given: b.Given, Version: b.Version, Tenant: b.Tenant, Subject: b.ReportID})
	out := &decideOutput{}
	out.Body.Touched = n
	return out, err
}
