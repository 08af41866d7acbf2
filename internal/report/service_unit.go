package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/evidence"
	"huying/internal/flow"
	"huying/internal/handling"
)

// takeStep is row 16.
func (s *Service) takeStep(b PlainBody) step {
	return step{
		action: "take", version: b.Version,
		apply: func(ctx context.Context, m *moment) error {
			mine := handling.Untaken(handling.ByUnits(m.assignments, m.asker.units()))
			if err := handling.Take(ctx, m.tx, mine, m.now); err != nil {
				return err
			}
			if err := s.nameUnit(ctx, m, mine); err != nil {
				return err
			}
			if m.move.To != m.move.From {
				m.citizen("report_taken", false, map[string]string{"unit": m.params["unit"], "due": dueParam + clockContact})
			}
			return nil
		},
	}
}

// nameUnit makes the acting unit the subject of the wording.
func (s *Service) nameUnit(ctx context.Context, m *moment, mine []*db.Assignment) error {
	names, err := s.unitNames(ctx, m.tx, mine)
	if err != nil {
		return err
	}
	if names == "" {
		if names, err = s.unitNames(ctx, m.tx, handling.ByUnits(m.assignments, m.asker.units())); err != nil {
			return err
		}
	}
	m.params["unit"], m.label = names, names
	return nil
}

// contactStep is row 21.
func (s *Service) contactStep(b ContactBody) step {
	return step{
		action: "contact", version: b.Version, note: b.Note,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			if err := relayCheck(m.report, b); err != nil {
				return err
			}
			f[relayed] = b.relays()
			f[reached] = b.Outcome == "reached"
			f[triedEnough] = b.Outcome == "unreachable" && unreachable(append(m.failedTries(), m.now))
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			mine := handling.ByUnits(m.assignments, m.asker.units())
			if err := s.nameUnit(ctx, m, mine); err != nil {
				return err
			}
			m.data["way"], m.data["outcome"], m.data["unit"] = b.Way, b.Outcome, mine[0].UnitID
			if m.move.Public == "" {
				return nil
			}
			if err := s.phoneOf(ctx, m, mine[0].UnitID); err != nil {
				return err
			}
			if b.relays() {
				s.relay(m, b)
			} else if b.Outcome == "reached" {
				m.citizen("report_contacted", false, map[string]string{"unit": m.params["unit"]})
			}
			return handling.Contacted(ctx, m.tx, mine, m.now)
		},
	}
}

// failedTries are the times of this round when the asker's unit did not reach the citizen.
func (m *moment) failedTries() []time.Time {
	var out []time.Time
	units := m.asker.units()
	for _, e := range m.events {
		unit, _ := e.Data["unit"].(string)
		id, err := uuid.Parse(unit)
		if e.Action == "contact" && e.Round == m.report.Round && err == nil &&
			e.Data["outcome"] == "unreachable" && slices.Contains(units, id) {
			out = append(out, e.At)
		}
	}
	return out
}

// phoneOf fills the number the citizen may call back: the unit's, else the tenant's.
func (s *Service) phoneOf(ctx context.Context, m *moment, unit uuid.UUID) error {
	units, err := s.Units.Units(ctx, m.tx, []uuid.UUID{unit})
	if err != nil {
		return fmt.Errorf("unit: %w", err)
	}
	m.params["phone"] = units[unit].Phone
	if t, ok := m.dir.Tenant(m.asker.tenant); ok && m.params["phone"] == "" {
		m.params["phone"] = t.Settings.PublicPhone
	}
	return nil
}

// replyStep is row 29: the clerk writes, the unit's head signs. Photos are kept
// when the reply is written, because their tickets do not wait for a signature.
func (s *Service) replyStep(b ReplyBody) step {
	return step{
		action: "reply", version: b.Version,
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			if err := s.attach(ctx, m, b.UploadIDs, evidence.After); err != nil {
				return nil, err
			}
			if b.Result != "explained" && b.Result != "not_possible" {
				after, err := s.Evidence.CountByRole(ctx, m.tx, m.report.ID, evidence.After)
				if err != nil {
					return nil, err
				}
				if after == 0 {
					return nil, invalid("upload_ids", "请附办理后的照片")
				}
			}
			mine := handling.Owing(handling.ByUnits(m.assignments, m.asker.clerkOf()))
			if err := s.nameUnit(ctx, m, mine); err != nil {
				return nil, err
			}
			for _, a := range mine {
				m.staff("unit_head", "report_signature", false, a.UnitID, map[string]string{"step": "答复"})
			}
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error { return s.replied(ctx, m, b) },
	}
}

