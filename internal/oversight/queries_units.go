package oversight

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/handlingunit"
	"huying/ent/db/supervision"
	"huying/ent/db/supervisionnotice"
	"huying/internal/platform/database"
)

// unitKey names a unit: a city-level one has a row in each of its districts.
type unitKey struct {
	tenant string
	id     uuid.UUID
}

func (s *Service) units(ctx context.Context, in *UnitsInput) (*UnitsOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	lines := map[unitKey]*UnitLine{}
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.HandlingUnit.Query().Where(r.inside(handlingunit.FieldDivisionCode)).Order(handlingunit.ByCode()).All(ctx)
		if err != nil {
			return fmt.Errorf("units: %w", err)
		}
		for _, u := range rows {
			lines[unitKey{u.TenantID, u.ID}] = &UnitLine{ID: u.ID, Tenant: u.TenantID, Name: u.Name, Code: u.Code, Kind: string(u.Kind), Level: string(u.Level)}
		}
		if err := countWork(ctx, tx, r, p, s.d.Clock.Now(), lines); err != nil {
			return err
		}
		return countLetters(ctx, tx, p, s.d.Clock.Now(), lines)
	})
	if err != nil {
		return nil, err
	}
	out := &UnitsOutput{}
	out.Body.From, out.Body.To, out.Body.Rules, out.Body.MinimumSample = dateText(p.from()), dateText(p.to()), listRules, r.settings().MinimumSample
	out.Body.Items = []UnitLine{}
	for _, u := range lines {
		if u.Due+u.Rated+u.OverdueNow+u.Letters == 0 {
			continue
		}
		u.mark(out.Body.MinimumSample)
		out.Body.Items = append(out.Body.Items, *u)
	}
	inOrder(out.Body.Items)
	return out, nil
}

// countWork adds what the units' clocks, ratings and stock say.
func countWork(ctx context.Context, tx *database.Tx, r reach, p span, now time.Time, lines map[unitKey]*UnitLine) error {
	where, args := r.where()
	first, after := p.first.UTC(), p.after.UTC()
	until := after
	if now.Before(until) {
		until = now.UTC()
	}
	// By the clock's index: a period's due clocks are few beside all assignments.
	err := eachUnit(ctx, tx, `SELECT a.tenant_id, a.unit_id, count(*), sum(CASE WHEN d.stopped_at IS NULL OR d.stopped_at > d.due_at THEN 1 ELSE 0 END),
			sum(CASE WHEN d.round > 1 THEN 1 ELSE 0 END)
		FROM deadlines d
		JOIN assignments a ON a.tenant_id = d.tenant_id AND a.subject_kind = d.subject_kind AND a.subject_id = d.subject_id AND a.round = d.round
		JOIN reports r ON r.tenant_id = d.tenant_id AND r.id = d.subject_id
		WHERE `+where+` AND d.kind = 'handling' AND d.subject_kind = ? AND d.due_at >= ? AND d.due_at < ? AND d.stop_reason <> 'replaced'
			AND a.part IN ('lead', 'separate') AND a.state <> 'returned'
		GROUP BY a.tenant_id, a.unit_id`, append(args, subject, first, until), lines,
		func(u *UnitLine, n [3]int) { u.Due, u.Late, u.Again = n[0], n[1], n[2] })
	if err != nil {
		return fmt.Errorf("units' clocks: %w", err)
	}
	where, args = r.where()
	err = eachUnit(ctx, tx, `SELECT r.tenant_id, r.lead_unit_id, count(*), sum(CASE WHEN k.result = 3 THEN 1 ELSE 0 END), 0
		FROM ratings k JOIN reports r ON r.tenant_id = k.tenant_id AND r.id = k.subject_id
		WHERE `+where+` AND k.subject_kind = ? AND k.created_at >= ? AND k.created_at < ? AND r.lead_unit_id IS NOT NULL
		GROUP BY r.tenant_id, r.lead_unit_id`, append(args, subject, first, after), lines,
		func(u *UnitLine, n [3]int) { u.Rated, u.Unsatisfied = n[0], n[1] })
	if err != nil {
		return fmt.Errorf("units' ratings: %w", err)
	}
	where, args = r.where()
	err = eachUnit(ctx, tx, `SELECT r.tenant_id, r.lead_unit_id, count(*), 0, 0 FROM reports r
		WHERE `+where+` AND r.state IN ('dispatched', 'handling', 'reopened') AND r.rung >= ? AND r.lead_unit_id IS NOT NULL
		GROUP BY r.tenant_id, r.lead_unit_id`, append(args, redRung), lines,
		func(u *UnitLine, n [3]int) { u.OverdueNow = n[0] })
	if err != nil {
		return fmt.Errorf("units' stock: %w", err)
	}
	return nil
}

// eachUnit reads three numbers by unit.
func eachUnit(ctx context.Context, tx *database.Tx, query string, args []any, lines map[unitKey]*UnitLine, put func(*UnitLine, [3]int)) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		var k unitKey
		var n [3]int
		if err := rows.Scan(&k.tenant, &k.id, &n[0], &n[1], &n[2]); err != nil {
			return errors.Join(err, rows.Close())
		}
		if u := lines[k]; u != nil {
			put(u, n)
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// countLetters adds notices that were signed by the end of the period and not over before it, and the period's letters
// about single reports.
func countLetters(ctx context.Context, tx *database.Tx, p span, now time.Time, lines map[unitKey]*UnitLine) error {
	first, after := p.first.UTC(), p.after.UTC()
	notices, err := tx.SupervisionNotice.Query().Where(
		supervisionnotice.UnitIDNotNil(), supervisionnotice.SignedAtLT(after),
		supervisionnotice.Or(supervisionnotice.SignedAtGTE(first), supervisionnotice.ClosedAtIsNil(), supervisionnotice.ClosedAtGTE(first)),
	).All(ctx)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	for _, n := range notices {
		u := lines[unitKey{n.TenantID, *n.UnitID}]
		if u == nil || n.TenantID != n.ToTenant {
			continue
		}
		u.Letters++
		u.SentBack += n.Round - 1
		u.worst, u.returned = max(u.worst, n.Rung), max(u.returned, n.Round-1)
		if n.Rung >= redRung {
			u.LettersLate++
		}
	}
	letters, err := tx.Supervision.Query().Where(supervision.UnitIDNotNil(), supervision.SignedAtGTE(first), supervision.SignedAtLT(after)).All(ctx)
	if err != nil {
		return fmt.Errorf("letters: %w", err)
	}
	for _, l := range letters {
		u := lines[unitKey{l.TenantID, *l.UnitID}]
		if u == nil {
			continue
		}
		u.Letters++
		end := now
		if l.AnsweredAt != nil {
			end = *l.AnsweredAt
		}
		if end.After(l.DueAt) {
			u.LettersLate++
			if end.Sub(l.SignedAt) >= 2*l.DueAt.Sub(l.SignedAt) {
				u.worst = max(u.worst, doubled)
			}
		}
	}
	return nil
}
