package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/internal/deadline"
	"huying/internal/handling"
	"huying/internal/platform/fault"
)

// referUpStep is row 13: the district takes over what a street cannot hand out,
// and has one dispatch clock more for it.
func (s *Service) referUpStep(b PlainBody) step {
	return step{
		action: "refer-up", version: b.Version, note: b.Reason,
		apply: func(ctx context.Context, m *moment) error {
			if err := s.lengthen(ctx, m, clockDispatch); err != nil {
				return err
			}
			m.change.SetReferredUpAt(m.now)
			m.owner = OwnerDistrict
			m.staff("district_staff", "report_referred_up", false, uuid.Nil, map[string]string{"title": toldTitle(m.report), "due": dueParam + clockDispatch})
			return nil
		},
	}
}

// lengthen makes the clock that this action starts end one span after the
// running one ends.
func (s *Service) lengthen(ctx context.Context, m *moment, clock string) error {
	rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID})
	if err != nil {
		return err
	}
	cal, err := s.Calendar(ctx, m.asker.tenant)
	if err != nil {
		return err
	}
	span := spanFor(s.clockSettings(m.dir, m.asker.tenant), clock, m.report.ClockClass, m.report.Danger)
	for _, d := range rows {
		// One that is late already is not lengthened into the past.
		if d.Kind != clock || !deadline.Running(d) || d.DueAt.Before(m.now) {
			continue
		}
		m.notAfter[clock], _ = cal.Add(d.DueAt, span)
		span.N *= 2
		m.spans[clock] = span
	}
	return nil
}

// committeeStep is row 15: the village's or residents' committee tries first.
func (s *Service) committeeStep(b CommitteeBody) step {
	return step{
		action: "dispatch-village", version: b.Version, note: b.Note,
		apply: func(ctx context.Context, m *moment) error {
			unit, err := s.committee(ctx, m, b.UnitID)
			if err != nil {
				return err
			}
			if err := s.assign(ctx, m, handling.Order{Lead: unit.ID, Note: b.Note}); err != nil {
				return err
			}
			m.citizen("report_dispatched", true, map[string]string{"unit": unit.Name, "due": dueParam + clockHandling})
			return nil
		},
	}
}

// committee is the one the office named, or the only one that is listed.
func (s *Service) committee(ctx context.Context, m *moment, named *uuid.UUID) (Unit, error) {
	listed, err := s.Units.Committees(ctx, m.tx, m.report.Category, m.report.DivisionCode)
	if err != nil {
		return Unit{}, fmt.Errorf("committees: %w", err)
	}
	if named == nil && len(listed) == 1 {
		return listed[0], nil
	}
	if named == nil {
		return Unit{}, invalid("unit_id", "本社区（村）列有几个，请选择一个")
	}
	i := slices.IndexFunc(listed, func(u Unit) bool { return u.ID == *named })
	if i < 0 {
		return Unit{}, OutsideCatalogue.New("这个单位不是本社区（村）此类事项的先行处理单位",
			fault.Field{Name: "unit_id", Message: "不在派单目录内"})
	}
	return listed[i], nil
}
