package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reportoffer"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/platform/fault"
)

// admitStep is row 2. Dangerous matters and categories that are repaired first
// go straight to the unit of the catalogue; deputies are offered in parallel.
func (s *Service) admitStep(b AdmitBody) step {
	var unit *Unit
	return step{
		action: "admit", version: b.Version, note: b.Note,
		facts: func(ctx context.Context, m *moment, f flow.Facts) error {
			if m.report.VerifyFirst && !m.report.Danger {
				if b.LeadUnitID != nil {
					return invalid("lead_unit_id", "此类事项先由代表核实，不能直接交办")
				}
				return nil
			}
			var err error
			unit, err = s.unitOf(ctx, m, b.LeadUnitID)
			f[unitKnown] = unit != nil
			return err
		},
		apply: func(ctx context.Context, m *moment) error {
			if m.move.To == Dispatched {
				if err := s.assign(ctx, m, handling.Order{Lead: unit.ID}); err != nil {
					return err
				}
				m.citizen("report_dispatched", true, map[string]string{"unit": unit.Name, "due": dueParam + clockHandling})
			} else {
				m.citizen("report_admitted", false, map[string]string{"due": dueParam + m.move.Promise})
			}
			offered, err := s.offer(ctx, m)
			if err != nil {
				return err
			}
			if offered == 0 && m.move.To == Open {
				// Nobody can be asked, so nobody is waited for.
				m.then = append(m.then, s.silenceStep())
			}
			return nil
		},
	}
}

// unitOf is the unit the office named, else the catalogue's; nil when neither.
func (s *Service) unitOf(ctx context.Context, m *moment, named *uuid.UUID) (*Unit, error) {
	if named != nil {
		if err := s.checkUnits(ctx, m, handling.Order{Lead: *named}); err != nil {
			return nil, err
		}
		units, err := s.Units.Units(ctx, m.tx, []uuid.UUID{*named})
		if err != nil {
			return nil, fmt.Errorf("unit: %w", err)
		}
		u := units[*named]
		return &u, nil
	}
	u, ok, err := s.Units.UnitFor(ctx, m.tx, caseOf(m.report, m.dir))
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if !ok {
		return nil, nil
	}
	return &u, nil
}

// offer asks the best deputies and says how many were asked.
func (s *Service) offer(ctx context.Context, m *moment) (int, error) {
	about := matter(m.report, m.unitIDs())
	about.Excluded = m.answered()
	found, err := s.Deputies.Candidates(ctx, m.tx, about)
	if err != nil {
		return 0, fmt.Errorf("candidates: %w", err)
	}
	barred, err := s.barred(ctx, m.tx, m.report.ID)
	if err != nil {
		return 0, err
	}
	found = slices.DeleteFunc(found, func(c Candidate) bool { return barred[c.PersonID] })
	found = found[:min(len(found), MaxOffers)]
	for _, c := range found {
		m.tell = append(m.tell, notice{person: c.PersonID, template: "report_offered", sms: true, params: map[string]string{
			"title": toldTitle(m.report), "due": dueParam + clockAccept,
		}})
	}
	return len(found), s.ask(ctx, m, found...)
}

// dispatchStep is rows 14 and 37.
func (s *Service) dispatchStep(b DispatchBody) step {
	order := inherited{handling.Order{Assisting: b.AssistingUnitIDs, Separate: b.SeparateUnitIDs, Note: b.Note}}
	if b.LeadUnitID != nil {
		order.Lead = *b.LeadUnitID
	}
	return step{
		action: "dispatch", version: b.Version, note: b.Note,
		apply: func(ctx context.Context, m *moment) error {
			if m.move.From == Reopened {
				m.report.Round++
				m.change.SetRound(m.report.Round)
				m.params["n"] = fmt.Sprint(m.report.Round)
				if m.move.To == Verified {
					return nil
				}
				order.inherit(m.assignments)
				if err := s.asFirst(ctx, m); err != nil {
					return err
				}
			}
			if err := s.checkUnits(ctx, m, order.Order); err != nil {
				return err
			}
			if err := s.limit(ctx, m, b.DueAt); err != nil {
				return err
			}
			if err := s.assign(ctx, m, order.Order); err != nil {
				return err
			}
			if err := s.nameHead(ctx, m, order.Order); err != nil {
				return err
			}
			m.citizen("report_dispatched", true, map[string]string{"unit": m.params["unit"], "due": dueParam + clockHandling})
			return nil
		},
	}
}

// inherited is an order that may fall back on the units of the last round.
type inherited struct{ handling.Order }

