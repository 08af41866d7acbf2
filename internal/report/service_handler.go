package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/internal/handling"
)

// HandlerBody is the body of assign-handler.
type HandlerBody struct {
	Versioned
	PersonID uuid.UUID `json:"person_id" doc:"本单位的经办人或负责人"`
	Note     string    `json:"note,omitempty" maxLength:"300" doc:"内部备注"`
}

// unitRoles are who inside a unit can have a report in hand.
var unitRoles = []string{"unit_clerk", "unit_head", "city_unit"}

// handOver gives the report to the person whom each unit's line of the dispatch
// catalogue names, and tells them.
func (s *Service) handOver(ctx context.Context, m *moment, units []uuid.UUID) error {
	named, err := s.Units.Handlers(ctx, m.tx, caseOf(m.report, m.dir), units)
	if err != nil {
		return fmt.Errorf("default handlers: %w", err)
	}
	if len(named) == 0 {
		return nil
	}
	rows, err := handling.Of(ctx, m.tx, subjectKind, m.report.ID)
	if err != nil {
		return err
	}
	barred, err := s.barred(ctx, m.tx, m.report.ID)
	if err != nil {
		return err
	}
	for _, unit := range units {
		person, ok := named[unit]
		if !ok || barred[person] {
			continue
		}
		if err := handling.HandTo(ctx, m.tx, handling.ByUnits(rows, []uuid.UUID{unit}), person, m.now); err != nil {
			return err
		}
		m.tellHandler(person)
	}
	return nil
}

func (m *moment) tellHandler(person uuid.UUID) {
	m.tell = append(m.tell, notice{person: person, template: "report_handler", params: map[string]string{"title": toldTitle(m.report)}})
}

// handlerStep is the head's choice of who in the unit does the work. worksIn are
// the head's units in which the person named works.
func (s *Service) handlerStep(b HandlerBody, worksIn []uuid.UUID) step {
	return step{
		action: "assign-handler", version: b.Version, note: b.Note,
		apply: func(ctx context.Context, m *moment) error {
			mine := handling.ByUnits(m.assignments, m.asker.headOf())
			theirs := handling.ByUnits(mine, worksIn)
			barred, err := s.barred(ctx, m.tx, m.report.ID)
			if err != nil {
				return err
			}
			if len(theirs) == 0 || barred[b.PersonID] {
				return invalid("person_id", "这个人不是贵单位的经办人或负责人，或须回避此件")
			}
			if err := handling.HandTo(ctx, m.tx, theirs, b.PersonID, m.now); err != nil {
				return err
			}
			m.data["handler"] = b.PersonID.String()
			m.tellHandler(b.PersonID)
			return nil
		},
	}
}

// worksIn gives those of the units in which somebody works now.
func (s *Service) worksIn(ctx context.Context, tenant string, units []uuid.UUID, person uuid.UUID) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for _, unit := range units {
		for _, role := range unitRoles {
			people, err := s.People.PeopleWith(ctx, tenant, role, "", unit)
			if err != nil {
				return nil, fmt.Errorf("people of the unit: %w", err)
			}
			if slices.Contains(people, person) {
				out = append(out, unit)
				break
			}
		}
	}
	return out, nil
}
