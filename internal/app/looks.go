package app

import (
	"context"

	"github.com/google/uuid"

	"huying/internal/rights"
)

// lookers are the audit as the room of rights sees it.
type lookers struct{ a *App }

var lookWords = map[string]string{"person.reveal": "姓名和电话", "photo.original": "原始照片"}

// Looks collects the looks at a person's data from every tenant in which the person may have something.
func (l lookers) Looks(ctx context.Context, person uuid.UUID, limit int) ([]rights.Look, error) {
	out := []rights.Look{}
	err := l.a.everywhere(ctx, func(tenant string) error {
		photos, numbers, err := l.a.Report.OwnPhotos(ctx, tenant, person)
		if err != nil {
			return err
		}
		found, err := l.a.Audit.LooksAt(ctx, tenant, person, photos, limit)
		for _, x := range found {
			by := x.Role
			if role, known := l.a.Index.Role(x.Role); known {
				by = role.Title
			}
			out = append(out, rights.Look{
				At: x.At, Tenant: tenant, What: lookWords[x.Action], By: by, Reason: x.Reason, Number: numbers[x.ReportID],
			})
		}
		return err
	})
	return out, err
}