func (o *inherited) inherit(last []*db.Assignment) {
	if o.Lead != uuid.Nil || len(o.Separate) > 0 {
		return
	}
	for _, a := range last {
		switch a.Part {
		case "lead":
			o.Lead = a.UnitID
		case "separate":
			o.Separate = append(o.Separate, a.UnitID)
		case "assisting":
			if len(o.Assisting) == 0 || !slices.Contains(o.Assisting, a.UnitID) {
				o.Assisting = append(o.Assisting, a.UnitID)
			}
		}
	}
}

// checkUnits refuses unknown or closed units, malformed orders, and, for an
// office, units outside the dispatch catalogue of its street.
func (s *Service) checkUnits(ctx context.Context, m *moment, o handling.Order) error {
	if field, problem := o.Check(); problem != "" {
		return invalid(field, problem)
	}
	units, err := s.Units.Units(ctx, m.tx, o.Units())
	if err != nil {
		return fmt.Errorf("units: %w", err)
	}
	for _, id := range o.Units() {
		field := "assisting_unit_ids"
		if id == o.Lead {
			field = "lead_unit_id"
		} else if slices.Contains(o.Separate, id) {
			field = "separate_unit_ids"
		}
		u, ok := units[id]
		if !ok || !u.Active {
			return invalid(field, "本区没有这个承办单位，或已停用")
		}
		if m.parts[DistrictStaff] || m.parts[DutyOfficer] || field == "assisting_unit_ids" {
			continue
		}
		listed, err := s.Units.InCatalogue(ctx, m.tx, caseOf(m.report, m.dir), id)
		if err != nil {
			return fmt.Errorf("catalogue: %w", err)
		}
		if !listed {
			return OutsideCatalogue.New(u.Name+"不在本街镇此类事项的派单目录内，请报区市人大交办",
				fault.Field{Name: field, Message: "不在派单目录内"})
		}
	}
	return nil
}

// limit takes a due time that is earlier than the rule's; a later one is refused.
func (s *Service) limit(ctx context.Context, m *moment, due *time.Time) error {
	if due == nil {
		return nil
	}
	if !due.After(m.now) {
		return invalid("due_at", "期限应在此刻之后")
	}
	cal, err := s.Calendar(ctx, m.asker.tenant)
	if err != nil {
		return err
	}
	span := spanFor(s.clockSettings(m.dir, m.asker.tenant), clockHandling, m.report.ClockClass, m.report.Danger)
	if latest, _ := cal.Add(m.now, span); due.After(latest) {
		return invalid("due_at", "期限不能晚于规定的"+span.Words())
	}
	if first, set := m.notAfter[clockHandling]; !set || due.Before(first) {
		m.notAfter[clockHandling] = micro(*due)
	}
	return nil
}

// assign hands the report to units and tells them.
func (s *Service) assign(ctx context.Context, m *moment, o handling.Order) error {
	o.SubjectKind, o.SubjectID, o.Round, o.At = subjectKind, m.report.ID, m.report.Round, m.now
	if m.asker.person != uuid.Nil {
		o.By = &m.asker.person
	}
	if err := handling.Assign(ctx, m.tx, o); err != nil {
		return err
	}
	if err := s.handOver(ctx, m, o.Units()); err != nil {
		return err
	}
	answering := append([]uuid.UUID{}, o.Separate...)
	if o.Lead != uuid.Nil {
		answering = append([]uuid.UUID{o.Lead}, answering...)
		m.change.SetLeadUnitID(o.Lead)
	} else {
		m.change.ClearLeadUnitID()
	}
	names, err := s.namesOf(ctx, m.tx, answering)
	if err != nil {
		return err
	}
	m.params["unit"], m.ownerLabel, m.owner = names, names, OwnerUnit
	m.ownerID = &answering[0]
	m.data["units"] = answering
	for _, unit := range o.Units() {
		m.staff("unit_clerk", "report_assigned", true, unit, map[string]string{"title": toldTitle(m.report), "due": dueParam + clockTake})
	}
	barred, err := s.Deputies.Recused(ctx, m.tx, matter(m.report, o.Units()))
	if err != nil {
		return fmt.Errorf("recusals: %w", err)
	}
	return s.bar(ctx, m.tx, m.report, barred, "与承办单位或被反映对象有关联")
}

// lapse closes the offers nobody answered.
func (s *Service) lapse(ctx context.Context, m *moment) error {
	_, err := m.tx.ReportOffer.Update().
		Where(reportoffer.ReportID(m.report.ID), reportoffer.StateEQ(reportoffer.StateOffered)).
		SetState(reportoffer.StateLapsed).SetAnsweredAt(m.now).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("lapse offers: %w", err)
	}
	return nil
}
