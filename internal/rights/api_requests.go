package rights

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/auth"
	"huying/internal/platform/web"
)

// requestView is one request on the wire.
type requestView struct {
	ID        uuid.UUID   `json:"id"`
	Kind      string      `json:"kind" enum:"export,erase" doc:"export 副本，erase 注销"`
	State     string      `json:"state" enum:"requested,running,ready,done,failed,cancelled"`
	CreatedAt time.Time   `json:"created_at"`
	NotBefore time.Time   `json:"not_before" doc:"最早执行的时间；注销在此之前可以撤销"`
	ExpiresAt *time.Time  `json:"expires_at,omitempty" doc:"副本可下载到何时"`
	EndedAt   *time.Time  `json:"ended_at,omitempty"`
	File      string      `json:"file,omitempty" doc:"下载地址，在 /api/v1 之下"`
	Outcome   []CountView `json:"outcome,omitempty"`
}

func viewRequest(r *db.RightsRequest) requestView {
	v := requestView{
		ID: r.ID, Kind: string(r.Kind), State: string(r.State), CreatedAt: r.CreatedAt.UTC(), NotBefore: r.NotBefore.UTC(),
		ExpiresAt: r.ExpiresAt, EndedAt: r.EndedAt,
	}
	if r.State == "ready" {
		v.File = "/me/data-requests/" + r.ID.String() + "/file"
	}
	if r.Kind == "erase" {
		v.Outcome = viewCounts(r.Outcome)
	}
	return v
}

type requestOutput struct{ Body requestView }

type requestsOutput struct{ Body web.Page[requestView] }

type copyInput struct {
	Body struct {
		Code string `json:"code,omitempty" maxLength:"6" doc:"短信验证码；已做二次验证的登录不需要"`
	}
}

type erasureInput struct {
	Body struct {
		Confirm bool   `json:"confirm" doc:"已看过会删除什么、保留什么"`
		Reason  string `json:"reason,omitempty" maxLength:"200" doc:"原因，可不填"`
		Code    string `json:"code,omitempty" maxLength:"6" doc:"短信验证码；已做二次验证的登录不需要"`
	}
}

type previewOutput struct {
	Body struct {
		After  string      `json:"after" doc:"多久以后执行"`
		Counts []CountView `json:"counts"`
		Kept   []string    `json:"kept" doc:"依法保留的"`
		Lost   []string    `json:"lost" doc:"注销后不能再做的"`
	}
}

func (s *Service) postCopy(ctx context.Context, in *copyInput) (*requestOutput, error) {
	r, err := s.AskCopy(ctx, in.Body.Code)
	if err != nil {
		return nil, err
	}
	return &requestOutput{Body: viewRequest(r)}, nil
}

func (s *Service) getRequests(ctx context.Context, _ *struct{}) (*requestsOutput, error) {
	rows, err := s.Requests(ctx, auth.From(ctx).PersonID)
	if err != nil {
		return nil, err
	}
	items := make([]requestView, len(rows))
	for i, r := range rows {
		items[i] = viewRequest(r)
	}
	return &requestsOutput{Body: web.NewPage(items, "")}, nil
}

func (s *Service) getPreview(ctx context.Context, _ *struct{}) (*previewOutput, error) {
	counts, err := s.Preview(ctx, auth.From(ctx).PersonID)
	if err != nil {
		return nil, err
	}
	out := &previewOutput{}
	out.Body.After, out.Body.Counts = "申请后7天执行，7天内可以撤销", viewCounts(counts)
	out.Body.Kept = []string{
		"有危险、有人跟进或已进入办理的事项，依法继续办完，但不再有您的信息；办完当晚清除内容。",
		"照片原件在证据保存期内不能删除，任何页面都看不到，到期自动删除。",
		"系统操作记录按规定留存，只有一个编号，没有您的姓名和电话。",
		"数量、类别、社区、满意度等统计数字不变。",
	}
	out.Body.Lost = []string{
		"不能再用这个账号登录，查不到以前的事项，也不能评价和追问。",
		"以后用同一个手机号登录，是一个新账号，什么都没有。",
	}
	return out, nil
}

func (s *Service) postErasure(ctx context.Context, in *erasureInput) (*requestOutput, error) {
	r, err := s.AskErasure(ctx, in.Body.Code, in.Body.Reason, in.Body.Confirm)
	if err != nil {
		return nil, err
	}
	return &requestOutput{Body: viewRequest(r)}, nil
}

func (s *Service) deleteErasure(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, s.CancelErasure(ctx)
}
