package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/flow"
	"huying/internal/handling"
)

// theirUnits are the units for which this action speaks: the proposal's own
// when one is being signed, else the asker's.
func (m *moment) theirUnits() []uuid.UUID {
	if m.proposal != nil && m.proposal.UnitID != nil && m.proposal.Action == string(m.move.Action) {
		return []uuid.UUID{*m.proposal.UnitID}
	}
	return m.asker.units()
}

// knownUnit refuses a unit that the tenant does not have or has closed.
func (s *Service) knownUnit(ctx context.Context, m *moment, field string, id uuid.UUID) error {
	units, err := s.Units.Units(ctx, m.tx, []uuid.UUID{id})
	if err != nil {
		return fmt.Errorf("unit: %w", err)
	}
	if u, ok := units[id]; !ok || !u.Active {
		return invalid(field, "本区没有这个承办单位，或已停用")
	}
	return nil
}

// returnStep is row 17: the unit holds that another is responsible. Its clock
// runs on and it stays responsible until another has taken.
func (s *Service) returnStep(b ReturnBody) step {
	return step{
		action: "return", version: b.Version,
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			mine := handling.Owing(handling.ByUnits(m.assignments, m.asker.clerkOf()))
			if slices.ContainsFunc(mine, func(a *db.Assignment) bool { return a.UnitID == b.ProposedUnitID }) {
				return nil, invalid("proposed_unit_id", "请填写另一个单位")
			}
			if err := s.knownUnit(ctx, m, "proposed_unit_id", b.ProposedUnitID); err != nil {
				return nil, err
			}
			return s.askHead(ctx, m, mine, "退单", b)
		},
		apply: func(ctx context.Context, m *moment) error {
			mine := handling.Owing(handling.ByUnits(m.assignments, m.theirUnits()))
			if len(mine) == 0 {
				return flow.TransitionNotAllowed.New("贵单位无需答复此件").Fact("state", string(m.state()))
			}
			if err := handling.Return(ctx, m.tx, mine[0], handling.Refusal{Reason: b.Reason, Proposed: &b.ProposedUnitID, At: m.now}); err != nil {
				return err
			}
			names, err := s.namesOf(ctx, m.tx, []uuid.UUID{mine[0].UnitID})
			if err != nil {
				return err
			}
			m.params["unit"], m.label = names, names
			m.data["unit"], m.data["proposed_unit"], m.data["reason"] = mine[0].UnitID, b.ProposedUnitID, b.Reason
			m.change.SetReturnDisputed(true).SetReturns(m.report.Returns + 1)
			if m.move.To == Dispatched {
				m.owner, m.ownerID, m.ownerLabel = OwnerCoordinator, nil, coordinatorName
			}
			m.staff("coordinator", "report_returned", true, uuid.Nil, map[string]string{"unit": names, "due": dueParam + clockRuling})
			return nil
		},
	}
}

// askHead keeps a body for the head of the asker's unit to sign.
func (s *Service) askHead(ctx context.Context, m *moment, mine []*db.Assignment, what string, body any) ([]byte, error) {
	if err := s.nameUnit(ctx, m, mine); err != nil {
		return nil, err
	}
	for _, a := range mine {
		m.staff("unit_head", "report_signature", false, a.UnitID, map[string]string{"step": what})
	}
	return json.Marshal(body)
}

// decideReturnStep is row 18: the coordinator keeps the unit or puts another in
// its place; the second time jointly, having heard the units, and for good.
func (s *Service) decideReturnStep(b DecideReturnBody) step {
	return step{
		action: "decide-return", version: b.Version, note: b.Reason,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			d := handling.Disputed(m.assignments)
			f[unitKeeps] = d != nil && d.UnitID == b.LeadUnitID
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			d := handling.Disputed(m.assignments)
			if d == nil {
				return fmt.Errorf("report %s: a dispute without a return", m.report.Number)
			}
			if err := s.heard(ctx, m, d, b); err != nil {
				return err
			}
			if err := s.knownUnit(ctx, m, "lead_unit_id", b.LeadUnitID); err != nil {
				return err
			}
			m.data["unit"], m.data["reason"], m.data["heard"] = b.LeadUnitID, b.Reason, b.HeardUnitIDs
			m.change.SetReturnDisputed(false)
			if d.UnitID == b.LeadUnitID {
				return s.ruleKeep(ctx, m, d)
			}
			return s.ruleReplace(ctx, m, d, b.LeadUnitID)
		},
	}
}

