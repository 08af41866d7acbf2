package rights

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/web"
)

type planOutput struct {
	Body struct {
		Days   Days           `json:"days"`
		Counts map[string]int `json:"counts" doc:"reports 事项，photos 照片，originals 到期可删的原件，kept_by_lock 证据保存期未到的原件，notices 站内消息，messages 短信记录"`
	}
}

// runView is one run on the wire.
type runView struct {
	ID     uuid.UUID      `json:"id"`
	At     time.Time      `json:"at"`
	Dry    bool           `json:"dry" doc:"true 只是试算"`
	By     *uuid.UUID     `json:"by,omitempty" doc:"没有则为定时执行"`
	Counts map[string]int `json:"counts"`
	Failed bool           `json:"failed"`
}

type runsInput struct {
	web.Paging
}

type runsOutput struct{ Body web.Page[runView] }

func (s *Service) getPlan(ctx context.Context, _ *struct{}) (*planOutput, error) {
	tenant := web.TenantOf(ctx)
	out := &planOutput{}
	var err error
	if out.Body.Days, err = s.d.Ages.Days(ctx, tenant); err != nil {
		return nil, err
	}
	counts, err := s.d.Ages.Retain(ctx, tenant, out.Body.Days, true)
	out.Body.Counts = counts
	return out, err
}

func (s *Service) getRuns(ctx context.Context, in *runsInput) (*runsOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	rows, err := s.Runs(ctx, web.TenantOf(ctx), start.ID, in.Limit+1)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
	}
	items := make([]runView, len(rows))
	for i, r := range rows {
		items[i] = runView{ID: r.ID, At: r.At.UTC(), Dry: r.Dry, By: r.RunBy, Counts: r.Counts, Failed: r.Error != ""}
	}
	return &runsOutput{Body: web.NewPage(items, next)}, nil
}
