package report

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

func (s *Service) mountHandler(srv *web.Server) {
	web.Op(srv, onceRoute("assign-handler", "单位内指定经办人"), func(ctx context.Context, in *bodiedInput[HandlerBody]) (*viewOutput, error) {
		if in.Body.PersonID == uuid.Nil {
			return nil, invalid("person_id", "请选择经办人")
		}
		tenant := web.TenantOf(ctx)
		units, err := s.worksIn(ctx, tenant, askerOf(ctx, tenant).headOf(), in.Body.PersonID)
		if err != nil {
			return nil, err
		}
		return s.once(ctx, in.ID, "assign-handler", func(ctx context.Context) (uuid.UUID, error) {
			return s.act(ctx, tenant, in.ID, s.handlerStep(in.Body, units))
		})
	})
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/units/{id}/people", Permission: "unit.people", Tag: "承办单位", Summary: "本单位的经办人和负责人",
	}, s.unitPeople)
}

type (
	unitPeopleInput struct {
		ID uuid.UUID `path:"id"`
	}
	unitPeopleOutput struct{ Body web.Page[ColleagueView] }
	// ColleagueView is somebody who works in a unit.
	ColleagueView struct {
		PersonID uuid.UUID `json:"person_id"`
		Name     string    `json:"name"`
	}
)

// unitPeople lists who works in one of the caller's own units, to choose from.
func (s *Service) unitPeople(ctx context.Context, in *unitPeopleInput) (*unitPeopleOutput, error) {
	tenant := web.TenantOf(ctx)
	if !slices.Contains(askerOf(ctx, tenant).headOf(), in.ID) {
		return nil, fault.NotFound.New("没有这个单位，或不是贵单位")
	}
	var ids []uuid.UUID
	for _, role := range unitRoles {
		people, err := s.People.PeopleWith(ctx, tenant, role, "", in.ID)
		if err != nil {
			return nil, fmt.Errorf("people of the unit: %w", err)
		}
		for _, p := range people {
			if !slices.Contains(ids, p) {
				ids = append(ids, p)
			}
		}
	}
	names, err := s.People.Masked(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("people of the unit: %w", err)
	}
	items := make([]ColleagueView, len(ids))
	for i, id := range ids {
		items[i] = ColleagueView{PersonID: id, Name: names[id].Name}
	}
	return &unitPeopleOutput{Body: web.NewPage(items, "")}, nil
}
