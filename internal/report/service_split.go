package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/internal/platform/fault"
)

// Split parts a report into several (row 7): each part becomes a report of its
// own, the first one runs on unchanged. It fails with invalid_input naming the part.
func (s *Service) Split(ctx context.Context, tenant, ref string, b SplitBody) (uuid.UUID, error) {
	for i := range b.Parts {
		if err := s.placePart(ctx, tenant, i, &b.Parts[i]); err != nil {
			return uuid.Nil, err
		}
	}
	return s.act(ctx, tenant, ref, s.splitStep(b))
}

// placePart checks what a part says of itself and where it is.
func (s *Service) placePart(ctx context.Context, tenant string, i int, p *SplitPart) error {
	at := func(field, message string) error {
		return fault.Invalid.New("第"+fmt.Sprint(i+1)+"项需要修改", fault.Field{Name: fmt.Sprintf("parts[%d].%s", i, field), Message: message})
	}
	if problem := checkText(p.Description, 2, 1000); problem != "" {
		return at("description", problem)
	}
	if problem := checkText(p.Title, 0, 40); problem != "" {
		return at("title", problem)
	}
	if p.DivisionCode == "" && p.PlaceID == nil {
		return nil
	}
	in := Submission{DivisionCode: p.DivisionCode, PlaceID: p.PlaceID}
	found, err := s.resolve(ctx, tenant, in)
	if err == nil {
		err = s.checkReferences(ctx, tenant, in, found)
	}
	if f, ok := fault.As(err); ok && len(f.Fields) > 0 {
		return at(f.Fields[0].Name, f.Fields[0].Message)
	}
	if err != nil {
		return err
	}
	p.DivisionCode = found.Code
	return nil
}

// splitStep is row 7.
func (s *Service) splitStep(b SplitBody) step {
	return step{
		action: "split", version: b.Version, note: b.Note,
		apply: func(ctx context.Context, m *moment) error {
			shared, err := s.shareable(ctx, m, b.Parts)
			if err != nil {
				return err
			}
			var numbers []string
			var ids []uuid.UUID
			for i, p := range b.Parts {
				d, err := part(m, p)
				if err != nil {
					return err
				}
				child, err := s.spawn(ctx, m, d, shared[i])
				if err != nil {
					return err
				}
				numbers, ids = append(numbers, child.Number), append(ids, child.ID)
			}
			m.params["nos"] = strings.Join(numbers, "、")
			m.data[linkedKey] = ids
			m.citizen("report_split", true, map[string]string{"numbers": m.params["nos"]})
			return nil
		},
	}
}

// shareable checks that every photo a part shows is one of the report's.
func (s *Service) shareable(ctx context.Context, m *moment, parts []SplitPart) ([][]uuid.UUID, error) {
	out := make([][]uuid.UUID, len(parts))
	var own []uuid.UUID
	for i, p := range parts {
		if len(p.PhotoIDs) > 0 && own == nil {
			photos, err := s.Evidence.List(ctx, m.tx, m.report.ID)
			if err != nil {
				return nil, err
			}
			for _, photo := range photos {
				own = append(own, photo.ID)
			}
		}
		for _, id := range p.PhotoIDs {
			if !slices.Contains(own, id) {
				return nil, fault.Invalid.New("照片不是这一件的", fault.Field{Name: fmt.Sprintf("parts[%d].photo_ids", i), Message: "只能选这一件的照片"})
			}
		}
		out[i] = p.PhotoIDs
	}
	return out, nil
}
