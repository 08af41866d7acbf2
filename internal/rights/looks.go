package rights

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/web"
)

// Look is one look at a person's data: who, as an office and never by name, when and why.
type Look struct {
	At     time.Time `json:"at"`
	Tenant string    `json:"tenant"`
	What   string    `json:"what" doc:"看了什么"`
	By     string    `json:"by" doc:"什么岗位，不显示姓名"`
	Reason string    `json:"reason" doc:"填写的理由"`
	Number string    `json:"number,omitempty" doc:"与哪一件事项有关"`
}

// Lookers is what this room needs of the audit: the newest looks at a person's name, number and original photos.
type Lookers interface {
	Looks(ctx context.Context, person uuid.UUID, limit int) ([]Look, error)
}

// maxLooks bounds one answer.
const maxLooks = 100

type looksOutput struct{ Body web.Page[Look] }

// getLooks answers who looked at the caller's data (个§44, §45), the newest first.
func (s *Service) getLooks(ctx context.Context, _ *struct{}) (*looksOutput, error) {
	found, err := s.d.Lookers.Looks(ctx, auth.From(ctx).PersonID, maxLooks)
	if err != nil {
		return nil, fmt.Errorf("rights: looks: %w", err)
	}
	slices.SortStableFunc(found, func(a, b Look) int { return cmp.Compare(b.At.UnixNano(), a.At.UnixNano()) })
	return &looksOutput{Body: web.NewPage(found[:min(len(found), maxLooks)], "")}, nil
}