// heard checks the units that a second, joint ruling has heard.
func (s *Service) heard(ctx context.Context, m *moment, d *db.Assignment, b DecideReturnBody) error {
	for _, id := range b.HeardUnitIDs {
		if err := s.knownUnit(ctx, m, "heard_unit_ids", id); err != nil {
			return err
		}
	}
	if m.report.Returns < handling.MaxReturns {
		return nil
	}
	if !slices.Contains(b.HeardUnitIDs, d.UnitID) || !slices.Contains(b.HeardUnitIDs, b.LeadUnitID) || len(b.HeardUnitIDs) < 2 {
		return invalid("heard_unit_ids", "第二次退单须会商裁定，请写明已听取意见的单位，含退单单位和主办单位，至少两个")
	}
	return nil
}

func (s *Service) ruleKeep(ctx context.Context, m *moment, d *db.Assignment) error {
	if err := handling.Keep(ctx, m.tx, d, m.now); err != nil {
		return err
	}
	names, err := s.namesOf(ctx, m.tx, []uuid.UUID{d.UnitID})
	if err != nil {
		return err
	}
	m.params["unit"], m.owner, m.ownerID, m.ownerLabel = names, OwnerUnit, &d.UnitID, names
	m.staff("unit_clerk", "report_ruled", true, d.UnitID, map[string]string{"unit": names})
	m.staff("unit_head", "report_ruled", false, d.UnitID, map[string]string{"unit": names})
	return nil
}

func (s *Service) ruleReplace(ctx context.Context, m *moment, d *db.Assignment, unit uuid.UUID) error {
	for _, a := range handling.ByUnits(m.assignments, []uuid.UUID{unit}) {
		if handling.Answers(a) {
			return invalid("lead_unit_id", "该单位已在办理此件")
		}
	}
	var by *uuid.UUID
	if m.asker.person != uuid.Nil {
		by = &m.asker.person
	}
	if err := handling.Replace(ctx, m.tx, m.assignments, d, unit, by, m.now); err != nil {
		return err
	}
	names, err := s.namesOf(ctx, m.tx, []uuid.UUID{unit})
	if err != nil {
		return err
	}
	m.params["unit"], m.owner, m.ownerID, m.ownerLabel = names, OwnerUnit, &unit, names
	if d.Part == "lead" {
		m.change.SetLeadUnitID(unit)
	}
	full := spanFor(s.clockSettings(m.dir, m.asker.tenant), clockHandling, m.report.ClockClass, m.report.Danger)
	m.spans[clockHandling] = halved(full)
	m.staff("unit_clerk", "report_assigned", true, unit, map[string]string{"title": m.report.Title, "due": dueParam + clockTake})
	m.staff("unit_clerk", "report_ruled", false, d.UnitID, map[string]string{"unit": names})
	m.citizen("report_dispatched", true, map[string]string{"unit": names, "due": spoken(promisedAfter(m), m.now)})
	barred, err := s.Deputies.Recused(ctx, m.tx, matter(m.report, []uuid.UUID{unit}))
	if err != nil {
		return fmt.Errorf("recusals: %w", err)
	}
	return s.bar(ctx, m.tx, m.report, barred, "与承办单位或被反映对象有关联")
}

// promisedAfter is the promise that holds after a ruling: the old one, but when
// the new unit is given more time the end of its clock.
func promisedAfter(m *moment) *time.Time {
	for _, op := range m.move.Clocks {
		if op == start(clockHandling) {
			due, _ := m.calendar().Add(m.now, m.spans[clockHandling])
			return &due
		}
	}
	if d := m.clock(clockHandling); d != nil {
		return &d.DueAt
	}
	return m.report.PromisedAt
}