// replied carries out a signed reply.
func (s *Service) replied(ctx context.Context, m *moment, b ReplyBody) error {
	units := m.asker.headOf()
	if m.proposal != nil && m.proposal.UnitID != nil {
		units = []uuid.UUID{*m.proposal.UnitID}
	}
	mine := handling.Owing(handling.ByUnits(m.assignments, units))
	if err := handling.Replied(ctx, m.tx, mine, m.now); err != nil {
		return err
	}
	names, err := s.unitNames(ctx, m.tx, mine)
	if err != nil {
		return err
	}
	m.params["unit"], m.params["content"], m.label = names, b.Content, names
	m.data["result"], m.data["content"] = b.Result, b.Content
	m.citizen("report_replied", true, map[string]string{"unit": names})
	if m.move.To == m.move.From {
		return nil
	}
	return s.askToConfirm(ctx, m, names)
}

// askToConfirm makes the leading deputy, or the office, the one who looks again.
func (s *Service) askToConfirm(ctx context.Context, m *moment, units string) error {
	params := map[string]string{"unit": units, "due": dueParam + clockConfirm}
	if !m.hasDeputy {
		m.owner, m.ownerLabel = OwnerOffice, officeName(m.dir, m.report.DivisionCode)
		m.staff("street_office", "report_confirm", false, uuid.Nil, params)
		return nil
	}
	lead := m.lead()
	name, err := s.deputyName(ctx, m.tx, lead.DeputyID)
	if err != nil {
		return err
	}
	m.owner, m.ownerID, m.ownerLabel = OwnerDeputy, &lead.DeputyID, name+"代表"
	m.tell = append(m.tell, notice{person: lead.PersonID, template: "report_confirm", sms: true, params: params})
	return nil
}

// redo sends an unconfirmed answer back (row 31): units get half of the
// handling clock, a deputy's own answer goes back to verifying.
func (s *Service) redo(ctx context.Context, m *moment) error {
	if len(m.assignments) == 0 {
		return s.redoByDeputy(ctx, m)
	}
	answered := slices.DeleteFunc(slices.Clone(m.assignments), func(a *db.Assignment) bool { return !handling.Answers(a) })
	if err := handling.Redo(ctx, m.tx, answered); err != nil {
		return err
	}
	names, err := s.unitNames(ctx, m.tx, answered)
	if err != nil {
		return err
	}
	m.owner, m.ownerID, m.ownerLabel = OwnerUnit, &answered[0].UnitID, names
	full := spanFor(s.clockSettings(m.dir, m.asker.tenant), clockHandling, m.report.ClockClass, m.report.Danger)
	m.spans[clockHandling] = halved(full)
	for _, a := range answered {
		m.staff("unit_clerk", "report_assigned", true, a.UnitID, map[string]string{"title": toldTitle(m.report), "due": dueParam + clockHandling})
	}
	return nil
}

func (s *Service) redoByDeputy(ctx context.Context, m *moment) error {
	if !m.hasDeputy {
		m.owner, m.ownerLabel = OwnerOffice, officeName(m.dir, m.report.DivisionCode)
		return nil
	}
	lead := m.lead()
	name, err := s.deputyName(ctx, m.tx, lead.DeputyID)
	if err != nil {
		return err
	}
	m.owner, m.ownerID, m.ownerLabel = OwnerDeputy, &lead.DeputyID, name+"代表"
	return nil
}

// takeSilenceStep is row 16's silence: the unit's head is alerted and the
// matter counts as taken.
func (s *Service) takeSilenceStep() step {
	return step{action: "take-silence", apply: func(ctx context.Context, m *moment) error {
		untaken := handling.Untaken(m.assignments)
		if err := handling.Take(ctx, m.tx, untaken, m.now); err != nil {
			return err
		}
		names, err := s.unitNames(ctx, m.tx, m.assignments)
		if err != nil {
			return err
		}
		m.params["unit"] = names
		m.citizen("report_taken", false, map[string]string{"unit": names, "due": dueParam + clockContact})
		for _, a := range untaken {
			m.staff("unit_head", "report_overdue", true, a.UnitID, map[string]string{"step": clockWord(clockTake), "due": spoken(m.report.DueAt, m.now)})
		}
		return nil
	}}
}
