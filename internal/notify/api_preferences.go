package notify

import (
	"context"

	"huying/internal/platform/auth"
)

// groupView is one group a person may mute.
type groupView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Kept  bool   `json:"kept" doc:"true：不能关闭"`
	Muted bool   `json:"muted" doc:"true：不发这类短信，消息箱里仍有"`
}

// PreferencesBody is how a person wants to be told; what is left out is the usual.
type PreferencesBody struct {
	SMS          *bool    `json:"sms,omitempty" doc:"是否发短信，不写为是；验证码、危险情况和正式决定总是发送"`
	Muted        []string `json:"muted,omitempty" maxItems:"20" doc:"不发短信的类别"`
	QuietFrom    *int     `json:"quiet_from,omitempty" minimum:"0" maximum:"1439" doc:"免打扰开始，当天第几分钟，不写为1260（21点）"`
	QuietTo      *int     `json:"quiet_to,omitempty" minimum:"0" maximum:"1439" doc:"免打扰结束，不写为480（8点）；与开始相同则没有免打扰"`
	Digest       *bool    `json:"digest,omitempty" doc:"人大代表：每天一条汇总短信，不写为是"`
	DigestMinute *int     `json:"digest_minute,omitempty" minimum:"480" maximum:"1200" doc:"汇总短信的时间，8点至20点，不写为480"`
	LargeType    bool     `json:"large_type,omitempty" doc:"大字版"`
	Version      int      `json:"version,omitempty" minimum:"0" doc:"看到的版本，防止覆盖别处的修改；0不检查"`
}

// preferences are the choices of the body over the usual ones.
func (b PreferencesBody) preferences() Preferences {
	p := usual()
	p.LargeType, p.Version = b.LargeType, b.Version
	if b.Muted != nil {
		p.Muted = b.Muted
	}
	choose(&p.SMS, b.SMS)
	choose(&p.Digest, b.Digest)
	choose(&p.QuietFrom, b.QuietFrom)
	choose(&p.QuietTo, b.QuietTo)
	choose(&p.DigestMinute, b.DigestMinute)
	return p
}

func choose[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

type preferencesInput struct {
	Body PreferencesBody
}

type preferencesOutput struct {
	Body preferencesView
}

// preferencesView is how a person is told now.
type preferencesView struct {
	SMS          bool        `json:"sms"`
	Muted        []string    `json:"muted"`
	QuietFrom    int         `json:"quiet_from" doc:"当天第几分钟"`
	QuietTo      int         `json:"quiet_to"`
	Digest       bool        `json:"digest"`
	DigestMinute int         `json:"digest_minute"`
	LargeType    bool        `json:"large_type"`
	Version      int         `json:"version"`
	Groups       []groupView `json:"groups" doc:"全部类别"`
}

func viewPreferences(p Preferences) *preferencesOutput {
	v := preferencesView{
		SMS: p.SMS, Muted: p.Muted, QuietFrom: p.QuietFrom, QuietTo: p.QuietTo,
		Digest: p.Digest, DigestMinute: p.DigestMinute, LargeType: p.LargeType, Version: p.Version,
	}
	for _, g := range groups {
		v.Groups = append(v.Groups, groupView{ID: g.ID, Name: g.Name, Kept: g.Kept, Muted: p.mutes(trait{group: g.ID})})
	}
	return &preferencesOutput{Body: v}
}

func (s *Service) getPreferences(ctx context.Context, _ *struct{}) (*preferencesOutput, error) {
	p, err := s.Preferences(ctx, auth.From(ctx).PersonID)
	if err != nil {
		return nil, err
	}
	return viewPreferences(p), nil
}

func (s *Service) putPreferences(ctx context.Context, in *preferencesInput) (*preferencesOutput, error) {
	p, err := s.SetPreferences(ctx, auth.From(ctx).PersonID, in.Body.preferences())
	if err != nil {
		return nil, err
	}
	return viewPreferences(p), nil
}
